"""How complete a campaign's conversions are: when entries convert, and how many have by each age."""

from dataclasses import dataclass

import narwhals as nw
import polars as pl

from results_widgets.engine.calendar import DAY
from results_widgets.engine.frames import Rows, collect
from results_widgets.engine.query import BUCKET
from results_widgets.engine.scoped import ScopedRows
from results_widgets.engine.statistics import Z_95


@dataclass(frozen=True, slots=True)
class Windows:
    """How many entries of the range are still open.

    Attributes:
        entries: How many entries there are.
        open: Those whose window has not ended by the newest event.
        decides_at: When the last window closes, epoch µs; None if all are closed.
    """

    entries: int
    open: int
    decides_at: int | None


def open_windows(scoped: ScopedRows) -> Windows:
    """Return how many entries are still open; those held back are left out as in `followed`."""
    ended = nw.col("ended_at")
    still = ended > scoped.data.newest
    found = scoped.collect(
        _counted_entries(scoped).select(
            nw.len().cast(nw.Int64).alias("entries"),
            still.cast(nw.Int64).sum().alias("open"),
            nw.when(still).then(ended).max().alias("decides"),
        )
    )
    entries, is_open, decides = found.row(0)
    return Windows(int(entries), int(is_open or 0), None if decides is None else int(decides))


def _counted_entries(scoped: ScopedRows) -> Rows:
    entries = scoped.entries
    if scoped.query.definitions.held_back == "apart":
        entries = entries.filter(~nw.col("held_back"))
    return entries


def followed(scoped: ScopedRows) -> Rows:
    """Return the entries in range, and how long each has been seen.

    Those held back are left out, unless the definition set counts them as entered.

    Returns:
        started_at, ended_at, group keys, converted (0 or 1: whether it has a conversion), follow (µs
        until its first conversion; else until its window ended or, if that is open, the newest event).
    """
    data, definitions = scoped.data.require_users(), scoped.query.definitions
    entries = _counted_entries(scoped)
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
