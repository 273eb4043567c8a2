"""The Dashboard widget; its browser half is js/src/dashboard.tsx."""

from pathlib import Path
from typing import Any

from results_widgets._static import STATIC
from results_widgets.widgets.chart_widget import ChartWidget
from results_widgets.widgets.flow_widget import FlowWidget


class Dashboard(ChartWidget, FlowWidget):
    """The whole screen: overview, channels, flow, chart, one action in detail, and the users behind it."""

    _esm = STATIC / "dashboard.js"
    parts = ChartWidget.parts | FlowWidget.parts | {"breakdowns"}

    def to_html(self, path: str | Path, **options: Any) -> Path:
        """Write what is shown as one HTML file that works without a kernel; see `Results.to_html`."""
        return self.results.to_html(path, selection=self.selection, **options)
