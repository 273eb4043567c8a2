"""The ``_trends`` trait: a sparkline per channel and action."""

from datetime import timedelta
from typing import Final

from results_widgets.glossary import Scope
from results_widgets.glossary.action import USERS_RECEIVED
from results_widgets.results import Results

_MAX_POINTS: Final = 60


def trends_state(results: Results) -> dict[str, object]:
    """Return the value of ``_trends``: values over time by ``channel:id`` and ``action:id``.

    A channel's are its receipts, an action's the distinct users who received it; at most sixty
    points each, of the interval that `trend_interval` chooses.
    """
    every = trend_interval(results)
    campaign = results.campaign
    channels = [(channel.id, channel.received) for channel in campaign.channels.values()]
    actions = [(action.id, USERS_RECEIVED.key) for action in campaign.actions]
    if results._session.missing_users(None, every):
        # A sparkline has no scale, so messages serve as well where users are not available.
        actions = [(a.id, campaign.channels[a.channel].received) for a in campaign.actions]
    by_scope: dict[Scope, list[tuple[str, str]]] = {"channel": channels, "action": actions}
    return {
        f"{scope}:{owner}": values[-_MAX_POINTS:]
        for scope, metrics in by_scope.items()
        for owner, values in results._session.series(scope, metrics, every).items()
    }


def trend_interval(results: Results) -> str:
    """Return the shortest interval that covers the whole range in at most sixty points.

    A roll-up by days has no hours.
    """
    first, last = results._session.span()
    length = timedelta(microseconds=last - first)
    if length <= timedelta(days=2) and results._session.cell_length != "1d":
        return "1h"
    if length <= timedelta(days=_MAX_POINTS):
        return "1d"
    return "1w" if length <= timedelta(weeks=_MAX_POINTS) else "1mo"
