"""Refresh in memory: only new rows are encoded, and journeys are rebuilt only for users who have some.

Rows get the row numbers that they would have in a full read, so that ties are decided equally. The
numbers are those of a full read; only the order in which users are numbered may differ.
"""

from dataclasses import dataclass

import polars as pl

from results_widgets.definitions import Definitions
from results_widgets.engine.backends.memory.breakdowns import categories_key
from results_widgets.engine.backends.memory.dataset import LOG_USERS, MemoryBackend
from results_widgets.engine.backends.memory.event_log import EventLog, build_event_log, sort_by_user
from results_widgets.engine.backends.memory.journeys import Journeys, build_journeys, rules_of
from results_widgets.engine.backends.memory.retained import (
    HASH,
    RetainedLog,
    extend_categories,
    retain_columns,
    retained_by,
)
from results_widgets.engine.backends.memory.users import LogUsers, attributes_of
from results_widgets.engine.journeys.crediting import JourneysKey
from results_widgets.sources import Growth, appended
from results_widgets.tables.events import EventTable

_ROWS = ("row", "start_row")
"""Columns of journeys that contain row numbers of the source."""


@dataclass(frozen=True, eq=False)
class ExtendedBackend(MemoryBackend):
    """A backend that was extended from an earlier one.

    Attributes:
        stale: Journeys of the earlier backend by `journeys_key`, each until it is brought up to date.
        moved: The new row number of each earlier row; see `Growth`.
        touched: Whether each user has new rows or lost some (Boolean, by user number).
        known_users: The users known before, who come first in the log; None if their attributes may
            have changed.
    """

    stale: dict[JourneysKey, Journeys]
    moved: pl.Series | None
    touched: pl.Series
    known_users: LogUsers | None

    def _look_users_up(self) -> LogUsers:
        if self.known_users is None:
            return super()._look_users_up()
        ids, known = self.log.user_ids.to_frame(), self.known_users.frame
        return LogUsers(pl.concat([known, attributes_of(ids[known.height :], self.users)]))

    def _find_journeys(self, key: JourneysKey, definitions: Definitions) -> Journeys:
        stale, rules = self.stale.get(key), rules_of(self.log, self.campaign, definitions)
        if stale is None or stale.rules != rules:
            return super()._find_journeys(key, definitions)
        own = self.log.rows.filter(self.touched.gather(self.log.rows["user"]))
        new = build_journeys(self.log.with_rows(own), self.campaign, definitions, rules)
        now = Journeys(
            self._replaced(stale.entries, new.entries),
            self._replaced(stale.conversions, new.conversions),
            rules,
            new.actions,
        )
        self.stale.pop(key, None)
        return now

    def _replaced(self, stale: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
        """Return rows sorted by user: the stale ones of untouched users, and the new ones of others."""
        kept = stale.filter(~self.touched.gather(stale["user"]))
        if self.moved is not None:
            rows = [name for name in kept.columns if name in _ROWS]
            kept = kept.with_columns(self.moved.gather(kept[name]).alias(name) for name in rows)
        return kept.merge_sorted(new, "user")


def growth_since(data: MemoryBackend, table: EventTable) -> Growth | None:
    """Return the rows appended to a lazy table; None if rows read before are no longer in their places.

    That is checked by the times of the rows that count, for which one column is read.
    """
    rows, retained = data.log.rows, retained_by(data.log)
    times = table.collect(table.frame.select(pl.col("timestamp").to_physical())).to_series()
    # Without retained columns, any row after the last one that counts may be new.
    last = rows["row"].max()
    before = max(map(len, retained.values()), default=last + 1 if isinstance(last, int) else 0)
    if before > len(times) or times.gather(rows["row"]).ne_missing(rows["time"]).any():
        return None
    return appended(table.source(), before, len(times))


def extend(
    data: MemoryBackend,
    table: EventTable,
    added: EventTable | None,
    growth: Growth,
    *,
    users: pl.LazyFrame | None,
    lost: tuple[tuple[int, int], ...] = (),
) -> ExtendedBackend | None:
    """Return a backend with the new rows of its table; None if everything has to be read again.

    Args:
        data: The earlier backend, whose log is built.
        table: The table as it is now.
        added: Its new rows alone.
        growth: The row numbers of earlier and new rows.
        users: The users table as it is now.
        lost: Ranges of row numbers (first, count) that were read before but can no longer be read.
    """
    retained = retain_columns(data, table, added, growth)
    old, gone = _moved(data.log.rows, growth)
    if not gone.is_empty() and _may_uncover(data.log, gone, growth):
        return None
    new, user_ids, repeated = _encode_added(data, added, growth)
    rows, repeats = _without_repeats(old, new, retained.get(HASH), table)
    if not (gone.is_empty() and repeats.is_empty()) and rows["user"].n_unique() < len(user_ids):
        # A full read would not number a user who has no row left.
        return None
    changed = pl.concat([new["user"], gone["user"], repeats["user"]]).unique()
    touched = pl.repeat(False, len(user_ids), dtype=pl.Boolean, eager=True)
    extended = ExtendedBackend(
        data.campaign,
        table,
        users,
        lost=lost,
        stale=dict(data.known_journeys),
        moved=growth.moved,
        touched=touched.scatter(changed, True),
        known_users=data.cache.known(LOG_USERS) if users is data.users else None,
    )
    repeated += data.log.repeats + repeats.height
    log = RetainedLog(rows, user_ids, data.log.codes, table, repeats=repeated, retained=retained)
    extended.put_log(log)
    for by in table.breakdowns:
        categories = extend_categories(data, by, added, growth)
        if categories is not None:
            extended.cache.put(categories_key(by), categories)
    return extended


def _moved(rows: pl.DataFrame, growth: Growth) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return a log's rows with their new row numbers, and those that are gone."""
    if growth.moved is None:
        return rows, rows.clear()
    now = rows.with_columns(growth.moved.gather(rows["row"]).alias("row"))
    remains = now["row"].is_not_null()
    return now.filter(remains), rows.filter(~remains)


def _may_uncover(log: EventLog, gone: pl.DataFrame, growth: Growth) -> bool:
    """Whether a repeat of a row that is gone, dropped so far, may remain and have to count now."""
    if not log.table.has("event_id"):
        return False
    hashes = retained_by(log).get(HASH)
    if hashes is None or growth.moved is None:
        return True
    gone_hashes = hashes.gather(gone["row"]).drop_nulls().unique()
    return hashes.filter(growth.moved.is_not_null()).is_in(gone_hashes.implode()).any()


def _encode_added(
    data: MemoryBackend, added: EventTable | None, growth: Growth
) -> tuple[pl.DataFrame, pl.Series, int]:
    """Return the new rows, encoded with the user numbers of the log, the ids of all users, and how many
    of the new rows repeat one another.
    """
    log = data.log
    if added is None:
        return log.rows.clear(), log.user_ids, 0
    fresh = build_event_log(added, data.campaign)
    number = pl.int_range(pl.len(), dtype=pl.UInt32).alias("user")
    known = log.user_ids.to_frame().lazy().with_columns(number)
    matched = (
        fresh.user_ids.to_frame()
        .lazy()
        .join(known, on="user_id", how="left", maintain_order="left")
    )
    ids = matched.collect()
    new = pl.col("user").is_null()
    following = (len(log.user_ids) + new.cum_sum() - 1).cast(pl.UInt32)
    users = ids.select(pl.when(new).then(following).otherwise("user").alias("user"))["user"]
    rows = fresh.rows.with_columns(
        users.gather(fresh.rows["user"]).alias("user"),
        growth.places.gather(fresh.rows["row"]).alias("row"),
    )
    every_id = pl.concat([log.user_ids, ids.filter(new)["user_id"]])
    return rows.sort("user", "row"), every_id, fresh.repeats


def _without_repeats(
    old: pl.DataFrame, new: pl.DataFrame, hashes: pl.Series | None, table: EventTable
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return old and new rows with each event_id once, at its earliest time, and the rows dropped.

    Neither side repeats an id by itself. Equal ids have equal hashes, so ids need comparing only
    among rows whose hash is on both sides.
    """
    both = sort_by_user(old.merge_sorted(new, "user"))
    if hashes is None or new.is_empty():
        return both, both.clear()
    own = pl.DataFrame({"hash": hashes.gather(new["row"])}).drop_nulls().unique()
    every = pl.LazyFrame({"hash": hashes}).with_row_index("row")
    shared = every.join(own.lazy(), on="hash", how="semi")
    suspects = both.lazy().join(shared, on="row", how="inner").collect()
    suspects = suspects.filter(pl.col("hash").is_duplicated())
    if suspects.is_empty():
        return both, both.clear()
    ids = table.collect(table.frame.select(pl.col("event_id").gather(suspects["row"]))).to_series()
    # An id that can no longer be read is taken to be the one with the same hash.
    id_ = pl.col("event_id").fill_null(pl.col("event_id").drop_nulls().first().over("hash"))
    ordered = suspects.with_columns(ids.alias("event_id")).with_columns(id_).sort("time", "row")
    repeats = ordered.filter(~pl.col("event_id").is_first_distinct()).select(both.columns)
    return both.join(repeats, on="row", how="anti", maintain_order="left"), repeats
