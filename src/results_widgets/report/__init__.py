"""Results for readers without a notebook: HTML file, PDF, images, snapshots, and conditions on numbers."""

from results_widgets.report.conditions import CheckError, Condition, assert_results
from results_widgets.report.html import (
    ASKED_SECTIONS,
    Options,
    as_page,
    write_html,
    write_portfolio,
)
from results_widgets.report.images import write_chart, write_flow
from results_widgets.report.pdf import MissingBrowserError, write_pdf
from results_widgets.report.snapshot import diff, write_snapshot

__all__ = [
    "ASKED_SECTIONS",
    "CheckError",
    "Condition",
    "MissingBrowserError",
    "Options",
    "as_page",
    "assert_results",
    "diff",
    "write_chart",
    "write_flow",
    "write_html",
    "write_pdf",
    "write_portfolio",
    "write_snapshot",
]
