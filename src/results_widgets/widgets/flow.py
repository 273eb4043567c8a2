"""The Flow widget; its browser half is js/src/flow.tsx."""

from results_widgets._static import STATIC
from results_widgets.widgets.flow_widget import FlowWidget


class Flow(FlowWidget):
    """The flow: a card per action with the users who received it and the conversions attributed to it.

    Args:
        results: What is shown.
        selection: Shared with other widgets to link them; None makes one.
        store: Where the save button saves segments that a click opened.
        height: How many pixels high it is, in which it scrolls, such as ``720``; None: as high as what it
            shows. Assign to ``height`` to change it.
        **selected: Initial values of the selection, such as ``variant="A"``.

    Raises:
        TypeError: A keyword is not a field of the selection, or ``results`` is not a `Results`.
        QueryError: ``height`` is no number of pixels, or less than 240.

    Examples:
        >>> flow = rw.Flow(results)
        >>> flow.selection.action = "we-miss-you"
        >>> len(flow.segment)
        171
    """

    _esm = STATIC / "flow.js"
