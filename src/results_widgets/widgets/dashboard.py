"""The Dashboard widget; its browser half is js/src/dashboard.tsx."""

from results_widgets.widgets._base import STATIC, ChartWidget


class Dashboard(ChartWidget):
    """The whole screen: rings, channels, flow, chart, one action in detail, and the users behind it."""

    _esm = STATIC / "dashboard.js"
    draws_flow = True
    draws_trends = True
