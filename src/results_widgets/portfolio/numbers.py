"""The numbers of every campaign, one below the other; nothing here is added up over campaigns."""

import polars as pl

from results_widgets.engine.calendar import check_every
from results_widgets.engine.query import Grouping
from results_widgets.glossary.names import MetricName
from results_widgets.keys import Every
from results_widgets.portfolio.members import CAMPAIGN, HasMembers, count_once, stacked, the_zone


def overview(self: HasMembers, interval: float | None = None) -> pl.DataFrame:
    """Return the metrics of every campaign as a whole, as in `Results.overview`.

    Nothing is added up over campaigns: they may be in several currencies, and one user or purchase
    may be in several of them; see `overlap` and `credit`.

    Args:
        interval: Level of the intervals to add, ``0.95``; None adds none.

    Returns:
        campaign (String): Name of the campaign, in the order of the portfolio.
        metric (String): Key of the glossary.
        value (Float64): The number; null for a rate whose denominator is 0.
        numerator (Float64): Number above the line of a rate; null for other metrics.
        denominator (Float64): Number below the line of a rate; null for other metrics.
        low (Float64): With ``interval``, the lower end of a proportion's interval.
        high (Float64): With ``interval``, its upper end.

    Raises:
        QueryError: ``interval`` is not between 0 and 1.

    Examples:
        >>> portfolio.overview().filter(metric="users")
        shape: (2, 5)
        ┌──────────┬────────┬───────┬───────────┬─────────────┐
        │ campaign ┆ metric ┆ value ┆ numerator ┆ denominator │
        │ ---      ┆ ---    ┆ ---   ┆ ---       ┆ ---         │
        │ str      ┆ str    ┆ f64   ┆ f64       ┆ f64         │
        ╞══════════╪════════╪═══════╪═══════════╪═════════════╡
        │ spring   ┆ users  ┆ 194.0 ┆ null      ┆ null        │
        │ autumn   ┆ users  ┆ 199.0 ┆ null      ┆ null        │
        └──────────┴────────┴───────┴───────────┴─────────────┘
    """
    count_once(self._members).count_overviews()
    return stacked((name, one.overview(interval=interval)) for name, one in self._members.items())


def explore(
    self: HasMembers,
    metric: "MetricName",
    every: Every = "1d",
    cumulative: bool = False,  # noqa: FBT001, FBT002 - as in Results.explore
) -> pl.DataFrame:
    """Return one metric of every campaign over time, as in `Results.explore`.

    Args:
        metric: Key of the glossary, of the campaign as a whole.
        every: ``"1h"``, ``"1d"``, ``"1w"`` or ``"1mo"``.
        cumulative: Whether values are cumulative from the start of the range.

    Returns:
        campaign (String): Name of the campaign, in the order of the portfolio.
        time (Datetime µs in the time zone): Start of the interval; each campaign has its own span.
        value (Float64): The metric in it; null for a rate whose denominator is 0.

    Raises:
        QueryError: The metric or interval is not known, or the campaigns are in several time zones.

    Examples:
        >>> portfolio.explore("users", every="1mo").select("campaign", "value")
        shape: (4, 2)
        ┌──────────┬───────┐
        │ campaign ┆ value │
        │ ---      ┆ ---   │
        │ str      ┆ f64   │
        ╞══════════╪═══════╡
        │ spring   ┆ 162.0 │
        │ spring   ┆ 32.0  │
        │ autumn   ┆ 147.0 │
        │ autumn   ┆ 52.0  │
        └──────────┴───────┘
    """
    the_zone(self._members, "a time axis")
    grouping = Grouping(every=check_every(every), cumulative=cumulative)
    count_once(self._members).count_series(metric, grouping)
    found = stacked(
        (name, one.explore(metric, every=every, cumulative=cumulative))
        for name, one in self._members.items()
    )
    return found.select(CAMPAIGN, "time", "value")
