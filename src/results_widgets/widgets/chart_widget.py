"""The base of widgets that draw a chart."""

from typing import TYPE_CHECKING

import traitlets

from results_widgets.view_model.chart import altair_chart
from results_widgets.widgets.code import Code, bundle, carried
from results_widgets.widgets.results_widget import ResultsWidget

if TYPE_CHECKING:
    from results_widgets.charts import Chart


class ChartWidget(ResultsWidget):
    """A widget that draws a chart, and so needs the code that does, Vega."""

    # Only where no model carries it.
    _chart_esm = traitlets.Unicode().tag(sync=True, echo_update=False)

    parts = ResultsWidget.parts | {"chart"}

    @traitlets.default("_chart_esm")
    def _load_chart_code(self) -> str:
        return "" if self._code else bundle("chart.js")

    def _carried_code(self) -> dict[str, Code]:
        return {**super()._carried_code(), "chart": carried(bundle("chart.js"))}

    @property
    def chart(self) -> "Chart":
        """The selected chart as an Altair chart with its data inside."""
        return altair_chart(self.view, self.selection)
