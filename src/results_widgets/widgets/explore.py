"""The Explore widget; its browser half is js/src/explore.tsx."""

from results_widgets._static import STATIC
from results_widgets.widgets.chart_widget import ChartWidget


class Explore(ChartWidget):
    """One metric over time, by a range, interval and column that the reader chooses.

    Args:
        results: What is shown.
        selection: Shared with other widgets to link them; None makes one.
        store: Where the save button saves segments that a click opened.
        annotations: What is marked on the chart's days beside the campaign's start and the first send of each
            action: texts by day or moment, ``{"2026-03-08": "Price change"}``, or a list of (day, text); without a
            zone they are days of the chart's. False: nothing is marked. Assign to ``annotations`` to change it.
        **selected: Initial values of the selection, such as ``metric="conversions"``. ``compare`` takes the
            results of another campaign, too: its line stands beside this one's, day by day of their ages.

    Raises:
        TypeError: A keyword is not a field of the selection, or ``results`` is not a `Results`.
        QueryError: ``annotations`` are no texts by day.

    Examples:
        >>> explore = rw.Explore(results, metric="conversions", every="1w")
        >>> type(explore.chart).__name__
        'LayerChart'
    """

    _esm = STATIC / "explore.js"
