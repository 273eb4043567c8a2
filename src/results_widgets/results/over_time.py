"""One metric over time."""

from contextlib import suppress
from datetime import date, datetime

import polars as pl

from results_widgets.engine.metrics import series as series_engine
from results_widgets.engine.metrics.base import VALUE
from results_widgets.engine.metrics.beside import beside
from results_widgets.engine.metrics.earlier import Against
from results_widgets.engine.metrics.series import SIDES
from results_widgets.engine.metrics.table import answer
from results_widgets.engine.query import FIRST_DAY, LAST_DAY, Grouping
from results_widgets.errors import QueryError
from results_widgets.results.intervals import series_with_intervals
from results_widgets.results.session import HasSession, Session

Compare = str | date | HasSession
"""What a line is compared with: ``"previous"``, ``"last_year"``, a first day, or another campaign's results."""


def as_against(compare: object) -> Against | None:
    """Return what a range is compared with; None: nothing.

    Raises:
        QueryError: It is no period.
    """
    if compare is None:
        return None
    if compare == "previous" or compare == "last_year":  # noqa: PLR1714 - type checkers follow this
        return compare
    day = compare
    if isinstance(compare, str):
        with suppress(ValueError):
            day = date.fromisoformat(compare)
    if not isinstance(day, date) or isinstance(day, datetime):
        raise QueryError(
            f"unknown comparison {compare!r}; known: previous, last_year, "
            "the first day of a period, such as '2026-02-15', or the results of another campaign"
        )
    if not FIRST_DAY <= day <= LAST_DAY:
        raise QueryError(f"{day} lies outside the years {FIRST_DAY.year} to {LAST_DAY.year}")
    return day


def explored(
    session: Session,
    grouping: Grouping,
    asked: tuple[str, str | None, str | None],
    compare: Compare | None = None,
    interval: float | None = None,
) -> pl.DataFrame:
    """Return what `results.explore` returns, with numerator and denominator of a rate, and the group by its keys.

    Args:
        session: What is asked.
        grouping: By which intervals, and by which columns.
        asked: The metric, and the action or channel that it belongs to.
        compare: As in `explore`.
        interval: As in `explore`.

    Raises:
        QueryError: See `explore`.
    """
    _ = session.data.check_by(grouping.by)
    other = getattr(compare, "_session", None)
    against = None if isinstance(other, Session) else as_against(compare)
    found = session.cached(
        "explore",
        *(*asked, grouping, against),
        compute=lambda: _series(session, grouping, asked, against),
    )
    if isinstance(other, Session):
        # Not cached with this campaign's data, which would keep the other campaign's data alive as long.
        found = _with_other(session, found, other, grouping, asked)
    found = series_with_intervals(session, found, session.describe(*asked), interval)
    names = ("time", VALUE, *SIDES, "low", "high", *grouping.by_keys, "previous", "previous_time")
    # A copy: frames can be changed in place, and the cached one must not be.
    return found.select(n for n in names if n in found.columns)


def undivided(
    session: Session, by: str | None, asked: tuple[str, str | None, str | None]
) -> pl.DataFrame:
    """Return a metric over the whole range; for distinct users this is not the sum of its intervals or groups.

    Args:
        session: What is asked.
        by: A column, for a number of each of its groups; None for a single one.
        asked: The metric, and the action or channel that it belongs to.

    Returns:
        value, numerator, denominator (Float64) [, the key of the group]; null where a roll-up cannot provide them.

    Raises:
        QueryError: See `explore`.
    """
    grouping = Grouping(session.data.check_by(by))

    def compute() -> pl.DataFrame:
        scoped = session.scoped(grouping)
        series = series_engine.find_series(scoped, *asked)
        found = answer(scoped, series.scope, [(series.owner, series.metric)])
        return found.select(VALUE, *SIDES, *grouping.by_keys)

    return session.cached("undivided", *asked, by, compute=compute).clone()


def _series(
    session: Session,
    grouping: Grouping,
    asked: tuple[str, str | None, str | None],
    against: Against | None,
) -> pl.DataFrame:
    scoped = session.scoped(grouping)
    series = series_engine.find_series(scoped, *asked)
    if why := session.missing_users(series.metric, grouping.every):
        raise QueryError(why)
    found = series_engine.explore(scoped, series)
    if against is not None:
        found = series_engine.with_previous(found, scoped, series, against)
    return found


def _with_other(
    session: Session,
    found: pl.DataFrame,
    other: Session,
    grouping: Grouping,
    asked: tuple[str, str | None, str | None],
) -> pl.DataFrame:
    """Add the numbers of another campaign, as `explore` documents them."""
    try:
        _ = other.data.check_by(grouping.by)
        theirs = beside(session.data, session.query, other.data, other.query)
        there = other.with_query(theirs.query)
        why = there.refusal() or there.missing_users(there.describe(*asked), grouping.every)
        if not why:
            return series_engine.with_other(found, theirs, grouping, asked)
    except QueryError as error:
        why = str(error)
    raise QueryError(f"{other.campaign.label}: {why}")
