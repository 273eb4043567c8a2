"""A widget's synced state in parts, of which a change of the selection rebuilds only the affected ones.

A part fills one or more traits and names the fields of the selection that it depends on. `StateBuilder`
remembers what each part was built from and builds it again when that has changed.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from results_widgets.results import Results, as_range, steps_to_warm
from results_widgets.tables.zones import is_zone
from results_widgets.view_model.annotations import TOLD, Noted, notes_state
from results_widgets.view_model.breakdowns import breakdowns_state
from results_widgets.view_model.campaign import campaign_state
from results_widgets.view_model.chart import chart_state
from results_widgets.view_model.code_snippet import (
    AS_DOCUMENTED,
    Names,
    code_snippet,
    scope_snippet,
)
from results_widgets.view_model.experiment import experiment_state
from results_widgets.view_model.flow import flow_state
from results_widgets.view_model.glossary import glossary_state
from results_widgets.view_model.highlight import Highlighted, highlight_state
from results_widgets.view_model.metrics import metrics_frame
from results_widgets.view_model.options import options_state
from results_widgets.view_model.selection import CHART_FIELDS, SCOPE_FIELDS, Selection
from results_widgets.view_model.serialization import State, to_arrow
from results_widgets.view_model.status import computing_status, definition_names, status_state
from results_widgets.view_model.trends import trends_state


@dataclass(frozen=True)
class Inputs:
    """Everything that a widget's state is built from.

    Attributes:
        results: What the widget shows; compared by identity.
        selection: What is selected of it.
        viewer_zone: Time zone of the browser; empty if not known.
        highlighted: Users to highlight in the flow.
        noted: Notes on days of the chart.
        names: Names of the results in copied code.
    """

    results: Results
    selection: Selection
    viewer_zone: str = ""
    highlighted: Highlighted | None = None
    noted: Noted = TOLD
    names: Names = AS_DOCUMENTED

    @cached_property
    def view(self) -> Results:
        """The results in the selected range, zone and definitions."""
        return self.selection.apply(self.results, self.viewer_zone)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the state that is built as a whole.

    Attributes:
        build: Returns values of traits by name. Dicts that several parts return for one trait are
            merged.
        fields: Fields of the selection that the values depend on, beside the results.
        has_code: Whether there is code among the values, in which the results have a name.
    """

    build: Callable[[Inputs], State]
    fields: tuple[str, ...]
    has_code: bool = False

    def key(self, inputs: Inputs) -> tuple[object, ...]:
        """Return what the values depend on: equal keys, equal values."""
        values = (getattr(inputs.selection, field) for field in self.fields)
        names = inputs.names if self.has_code else None
        return (
            inputs.results,
            inputs.viewer_zone,
            inputs.highlighted,
            inputs.noted,
            names,
            *values,
        )


def _chart(inputs: Inputs) -> State:
    chart, series = chart_state(inputs.view, inputs.selection)
    return {"_chart": chart, "_series": series}


def _experiment(inputs: Inputs) -> State:
    scope = scope_snippet(inputs.selection, inputs.results, inputs.viewer_zone, inputs.names)
    return {"_experiment": experiment_state(inputs.view, scope)}


def _status(inputs: Inputs) -> State:
    status = status_state(inputs.view, definition_names(inputs.results))
    zone = inputs.viewer_zone
    if zone and not is_zone(zone) and inputs.selection.time_zone is None:
        unknown = (
            f"The kernel does not know this browser's time zone, {zone!r}, so days are those of "
            f"{inputs.view.time_zone}."
        )
        status["note"] = " ".join(filter(None, [str(status["note"]), unknown]))
    selected = inputs.selection.to_state(inputs.results)
    # Under another selection than this the screen dims its numbers.
    return {"_status": {**status, "of": {name: selected[name] for name in SCOPE_FIELDS}}}


_DEFINITION_FIELDS: Final = ("definitions", "machine_opens")
_ALL_FIELDS: Final = tuple(Selection.class_trait_names())

