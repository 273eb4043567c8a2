"""The Flow widget; its browser half is js/src/flow.tsx."""

from results_widgets._static import STATIC
from results_widgets.widgets.flow_widget import FlowWidget


class Flow(FlowWidget):
    """The flow: a card per action with the users who received it and the conversions attributed to it.

    Args:
        results: The results to show.
        selection: A selection shared with other widgets to link them; None creates one.
        store: Segment store for the save button, which saves segments opened by a click.
        height: Height in pixels, such as ``720``, within which the widget scrolls; None: as high as its content.
            Assign to ``height`` to change it.
        **selected: Initial values of the selection, such as ``variant="A"``.

    Raises:
        TypeError: A keyword is not a field of the selection, or ``results`` is not a `Results`.
        QueryError: ``height`` is not a number of pixels, or less than 240.

    Examples:
        >>> flow = rw.Flow(results)
        >>> flow.selection.action = "we-miss-you"
        >>> len(flow.segment)
        171
    """

    _esm = STATIC / "flow.js"
