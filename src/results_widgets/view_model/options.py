"""The ``_options`` trait: what the menus offer, and why some controls are disabled."""

from dataclasses import replace
from functools import cache
from typing import Final
from zoneinfo import available_timezones

from results_widgets.disclosure import NO_USERS, users_are_shown
from results_widgets.engine.calendar import EVERY
from results_widgets.locales import LOCALES
from results_widgets.results import Results
from results_widgets.view_model.formatting import capitalized
from results_widgets.view_model.other_campaign import other_of
from results_widgets.view_model.selection import RANGES
from results_widgets.view_model.serialization import State

_NO_USERS: Final = "A roll-up holds no users, only counts and sketches"
_NO_COLUMNS: Final = (
    "A roll-up cannot be broken down by a column; make a roll-up of the rows with one value instead"
)
_NO_SKETCHES: Final = (
    "Approximate counts cannot be broken down by a column; use uniques='exact' for that"
)


def options_state(results: Results) -> State:
    """Return the value of ``_options``.

    ``by`` (columns to break down by), ``time_zones``, ``ranges``, ``every`` (intervals),
    ``closed`` (for each disabled control, the reason), ``compare`` (the name of the other campaign, if there is
    one), ``locale``: how numbers and days are written, and
    ``locales``: the names of all there are.
    """
    return {
        "by": results.breakdowns,
        "time_zones": offered_zones(),
        "ranges": list(RANGES),
        "every": [
            every for every in EVERY if not (every == "1h" and results._session.cell_length == "1d")
        ],
        "closed": disabled_controls(results),
        "compare": None if (other := other_of(results)) is None else other.campaign.label,
        "locale": results._session.locale.to_state(),
        "locales": list(LOCALES),
    }


def offered_zones() -> list[str]:
    """Return the zones of places, and UTC first."""
    return list(_time_zones())


@cache
def _time_zones() -> tuple[str, ...]:
    zones = sorted(
        zone
        for zone in available_timezones()
        if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "US/"))
    )
    return ("UTC", *zones)


def disabled_controls(results: Results) -> dict[str, str]:
    """Return the reasons of the controls that cannot be used, by control."""
    current = results.definitions
    other = replace(
        current, machine_opens="left_out" if current.machine_opens == "counted" else "counted"
    )
    no_breakdown = _NO_COLUMNS if results.is_rolled_up else _NO_SKETCHES
    reasons = {
        "users": _NO_USERS if results.is_rolled_up else "" if users_are_shown() else NO_USERS,
        "by": "" if results.uniques == "exact" else no_breakdown,
        "developers": results.analytics(
            developers=not results._session.query.developers
        )._session.refusal(),
        "machine_opens": results.with_definitions(other)._session.refusal(),
        "clock": results.with_clock(
            "entry" if results._session.query.clock == "event" else "event"
        )._session.refusal(),
    }
    return {control: capitalized(reason) for control, reason in reasons.items() if reason}
