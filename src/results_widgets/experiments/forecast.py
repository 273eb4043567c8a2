"""What the open entries may still bring: a campaign's final converted rate, and that of each interval."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from math import sqrt
from typing import Any, Final

import narwhals as nw
import polars as pl

from results_widgets.engine.query import BUCKET
from results_widgets.engine.scoped import ScopedRows
from results_widgets.engine.statistics import Z_95
from results_widgets.experiments.maturity import followed

_BINS: Final = 1_000
"""Into how many parts the longest entry is cut."""

_TOO_MANY: Final = 0.1
"""Share of those waiting: if more than this outlive every earlier entry, earlier entries are no guide."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What share of the entries will have converted once all windows are closed.

    Attributes:
        entries: How many entries there are.
        open: How many of them are open at the newest event.
        waiting: How many of those may still convert.
        converted: How many have converted.
        expected: How many are expected to have, in the end.
        variance: Variance of that.
        unknown: How many of those waiting are expected to outlive every entry seen before them.
        decides_at: When the last window closes, epoch µs; None if all are closed.
    """

    entries: int
    open: int
    waiting: int
    converted: int
    expected: float
    variance: float
    unknown: float
    decides_at: int | None

    @property
    def rate(self) -> float | None:
        """The converted rate so far."""
        return self.converted / self.entries if self.entries else None

    def ends(self, z: float = Z_95) -> tuple[float | None, float | None, float | None]:
        """Return the final rate with its interval, nothing without entries.

        While too many open entries may outlive all that were seen before them, there is no estimate,
        and the interval is what is certain: none or all of those waiting convert.
        """
        if not self.entries:
            return None, None, None
        least, most = float(self.converted), float(self.converted + self.waiting)
        if self.unknown > _TOO_MANY * self.waiting:
            return None, least / self.entries, most / self.entries
        half = z * sqrt(self.variance)
        low, high = max(least, self.expected - half), min(most, self.expected + half)
        return self.expected / self.entries, low / self.entries, high / self.entries


@dataclass(frozen=True, slots=True)
class Bin:
    """What happens to entries at one age.

    Attributes:
        at_risk: How many are open at its start, less half of those not seen to its end.
        converting: Share of them that convert in it.
        closing: Share of them that close in it without: their window ends, or they exit.
        waiting: How many are of that age now: open, and not converted.
    """

    at_risk: float
    converting: float
    closing: float
    waiting: int


def forecast(scoped: ScopedRows) -> Forecast:
    """Return what the open entries will bring, if they behave as earlier entries did at the same age.

    Closing, by a window's end or an exit, is a competing event, so entries that an action prolongs
    are followed as long as such entries are: Aalen, O. O., and Johansen, S. (1978), Scandinavian
    Journal of Statistics 5, 141-150, on a life table with a thousand ages. The variance is that of
    its shares, by the delta method, of the open entries' own chance, and of those who may outlive
    all that were seen before them.
    """
    table, totals = _counted(scoped)
    bins = _life_table(table)
    return _forecast(bins, totals.row(0, named=True))


def forecasts(scoped: ScopedRows) -> dict[int, Forecast]:
    """Return the forecast of the entries of each interval, by the interval's number.

    The forecast assumes that they behave as all entries of the range did at the same age, in whichever interval.

    Args:
        scoped: The rows, grouped by an interval.
    """
    table, totals = _counted(scoped)
    pooled = table.group_by("age").agg(pl.col("rows", "converted", "waiting").sum()).sort("age")
    by_age = dict(zip(pooled["age"].to_list(), _life_table(pooled), strict=True))
    nobody = {age: replace(one, waiting=0) for age, one in by_age.items()}
    own: dict[int, dict[int, Bin]] = {bucket: {**nobody} for bucket in totals[BUCKET]}
    for bucket, age, waiting in table.select(BUCKET, "age", "waiting").iter_rows():
        own[bucket][age] = replace(by_age[age], waiting=waiting)
    rows = totals.iter_rows(named=True)
    return {row[BUCKET]: _forecast([*own[row[BUCKET]].values()], row) for row in rows}


def _counted(scoped: ScopedRows) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return how many entries there are by age (group keys, age, rows, converted, waiting), and in all."""
    data, keys = scoped.data, scoped.grouping.keys
    rows = followed(scoped).with_columns(
        open=(nw.col("ended_at") > data.newest).cast(nw.Int64),
    )
    rows = rows.with_columns(waiting=nw.col("open") * (1 - nw.col("converted")))
    sums = (nw.col(name).sum().cast(nw.Int64) for name in ("open", "waiting", "converted"))
    edges = (
        nw.col("follow").max().alias("longest"),
        nw.when(nw.col("open") == 1).then(nw.col("ended_at")).max().alias("decides"),
    )
    counts = (nw.len().cast(nw.Int64).alias("entries"), *sums, *edges)
    totals = scoped.collect(rows.group_by(*keys).agg(*counts) if keys else rows.select(*counts))
    longest = totals["longest"].max()
    width = max(1, -(-(longest if isinstance(longest, int) else 0) // _BINS))
    ages = rows.with_columns(age=nw.col("follow") // width)
    table = ages.group_by(*keys, "age").agg(
        nw.len().cast(nw.Int64).alias("rows"),
        *(nw.col(name).sum().cast(nw.Int64) for name in ("converted", "waiting")),
    )
    return scoped.collect(table).sort(*keys, "age"), totals.sort(*keys) if keys else totals


def _forecast(bins: list[Bin], totals: Mapping[str, Any]) -> Forecast:
    more, variance, unknown = _still_to_come(bins)
    converted, decides = int(totals["converted"] or 0), totals["decides"]
    return Forecast(
        entries=int(totals["entries"]),
        open=int(totals["open"] or 0),
        waiting=int(totals["waiting"] or 0),
        converted=converted,
        expected=converted + more,
        variance=variance,
        unknown=unknown,
        decides_at=None if decides is None else int(decides),
    )


def _life_table(counts: pl.DataFrame) -> list[Bin]:
    """Return what happened at each age, from how many entries were seen that long."""
    bins = []
    left = int(counts["rows"].sum())
    for rows, converted, waiting in counts.select("rows", "converted", "waiting").iter_rows():
        at_risk = left - waiting / 2
        closed = rows - converted - waiting
        bins.append(Bin(at_risk, converted / at_risk, closed / at_risk, int(waiting)))
        left -= int(rows)
    return bins


def _still_to_come(bins: list[Bin]) -> tuple[float, float, float]:
    """Return how many of those waiting are expected to convert, the variance of that, and how many to
    outlive every entry that was seen before them, so that nothing is known of them.
    """
    # The chance to convert of who is open at the start of each age, from the last to the first.
    chances = [0.0]
    for one in reversed(bins):
        chances.append(one.converting + (1 - one.converting - one.closing) * chances[-1])
    chances.reverse()
    expected = variance = reaching = 0.0
    for one, (now, then) in zip(bins, pairwise(chances), strict=True):
        # Who is of that age is somewhere in it: halfway between its start and its end.
        chance = (now + then) / 2
        expected += one.waiting * chance
        variance += one.waiting * chance * (1 - chance)
        reaching += one.waiting / 2
        h, g = one.converting, one.closing
        by_h, by_g = reaching * (1 - then), -reaching * then
        spread = by_h**2 * h * (1 - h) + by_g**2 * g * (1 - g) - 2 * by_h * by_g * h * g
        variance += spread / one.at_risk
        reaching = reaching * (1 - h - g) + one.waiting / 2
    # Those who are left at the end may convert as others do from the start, or not at all.
    return expected, variance + (reaching * chances[0]) ** 2, reaching
