"""How ripe a campaign's numbers are: when entries convert, and what the open ones may still bring."""

from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.engine.calendar import DAY
from results_widgets.engine.frames import Rows, collect
from results_widgets.engine.query import BUCKET
from results_widgets.engine.scoped import ScopedRows
from results_widgets.engine.statistics import Z_95

_BINS: Final = 1_000
"""Into how many parts the longest entry is cut for the forecast."""

_TOO_MANY: Final = 0.1
"""Of those waiting: if more outlive every entry seen before them, they are no guide."""


def followed(scoped: ScopedRows) -> Rows:
    """Return the entries in range, and how long each has been seen.

    Those held back are left out, unless the definition set counts them as entered.

    Returns:
        started_at, ended_at, group keys, converted (0 or 1: whether it has a conversion), follow (µs
        until its first conversion; else until its window ended or, if that is open, the newest event).
    """
    data, definitions = scoped.data.require_users(), scoped.query.definitions
    entries = scoped.entries
    if definitions.held_back == "apart":
        entries = entries.filter(~nw.col("held_back"))
    found = data.conversions(definitions, None).filter(~nw.col("entry").is_null())
    first = found.group_by("user", "entry").agg(_at=nw.col("time").min())
    rows = entries.join(first, on=["user", "entry"], how="left")
    until = nw.min_horizontal("ended_at", nw.lit(data.newest))
    converts = ~nw.col("_at").is_null()
    # A source may know of a conversion before the first action of its entry.
    taken = nw.max_horizontal(nw.coalesce("_at", until) - nw.col("started_at"), nw.lit(0))
    return rows.select(
        "started_at",
        "ended_at",
        *scoped.grouping.keys,
        converted=converts.cast(nw.Int64),
        follow=taken,
    )


# --------------------------------------------------------------------------------- time to convert


def survival(scoped: ScopedRows) -> pl.DataFrame:
    """Return the share of entries that convert by a time, as Kaplan and Meier estimate it.

    Kaplan, E. L., and Meier, P. (1958), JASA 53, 457-481, with Greenwood's variance on the scale of
    log(-log): Kalbfleisch, J. D., and Prentice, R. L. (1980), The Statistical Analysis of Failure Time
    Data, section 1.3.

    Returns:
        Group keys, time (Duration), at_risk, converted, censored, value, low, high.
    """
    keys = scoped.grouping.keys
    counts = followed(scoped).with_columns(censored=1 - nw.col("converted"))
    counts = counts.group_by(*keys, "follow").agg(
        *(nw.col(name).sum().cast(nw.Int64) for name in ("converted", "censored"))
    )
    found = collect(counts).sort(*keys, "follow", nulls_last=True)
    events = pl.col("converted", "censored").cast(pl.Int64)
    found = found.with_columns(events).with_columns(_gone=pl.col("converted") + pl.col("censored"))
    left = pl.col("_gone").cum_sum(reverse=True)
    found = found.with_columns(at_risk=_over(left, keys))
    at_risk, converted = pl.col("at_risk"), pl.col("converted")
    remaining = (1 - converted / at_risk).cum_prod()
    # Nobody left unconverted: the variance has no value any more.
    term = converted / (at_risk * (at_risk - converted))
    found = found.with_columns(_left=_over(remaining, keys), _sum=_over(term.cum_sum(), keys))
    share = pl.col("_left")
    known = (share > 0) & (share < 1)
    spread = Z_95 * pl.col("_sum").sqrt() / share.log().abs()
    return found.select(
        *keys,
        pl.col("follow").cast(pl.Duration("us")).alias("time"),
        "at_risk",
        "converted",
        "censored",
        (1 - share).alias("value"),
        pl.when(known).then(1 - share.pow((-spread).exp())).alias("low"),
        pl.when(known).then(1 - share.pow(spread.exp())).alias("high"),
    )


