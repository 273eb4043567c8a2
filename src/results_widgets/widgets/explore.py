"""The Explore widget; its browser half is js/src/explore.tsx."""

from results_widgets._static import STATIC
from results_widgets.widgets.chart_widget import ChartWidget


class Explore(ChartWidget):
    """One metric over time, by a range, interval and column that the reader chooses.

    Args:
        results: What is shown.
        selection: Shared with other widgets to link them; None makes one.
        store: Where the save button saves segments that a click opened.
        **selected: Initial values of the selection, such as ``metric="conversions"``.

    Raises:
        TypeError: A keyword is not a field of the selection, or ``results`` is not a `Results`.

    Examples:
        >>> explore = rw.Explore(results, metric="conversions", every="1w")
        >>> type(explore.chart).__name__
        'LayerChart'
    """

    _esm = STATIC / "explore.js"
