"""Vendors' exports: a declaration per vendor says what its fields and events mean; the rest is shared code."""

from results_widgets.exports import frames
from results_widgets.exports.apart import Apart
from results_widgets.exports.detecting import is_export
from results_widgets.exports.elsewhere import in_one_zone, with_goal_events
from results_widgets.exports.from_events import campaign_from_events
from results_widgets.exports.guess import Guess, Source
from results_widgets.exports.mapping import Mapping
from results_widgets.exports.parents import read_parents
from results_widgets.exports.reading import Reading, read
from results_widgets.exports.registry import all_vendors, vendor_of, vendors
from results_widgets.exports.rules import GOAL, LEFT_OVER, Became, By
from results_widgets.exports.vendor import About, Files, Placed, Sample, Sign, Vendor

__all__ = [
    "GOAL",
    "LEFT_OVER",
    "About",
    "Apart",
    "Became",
    "By",
    "Files",
    "Guess",
    "Mapping",
    "Placed",
    "Reading",
    "Sample",
    "Sign",
    "Source",
    "Vendor",
    "all_vendors",
    "campaign_from_events",
    "frames",
    "in_one_zone",
    "is_export",
    "read",
    "read_parents",
    "vendor_of",
    "vendors",
    "with_goal_events",
]
