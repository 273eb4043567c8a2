"""A report as one HTML file that works without a kernel; `write_html` makes it."""

from results_widgets.report.html.portfolio import write_portfolio
from results_widgets.report.html.sections import ASKED_SECTIONS
from results_widgets.report.html.write import Options, as_page, write_html

__all__ = ["ASKED_SECTIONS", "Options", "as_page", "write_html", "write_portfolio"]
