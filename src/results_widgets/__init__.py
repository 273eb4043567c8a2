"""Read a marketing campaign's results in a notebook: numbers, flow, charts and the users behind them."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from results_widgets._handed_in import FOREST, TORNADO, WATERFALL
from results_widgets._version import __version__ as __version__
from results_widgets.campaign import GUESSER, Action, Campaign, Goal, Variant
from results_widgets.channels import Channel
from results_widgets.definitions import DEFINITIONS, Definitions
from results_widgets.errors import (
    CampaignError,
    EventsError,
    MissingExtraError,
    QueryError,
    ResultsError,
    SourceWarning,
)
from results_widgets.glossary.names import MetricKey
from results_widgets.portfolio import Portfolio, load
from results_widgets.results import (
    DISPLAY,
    REPORTS,
    Flow as FlowFrames,
    Results,
    RollUp,
)
from results_widgets.segments import Segment, SegmentStore
from results_widgets.sources import delta, iceberg, sql

if TYPE_CHECKING:
    from results_widgets import datasets
    from results_widgets.exports import Mapping, vendors
    from results_widgets.portfolio.export import Export
    from results_widgets.portfolio.read_export import read_export
    from results_widgets.report import assert_results
    from results_widgets.widgets import (
        ActionDetail,
        Audience,
        Campaigns,
        Channels,
        Dashboard,
        Experiment,
        Explore,
        Flow,
        Overview,
        Selection,
        doctor,
        last,
    )

_WIDGETS = (
    "ActionDetail",
    "Audience",
    "Campaigns",
    "Channels",
    "Dashboard",
    "Experiment",
    "Explore",
    "Flow",
    "Overview",
    "Selection",
    "doctor",
    "last",
)
_LATER = {
    **dict.fromkeys(_WIDGETS, "widgets"),
    "Export": "portfolio.export",
    "Mapping": "exports",
    "assert_results": "report",
    "read_export": "portfolio.read_export",
    "vendors": "exports",
}

__all__ = [
    "DEFINITIONS",
    "Action",
    "ActionDetail",
    "Audience",
    "Campaign",
    "CampaignError",
    "Campaigns",
    "Channel",
    "Channels",
    "Dashboard",
    "Definitions",
    "EventsError",
    "Experiment",
    "Explore",
    "Export",
    "Flow",
    "FlowFrames",
    "Goal",
    "Mapping",
    "MetricKey",
    "MissingExtraError",
    "Overview",
    "Portfolio",
    "QueryError",
    "Results",
    "ResultsError",
    "RollUp",
    "Segment",
    "SegmentStore",
    "Selection",
    "SourceWarning",
    "Variant",
    "assert_results",
    "datasets",
    "delta",
    "doctor",
    "iceberg",
    "last",
    "load",
    "read_export",
    "sql",
    "vendors",
]


if not TYPE_CHECKING:  # which would take any misspelt name for a lazy one

    def __getattr__(name: str) -> object:
        # Widgets bring ipywidgets and Altair; a script that only computes should not wait for them, nor for
        # all that is known of exports.
        if name in _LATER:
            return getattr(import_module(f"results_widgets.{_LATER[name]}"), name)
        if name == "datasets":
            return import_module("results_widgets.datasets")
        raise AttributeError(f"module 'results_widgets' has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)


def _show(results: Results) -> object:
    return import_module("results_widgets.widgets").Dashboard(results)._repr_mimebundle_()


def _guess(*arguments: Any) -> Campaign:
    guessed: Campaign = import_module("results_widgets.exports").campaign_from_events(*arguments)
    return guessed


DISPLAY.hand_in(_show)
GUESSER.hand_in(_guess)
REPORTS.hand_in(lambda: import_module("results_widgets.report"))
FOREST.hand_in(lambda: import_module("results_widgets.charts.forest"))
WATERFALL.hand_in(lambda: import_module("results_widgets.charts.waterfall"))
TORNADO.hand_in(lambda: import_module("results_widgets.charts.tornado"))
