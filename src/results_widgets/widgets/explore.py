"""The Explore widget; its browser half is js/src/explore.tsx."""

from results_widgets._static import STATIC
from results_widgets.widgets.chart_widget import ChartWidget


class Explore(ChartWidget):
    """One metric over time, by a range, interval and column that the reader chooses.

    Args:
        results: The results to show.
        selection: A selection shared with other widgets to link them; None creates one.
        store: Segment store for the save button, which saves segments opened by a click.
        annotations: Notes on days of the chart, in addition to the campaign's start and the first send of each
            action: texts by day or time, ``{"2026-03-08": "Price change"}``, or a list of (day, text); times
                without a zone are in the chart's time zone. False: no notes at all. Assign to ``annotations`` to
                change them.
        **selected: Initial values of the selection, such as ``metric="conversions"``. ``compare`` also takes the
            results of another campaign, whose line is drawn beside this one's, aligned by days since the start.

    Raises:
        TypeError: A keyword is not a field of the selection, or ``results`` is not a `Results`.
        QueryError: ``annotations`` are not texts by day.

    Examples:
        >>> explore = rw.Explore(results, metric="conversions", every="1w")
        >>> type(explore.chart).__name__
        'LayerChart'
    """

    _esm = STATIC / "explore.js"
