"""Charts and the flow as image files (PNG, SVG, PDF), drawn without a browser."""

from results_widgets.report.images.write import write_chart, write_flow

__all__ = ["write_chart", "write_flow"]
