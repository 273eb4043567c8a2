"""One metric over time, as a user asks for it."""

import polars as pl

from results_widgets.engine.breakdown import AskedBy
from results_widgets.engine.calendar import check_every
from results_widgets.engine.metrics.series import SIDES
from results_widgets.engine.query import Grouping
from results_widgets.errors import QueryError
from results_widgets.glossary.names import MetricKey, MetricName
from results_widgets.keys import Every
from results_widgets.results.breakdown import named_by
from results_widgets.results.first_line import first_line
from results_widgets.results.over_time import Compare, explored
from results_widgets.results.session import HasSession


def explore(  # noqa: PLR0913, PLR0917 - fixed public signature
    self: HasSession,
    metric: "MetricName | None" = None,
    action: str | None = None,
    channel: str | None = None,
    every: Every | None = None,
    cumulative: bool | None = None,  # noqa: FBT001 - fixed public signature
    by: AskedBy = None,
    compare: Compare | None = None,
    interval: float | None = None,
) -> pl.DataFrame:
    """Return one metric over time.

    Intervals are those of the time zone: a day has 23 or 25 hours when clocks change, a week starts
    on Monday. Distinct users are counted within each interval; cumulatively, up to the end of each interval, so
    the last value is the total.

    Args:
        metric: Key of the glossary. None: a suitable metric and interval for the campaign: for a single blast,
            conversions cumulated over time; for a journey, conversions per interval.
        action: Id of the action that the metric belongs to.
        channel: Id of the channel that the metric belongs to.
        every: ``"1h"``, ``"1d"``, ``"1w"`` or ``"1mo"``; None: by days, or the interval of the metric chosen by None.
        cumulative: Whether values are cumulative from the start of the range; None: no, unless the metric chosen
            by None is.
        by: Column of the events or users to break down by, one of `breakdowns`; or several.
        compare: ``"previous"`` adds the values of the period of equal length before the range, ``"last_year"``
            those of the same days a year before, a date or ``"2026-02-15"`` those of as many days from that day
            on; other ``Results`` those of their campaign, aligned by days since its first day (or since the start
            of their range). A period that has had more time is counted as of when it was as old as the range is
            now. A group without rows in another period has a count of 0 and no rate; without rows in another
            campaign, null.
        interval: Level of the intervals to add to a rate, ``0.95``; None adds none.

    Returns:
        time (Datetime µs in the time zone): Start of the interval.
        value (Float64): The metric in it; null for a rate whose denominator is 0.
        low (Float64): With ``interval``, the lower end of a proportion's Wilson interval; null for
            other metrics.
        high (Float64): With ``interval``, its upper end.
        by (its own type): With ``by``, the group, in a column of that name; one column for each of several.
        previous (Float64): With ``compare``, the value of the corresponding interval of the other period; null
            where there is none, or where a period is compared but no range is set.
        previous_time (Datetime µs in the time zone): With ``compare``, the start of that interval.

    Raises:
        QueryError: The metric, action, channel, interval or column is not known (the message lists the known
            ones), ``interval`` is not between 0 and 1, ``compare`` is not a period, or the other campaign does not
            have the metric or column.

    Examples:
        >>> results.explore("users", every="1w").head(3)
        shape: (3, 2)
        ┌─────────────────────────┬───────┐
        │ time                    ┆ value │
        │ ---                     ┆ ---   │
        │ datetime[μs, UTC]       ┆ f64   │
        ╞═════════════════════════╪═══════╡
        │ 2026-03-02 00:00:00 UTC ┆ 52.0  │
        │ 2026-03-09 00:00:00 UTC ┆ 49.0  │
        │ 2026-03-16 00:00:00 UTC ┆ 25.0  │
        └─────────────────────────┴───────┘
        >>> results.explore("opened", action="we-miss-you", every="1mo", cumulative=True)
        shape: (2, 2)
        ┌─────────────────────────┬───────┐
        │ time                    ┆ value │
        │ ---                     ┆ ---   │
        │ datetime[μs, UTC]       ┆ f64   │
        ╞═════════════════════════╪═══════╡
        │ 2026-03-01 00:00:00 UTC ┆ 85.0  │
        │ 2026-04-01 00:00:00 UTC ┆ 105.0 │
        └─────────────────────────┴───────┘
        >>> results.explore("converted_rate", every="1mo", interval=0.95)
        shape: (2, 4)
        ┌─────────────────────────┬──────────┬──────────┬──────────┐
        │ time                    ┆ value    ┆ low      ┆ high     │
        │ ---                     ┆ ---      ┆ ---      ┆ ---      │
        │ datetime[μs, UTC]       ┆ f64      ┆ f64      ┆ f64      │
        ╞═════════════════════════╪══════════╪══════════╪══════════╡
        │ 2026-03-01 00:00:00 UTC ┆ 0.203704 ┆ 0.148887 ┆ 0.272247 │
        │ 2026-04-01 00:00:00 UTC ┆ 0.0      ┆ 0.0      ┆ 0.107179 │
        └─────────────────────────┴──────────┴──────────┴──────────┘
    """
    if metric is None:
        if action or channel:
            raise QueryError(
                "explore() of an action or a channel needs a metric; results.glossary() lists them"
            )
        line = first_line(self._session)
        metric, every = MetricKey(line.metric), every or line.interval
        cumulative = line.cumulative if cumulative is None else cumulative
    asked = metric, action, channel
    columns = self._session.data.check_by(by)
    grouping = Grouping(columns, check_every(every or "1d"), cumulative=bool(cumulative))
    found = explored(self._session, grouping, asked, compare, interval)
    return named_by(found.drop(SIDES), columns)
