"""The Explore widget; its browser half is js/src/explore.tsx."""

from results_widgets._static import STATIC
from results_widgets.widgets.chart_widget import ChartWidget


class Explore(ChartWidget):
    """One metric over time."""

    _esm = STATIC / "explore.js"
