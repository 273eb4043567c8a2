"""The widget displayed last, for widgets that no variable holds."""

from results_widgets.errors import QueryError
from results_widgets.widgets.naming import displayed
from results_widgets.widgets.segment_widget import SegmentWidget


def last(place: int = 1) -> SegmentWidget:
    """Return the widget that was displayed last, for example a dashboard that was not assigned to a variable.

    Args:
        place: 1 for the last one, 2 for the one displayed before it, and so on.

    Returns:
        The widget; its ``segment`` has the users that a click opened.

    Raises:
        QueryError: Fewer widgets were displayed in this session, or they were closed.

    Examples:
        >>> rw.last()  # in a cell, after one that ends with results
        Traceback (most recent call last):
        results_widgets.errors.QueryError: no widget was displayed in this session; ...
    """
    found = displayed()
    if not found:
        raise QueryError("no widget was displayed in this session; run a cell that ends with one")
    if not 0 < place <= len(found):
        raise QueryError(
            f"{len(found)} widgets were displayed in this session and are open; found place {place}; "
            f"pass 1 for the last one, up to {len(found)}"
        )
    widget: SegmentWidget = found[place - 1]
    return widget
