"""The Flow widget; its browser half is js/src/flow.tsx."""

from results_widgets._static import STATIC
from results_widgets.widgets.flow_widget import FlowWidget


class Flow(FlowWidget):
    """The flow: a card per action with the users who received it and the conversions attributed to it.

    Args:
        results: What is shown.
        selection: Shared with other widgets to link them; None makes one.
        store: Where the save button saves segments that a click opened.
        **selected: Initial values of the selection, such as ``variant="A"``.

    Raises:
        TypeError: A keyword is not a field of the selection, or ``results`` is not a `Results`.

    Examples:
        >>> flow = rw.Flow(results)
        >>> flow.selection.action = "we-miss-you"
        >>> len(flow.segment)
        171
    """

    _esm = STATIC / "flow.js"
