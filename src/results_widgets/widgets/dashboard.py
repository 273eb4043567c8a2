"""The Dashboard widget; its browser half is js/src/dashboard.tsx."""

from pathlib import Path
from typing import Any, Unpack

from results_widgets._static import STATIC
from results_widgets.results import Results
from results_widgets.results.selected import Selected
from results_widgets.segments import SegmentStore
from results_widgets.view_model.annotations import Annotations
from results_widgets.view_model.selection import Selection
from results_widgets.widgets.chart_widget import ChartWidget
from results_widgets.widgets.flow_widget import FlowWidget
from results_widgets.widgets.verdict_widget import VerdictWidget


class Dashboard(ChartWidget, FlowWidget, VerdictWidget):
    """The whole screen: verdict, overview, channels, flow, chart, experiment, one action in detail, and users.

    Args:
        results: The results to show.
        selection: A selection shared with other widgets to link them; None creates one.
        store: Segment store for the save button, which saves segments opened by a click.
        annotations: Notes on days of the chart, as for `Explore`.
        height: Height in pixels, such as ``720``, within which the widget scrolls; None: as high as its content.
            Assign to ``height`` to change it.
        **selected: Initial values of the selection, such as ``metric="conversions"``. ``compare`` also takes the
            results of another campaign, whose line is drawn beside this one's, aligned by days since the start.

    Raises:
        TypeError: A keyword is not a field of the selection, or ``results`` is not a `Results`.
        QueryError: ``height`` is not a number of pixels, or less than 240, or ``annotations`` are not texts by day.

    Examples:
        >>> notes = {"2026-03-08": "Price change"}
        >>> dashboard = rw.Dashboard(results, metric="conversions", annotations=notes)
        >>> dashboard.selection.range = "30d"
        >>> dashboard.view.unique_users()
        95
    """

    _esm = STATIC / "dashboard.js"
    parts = ChartWidget.parts | FlowWidget.parts | {"breakdowns", "experiment_later"}

    def __init__(
        self,
        results: Results,
        *,
        selection: Selection | None = None,
        store: SegmentStore | None = None,
        annotations: Annotations = None,
        height: int | None = None,
        **selected: Unpack[Selected],
    ) -> None:
        # The base of charts passes on what it does not know itself.
        options: Any = {"height": height, **selected}
        super().__init__(
            results, selection=selection, store=store, annotations=annotations, **options
        )

    def to_html(self, path: str | Path, **options: Any) -> Path:
        """Write what is shown as one HTML file that works without a kernel.

        Args:
            path: The file; it is written completely or not at all.
            **options: As for `Results.to_html`, which says more.

        Returns:
            The path.

        Raises:
            QueryError: A zone or column is not known, or a column identifies single users.
            OSError: The file cannot be written; nothing is left behind.

        Examples:
            >>> rw.Dashboard(results).to_html("win-back.html", min_cell=5).name
            'win-back.html'
        """
        mine = {"selection": self.selection, "annotations": self.annotations}
        return self.results.to_html(path, **(mine | options))
