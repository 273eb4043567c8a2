"""Segments: the people behind every number, and the rule that made them."""

from results_widgets.segments._audience import Audience
from results_widgets.segments._evaluate import evaluated
from results_widgets.segments._segment import Changes, Segment
from results_widgets.segments._store import SegmentStore

__all__ = ["Audience", "Changes", "Segment", "SegmentStore", "evaluated"]
