"""Results: the one object a user holds. Every question is a method that answers with a frame or a segment."""

from results_widgets.results.display import DISPLAY
from results_widgets.results.files import REPORTS
from results_widgets.results.flow import Flow
from results_widgets.results.results import Results, RollUp
from results_widgets.results.stored import open_stored
from results_widgets.results.warmer import Warmer, clicked
from results_widgets.results.warming import as_range, steps_to_warm
from results_widgets.results.watch import Watch, showing

__all__ = [
    "DISPLAY",
    "REPORTS",
    "Flow",
    "Results",
    "RollUp",
    "Warmer",
    "Watch",
    "as_range",
    "clicked",
    "open_stored",
    "showing",
    "steps_to_warm",
]
