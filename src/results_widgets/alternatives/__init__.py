"""The same log under other rules: the sets of other tools side by side, and how much each usual rule matters."""

from results_widgets.alternatives.sensitivity import Sensitivity

__all__ = ["Sensitivity"]
