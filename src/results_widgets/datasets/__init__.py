"""Campaigns to try the toolkit on: a real loyalty programme's, and generated ones of any size."""

from results_widgets.datasets._complete_journey import complete_journey
from results_widgets.datasets._dataset import Dataset
from results_widgets.datasets._generate import generate

__all__ = ["Dataset", "complete_journey", "generate"]
