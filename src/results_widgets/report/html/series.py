"""The lines of a page, small: every series of values once, and for each interval one chart that is filled with them.

A line that is the ratio of two others is kept as just that: whether it is one is checked value by
value, never assumed.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from results_widgets.engine.calendar import from_micros
from results_widgets.engine.metrics.base import VALUE
from results_widgets.engine.metrics.plan import METRIC, OWNER
from results_widgets.engine.metrics.table import answer, metrics_of, owners_of
from results_widgets.engine.query import Grouping
from results_widgets.engine.scoped import ScopedRows
from results_widgets.glossary import Median, Metric, Scope
from results_widgets.report.html.rolled_up import told
from results_widgets.report.html.series_pool import Pool, Values
from results_widgets.report.html.small_cells import hide_days
from results_widgets.report.html.states import Look
from results_widgets.results import Results
from results_widgets.view_model.chart import chart_state
from results_widgets.view_model.selection import Selection

Reference = int | list[int]
SCOPES: Final[tuple[Scope, ...]] = ("campaign", "channel", "action")
_WORDS: Final = {"1h": "hour", "1d": "day", "1w": "week", "1mo": "month"}


@dataclass(frozen=True, slots=True)
class Answered:
    """One metric over time: its values, and for a rate what it is made of."""

    scope: Scope
    owner: str
    metric: str
    values: Values
    numerator: Values | None
    denominator: Values | None

    @property
    def key(self) -> str:
        """Its name within a block; the browser composes the same."""
        return f"{self.scope}|{self.owner}|{self.metric}"


def series_of(view: Results, every: str, *, cumulative: bool) -> Iterator[Answered]:
    """Yield every metric of every owner over time, in one pass per scope."""
    scoped = view._session.scoped(Grouping(every=every, cumulative=cumulative))
    for scope, wanted in _questions(scoped):
        found = answer(scoped, scope, wanted)
        parts = found.group_by(OWNER, METRIC, maintain_order=True).agg(
            VALUE, "numerator", "denominator"
        )
        for owner, metric, values, top, bottom in parts.iter_rows():
            rated = any(number is not None for number in bottom)
            yield Answered(
                scope,
                owner,
                metric,
                tuple(values),
                tuple(top) if rated else None,
                tuple(bottom) if rated else None,
            )


def _questions(scoped: ScopedRows) -> Iterator[tuple[Scope, list[tuple[str, Metric]]]]:
    """Yield what one pass answers: all metrics of a scope, but the median, which is no sum, on its own."""
    for scope in SCOPES:
        rows = [(o, m) for o in owners_of(scoped, scope) for m in metrics_of(scoped, scope, o)]
        yield scope, [row for row in rows if not isinstance(row[1].measure, Median)]
        yield from ((scope, [row]) for row in rows if isinstance(row[1].measure, Median))


@dataclass(frozen=True, slots=True)
class Model:
    """A chart without its line: what the widgets take, which of the page's axes its times are, and the place from
    which on its numbers may still grow.
    """

    chart: dict[str, object]
    axis: int
    open: int

    def wire(self) -> dict[str, object]:
        """Return it as JSON takes it."""
        return {"chart": self.chart, "axis": self.axis, "open": self.open}


@dataclass(slots=True)
class Store:
    """What the lines of a page share: values, times, the daily lines of its first look, and charts by their axis."""

    pool: Pool = field(default_factory=Pool)
    axes: list[dict[str, object]] = field(default_factory=list)
    whole: dict[str, Reference] = field(default_factory=dict)
    charts: dict[object, list[Model]] = field(default_factory=dict)

    def models(self, view: Results, every: str, *, compared: bool = False) -> list[Model]:
        """Return the charts of an interval in the order of `model_index`, then, if wanted, the same
        with the period before; looks whose axes are the same share them.
        """
        query, span = view._session.query, view._session.span()
        key = (query.time_zone, span, query.start, query.end, every, compared)
        if key not in self.charts:
            found = list(self._models(view, every))
            if compared:
                first, last = (from_micros(at, view.time_zone).date() for at in span)
                found += self._models(view.between(first, last), every, compare=True)
            self.charts[key] = found
        return self.charts[key]

    def _models(self, view: Results, every: str, *, compare: bool = False) -> Iterator[Model]:
        for metric in _settled_and_maturing(view):
            chosen = Selection(metric=metric.key, every=every, compare=compare)
            chart, stream = chart_state(view, chosen)
            rows = pl.read_ipc_stream(stream)
            axis: dict[str, object] = {
                "time_ms": rows["time_ms"].to_list(),
                "start": rows["start"].to_list(),
            }
            if axis not in self.axes:
                self.axes.append(axis)
            settled = rows.height - int(rows["open"].sum())
            # A rate's chart is that of a count but for its axis.
            rated = json.loads(json.dumps(chart).replace('"format": "~s"', '"format": "%"'))
            for one in (chart, rated):
                yield Model(one, self.axes.index(axis), settled)


def blocks_of(look: Look, store: Store, min_cell: int = 0) -> Iterator[dict[str, Any]]:
    """Yield a look's lines, one block per interval and way of adding up: every, cumulative, words (the end of its
    titles), lines (places by name) and models. The days of a whole campaign also have charts with
    the period before.

    With a least count only the campaign's own days are kept: lines of its parts, of weeks, or
    running totals would give small days away.
    """
    if min_cell:
        yield _block(look, store, "1d", _safe_lines(look.view, store.pool, min_cell))
        return
    for every in look.intervals:
        plain: dict[str, Reference] = {}
        for cumulative in (False, True):
            lines: dict[str, Reference] = {}
            for line in told(look.view, every, series_of(look.view, every, cumulative=cumulative)):
                of = store.whole.get(line.key) if every == "1d" and not cumulative else None
                lines[line.key] = _place(line, store.pool, of, plain.get(line.key))
            if not cumulative:
                plain = lines
                if every == "1d" and not store.whole:
                    store.whole.update(lines)
            yield _block(look, store, every, lines, cumulative=cumulative)


def _block(
    look: Look,
    store: Store,
    every: str,
    lines: dict[str, Reference],
    *,
    cumulative: bool = False,
) -> dict[str, Any]:
    compared = look.has_days and every == "1d" and not cumulative
    return {
        "every": every,
        "cumulative": cumulative,
        "words": f", {'cumulative by' if cumulative else 'per'} {_WORDS[every]}",
        "lines": lines,
        "missing": look.view._session.missing_users(every=every),
        "models": [m.wire() for m in store.models(look.view, every, compared=compared)],
    }


def _safe_lines(view: Results, pool: Pool, min_cell: int) -> dict[str, Reference]:
    """Return the campaign's lines per day, small counts hidden."""
    metrics = view._session.metrics()
    counted = {m.key for m in metrics if m.scope == "campaign" and m.is_count}
    own = [line for line in series_of(view, "1d", cumulative=False) if line.scope == "campaign"]
    lines = {line.metric: line.values for line in own if line.metric in counted}
    made = {m.key: (str(m.numerator), str(m.denominator)) for m in metrics if m.numerator}
    rates = {key: pair for key, pair in made.items() if set(pair) <= set(lines)}
    totals = {
        row["metric"]: row["value"]
        for row in view.overview().iter_rows(named=True)
        if row["metric"] in lines and row["value"] == sum(v or 0 for v in lines[row["metric"]])
    }
    safe = hide_days(lines, rates, totals, min_cell)
    found: dict[str, Reference] = {
        f"campaign||{name}": pool.add(tuple(line)) for name, line in safe.items()
    }
    for name, (top, bottom) in rates.items():
        found[f"campaign||{name}"] = pool.add(tuple(map(_ratio, safe[top], safe[bottom])))
    return found


