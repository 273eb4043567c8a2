"""Data that goes on: new rows are coded and their users walked again, all else is kept.

Rows stand under the numbers that a full read would give them, so that ties fall as they would there.
What comes out is what a full read gives; only users are numbered in another order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace

import polars as pl

from results_widgets.definitions import Definitions
from results_widgets.engine.entries import Journeys, rules_of, walk_log
from results_widgets.engine.log import Log, build_log
from results_widgets.engine.memory import InMemory
from results_widgets.events import ROW, EventTable
from results_widgets.sources import Growth, behind

_OF_WALKS = ("value", "entry_id")
_HASH = "event_id hash"
_MOST_CHUNKS = 8


@dataclass(frozen=True, eq=False)
class LiveLog(Log):
    """A log that has grown.

    Attributes:
        held: Columns of the table by name, whole and in its order, so that they need not be read
            again: those that walks need, those that numbers were broken down by, and the hashes of
            event ids under `_HASH`.
    """

    held: Mapping[str, pl.Series]

    def column(self, name: str, rows: pl.Series) -> pl.Series:
        """See `Log`."""
        return self.held[name].gather(rows) if name in self.held else super().column(name, rows)


@dataclass(frozen=True, eq=False)
class Live(InMemory):
    """Data that came out of other data.

    Attributes:
        lost: Spans of rows (first, count) that were counted and cannot be read again.
        before: What the walks gave before.
        moved: Where the rows of then stand now; see `Growth`.
        touched: By user: whether rows of theirs came or went.
    """

    lost: tuple[tuple[int, int], ...]
    before: Mapping[tuple[int, ...], Journeys]
    moved: pl.Series | None
    touched: pl.Series

    @property
    def readable(self) -> pl.Expr:
        """See `InMemory`."""
        spans = [pl.col(ROW).is_between(first, first + count - 1) for first, count in self.lost]
        return ~pl.any_horizontal(spans) if spans else pl.lit(True)

    def _event_column(self, by: str) -> pl.Series:
        held: Mapping[str, pl.Series] = getattr(self.log, "held", {})
        return held[by] if by in held else super()._event_column(by)

    def _walked(self, interacted: tuple[int, ...], definitions: Definitions) -> Journeys:
        before, rules = self.before.get(interacted), rules_of(self.log, self.campaign, definitions)
        if before is None or before.rules != rules:
            return walk_log(self.log, self.campaign, definitions, rules)
        own = self.log.rows.filter(self.touched.gather(self.log.rows["user"]))
        walked = walk_log(replace(self.log, rows=own), self.campaign, definitions, rules)
        return Journeys(
            self._joined(before.entries, walked.entries, "start_row"),
            self._joined(before.conversions, walked.conversions, "row"),
            pl.concat([self._untouched(before.reached), walked.reached]),
            rules,
        )

    def _joined(self, before: pl.DataFrame, walked: pl.DataFrame, row: str) -> pl.DataFrame:
        kept = self._untouched(before)
        if self.moved is not None:
            kept = kept.with_columns(self.moved.gather(kept[row]).alias(row))
        return kept.merge_sorted(walked, "user")

    def _untouched(self, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.filter(~self.touched.gather(frame["user"]))


def grown_behind(data: InMemory, table: EventTable) -> Growth | None:
    """Return how a lazy table grew at its end; None where what was read no longer stands where it stood.

    That is told by the times of the rows that count, so the one column is read.
    """
    rows, held = data.log.rows, _held_by(data.log)
    times = table.frame.select(pl.col("timestamp").to_physical()).collect().to_series()
    # Without columns held, what stands behind the last row that counts may as well be new.
    last = rows["row"].max()
    before = max(map(len, held.values()), default=last + 1 if isinstance(last, int) else 0)
    if before > len(times) or times.gather(rows["row"]).ne_missing(rows["time"]).any():
        return None
    return behind(table.source(), before, len(times))


def extend(
    data: InMemory,
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
    held = _held(data, table, added, growth)
    old, gone = _moved(data.log.rows, growth)
    if not gone.is_empty() and _freed(data.log, gone, growth):
        return None
    new, user_ids = _numbered(data, added, growth)
    rows, repeats = _without_repeats(old, new, held.get(_HASH), table)
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
    )
    log = {one.name: getattr(data.log, one.name) for one in fields(Log)}
    live.__dict__["log"] = LiveLog(
        **{**log, "rows": rows, "user_ids": user_ids, "table": table}, held=held
    )
    return live


def _held(
    data: InMemory, table: EventTable, added: EventTable | None, growth: Growth
) -> dict[str, pl.Series]:
    """Return the columns to hold: those held before with the new rows in them, further ones as they are now."""
    known = {by: data.known(("column", by)) for by in data.table.breakdowns}
    columns = {**known, **_held_by(data.log)}
    before = {
        name: column
        for name, column in columns.items()
        if isinstance(column, pl.Series) and len(column) == growth.before
    }
    needed = {
        data.campaign.goal.value or "value": "value",
        "entry_id": "entry_id",
        "event_id": _HASH,
    }
    wanted = [held for column, held in needed.items() if table.has(column) and held not in before]
    found = _read(wanted, table)
    for walk in data.walks.values() if "value" in found else ():
        # Rows that are lost have no value any more but the one that was counted.
        rows, values = walk.conversions["row"], walk.conversions["value"]
        now = rows if growth.moved is None else growth.moved.gather(rows)
        stays = now.is_not_null()
        found["value"] = found["value"].scatter(now.filter(stays), values.filter(stays))
    fresh = _read(before, added)
    return found | {
        name: _woven(column, fresh.get(name, column.clear()), growth)
        for name, column in before.items()
    }


def _held_by(log: Log) -> Mapping[str, pl.Series]:
    return log.held if isinstance(log, LiveLog) else {}


def _read(names: Iterable[str], table: EventTable | None) -> dict[str, pl.Series]:
    if table is None:
        return {}
    columns = [
        pl.when(pl.col("event_id").is_not_null()).then(pl.col("event_id").hash()).alias(name)
        if name == _HASH
        else pl.col(name)
        for name in names
    ]
    return table.frame.select(columns).collect().to_dict()


def _woven(before: pl.Series, new: pl.Series, growth: Growth) -> pl.Series:
    """Return a column of the table as it is now."""
    both = pl.concat([before, new], rechunk=before.n_chunks() > _MOST_CHUNKS)
    if growth.moved is None:
        return both
    places = pl.concat([growth.moved, growth.places])
    placed = pl.DataFrame({"place": places, "value": both}).drop_nulls("place")
    return placed.sort("place")["value"].rename(before.name)


def _moved(rows: pl.DataFrame, growth: Growth) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return a log's rows under their numbers of now, and those that are gone."""
    if growth.moved is None:
        return rows, rows.clear()
    now = rows.with_columns(growth.moved.gather(rows["row"]).alias("row"))
    stays = now["row"].is_not_null()
    return now.filter(stays), rows.filter(~stays)


