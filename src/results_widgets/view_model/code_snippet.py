"""The ``code`` of the ``_status`` trait: the selection as the Python call that returns the chart's data."""

from dataclasses import dataclass
from typing import Final

from results_widgets.definitions import DEFINITIONS, Definitions, is_usual
from results_widgets.results import Results
from results_widgets.view_model.compare_trait import CAMPAIGN, chosen_against
from results_widgets.view_model.interval_choice import chosen_interval
from results_widgets.view_model.selection import Selection


@dataclass(frozen=True, slots=True)
class Names:
    """The variables that code is about, where it will be pasted.

    Attributes:
        results: The variable that holds the results.
        other: The variable that holds the campaign that they are compared with.
    """

    results: str = "results"
    other: str = "other"


AS_DOCUMENTED: Final = Names()
"""Their names in the documentation."""


def code_snippet(
    selection: Selection, results: Results, viewer_zone: str = "", names: Names = AS_DOCUMENTED
) -> str:
    """Return the call on the results that gives the frame behind the selected chart."""
    call = scope_snippet(selection, results, viewer_zone, names)
    arguments = [repr(selection.metric)]
    arguments += [
        f"{name}={value!r}"
        for name in ("action", "channel", "by")
        if (value := getattr(selection, name))
    ]
    every = chosen_interval(selection.apply(results, viewer_zone), selection).every
    arguments += [f"every={every!r}"] if every != "1d" else []
    arguments += ["cumulative=True"] if selection.cumulative else []
    against = chosen_against(selection.compare)
    arguments += [] if against is None else [f"compare={str(against)!r}"]
    if selection.compare == CAMPAIGN and results._session.beside is not None:
        arguments.append(f"compare={names.other}")
    return f"{call}.explore({', '.join(arguments)})"


def scope_snippet(
    selection: Selection, results: Results, viewer_zone: str = "", names: Names = AS_DOCUMENTED
) -> str:
    """Return the expression that gives the results as selected."""
    return names.results + _scope(selection, results, viewer_zone, names.results)


def _scope(selection: Selection, results: Results, viewer_zone: str, name: str) -> str:
    """Return the calls that select range, zone, definitions, clock and developers."""
    calls = ""
    zone = selection.zone(results, viewer_zone)
    # Ranges such as "today" are days of the zone on screen.
    edges = selection.days(results if zone is None else results.in_time_zone(zone))
    if any(edges):
        calls += f".between({', '.join(repr(str(day)) if day else 'None' for day in edges)})"
    if zone is not None:
        calls += f".in_time_zone({zone!r})"
    if selection.machine_opens is not None:
        value = "counted" if selection.machine_opens else "left_out"
        chosen = selection.definitions
        base = f"rw.DEFINITIONS[{chosen!r}]" if chosen else f"{name}.definitions"
        calls += f".with_definitions(dataclasses.replace({base}, machine_opens={value!r}))"
    elif selection.definitions:
        calls += f".with_definitions({selection.definitions!r})"
    if not selection.definitions:
        calls += attribution_snippet(results.definitions)
    if selection.clock is not None:
        calls += f".with_clock({selection.clock!r})"
    return calls if selection.developers else f"{calls}.analytics()"


def attribution_snippet(definitions: Definitions) -> str:
    """Return the call that credits conversions as a set does; empty for the usual way."""
    if is_usual(definitions):
        return ""
    arguments = [repr(definitions.attribution)]
    if definitions.lookback is not None:
        arguments.append(f"window={definitions.lookback!r}")
    if definitions.interacted and not any(
        definitions.interacted == shipped.interacted for shipped in DEFINITIONS.values()
    ):
        events = {channel: list(own) for channel, own in definitions.interacted}
        arguments.append(f"interacted={events!r}")
    return f".with_attribution({', '.join(arguments)})"
