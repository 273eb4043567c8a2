"""One metric by hour of the day and day of the week."""

from dataclasses import replace
from itertools import product
from zoneinfo import available_timezones

import polars as pl

from results_widgets.engine.calendar import from_micros
from results_widgets.engine.frames import BY
from results_widgets.engine.metrics.series import SIDES, find_series
from results_widgets.engine.query import Grouping
from results_widgets.errors import QueryError
from results_widgets.glossary.names import MetricName
from results_widgets.portfolio.members import CAMPAIGN, HasMembers, read_once, stacked
from results_widgets.results.over_time import explored
from results_widgets.results.session import Session

_CELL = ("weekday", "hour")
_NUMBERS = ("value", *SIDES)
# Made without a query: the first one starts Polars' threads, which an import should not.
_CELLS = pl.DataFrame(
    list(product(range(1, 8), range(24))), {"weekday": pl.Int64, "hour": pl.Int64}, orient="row"
)


def heatmap(
    self: HasMembers,
    metric: "MetricName",
    channel: str | None = None,
    time_zone: str | None = None,
    recipient: str | None = None,
) -> pl.DataFrame:
    """Return one metric of every campaign by weekday and hour.

    Args:
        metric: Key of the glossary of a metric that can be added up: a count, a value, or a rate of these.
            Distinct users cannot, since one user may appear in many hours.
        channel: Id of the channel whose metric is meant; campaigns without it are left out.
        time_zone: IANA name of the viewer's zone; None: each campaign's own.
        recipient: Attribute of the users with each recipient's own zone, used instead; users without a known zone
            get ``time_zone``. The range covers the same instants either way.

    Returns:
        campaign (String): Name of the campaign.
        weekday (Int64): 1 is Monday.
        hour (Int64): 0 to 23, in local time.
        value (Float64): The metric over all these hours of the range; null for a rate whose denominator is 0, and
            for a metric that is not available.
        numerator (Float64): Number above the line of a rate; null for other metrics.
        denominator (Float64): Number below the line of a rate; null for other metrics.

    Raises:
        QueryError: The metric, channel, zone or attribute is not known, or the metric cannot be added up.

    Examples:
        >>> found = portfolio.heatmap("conversions").filter(campaign="spring")
        >>> found.height, found["value"].sum()
        (168, 33.0)
    """
    read_once(self._members)
    sessions = {name: one._session for name, one in self._members.items()}
    if channel is not None:
        known = {id_: None for one in sessions.values() for id_ in one.campaign.channels}
        if channel not in known:
            raise QueryError.unknown("channel", channel, known)
        sessions = {n: one for n, one in sessions.items() if channel in one.campaign.channels}
    if time_zone is not None and time_zone not in (zones := available_timezones()):
        raise QueryError.unknown("time zone", time_zone, zones)
    found = []
    for name, one in sessions.items():
        session = one if time_zone is None else _in_zone(one, time_zone)
        found.append((name, _grid(session, metric, channel, recipient)))
    return stacked(found).select(CAMPAIGN, *_CELL, "value", *SIDES)


def _in_zone(session: Session, zone: str) -> Session:
    """Return a session by the days of another zone, over the same instants."""
    first, last = (None if at is None else from_micros(at) for at in session.query.micros())
    return session.with_query(replace(session.query, time_zone=zone, start=first, end=last))


def _grid(
    session: Session, metric: str, channel: str | None, recipient: str | None
) -> pl.DataFrame:
    grouping = Grouping(every="1h", by=recipient)
    session.data.check_by(recipient)
    series = find_series(session.scoped(grouping), metric, None, channel)
    definitions = session.query.definitions
    if not series.metric.adds_up(definitions) or series.metric.counts_days(definitions):
        raise QueryError(
            f"{metric!r} cannot be added up over hours, since one user may appear in several; choose a count, a "
            f"value or a rate of counts, such as 'conversions'"
        )
    parts = _parts(session, grouping, (metric, None, channel))
    is_rate = series.metric.numerator is not None
    told = "numerator" if is_rate else "value"
    if all(part[told].null_count() == part.height for part in parts):
        # What the source cannot say is n/a in every hour, and not 0.
        return _CELLS.with_columns(pl.lit(None, pl.Float64).alias(name) for name in _NUMBERS)
    sums = pl.concat(_placed(part) for part in parts).group_by(_CELL).agg(pl.col(_NUMBERS).sum())
    grid = _CELLS.join(sums, on=_CELL, how="left").with_columns(pl.col(_NUMBERS).fill_null(0.0))
    over, under = pl.col("numerator"), pl.col("denominator")
    nothing = pl.lit(None, pl.Float64)
    values = (
        (pl.when(under != 0).then(over / under).alias("value"),)
        if is_rate
        else (nothing.alias("numerator"), nothing.alias("denominator"))
    )
    return grid.with_columns(values).sort(_CELL)


def _parts(
    session: Session, grouping: Grouping, asked: tuple[str, str | None, str | None]
) -> list[pl.DataFrame]:
    """Return the hours of a metric: in the session's zone, or of each recipient's zone in that."""
    own = explored(session, grouping, asked)
    if grouping.by is None:
        return [own]
    named = own[BY].cast(pl.String)
    # Asked for once: it looks through the folders of all zones each time.
    zones = sorted(available_timezones().intersection(named.drop_nulls()))
    parts = [own.filter(~named.is_in(zones).fill_null(False))]
    for zone in zones:
        found = explored(_in_zone(session, zone), grouping, asked)
        parts.append(found.filter(pl.col(BY).cast(pl.String) == zone))
    return parts


def _placed(part: pl.DataFrame) -> pl.DataFrame:
    """Return the hours of one zone by weekday and hour on the wall."""
    time = part["time"].dt.replace_time_zone(None)
    return part.select(
        time.dt.weekday().cast(pl.Int64).alias("weekday"),
        time.dt.hour().cast(pl.Int64).alias("hour"),
        *_NUMBERS,
    )
