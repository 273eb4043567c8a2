"""Reports served by Voila: the notebook that ``results-widgets serve`` runs calls `show`."""

from results_widgets.report.voila.ready_report import show

__all__ = ["show"]
