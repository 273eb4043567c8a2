"""The Flow widget; its browser half is js/src/flow.tsx."""

from results_widgets._static import STATIC
from results_widgets.widgets.flow_widget import FlowWidget


class Flow(FlowWidget):
    """The flow: a card per action with the users who received it and the conversions attributed to it."""

    _esm = STATIC / "flow.js"
