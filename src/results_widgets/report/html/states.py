"""What a saved page can show without a kernel: views of the results, each computed in advance."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from results_widgets.definitions import OFFERED
from results_widgets.experiments.assignment import VARIANT
from results_widgets.glossary import detail_keys
from results_widgets.report.html.experiment import saved_experiment
from results_widgets.results import Results
from results_widgets.results.session import MANY_ROWS
from results_widgets.view_model.breakdowns import breakdowns_state
from results_widgets.view_model.campaign import campaign_state
from results_widgets.view_model.flow import flow_state, next_steps_state
from results_widgets.view_model.glossary import glossary_state
from results_widgets.view_model.metrics import metrics_frame
from results_widgets.view_model.other_campaign import other_of
from results_widgets.view_model.selection import RANGES, SCOPE_FIELDS, Selection
from results_widgets.view_model.status import status_state
from results_widgets.view_model.trends import trends_state

_INTERVALS: Final = {"today": ["1h", "1d"], "yesterday": ["1h", "1d"], "90d": ["1d", "1w"]}
# Hourly series of a whole year would be most of the file.
_HOURLY: Final = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns that a reader can break series down by.

    Attributes:
        names: The columns.
        min_users: Values that fewer users have are left out, of these columns and wherever data is quoted.
    """

    names: list[str]
    min_users: int


@dataclass(frozen=True, slots=True)
class SavedView:
    """The results in one range, zone and definition set.

    Args:
        selection: Values of the selection's `SCOPE_FIELDS`, as in ``_selection``.
        results: The results so selected.
        is_variation: Whether it has other definitions, or leaves out developers or machine opens: daily
            series are enough for those.
    """

    selection: dict[str, object]
    results: Results
    is_variation: bool = False

    @property
    def has_days(self) -> bool:
        """Whether it has every day of the campaign, of which a reader can choose a range."""
        return self.selection["range"] == "whole"

    @property
    def is_base(self) -> bool:
        """Whether it is the whole campaign in the results' own zone and definitions."""
        return self.has_days and not self.is_variation and self.selection["time_zone"] is None

    @property
    def intervals(self) -> list[str]:
        """The intervals of its time series; a roll-up by days has no hours."""
        session, found = self.results._session, _INTERVALS.get(str(self.selection["range"]), ["1d"])
        if self.has_days and not self.is_variation:
            first, last = session.span()
            is_short = timedelta(microseconds=last - first) <= _HOURLY
            found = [*(["1h"] if is_short else []), "1d", "1w", "1mo"]
        return [every for every in found if every != "1h" or session.cell_length != "1d"]


@dataclass(frozen=True, slots=True)
class Choices:
    """What a reader of the page can choose, beside what it opens with.

    Args:
        time_zones: IANA names of zones.
        definitions: Names of shipped definition sets.
        ranges: Named ranges.
        developers: Whether developer profiles can be left out.
        machine_opens: Whether opens made by machines can be left out.
        whole: Whether the whole campaign can be chosen, and with it any range of its days.
    """

    time_zones: Sequence[str] = ()
    definitions: Sequence[str] = OFFERED
    ranges: Sequence[str] = tuple(name for name in RANGES if name not in ("whole", "custom"))
    developers: bool = True
    machine_opens: bool = True
    whole: bool = True


def saved_views(results: Results, first: Selection, choices: Choices) -> list[SavedView]:
    """Return the distinct views of a page, beginning with the one it opens with."""
    views: dict[tuple[object, ...], SavedView] = {}
    for selection in _selections(first, choices):
        view = _saved_view(results, selection)
        # A roll-up cannot compute every choice. The first view stays: the page then shows the reason.
        if views and view.results._session.refusal():
            continue
        views.setdefault(tuple(view.selection.values()), view)
    return list(views.values())


def _selections(first: Selection, choices: Choices) -> Iterator[Selection]:
    yield Selection(**{name: getattr(first, name) for name in SCOPE_FIELDS})
    if choices.whole:
        yield Selection()
    for name in choices.ranges:
        yield Selection(range=name)
    for zone in choices.time_zones:
        yield Selection(time_zone=zone)
    if choices.developers:
        yield Selection(developers=False)
    if choices.machine_opens:
        yield Selection(machine_opens=False)
    for name in choices.definitions:
        yield Selection(definitions=name)


def _saved_view(results: Results, selection: Selection) -> SavedView:
    state = selection.to_state(results)
    is_variation = (
        bool(selection.definitions) or not selection.developers or selection.machine_opens is False
    )
    scope = {name: state[name] for name in SCOPE_FIELDS}
    return SavedView(scope, selection.apply(results), is_variation)


def view_state(view: SavedView, page: Iterable[SavedView], by: Columns) -> dict[str, object]:
    """Return the values of the widgets' traits for a view, without those of the chart.

    ``_metrics`` is a frame, not yet Arrow.

    Args:
        view: What is shown.
        page: All views of the page, which its menus offer.
        by: Columns that a reader can break series down by, and which of their values.
    """
    results, views = view.results, list(page)
    ranges = {other.selection["range"] for other in views}
    zones = {other.results.time_zone for other in views if other.selection["time_zone"]}
    options = {
        "by": by.names,
        "time_zones": sorted(zones),
        "ranges": [n for n in RANGES if n in ranges or (n == "custom" and "whole" in ranges)],
        "every": view.intervals,
        "locale": results._session.locale.to_state(),
        # Every number by the other clock would make the file half as large again.
        "compare": None if (other := other_of(results)) is None else other.campaign.label,
        "closed": {"clock": "Saved with one clock; use results.with_clock() in the notebook"},
    }
    definitions = list(dict.fromkeys(str(other.selection["definitions"]) for other in views))
    return {
        "_campaign": campaign_state(results),
        "_glossary": glossary_state(results),
        "_metrics": metrics_frame(results),
        "_flow": flow_state(results),
        "_next_steps": next_steps_state(results),
        "_trends": trends_state(results),
        "_parts": _breakdowns(results, by),
        "_status": {**_status(results, definitions, by.min_users), "code": ""},
        "_options": options,
        # One takes as long as the rest of a view: those that the page opens with have it.
        "_experiment": saved_experiment(
            results, by.min_users, _compared(by.names), is_whole=view.is_base
        )
        if view is views[0] or view.is_base
        else {},
    }


def _compared(columns: Iterable[str]) -> list[str]:
    """Return the columns that an experiment can have sub-groups by: all but its arms."""
    return [column for column in columns if column != VARIANT]


def _status(results: Results, definitions: list[str], min_users: int) -> dict[str, object]:
    # Whoever reads a report cannot ask for more; of many millions of events that would take longer than the report.
    examine = (results._session.data.coded_rows or MANY_ROWS) < MANY_ROWS
    return status_state(results, definitions, min_users, examine=examine)


def _breakdowns(results: Results, by: Columns) -> dict[str, object]:
    """Return clicks by link and failures by reason only if asked for: either may name a user."""
    details = detail_keys(results.campaign.channels.values())
    named = [column for column in by.names if column in details]
    owners: dict[str, Any] = breakdowns_state(results, by.min_users) if named else {}
    return {
        owner: {column: tables[column] for column in named if column in tables}
        for owner, tables in owners.items()
    }
