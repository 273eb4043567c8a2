"""Charts of a saved page without their series: the browser fills in any series that has the same axis."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from results_widgets.charts import as_rate
from results_widgets.engine.calendar import from_micros
from results_widgets.glossary import Metric
from results_widgets.results import Results
from results_widgets.view_model.chart import chart_state
from results_widgets.view_model.selection import Selection


@dataclass(frozen=True, slots=True)
class ChartTemplate:
    """A chart without its series.

    Attributes:
        chart: The value of ``_chart``.
        axis: Index of its times among `ChartTemplates.axes`.
        open: Index of the first interval whose value may still grow.
    """

    chart: dict[str, object]
    axis: int
    open: int

    def to_dict(self) -> dict[str, object]:
        """Return it as JSON has it."""
        return {"chart": self.chart, "axis": self.axis, "open": self.open}


def template_index(metric: Metric) -> int:
    """Return the index of the template that draws a metric, among those of one interval."""
    return int(metric.unit == "rate") + 2 * int(metric.matures)


@dataclass(frozen=True, slots=True)
class ChartTemplates:
    """The chart templates of a page, shared by views with the same time axis.

    Attributes:
        axes: The time axes: start of each interval in ms (``time_ms``) and as text (``start``).
    """

    axes: list[dict[str, object]] = field(default_factory=list)
    _templates: dict[object, list[ChartTemplate]] = field(default_factory=dict)

    def of(self, results: Results, every: str, *, compare: bool = False) -> list[ChartTemplate]:
        """Return the templates of an interval in the order of `template_index`.

        Args:
            results: Whose time axis it is.
            every: The interval.
            compare: Whether the same templates with the previous period follow.
        """
        query, span = results._session.query, results._session.span()
        key = (query.time_zone, span, query.start, query.end, every, compare)
        if key not in self._templates:
            templates = list(self._build(results, every))
            if compare:
                first, last = (from_micros(at, query.time_zone).date() for at in span)
                templates += self._build(results.between(first, last), every, compare=True)
            self._templates[key] = templates
        return self._templates[key]

    def _build(
        self, results: Results, every: str, *, compare: bool = False
    ) -> Iterator[ChartTemplate]:
        for metric in _final_and_maturing_count(results):
            selection = Selection(metric=metric.key, every=every, compare=compare)
            chart, series = chart_state(results, selection)
            rows = pl.read_ipc_stream(series)
            axis = self._axis(rows)
            is_final = rows.height - int(rows["open"].sum())
            yield ChartTemplate(chart, axis, is_final)
            yield ChartTemplate(_as_rate(chart), axis, is_final)

    def _axis(self, rows: pl.DataFrame) -> int:
        axis: dict[str, object] = {
            "time_ms": rows["time_ms"].to_list(),
            "start": rows["start"].to_list(),
        }
        if axis not in self.axes:
            self.axes.append(axis)
        return self.axes.index(axis)


def _as_rate(chart: dict[str, Any]) -> dict[str, Any]:
    """Return a count's chart as that of a rate."""
    return {**chart, "spec": as_rate(chart["spec"])}


def _final_and_maturing_count(results: Results) -> list[Metric]:
    """Return a count of the campaign whose past values are final, and one whose values still grow."""
    counts = [m for m in results._session.metrics() if m.scope == "campaign" and m.unit == "count"]
    return [next(m for m in counts if m.matures is matures) for matures in (False, True)]