PARTS: Final[Mapping[str, Part]] = {
    "selection": Part(lambda i: {"_selection": i.selection.to_state(i.results)}, _ALL_FIELDS),
    "campaign": Part(lambda i: {"_campaign": campaign_state(i.view)}, _DEFINITION_FIELDS),
    "glossary": Part(
        # In a range rates are of the entries that started in it, and say so.
        lambda i: {"_glossary": glossary_state(i.view)},
        (*_DEFINITION_FIELDS, "range", "start", "end", "clock", "locale"),
    ),
    "metrics": Part(lambda i: {"_metrics": to_arrow(metrics_frame(i.view))}, SCOPE_FIELDS),
    "options": Part(lambda i: {"_options": options_state(i.view)}, (*SCOPE_FIELDS, "locale")),
    "status": Part(_status, SCOPE_FIELDS),
    "code": Part(
        lambda i: {
            "_status": {"code": code_snippet(i.selection, i.results, i.viewer_zone, i.names)}
        },
        (*SCOPE_FIELDS, *CHART_FIELDS),
        has_code=True,
    ),
    "flow": Part(lambda i: {"_flow": flow_state(i.view)}, SCOPE_FIELDS),
    "trends": Part(lambda i: {"_trends": trends_state(i.view)}, SCOPE_FIELDS),
    "breakdowns": Part(lambda i: {"_parts": breakdowns_state(i.view)}, SCOPE_FIELDS),
    "highlight": Part(
        lambda i: {"_highlight": highlight_state(i.view, i.highlighted)}, SCOPE_FIELDS
    ),
    "experiment": Part(_experiment, (*SCOPE_FIELDS, "locale"), has_code=True),
    # Takes longer than all other parts together, so it is built when a browser has shown those and requests it.
    "experiment_later": Part(lambda _: {"_experiment": {}}, (*SCOPE_FIELDS, "locale")),
    "notes": Part(lambda i: {"_notes": notes_state(i.view, i.noted)}, ("time_zone",)),
    "chart": Part(_chart, (*SCOPE_FIELDS, *CHART_FIELDS, "locale")),
}
"""All parts by name."""

COMMON_PARTS: Final = (
    "selection",
    "campaign",
    "glossary",
    "metrics",
    "options",
    "status",
    "code",
)
"""Names of the parts that every widget has."""


def placeholder_state(results: Results, selection: Selection) -> State:
    """Return the state of a widget that has no numbers yet: what is known without counting."""
    results = selection.written(results)
    return {
        "_campaign": campaign_state(results),
        "_glossary": glossary_state(results),
        "_status": computing_status(results),
        "_options": options_state(results),
        "_selection": selection.to_state(results),
    }


class StateBuilder:
    """Builds the state of one widget, and later what changed of it.

    Args:
        parts: Names of the widget's `PARTS`.
    """

    def __init__(self, parts: Collection[str]) -> None:
        self._parts = {name: part for name, part in PARTS.items() if name in parts}
        self._keys: dict[str, tuple[object, ...]] = {}
        self._values: dict[str, State] = {}
        self._unsent: set[str] = set()

    def build(self, inputs: Inputs) -> State:
        """Return the whole state: values of traits by name. Nothing is remembered.

        Raises:
            ResultsError: The selection cannot be computed.
        """
        return _merged(part.build(inputs) for part in self._parts.values())

    def update(self, inputs: Inputs, only: Collection[str] | None = None) -> State:
        """Return the traits that depend on something that changed since the last call.

        Args:
            inputs: What the state is built from.
            only: Names of parts that are built; the others wait for the next call. None: all.

        Raises:
            ResultsError: The selection cannot be computed; what was built before the failure is
                returned by the next call that succeeds.
        """
        for name, part in self._parts.items():
            key = part.key(inputs)
            is_wanted = only is None or name in only
            if is_wanted and self._keys.get(name) != key:
                values = part.build(inputs)
                self._keys[name], self._values[name] = key, values
                self._unsent.update(values)
        merged = _merged(self._values.values())
        state = {trait: value for trait, value in merged.items() if trait in self._unsent}
        self._unsent.clear()
        return state

    def resend(self, *traits: str) -> None:
        """Return these traits with the next update again, because they were set to something else."""
        self._unsent.update(traits)

    def steps_to_warm(self, view: Results) -> Iterator[Callable[[], object]]:
        """Return the work, in steps, after which a change of the range is answered at once."""
        yield from steps_to_warm(view)
        if "breakdowns" in self._parts:
            yield lambda: breakdowns_state(as_range(view))


def _merged(parts: Iterable[State]) -> State:
    """Return the values of all parts by trait; the dicts of a trait that several parts fill become one."""
    merged: State = {}
    for values in parts:
        for trait, value in values.items():
            other = merged.get(trait)
            if isinstance(value, dict) and isinstance(other, dict):
                merged[trait] = {**other, **value}
            else:
                merged[trait] = value
    return merged
