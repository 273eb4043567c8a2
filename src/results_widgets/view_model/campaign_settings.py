"""The settings of a list of campaigns: current values, choices, and what some campaigns cannot answer."""

from collections.abc import Iterator
from typing import Final

from results_widgets.engine.calendar import from_micros
from results_widgets.errors import ResultsError
from results_widgets.portfolio import Portfolio
from results_widgets.results import Results
from results_widgets.view_model.options import disabled_controls
from results_widgets.view_model.serialization import State, zone_label
from results_widgets.view_model.status import definitions_answered

EACH: Final = "Each campaign’s own"
"""In place of a zone or definition set where campaigns have several."""
_CLOSABLE: Final = ("machine_opens", "clock")


def settings_of(portfolio: Portfolio) -> State | None:
    """Return what is in force in all campaigns, the definition sets ``offered``, and why a control is ``closed``.

    ``zone_label`` and ``definitions`` say that it is each campaign's own where they differ. A control is closed where
    no campaign can answer otherwise; where only some cannot, these say so in their rows. None where no campaign
    can be read.

    Args:
        portfolio: The campaigns, as selected.
    """
    members = list(_readable(portfolio))
    if not members:
        return None
    zones = dict.fromkeys(one.time_zone for one in members)
    names = dict.fromkeys(one.definitions.name for one in members)
    answered = dict.fromkeys(name for one in members for name in definitions_answered(one))
    closed = [disabled_controls(one) for one in members]
    first = members[0]
    return {
        "zone": first.time_zone,
        "zone_label": EACH if len(zones) > 1 else _zone_label(first),
        "definitions": EACH if len(names) > 1 else first.definitions.name,
        "offered": list(answered),
        "clock": first._session.query.clock,
        "machine_opens": first.definitions.machine_opens == "counted",
        "closed": {
            name: closed[0][name] for name in _CLOSABLE if all(name in one for one in closed)
        },
    }


def _readable(portfolio: Portfolio) -> Iterator[Results]:
    for name in portfolio:
        one = portfolio[name]
        try:
            one._session.refusal()
        except ResultsError:  # which stands in the campaign's row
            continue
        yield one


def _zone_label(results: Results) -> str:
    session = results._session
    return zone_label(results.time_zone, from_micros(session.newest, results.time_zone))
