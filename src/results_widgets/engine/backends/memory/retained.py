"""Columns of a table held in memory, so that what was read is neither read again nor needed again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from results_widgets.engine.backends.memory.dataset import MemoryBackend, categories_key
from results_widgets.engine.backends.memory.event_log import EventLog
from results_widgets.engine.encoding.categories import Categories, categorise
from results_widgets.sources import Growth
from results_widgets.tables.events import EventTable

HASH = "event_id hash"
_MOST_CHUNKS = 8


@dataclass(frozen=True, eq=False)
class RetainedLog(EventLog):
    """A log that has grown.

    Attributes:
        held: Columns of the table by name, whole and in its order, so that they need not be read
            again: those that walks need, and the hashes of event ids under `HASH`.
    """

    held: Mapping[str, pl.Series]

    def column(self, name: str, rows: pl.Series) -> pl.Series:
        """See `EventLog`."""
        return self.held[name].gather(rows) if name in self.held else super().column(name, rows)


def held_by(log: EventLog) -> Mapping[str, pl.Series]:
    """Return the columns that a log holds; see `RetainedLog`."""
    return log.held if isinstance(log, RetainedLog) else {}


def held_columns(
    data: MemoryBackend, table: EventTable, added: EventTable | None, growth: Growth
) -> dict[str, pl.Series]:
    """Return the columns to hold: those held before with the new rows in them, further ones as they are now."""
    before = {
        name: column for name, column in held_by(data.log).items() if len(column) == growth.before
    }
    needed = {
        data.campaign.goal.value or "value": "value",
        "entry_id": "entry_id",
        "event_id": HASH,
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


def held_numbers(
    data: MemoryBackend, by: str, added: EventTable | None, growth: Growth
) -> Categories | None:
    """Return the values of a breakdown as they were numbered, with those of the new rows; None where they were not."""
    known = data.cache.known(categories_key(by))
    if known is None or len(known.numbers) != growth.before:
        return None
    numbers, values = known
    if added is None:
        return Categories(_woven(numbers, numbers.clear(), growth), values)
    column = added.frame.select(by)
    own = column.unique().collect().to_series()
    values = pl.concat([values, own]).unique(maintain_order=True)
    new, _ = categorise(column, values)
    return Categories(_woven(numbers.cast(new.dtype), new, growth), values)


def _read(names: Iterable[str], table: EventTable | None) -> dict[str, pl.Series]:
    if table is None:
        return {}
    columns = [
        pl.when(pl.col("event_id").is_not_null()).then(pl.col("event_id").hash()).alias(name)
        if name == HASH
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
