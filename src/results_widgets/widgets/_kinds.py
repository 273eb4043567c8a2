"""Widgets by what they draw: the flow, a chart, or both."""

import polars as pl
import traitlets

from results_widgets._static import STATIC
from results_widgets.results import Results
from results_widgets.segments import Segment
from results_widgets.view_model import chart as _chart
from results_widgets.view_model.highlight import highlight_wire, user_ids
from results_widgets.widgets._base import ResultsWidget


class FlowWidget(ResultsWidget):
    """A widget that draws the flow: its cards can show where given users were."""

    draws_flow = True
    draws_trends = True
    _highlight = traitlets.Dict().tag(sync=True, echo_update=False)
    _highlighted: tuple[pl.Series, str] | None = None

    def highlight(self, users: object, name: str | None = None) -> None:
        """Show on every card how many of these users received its action.

        Args:
            users: A `Segment`, or a frame of any kind with ``user_id``; None takes the marks away.
            name: What they are called on screen; a segment has a name.

        Raises:
            EventsError: It is no frame, or has no ``user_id``.
        """
        if users is None:
            self._highlighted, self._highlight = None, {}
            return
        own = users.name if isinstance(users, Segment) else "Highlighted users"
        self._highlighted = user_ids(users), name or own
        self._highlight = highlight_wire(self.view, *self._highlighted)

    def _state(self, view: Results) -> dict[str, object]:
        state = super()._state(view)
        if self._highlighted is not None:
            state["_highlight"] = highlight_wire(view, *self._highlighted)
        return state


class ChartWidget(ResultsWidget):
    """A widget that draws charts: it carries the chart bundle, once."""

    _chart_esm = traitlets.Unicode().tag(sync=True, echo_update=False)

    @traitlets.default("_chart_esm")
    def _load_chart_code(self) -> str:
        return (STATIC / "chart.js").read_text(encoding="utf-8")

    def _state(self, view: Results) -> dict[str, object]:
        state = super()._state(view)
        state["_chart"], state["_series"] = _chart.chart_wire(view, self.selection)
        return state

    @property
    def chart(self) -> object:
        """The chart with its rows in it, for further work in Altair."""
        return _chart.chart_of(self.view, self.selection)
