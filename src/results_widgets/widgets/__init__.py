"""The widgets: traits and messages. Only this package imports anywidget, and it computes nothing."""

from results_widgets.view_model.selection import Selection
from results_widgets.widgets.action import ActionDetail
from results_widgets.widgets.audience import Audience
from results_widgets.widgets.campaigns import Campaigns
from results_widgets.widgets.channels import Channels
from results_widgets.widgets.dashboard import Dashboard
from results_widgets.widgets.diagnosis import Diagnosis, doctor
from results_widgets.widgets.displayed_last import last
from results_widgets.widgets.experiment import Experiment
from results_widgets.widgets.explore import Explore
from results_widgets.widgets.flow import Flow
from results_widgets.widgets.overview import Overview

__all__ = [
    "ActionDetail",
    "Audience",
    "Campaigns",
    "Channels",
    "Dashboard",
    "Diagnosis",
    "Experiment",
    "Explore",
    "Flow",
    "Overview",
    "Selection",
    "doctor",
    "last",
]