def _over(expression: pl.Expr, keys: list[str]) -> pl.Expr:
    return expression.over(keys) if keys else expression


# ----------------------------------------------------------------------------------------- cohorts


def cohorts(scoped: ScopedRows, every: str) -> pl.DataFrame:
    """Return how many of the entries of each interval have converted by each age.

    Args:
        scoped: The rows, grouped by the interval.
        every: The interval.

    Returns:
        start (Int64: µs), entries, age_days, converted_rate (null where not all of its entries are
        that old).
    """
    data = scoped.data
    rows = followed(scoped)
    age = -(-nw.col("follow") // DAY)
    groups = rows.with_columns(age=nw.when(nw.col("converted") == 1).then(age))
    found = collect(
        groups.group_by(BUCKET, "age").agg(
            nw.len().alias("rows"), nw.col("started_at").max().alias("latest")
        )
    )
    window = -(-_micros(scoped) // DAY)
    oldest = found["age"].max()
    last = max(window, oldest if isinstance(oldest, int) else 0, 1)
    rows_out: list[tuple[int, int, int, float | None]] = []
    buckets = sorted(found[BUCKET].unique().to_list())
    starts = data.calendar(scoped.query).starts(buckets, every)
    for bucket, start in zip(buckets, starts, strict=True):
        own = found.filter(pl.col(BUCKET) == bucket)
        total, latest = int(own["rows"].sum()), own["latest"].max()
        assert isinstance(latest, int)
        by_age = dict(own.drop_nulls("age").select("age", "rows").iter_rows())
        converted = by_age.get(0, 0)
        for days in range(1, last + 1):
            converted += by_age.get(days, 0)
            seen = latest + days * DAY <= data.newest
            rows_out.append((start, total, days, converted / total if seen else None))
    schema = {"start": pl.Int64, "entries": pl.Int64, "age_days": pl.Int64}
    return pl.DataFrame(rows_out, {**schema, "converted_rate": pl.Float64}, orient="row")


def _micros(scoped: ScopedRows) -> int:
    window = scoped.data.campaign.attribution_window
    return round(window.total_seconds() * 1_000_000)


# ---------------------------------------------------------------------------------------- forecast


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
    """Return what the open entries will bring, if they fare as those before them at the same age.

    Closing, by a window's end or an exit, is a competing event, so entries that an action prolongs
    are followed as long as such entries are: Aalen, O. O., and Johansen, S. (1978), Scandinavian
    Journal of Statistics 5, 141-150, on a life table with a thousand ages. The variance is that of
    its shares, by the delta method, of the open entries' own chance, and of those who may outlive
    all that were seen before them.
    """
    data = scoped.data
    rows = followed(scoped).with_columns(
        open=(nw.col("ended_at") > data.newest).cast(nw.Int64),
    )
    rows = rows.with_columns(waiting=nw.col("open") * (1 - nw.col("converted")))
    edges = collect(
        rows.select(
            entries=nw.len(),
            open=nw.col("open").sum(),
            waiting=nw.col("waiting").sum(),
            converted=nw.col("converted").sum(),
            longest=nw.col("follow").max(),
            decides=nw.when(nw.col("open") == 1).then(nw.col("ended_at")).max(),
        )
    ).row(0, named=True)
    width = max(1, -(-int(edges["longest"] or 0) // _BINS))
    ages = rows.with_columns(age=nw.col("follow") // width)
    counts = ages.group_by("age").agg(
        nw.len().cast(nw.Int64).alias("rows"),
        *(nw.col(name).sum().cast(nw.Int64) for name in ("converted", "waiting")),
    )
    bins = _life_table(collect(counts).sort("age"))
    more, variance, unknown = _still_to_come(bins)
    converted = int(edges["converted"] or 0)
    decides = edges["decides"]
    return Forecast(
        entries=int(edges["entries"]),
        open=int(edges["open"] or 0),
        waiting=int(edges["waiting"] or 0),
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
