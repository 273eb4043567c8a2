"""Source columns retained in memory after a refresh, so that they need not be read again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from results_widgets.engine.backends.memory.breakdowns import categories_key
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.backends.memory.event_log import EventLog
from results_widgets.engine.encoding.categories import Categories, categorise
from results_widgets.sources import Growth
from results_widgets.tables.events import EventTable

HASH = "event_id hash"
_MOST_CHUNKS = 8


@dataclass(frozen=True, eq=False)
class RetainedLog(EventLog):
    """The log of a refreshed backend.

    Attributes:
        retained: Whole columns of the table by name: those that journeys need, and the hashes of
            event ids under `HASH`.
    """

    retained: Mapping[str, pl.Series]

    def column(self, name: str, rows: pl.Series) -> pl.Series:
        """See `EventLog`."""
        return (
            self.retained[name].gather(rows)
            if name in self.retained
            else super().column(name, rows)
        )


def retained_by(log: EventLog) -> Mapping[str, pl.Series]:
    """Return the columns that a log retains; see `RetainedLog`."""
    return log.retained if isinstance(log, RetainedLog) else {}


def retain_columns(
    data: MemoryBackend, table: EventTable, added: EventTable | None, growth: Growth
) -> dict[str, pl.Series]:
    """Return the columns to retain: earlier ones extended by the new rows, others read in full."""
    before = {
        name: column
        for name, column in retained_by(data.log).items()
        if len(column) == growth.before
    }
    needed = {
        data.campaign.goal.value or "value": "value",
        "entry_id": "entry_id",
        "event_id": HASH,
    }
    wanted = [name for column, name in needed.items() if table.has(column) and name not in before]
    found = _read(wanted, table)
    for known in data.known_journeys.values() if "value" in found else ():
        # The value of a row that can no longer be read is the one that was counted.
        rows, values = known.conversions["row"], known.conversions["value"]
        now = rows if growth.moved is None else growth.moved.gather(rows)
        remains = now.is_not_null()
        found["value"] = found["value"].scatter(now.filter(remains), values.filter(remains))
    fresh = _read(before, added)
    return found | {
        name: _extended(column, fresh.get(name, column.clear()), growth)
        for name, column in before.items()
    }


def extend_categories(
    data: MemoryBackend, by: str, added: EventTable | None, growth: Growth
) -> Categories | None:
    """Return a breakdown's categories, extended by the new rows; None if there were none before."""
    known = data.cache.known(categories_key(by))
    if known is None or len(known.numbers) != growth.before:
        return None
    numbers, values = known
    if added is None:
        return Categories(_extended(numbers, numbers.clear(), growth), values)
    column = added.frame.select(by)
    own = column.unique().collect().to_series()
    values = pl.concat([values, own]).unique(maintain_order=True)
    new, _ = categorise(column, values)
    return Categories(_extended(numbers.cast(new.dtype), new, growth), values)


def _read(names: Iterable[str], table: EventTable | None) -> dict[str, pl.Series]:
    if table is None:
        return {}
    columns = [
        pl.when(pl.col("event_id").is_not_null()).then(pl.col("event_id").hash()).alias(name)
        if name == HASH
        else pl.col(name)
        for name in names
    ]
    return table.collect(table.frame.select(columns)).to_dict()


def _extended(before: pl.Series, new: pl.Series, growth: Growth) -> pl.Series:
    """Return a column of the table, with earlier and new values at their row numbers."""
    both = pl.concat([before, new], rechunk=before.n_chunks() > _MOST_CHUNKS)
    if growth.moved is None:
        return both
    places = pl.concat([growth.moved, growth.places])
    placed = pl.DataFrame({"place": places, "value": both}).drop_nulls("place")
    return placed.sort("place")["value"].rename(before.name)
