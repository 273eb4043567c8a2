"""The Flow widget; its browser half is js/src/flow.tsx."""

from results_widgets.widgets._base import STATIC, ResultsWidget


class Flow(ResultsWidget):
    """The flow of actions: users received and conversions attributed, per card."""

    _esm = STATIC / "flow.js"
    draws_flow = True
    draws_trends = True
