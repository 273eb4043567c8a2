"""Aggregating journeys by position: rows sorted by entry need no join and no group-by.

The rules are those of `engine.journeys.rules`. Entries are numbered consecutively in the order of
the rows, so an entry's column is gathered by that number, and an entry's first and last rows are
where the number changes.
"""

from dataclasses import dataclass
from typing import Any, Final

import narwhals as nw
import polars as pl

from results_widgets.engine.encoding.bitmask import BitMasks
from results_widgets.engine.encoding.user_ids import differs
from results_widgets.engine.journeys import rules as journeys
from results_widgets.engine.journeys.crediting import Credit, credited_touches
from results_widgets.engine.journeys.windows import FIRST, Ordered

ENTRY_INDEX: Final = "_entry"
"""The index of an entry among all entries, from 0, in the order of the rows; null outside of one."""

_CONVERSION: Final = (*journeys.ENTRY, "time", "row", "action", "attributed_by")

EntriesAndConversions = tuple[pl.DataFrame, pl.DataFrame]
"""Entries and conversions as in `Journeys`, the conversions still without their value."""


def aggregate(
    rows: pl.DataFrame, rules: journeys.Rules, actions: BitMasks, credit: Credit
) -> EntriesAndConversions:
    """Return entries and conversions from rows whose entries are numbered.

    Args:
        rows: What `number_entries` returns, sorted by user, entry and time.
        rules: The campaign's rules.
        actions: The bits of the actions.
        credit: How conversions are credited.
    """
    inside = pl.col("entry").is_not_null()
    number = (differs("user", "entry") & inside).cum_sum() - 1
    rows = rows.with_columns(pl.when(inside).then(number).alias(ENTRY_INDEX))
    entries = nw.from_native(aggregate_entries_by_position(rows, rules), eager_only=True)
    join = PositionalJoin(len(entries))
    conversions = journeys.count_conversions(nw.from_native(rows), entries, rules, join)
    entries = journeys.end_entries(entries, conversions, rules, join)
    touched = _with_touches(rows, conversions.to_native(), len(entries), credit)
    given = rules.conversions_given and credit.by_source
    attributed = journeys.attribute(touched, entries, given=given, join=join)
    starts = ("started_at", "start_row", "held_back")
    started = join.left(attributed.drop("held_back"), entries, *starts)
    started = started.select(*_CONVERSION, *starts).with_columns(
        held_back=nw.col("held_back").fill_null(False)
    )
    reached = join.left(entries, _reached(rows, actions), *actions.words)
    known = reached.to_native().drop("limit", "exited_at", ENTRY_INDEX, *rules.own)
    return known.with_columns(pl.col(actions.words).fill_null(0)), started.to_native()


def aggregate_entries_by_position(rows: pl.DataFrame, rules: journeys.Rules) -> pl.DataFrame:
    """Do what `journeys.aggregate_entries` does, from each entry's first and last row."""
    index = pl.col(ENTRY_INDEX)
    started = rows.filter("starts").select(
        *(*journeys.ENTRY, ENTRY_INDEX, "held_back", *rules.own),
        started_at="time",
        start_row="row",
    )
    last = rows.filter(index.is_not_null() & index.ne_missing(index.shift(-1)))["received_at"]
    exits = rows.filter(index.is_not_null() & (pl.col("role") == journeys.EXITED))
    exits = exits.filter(differs(ENTRY_INDEX)).with_columns(exited_at="time")
    ended = PositionalJoin(started.height).left(
        nw.from_native(started.with_columns(last.alias("last_action_at")), eager_only=True),
        nw.from_native(exits, eager_only=True),
        "exited_at",
    )
    found: pl.DataFrame = ended.with_columns(limit=journeys.limit(rules)).to_native()
    return found


@dataclass(frozen=True, slots=True)
class PositionalJoin:
    """Joins by `ENTRY_INDEX`, for entries and rows sorted by it.

    Attributes:
        count: How many entries there are.
    """

    count: int

    def left(self, rows: Any, others: Any, *columns: str) -> Any:
        """See `journeys.EntryJoin`."""
        native, at = others.to_native(), rows.to_native()[ENTRY_INDEX]
        every = (self._by_entry(native[ENTRY_INDEX], native[name]) for name in columns)
        return nw.from_native(rows.to_native().with_columns(column.gather(at) for column in every))

    def _by_entry(self, indexes: pl.Series, values: pl.Series) -> pl.Series:
        if len(values) == self.count:
            return values
        nothing = pl.repeat(None, self.count, dtype=values.dtype, eager=True)
        return nothing.scatter(indexes, values).alias(values.name)

    def firsts(self, rows: Any) -> Any:
        """See `journeys.EntryJoin`."""
        native = rows.to_native()
        return nw.from_native(
            native.filter(pl.col(ENTRY_INDEX).is_not_null()).filter(differs(ENTRY_INDEX))
        )


def _with_touches(
    rows: pl.DataFrame, conversions: pl.DataFrame, entries: int, credit: Credit
) -> nw.DataFrame[Any]:
    """Add ``interaction`` and ``receipt`` to the conversions; see `credited_touches`."""
    converting = pl.repeat(False, entries, eager=True)
    converting = converting.scatter(conversions[ENTRY_INDEX].drop_nulls(), True)
    converted = rows.filter(converting.gather(rows[ENTRY_INDEX])).with_columns(
        differs(ENTRY_INDEX).alias(FIRST)
    )
    touches = credited_touches(nw.from_native(converted, eager_only=True), Ordered(), credit)
    found = touches.filter(nw.col("role") == journeys.GOAL).select("step", "interaction", "receipt")
    return nw.from_native(
        conversions.join(found.to_native(), on="step", how="left", maintain_order="left")
    )


def _reached(rows: pl.DataFrame, actions: BitMasks) -> nw.DataFrame[Any]:
    """Return the entries that received an action, with the bits of the actions that they received."""
    received = (pl.col("role") == journeys.RECEIVED) & ~pl.col("held_back")
    width = len(actions.numbers) + 1
    pair = (pl.col(ENTRY_INDEX) * width + pl.col("number")).alias("pair")
    # Repeats are found faster by sorting numbers than by hashing.
    pairs = rows.filter(received, pl.col(ENTRY_INDEX).is_not_null()).select(pair)["pair"].sort()
    once = pairs.to_frame().filter(differs("pair"))
    own = once.select(pl.col("pair") // width, *actions.bits(pl.col("pair") % width))
    # Of distinct bits the sum is the bitwise or; if running sums overflow, their differences do not.
    last = pl.col("pair").ne_missing(pl.col("pair").shift(-1))
    sums = own.with_columns(pl.col(actions.words).cum_sum()).filter(last)
    before = pl.col(actions.words).shift(1, fill_value=0)
    found = sums.select(pl.col("pair").alias(ENTRY_INDEX), pl.col(actions.words) - before)
    return nw.from_native(found, eager_only=True)
