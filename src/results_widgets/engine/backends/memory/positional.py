"""What comes out of the walk, read off rows that lie together by entry: entries with what they reached, conversions.

`walk` says the rules; here rows and entries meet by place instead of by joins and group-bys.
"""

from dataclasses import dataclass
from typing import Any, Final

import narwhals as nw
import polars as pl

from results_widgets.engine.encoding.bitmask import BitMasks
from results_widgets.engine.encoding.user_ids import differs
from results_widgets.engine.journeys import rules as walk
from results_widgets.engine.journeys.windows import FIRST, Ordered

STAY: Final = "_stay"
"""Number of an entry among all, from 0, in the order of the rows."""

_CONVERSION: Final = (*walk.ENTRY, "time", "row", "action", "attributed_by")

Walked = tuple[pl.DataFrame, pl.DataFrame]
"""Entries and conversions (but for their value), as in `Journeys`."""


def summed_up(rows: pl.DataFrame, rules: walk.Rules, actions: BitMasks) -> Walked:
    """Return what comes out of rows whose entries are numbered and lie together.

    Args:
        rows: In the order of entries, then of the walk; as `walk.number_entries` gives them.
        rules: The campaign's.
        actions: The bits of their numbers.
    """
    inside = pl.col("entry").is_not_null()
    number = (differs("user", "entry") & inside).cum_sum() - 1
    rows = rows.with_columns(pl.when(inside).then(number).alias(STAY))
    entries = nw.from_native(read_off(rows, rules), eager_only=True)
    meeting = ByPlace(len(entries))
    conversions = walk.count_conversions(nw.from_native(rows), entries, rules, meeting)
    entries = walk.end_entries(entries, conversions, rules, meeting)
    touched = _touched(rows, conversions.to_native(), len(entries))
    attributed = walk.attribute(touched, entries, rules, meeting)
    starts = ("started_at", "start_row")
    started = meeting.bring(attributed, entries, *starts).select(*_CONVERSION, *starts)
    reached = meeting.bring(entries, _reached(rows, actions), *actions.words)
    known = reached.to_native().drop("limit", "exited_at", STAY)
    return known.with_columns(pl.col(actions.words).fill_null(0)), started.to_native()


def read_off(rows: pl.DataFrame, rules: walk.Rules) -> pl.DataFrame:
    """Sum up the entries by the rows at both ends of each; the same as `walk.sum_up`."""
    stay = pl.col(STAY)
    started = rows.filter("starts").select(
        *walk.ENTRY, STAY, "held_back", started_at="time", start_row="row"
    )
    last = rows.filter(stay.is_not_null() & stay.ne_missing(stay.shift(-1)))["received_at"]
    exits = rows.filter(stay.is_not_null() & (pl.col("role") == walk.EXITED))
    exits = exits.filter(differs(STAY)).with_columns(exited_at="time")
    ended = ByPlace(started.height).bring(
        nw.from_native(started.with_columns(last.alias("last_action_at")), eager_only=True),
        nw.from_native(exits, eager_only=True),
        "exited_at",
    )
    found: pl.DataFrame = ended.with_columns(limit=walk.limit(rules)).to_native()
    return found


@dataclass(frozen=True, slots=True)
class ByPlace:
    """Meeting by look-ups: entries are numbered from 0 by `STAY`, and rows stand in that order."""

    count: int

    def bring(self, rows: Any, others: Any, *columns: str) -> Any:
        """See `walk.Meeting`."""
        native, at = others.to_native(), rows.to_native()[STAY]
        every = (self._spread(native[STAY], native[name]) for name in columns)
        return nw.from_native(rows.to_native().with_columns(column.gather(at) for column in every))

    def _spread(self, places: pl.Series, values: pl.Series) -> pl.Series:
        if len(values) == self.count:
            return values
        nothing = pl.repeat(None, self.count, dtype=values.dtype, eager=True)
        return nothing.scatter(places, values).alias(values.name)

    def firsts(self, rows: Any) -> Any:
        """See `walk.Meeting`."""
        native = rows.to_native()
        return nw.from_native(native.filter(pl.col(STAY).is_not_null()).filter(differs(STAY)))


def _touched(rows: pl.DataFrame, conversions: pl.DataFrame, entries: int) -> nw.DataFrame[Any]:
    """Add the last touches to the conversions, looking only at the entries that hold one."""
    converting = pl.repeat(False, entries, eager=True)
    converting = converting.scatter(conversions[STAY].drop_nulls(), True)
    looked = rows.filter(converting.gather(rows[STAY])).with_columns(differs(STAY).alias(FIRST))
    touches = walk.last_touches(nw.from_native(looked, eager_only=True), Ordered())
    found = touches.filter(nw.col("role") == walk.GOAL).select("step", "interaction", "receipt")
    return nw.from_native(
        conversions.join(found.to_native(), on="step", how="left", maintain_order="left")
    )


def _reached(rows: pl.DataFrame, actions: BitMasks) -> nw.DataFrame[Any]:
    """Return the entries that received an action, by `STAY`, with the bits of those they did."""
    received = (pl.col("role") == walk.RECEIVED) & ~pl.col("held_back")
    width = len(actions.members) + 1
    pair = (pl.col(STAY) * width + pl.col("number")).alias("pair")
    # Sorted numbers find repeats faster than a hash table does.
    pairs = rows.filter(received, pl.col(STAY).is_not_null()).select(pair)["pair"].sort()
    once = pairs.to_frame().filter(differs("pair"))
    own = once.select(pl.col("pair") // width, *actions.of(pl.col("pair") % width))
    # Without repeats a sum is as good as an or; what sums overflow by, differences take back.
    last = pl.col("pair").ne_missing(pl.col("pair").shift(-1))
    sums = own.with_columns(pl.col(actions.words).cum_sum()).filter(last)
    before = pl.col(actions.words).shift(1, fill_value=0)
    found = sums.select(pl.col("pair").alias(STAY), pl.col(actions.words) - before)
    return nw.from_native(found, eager_only=True)
