"""What may be wrong with the events: how many rows each finding has, how bad that is, and how to fix it."""

from results_widgets.engine.quality.declared import FINDINGS
from results_widgets.engine.quality.finding import SEVERITIES, Finding, Severity
from results_widgets.engine.quality.frame import (
    SCHEMA,
    outside_entries,
    quality,
    share_kept,
    unread_files,
)

__all__ = [
    "FINDINGS",
    "SCHEMA",
    "SEVERITIES",
    "Finding",
    "Severity",
    "outside_entries",
    "quality",
    "share_kept",
    "unread_files",
]
