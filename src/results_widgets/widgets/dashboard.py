"""The Dashboard widget; its browser half is js/src/dashboard.tsx."""

from results_widgets.widgets._base import STATIC
from results_widgets.widgets._kinds import ChartWidget, FlowWidget


class Dashboard(ChartWidget, FlowWidget):
    """The whole screen: rings, channels, flow, chart, one action in detail, and the users behind it."""

    _esm = STATIC / "dashboard.js"
    draws_parts = True
