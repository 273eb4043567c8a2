"""The Flow widget; its browser half is js/src/flow.tsx."""

from results_widgets._static import STATIC
from results_widgets.widgets._kinds import FlowWidget


class Flow(FlowWidget):
    """The flow of actions: users received and conversions attributed, per card."""

    _esm = STATIC / "flow.js"
