"""The base of widgets that draw a chart."""

from dataclasses import replace
from typing import TYPE_CHECKING, Unpack

import traitlets

from results_widgets.results import Results
from results_widgets.results.selected import Selected
from results_widgets.segments import SegmentStore
from results_widgets.view_model.annotations import Annotations, Noted
from results_widgets.view_model.chart import altair_chart
from results_widgets.view_model.selection import Selection
from results_widgets.view_model.state import Inputs
from results_widgets.widgets.code import Code, bundle, carried
from results_widgets.widgets.results_widget import ResultsWidget

if TYPE_CHECKING:
    from results_widgets.charts import Chart


class ChartWidget(ResultsWidget):
    """A widget that draws a chart, and so needs the code that does, Vega.

    Args:
        results: The results to show.
        selection: A selection shared with other widgets to link them; None creates one.
        store: Segment store for the save button, which saves segments opened by a click.
        annotations: Notes on days of the chart.
        **selected: Initial values of the selection.
    """

    # Only where no model carries it.
    _chart_esm = traitlets.Unicode().tag(sync=True, echo_update=False)

    parts = ResultsWidget.parts | {"chart", "notes"}

    def __init__(
        self,
        results: Results,
        *,
        selection: Selection | None = None,
        store: SegmentStore | None = None,
        annotations: Annotations = None,
        **selected: Unpack[Selected],
    ) -> None:
        self._noted = Noted.of(annotations)
        super().__init__(results, selection=selection, store=store, **selected)

    @property
    def annotations(self) -> Annotations:
        """Notes on days of the chart: texts by day; None: only the campaign's own; False: none.

        The days on which the campaign started and an action was first sent are marked, too. Assign others to
        show those.
        """
        return self._noted.given

    @annotations.setter
    def annotations(self, annotations: Annotations) -> None:
        self._noted = Noted.of(annotations)
        self._show()

    def _inputs(self, results: Results) -> Inputs:
        return replace(super()._inputs(results), noted=self._noted)

    @traitlets.default("_chart_esm")
    def _load_chart_code(self) -> str:
        return "" if self._code else bundle("chart.js")

    def _carried_code(self) -> dict[str, Code]:
        return {**super()._carried_code(), "chart": carried(bundle("chart.js"))}

    @property
    def chart(self) -> "Chart":
        """The selected chart as an Altair chart with its data inside."""
        return altair_chart(self.view, self.selection, self._noted)
