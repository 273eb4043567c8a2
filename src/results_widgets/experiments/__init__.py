"""What can be concluded from a campaign: arms, estimates with their intervals, and how complete conversions are."""

from results_widgets.experiments.experiment import Experiment
from results_widgets.experiments.words import Sentence

__all__ = ["Experiment", "Sentence"]
