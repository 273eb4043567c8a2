"""The base of widgets that draw a chart."""

from typing import TYPE_CHECKING

import traitlets

from results_widgets._static import STATIC
from results_widgets.view_model.chart import altair_chart
from results_widgets.widgets.results_widget import ResultsWidget

if TYPE_CHECKING:
    from results_widgets.charts import Chart


class ChartWidget(ResultsWidget):
    """A widget that draws a chart: it carries the code that does, Vega, once."""

    _chart_esm = traitlets.Unicode().tag(sync=True, echo_update=False)

    parts = ResultsWidget.parts | {"chart"}

    @traitlets.default("_chart_esm")
    def _load_chart_code(self) -> str:
        return (STATIC / "chart.js").read_text(encoding="utf-8")

    @property
    def chart(self) -> "Chart":
        """The selected chart as an Altair chart with its data inside."""
        return altair_chart(self.view, self.selection)
