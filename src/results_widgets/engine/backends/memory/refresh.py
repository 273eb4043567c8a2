"""Data that goes on: new rows are coded and their users walked again, all else is kept.

Rows stand under the numbers that a full read would give them, so that ties fall as they would there.
What comes out is what a full read gives; only users are numbered in another order.
"""

from dataclasses import dataclass, replace

import polars as pl

from results_widgets.definitions import Definitions
from results_widgets.engine.backends.memory.dataset import (
    LOG,
    LOG_USERS,
    MemoryBackend,
    categories_key,
)
from results_widgets.engine.backends.memory.event_log import EventLog, build_event_log, sort_by_user
from results_widgets.engine.backends.memory.journeys import Journeys, build_journeys, rules_of
from results_widgets.engine.backends.memory.retained import (
    HASH,
    RetainedLog,
    held_by,
    held_columns,
    held_numbers,
)
from results_widgets.engine.backends.memory.users import LogUsers, attributes_of
from results_widgets.engine.cache import size_of
from results_widgets.sources import Growth, appended
from results_widgets.tables.events import ROW, EventTable

_ROWS = ("row", "start_row")
"""Columns that name rows of the table."""


@dataclass(frozen=True, eq=False)
class Live(MemoryBackend):
    """Data that came out of other data.

    Attributes:
        lost: Spans of rows (first, count) that were counted and cannot be read again.
        before: What the walks gave before, until they are brought up to date.
        moved: Where the rows of then stand now; see `Growth`.
        touched: By user: whether rows of theirs came or went.
        known_users: The users known before, who come first in the log; None if their attributes may
            have changed.
    """

    lost: tuple[tuple[int, int], ...]
    before: dict[tuple[int, ...], Journeys]
    moved: pl.Series | None
    touched: pl.Series
    known_users: LogUsers | None

    @property
    def readable(self) -> pl.Expr:
        """See `MemoryBackend`."""
        spans = [pl.col(ROW).is_between(first, first + count - 1) for first, count in self.lost]
        return ~pl.any_horizontal(spans) if spans else pl.lit(True)

    def _look_users_up(self) -> LogUsers:
        if self.known_users is None:
            return super()._look_users_up()
        ids, known = self.log.user_ids.to_frame(), self.known_users.frame
        return LogUsers(pl.concat([known, attributes_of(ids[known.height :], self.users)]))

    def _walked(self, interacted: tuple[int, ...], definitions: Definitions) -> Journeys:
        before, rules = self.before.get(interacted), rules_of(self.log, self.campaign, definitions)
        if before is None or before.rules != rules:
            return super()._walked(interacted, definitions)
        own = self.log.rows.filter(self.touched.gather(self.log.rows["user"]))
        walked = build_journeys(replace(self.log, rows=own), self.campaign, definitions, rules)
        now = Journeys(
            self._joined(before.entries, walked.entries),
            self._joined(before.conversions, walked.conversions),
            rules,
            walked.actions,
        )
        self.before.pop(interacted, None)
        return now

    def _joined(self, before: pl.DataFrame, walked: pl.DataFrame) -> pl.DataFrame:
        """Return what the walks gave of the users without news, and of the others; by user."""
        kept = before.filter(~self.touched.gather(before["user"]))
        if self.moved is not None:
            rows = [name for name in kept.columns if name in _ROWS]
            kept = kept.with_columns(self.moved.gather(kept[name]).alias(name) for name in rows)
        return kept.merge_sorted(walked, "user")


def growth_since(data: MemoryBackend, table: EventTable) -> Growth | None:
    """Return how a lazy table grew at its end; None where what was read no longer stands where it stood.

    That is told by the times of the rows that count, so the one column is read.
    """
    rows, held = data.log.rows, held_by(data.log)
    times = table.frame.select(pl.col("timestamp").to_physical()).collect().to_series()
    # Without columns held, what stands behind the last row that counts may as well be new.
    last = rows["row"].max()
    before = max(map(len, held.values()), default=last + 1 if isinstance(last, int) else 0)
    if before > len(times) or times.gather(rows["row"]).ne_missing(rows["time"]).any():
        return None
    return appended(table.source(), before, len(times))


