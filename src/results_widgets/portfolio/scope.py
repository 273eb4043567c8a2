"""The same portfolio in another scope: every campaign in another range, time zone or definition set."""

from collections.abc import Callable
from datetime import timedelta

from results_widgets.definitions import Attribution, Definitions
from results_widgets.engine.query import Clock
from results_widgets.keys import DefinitionSet
from results_widgets.portfolio.members import PortfolioT
from results_widgets.results import Results
from results_widgets.results.attributing import Interacted
from results_widgets.results.scope import Edge


def between(self: PortfolioT, start: Edge = None, end: Edge = None) -> PortfolioT:
    """Return the portfolio of a range; see `Results.between`.

    Args:
        start: A date or ``"2026-03-01"``, an aware datetime, or None. A day is that of each
            campaign's own time zone.
        end: A date (the whole day is included), an aware datetime (excluded), or None.

    Returns:
        A new portfolio that shares the data.

    Raises:
        QueryError: An edge cannot be read, or the end is before the start.

    Examples:
        >>> portfolio.between("2026-03-01", "2026-03-07")["spring"].unique_users()
        50
    """
    return _each(self, lambda one: one.between(start, end))


def month(self: PortfolioT, month: str) -> PortfolioT:
    """Return the portfolio of one month, by the days of each campaign's time zone.

    Args:
        month: Year and month, such as ``"2026-03"``.

    Returns:
        A new portfolio that shares the data.

    Raises:
        QueryError: It is not a month.

    Examples:
        >>> portfolio.month("2026-03")["spring"].unique_users()
        148
    """
    return _each(self, lambda one: one.month(month))


def in_time_zone(self: PortfolioT, time_zone: str) -> PortfolioT:
    """Return the portfolio with the days of one time zone.

    Args:
        time_zone: IANA name, such as ``"Europe/Oslo"``.

    Returns:
        A new portfolio that shares the data.

    Raises:
        QueryError: There is no such zone.

    Examples:
        >>> portfolio.in_time_zone("Asia/Tokyo")["spring"].time_zone
        'Asia/Tokyo'
    """
    return _each(self, lambda one: one.in_time_zone(time_zone))


def with_definitions(self: PortfolioT, definitions: DefinitionSet | Definitions) -> PortfolioT:
    """Return the portfolio under another definition set.

    Args:
        definitions: Name of a built-in set, or a `Definitions`.

    Returns:
        A new portfolio that shares the data.

    Raises:
        QueryError: No built-in set has that name, or the set refers to something that a campaign does not have.

    Examples:
        >>> portfolio.with_definitions("leanplum")["spring"].definitions.name
        'leanplum'
    """
    return _each(self, lambda one: one.with_definitions(definitions))


def with_clock(self: PortfolioT, clock: Clock) -> PortfolioT:
    """Return the portfolio with every event counted on the day it happened, or on the day its entry started.

    Args:
        clock: ``"event"`` or ``"entry"``.

    Returns:
        A new portfolio that shares the data.

    Raises:
        QueryError: It is neither of these two.

    Examples:
        >>> week = portfolio.between("2026-03-09", "2026-03-15").with_clock("entry")
        >>> week["spring"].conversions().height
        11
    """
    return _each(self, lambda one: one.with_clock(clock))


def with_attribution(
    self: PortfolioT,
    model: Attribution,
    window: str | timedelta | None = None,
    interacted: Interacted | None = None,
) -> PortfolioT:
    """Return the portfolio with each campaign's conversions credited by another model.

    Each campaign credits its own conversions to its own actions; `attribution` and `credit` divide conversions
    that several campaigns claim.

    Args:
        model: ``"last_interaction"``, ``"last_touch"``, ``"first_touch"`` or ``"last_click"``; see
            `Results.with_attribution`.
        window: How long before the conversion a touch may be, ``"3d"``; None: as long as the entry lasts.
        interacted: Events that count as an interaction, by channel, ``{"email": "clicked"}``; also used for
            "engaged". Every campaign must have these channels. Channels not listed keep their own.

    Returns:
        A new portfolio that shares the data, under a definition set with a name of its own: ``default, first touch``.

    Raises:
        QueryError: The model is not known or divides conversions, the window is not a duration, or a campaign
            lacks a channel or event.

    Examples:
        >>> portfolio.with_attribution("first_touch")["spring"].definitions.name
        'default, first touch'
    """
    return _each(self, lambda one: one.with_attribution(model, window, interacted))


def analytics(self: PortfolioT, *, developers: bool = False) -> PortfolioT:
    """Return the portfolio without developer profiles; see `Results.analytics`.

    Args:
        developers: Whether to count developers after all.

    Returns:
        A new portfolio that shares the data.

    Examples:
        >>> portfolio.analytics()["spring"].unique_users()
        169
    """
    return _each(self, lambda one: one.analytics(developers=developers))


def _each(self: PortfolioT, other: Callable[[Results], Results]) -> PortfolioT:
    return self._with({name: other(one) for name, one in self._members.items()})
