"""Results that travel: one HTML file, PDF, pictures, snapshots, and checks of numbers."""

from results_widgets.report.checks import CheckError, Condition, assert_results
from results_widgets.report.html.write import Options, as_page, write_html
from results_widgets.report.images.write import write_chart, write_flow
from results_widgets.report.pdf import MissingBrowserError, write_pdf
from results_widgets.report.snapshot.snapshot import diff, write_snapshot

__all__ = [
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
    "write_snapshot",
]