def extend(
    data: MemoryBackend,
    table: EventTable,
    added: EventTable | None,
    growth: Growth,
    *,
    users: pl.DataFrame | None,
    lost: tuple[tuple[int, int], ...] = (),
) -> Live | None:
    """Return data with what is new in its table; None where that takes a full read.

    Args:
        data: As it was, its log built.
        table: The table as it is now.
        added: Its new rows alone.
        growth: Where the rows of before and the new ones stand in it.
        users: The users table as it is now.
        lost: Spans of rows (first, count) that were read before and cannot be read again.
    """
    held = held_columns(data, table, added, growth)
    old, gone = _moved(data.log.rows, growth)
    if not gone.is_empty() and _freed(data.log, gone, growth):
        return None
    new, user_ids = _numbered(data, added, growth)
    rows, repeats = _without_repeats(old, new, held.get(HASH), table)
    if not (gone.is_empty() and repeats.is_empty()) and rows["user"].n_unique() < len(user_ids):
        # A user without any row left would be none in a full read.
        return None
    changed = pl.concat([new["user"], gone["user"], repeats["user"]]).unique()
    touched = pl.repeat(False, len(user_ids), dtype=pl.Boolean, eager=True)
    live = Live(
        data.campaign,
        table,
        users,
        lost=lost,
        before=dict(data.walks),
        moved=growth.moved,
        touched=touched.scatter(changed, True),
        known_users=data.cache.known(LOG_USERS) if users is data.users else None,
    )
    log = RetainedLog(rows, user_ids, data.log.codes, table, held=held)
    live.cache.put(LOG, log)
    live.cache.raise_budget(size_of(rows))
    for by in table.breakdowns:
        numbers = held_numbers(data, by, added, growth)
        if numbers is not None:
            live.cache.put(categories_key(by), numbers)
    return live


def _moved(rows: pl.DataFrame, growth: Growth) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return a log's rows under their numbers of now, and those that are gone."""
    if growth.moved is None:
        return rows, rows.clear()
    now = rows.with_columns(growth.moved.gather(rows["row"]).alias("row"))
    stays = now["row"].is_not_null()
    return now.filter(stays), rows.filter(~stays)


def _freed(log: EventLog, gone: pl.DataFrame, growth: Growth) -> bool:
    """Whether a row that is gone may have stood for another of its event_id, which stays and counts now."""
    if not log.table.has("event_id"):
        return False
    hashes = held_by(log).get(HASH)
    if hashes is None or growth.moved is None:
        return True
    freed = hashes.gather(gone["row"]).drop_nulls().unique()
    return hashes.filter(growth.moved.is_not_null()).is_in(freed.implode()).any()


def _numbered(
    data: MemoryBackend, added: EventTable | None, growth: Growth
) -> tuple[pl.DataFrame, pl.Series]:
    """Return the new rows, coded and under the numbers that their users have here, and all users."""
    log = data.log
    if added is None:
        return log.rows.clear(), log.user_ids
    fresh = build_event_log(added, data.campaign)
    number = pl.int_range(pl.len(), dtype=pl.UInt32).alias("user")
    known = log.user_ids.to_frame().lazy().with_columns(number)
    met = (
        fresh.user_ids.to_frame()
        .lazy()
        .join(known, on="user_id", how="left", maintain_order="left")
    )
    ids = met.collect()
    new = pl.col("user").is_null()
    behind = (len(log.user_ids) + new.cum_sum() - 1).cast(pl.UInt32)
    users = ids.select(pl.when(new).then(behind).otherwise("user").alias("user"))["user"]
    rows = fresh.rows.with_columns(
        users.gather(fresh.rows["user"]).alias("user"),
        growth.places.gather(fresh.rows["row"]).alias("row"),
    )
    return rows.sort("user", "row"), pl.concat([log.user_ids, ids.filter(new)["user_id"]])


def _without_repeats(
    old: pl.DataFrame, new: pl.DataFrame, hashes: pl.Series | None, table: EventTable
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return old and new rows with each event_id once, at its earliest time, and the rows left out.

    Either side has its ids once. Equal ids have equal hashes, so only rows whose hash is on both
    sides need their ids looked at.
    """
    both = sort_by_user(old.merge_sorted(new, "user"))
    if hashes is None or new.is_empty():
        return both, both.clear()
    own = pl.DataFrame({"hash": hashes.gather(new["row"])}).drop_nulls().unique()
    every = pl.LazyFrame({"hash": hashes}).with_row_index("row")
    alike = every.join(own.lazy(), on="hash", how="semi")
    suspects = both.lazy().join(alike, on="row", how="inner").collect()
    suspects = suspects.filter(pl.col("hash").is_duplicated())
    if suspects.is_empty():
        return both, both.clear()
    ids = table.frame.select(pl.col("event_id").gather(suspects["row"])).collect().to_series()
    # An id that is lost is taken for the one with the same hash.
    id_ = pl.col("event_id").fill_null(pl.col("event_id").drop_nulls().first().over("hash"))
    ordered = suspects.with_columns(ids.alias("event_id")).with_columns(id_).sort("time", "row")
    repeats = ordered.filter(~pl.col("event_id").is_first_distinct()).select(both.columns)
    return both.join(repeats, on="row", how="anti", maintain_order="left"), repeats
