"""Results: the one object a user holds. Every method answers with a frame or a segment."""

from results_widgets.results._numbers import Flow
from results_widgets.results._results import Results, display_with, load
from results_widgets.results._rollup import RollUp
from results_widgets.results._travel import report_with
from results_widgets.results._warm import Warmer, clicked
from results_widgets.results._watch import Watch, showing

__all__ = [
    "Flow",
    "Results",
    "RollUp",
    "Warmer",
    "Watch",
    "clicked",
    "display_with",
    "load",
    "report_with",
    "showing",
]