def _freed(log: Log, gone: pl.DataFrame, growth: Growth) -> bool:
    """Whether a row that is gone may have stood for another of its event_id, which stays and counts now."""
    if not log.table.has("event_id"):
        return False
    hashes = _held_by(log).get(_HASH)
    if hashes is None or growth.moved is None:
        return True
    freed = hashes.gather(gone["row"]).drop_nulls().unique()
    return hashes.filter(growth.moved.is_not_null()).is_in(freed.implode()).any()


def _numbered(
    data: InMemory, added: EventTable | None, growth: Growth
) -> tuple[pl.DataFrame, pl.Series]:
    """Return the new rows, coded and under the numbers that their users have here, and all users."""
    log = data.log
    if added is None:
        return log.rows.clear(), log.user_ids
    fresh = build_log(added, data.campaign)
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
    return rows, pl.concat([log.user_ids, ids.filter(new)["user_id"]])


def _without_repeats(
    old: pl.DataFrame, new: pl.DataFrame, hashes: pl.Series | None, table: EventTable
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return old and new rows with each event_id once, at its earliest time, and the rows left out.

    Either side has its ids once. Equal ids have equal hashes, so only rows whose hash is on both
    sides need their ids looked at.
    """
    both = pl.concat([old, new], rechunk=old["row"].n_chunks() > _MOST_CHUNKS)
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
