"""Example campaigns: a real mailing of a loyalty programme, and generated campaigns of any size."""

from results_widgets.datasets._complete_journey import complete_journey
from results_widgets.datasets._dataset import Dataset
from results_widgets.datasets._generate import generate

__all__ = ["Dataset", "complete_journey", "generate"]
