"""The Overview widget; its browser half is js/src/overview.tsx."""

from results_widgets._static import STATIC
from results_widgets.widgets.results_widget import ResultsWidget


class Overview(ResultsWidget):
    """Three rings: users and unique users, engaged, converted; each number opens its users or its chart.

    Args:
        results: What is shown.
        selection: Shared with other widgets to link them; None makes one.
        store: Where the save button saves segments that a click opened.
        **selected: Initial values of the selection, such as ``range="7d"``.

    Raises:
        TypeError: A keyword is not a field of the selection, or ``results`` is not a `Results`.

    Examples:
        >>> overview = rw.Overview(results, range="7d")
        >>> overview.view.unique_users()
        16
    """

    _esm = STATIC / "overview.js"