def _place(
    line: Answered, pool: Pool, whole: Reference | None, plain: Reference | None
) -> Reference:
    if line.numerator is None or line.denominator is None:
        return pool.add(line.values, _first(whole), _first(plain))
    found = [
        pool.add(side, _at(whole, index), _at(plain, index))
        for index, side in enumerate((line.numerator, line.denominator))
    ]
    if line.values != tuple(map(_ratio, line.numerator, line.denominator)):
        return pool.add(line.values)
    return found


def _ratio(top: float | None, bottom: float | None) -> float | None:
    return top / bottom if top is not None and bottom is not None and bottom > 0 else None


def _first(reference: Reference | None) -> int | None:
    return reference if isinstance(reference, int) else None


def _at(reference: Reference | None, index: int) -> int | None:
    return reference[index] if isinstance(reference, list) else None


def _settled_and_maturing(view: Results) -> list[Metric]:
    """Return a count of the campaign whose past is settled, and one that may still grow."""
    counts = [m for m in view._session.metrics() if m.scope == "campaign" and m.unit == "count"]
    return [next(m for m in counts if m.matures is matures) for matures in (False, True)]


def model_index(metric: Metric) -> int:
    """Return which of the charts of a block draws a metric."""
    return int(metric.unit == "rate") + 2 * int(metric.matures)


def adding_up(view: Results, lines: Mapping[str, Reference]) -> list[str]:
    """Return the lines whose days add up to what their range has: counts, sums, and rates of these.

    Distinct users do not, but where the definition set itself adds them up day by day.
    """
    definitions, scoped = view.definitions, view._session.scoped()
    found = []
    for scope in SCOPES:
        for owner in owners_of(scoped, scope):
            for metric in metrics_of(scoped, scope, owner):
                name = f"{scope}|{owner}|{metric.key}"
                # A ratio adds up where the page has both its sides.
                whole = isinstance(lines.get(name), list) or metric.numerator is None
                if whole and metric.adds_up(definitions):
                    found.append(name)
    return found


def names_of(results: Results) -> dict[str, list[object]]:
    """Return, for each line, its title without the interval, and the chart that draws it."""
    channels: dict[str, list[Metric]] = {}
    for metric in results._session.metrics():
        channels.setdefault(metric.channel or metric.scope, []).append(metric)
    campaign = results.campaign
    owners: list[tuple[Scope, str, str, Sequence[Metric]]] = [
        ("campaign", "", "", channels.get("campaign", []))
    ]
    owners += [
        ("channel", c.id, f", {c.label}", channels.get(c.id, []))
        for c in campaign.channels.values()
    ]
    owners += [
        (
            "action",
            a.id,
            f", {a.label}",
            [*channels.get("action", []), *channels.get(a.channel, [])],
        )
        for a in campaign.actions
    ]
    return {
        f"{scope}|{owner}|{metric.key}": [metric.label + of, model_index(metric)]
        for scope, owner, of, metrics in owners
        for metric in metrics
    }
