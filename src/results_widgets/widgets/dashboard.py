"""The Dashboard widget; its browser half is js/src/dashboard.tsx."""

from pathlib import Path
from typing import Any

from results_widgets._static import STATIC
from results_widgets.widgets._kinds import ChartWidget, FlowWidget


class Dashboard(ChartWidget, FlowWidget):
    """The whole screen: rings, channels, flow, chart, one action in detail, and the users behind it."""

    _esm = STATIC / "dashboard.js"
    draws_parts = True

    def to_html(self, path: str | Path, **options: Any) -> Path:
        """Write what is shown as one HTML file, live without a kernel; see `Results.to_html`."""
        return self.results.to_html(path, selection=self.selection, **options)
