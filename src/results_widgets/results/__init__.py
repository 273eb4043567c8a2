"""Results: the one object a user holds. Every question is a method that answers with a frame or a segment."""

from results_widgets.results.display import display_with
from results_widgets.results.export import Export
from results_widgets.results.files import report_with
from results_widgets.results.flow import Flow
from results_widgets.results.load import load
from results_widgets.results.read_export import read_export
from results_widgets.results.results import Results, RollUp
from results_widgets.results.warmer import Warmer, clicked
from results_widgets.results.warming import as_range, steps_to_warm
from results_widgets.results.watch import Watch, showing

__all__ = [
    "Export",
    "Flow",
    "Results",
    "RollUp",
    "Warmer",
    "Watch",
    "as_range",
    "clicked",
    "display_with",
    "load",
    "read_export",
    "report_with",
    "showing",
    "steps_to_warm",
]
