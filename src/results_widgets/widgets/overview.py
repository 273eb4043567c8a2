"""The Overview widget; its browser half is js/src/overview.tsx."""

from results_widgets._static import STATIC
from results_widgets.widgets.results_widget import ResultsWidget


class Overview(ResultsWidget):
    """Three rings: users and unique users, engaged, converted; each number opens its users or its chart.

    Args:
        results: The results to show.
        selection: A selection shared with other widgets to link them; None creates one.
        store: Segment store for the save button, which saves segments opened by a click.
        **selected: Initial values of the selection, such as ``range="7d"``.

    Raises:
        TypeError: A keyword is not a field of the selection, or ``results`` is not a `Results`.

    Examples:
        >>> overview = rw.Overview(results, range="7d")
        >>> overview.view.unique_users()
        16
    """

    _esm = STATIC / "overview.js"
