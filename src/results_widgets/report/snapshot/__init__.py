"""Snapshots: numbers kept in a file, and what has changed since."""

from results_widgets.report.snapshot.changes import diff
from results_widgets.report.snapshot.file import write_snapshot

__all__ = ["diff", "write_snapshot"]
