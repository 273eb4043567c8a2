"""What the menus offer, and why some of them are closed. The shape is mirrored in js/src/lib/wire.ts."""

from dataclasses import replace
from typing import Final
from zoneinfo import available_timezones

from results_widgets.engine.calendar import EVERY
from results_widgets.results import Results
from results_widgets.view_model.selection import RANGES
from results_widgets.view_model.values import Wire

_NO_USERS: Final = "A roll-up holds no users, only counts and sketches of them"
_NO_COLUMNS: Final = "A roll-up keeps no columns; roll up the rows of one value instead"
_NO_SKETCHES: Final = (
    "Sketches of users are kept by time, not by column; count exactly to break down"
)


def options_wire(results: Results) -> Wire:
    """Return what the menus offer."""
    zones = sorted(
        zone
        for zone in available_timezones()
        if "/" in zone and not zone.startswith(("Etc/", "SystemV/", "US/"))
    )
    return {
        "by": results.breakdowns,
        "time_zones": ["UTC", *zones],
        "ranges": list(RANGES),
        "every": [e for e in EVERY if not _shorter(results, e)],
        "closed": _closed(results),
    }


def _shorter(results: Results, every: str) -> bool:
    """Whether an interval is shorter than what was rolled up."""
    return every == "1h" and results._session.cell_length == "1d"


def _closed(results: Results) -> Wire:
    """Return why controls cannot be used, by control; those that can are left out."""
    own = results.definitions
    machines = replace(own, machine_opens="counted")
    if machines == own:
        machines = replace(own, machine_opens="left_out")
    no_columns = _NO_COLUMNS if results.is_rolled_up else _NO_SKETCHES
    found = {
        "users": _NO_USERS if results.is_rolled_up else "",
        "by": "" if results.uniques == "exact" else no_columns,
        "developers": results.analytics(
            developers=not results._session.query.developers
        )._session.refusal(),
        "machine_opens": results.with_definitions(machines)._session.refusal(),
    }
    return {control: f"{why[0].upper()}{why[1:]}" for control, why in found.items() if why}
