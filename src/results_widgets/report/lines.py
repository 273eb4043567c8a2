"""The lines of a page, small: every series of values once, and for each interval one chart that is filled with them.

A line that is a stretch of another, its running total, or the ratio of two others, is kept as
just that: whether it is one is checked value by value, never assumed.
"""

import json
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Any, Final

import polars as pl

from results_widgets.engine.answers import answer, metrics_of, owners_of
from results_widgets.engine.facts import Facts, Question
from results_widgets.engine.measures import METRIC, OWNER, VALUE
from results_widgets.glossary import Metric, Scope
from results_widgets.report import privacy
from results_widgets.report.looks import Look
from results_widgets.results import Results
from results_widgets.widgets import _wire
from results_widgets.widgets.selection import Selection

Values = tuple[float | None, ...]
Reference = int | list[int]
SCOPES: Final[tuple[Scope, ...]] = ("campaign", "channel", "action")
_WORDS: Final = {"1h": "hour", "1d": "day", "1w": "week", "1mo": "month"}
# No number of a campaign's looks like it.
_MARK: Final = 6.02214076e233
_FEW: Final = 3
_MEDIAN: Final = "median_time_to_convert"


class Pool:
    """Every series of values once; a reference is its place."""

    def __init__(self) -> None:
        self.entries: list[object] = []
        self._places: dict[Values, int] = {}
        self._values: list[Values] = []

    def add(self, values: Values, part_of: int | None = None, sum_of: int | None = None) -> int:
        """Return the place of a series.

        Args:
            values: The series.
            part_of: Place of a longer series that it may be a stretch of.
            sum_of: Place of a series whose running total it may be.
        """
        if values not in self._places:
            self._places[values] = len(self.entries)
            self._values.append(values)
            self.entries.append(self._packed(values, part_of, sum_of))
        return self._places[values]

    def _packed(self, values: Values, part_of: int | None, sum_of: int | None) -> object:
        if sum_of is not None and values == _running_total(self._values[sum_of]):
            return {"sum": sum_of}
        if part_of is not None and len(values) > _FEW:
            whole = self._values[part_of]
            for start in range(len(whole) - len(values), -1, -1):
                if whole[start : start + len(values)] == values:
                    return {"part": part_of, "from": start, "length": len(values)}
        rising = _steps(values)
        return [_short(value) for value in values] if rising is None else {"steps": rising}


def _steps(values: Values) -> list[int] | None:
    """Return the steps of whole numbers that never fall, None for others."""
    numbers = [int(v) for v in values if v is not None and v.is_integer()]
    if len(numbers) < len(values) or len(values) <= _FEW:
        return None
    steps = [after - before for before, after in pairwise([0, *numbers])]
    return steps if min(steps) >= 0 else None


def _running_total(values: Values) -> Values | None:
    numbers = [value for value in values if value is not None]
    return tuple(accumulate(numbers)) if len(numbers) == len(values) else None


def _short(value: float | None) -> float | int | None:
    return int(value) if value is not None and value.is_integer() else value


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
    facts = view._facts(Question(every=every, cumulative=cumulative))
    for scope, wanted in _questions(facts):
        found = answer(facts, scope, wanted)
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


def _questions(facts: Facts) -> Iterator[tuple[Scope, list[tuple[str, Metric]]]]:
    """Yield what one pass answers: all metrics of a scope, but the median, which is no sum, on its own."""
    for scope in SCOPES:
        rows = [(o, m) for o in owners_of(facts, scope) for m in metrics_of(facts, scope, o)]
        yield scope, [row for row in rows if row[1].key != _MEDIAN]
        yield from ((scope, [row]) for row in rows if row[1].key == _MEDIAN)


@dataclass(slots=True)
class Store:
    """What the lines of a page share: values, the daily lines of its first look, and charts by their axis."""

    pool: Pool = field(default_factory=Pool)
    whole: dict[str, Reference] = field(default_factory=dict)
    charts: dict[object, list["Model"]] = field(default_factory=dict)

    def models(self, view: Results, every: str) -> list["Model"]:
        """Return the charts of an interval; looks whose axes are the same share them."""
        key = (view.time_zone, view.span(), view.lens.start, view.lens.end, every)
        if key not in self.charts:
            self.charts[key] = list(_models(view, every))
        return self.charts[key]


def blocks_of(look: Look, store: Store, min_cell: int = 0) -> Iterator[dict[str, Any]]:
    """Yield a look's lines, one block per interval and way of adding up: every, cumulative, words (the end of its
    titles), lines (places by name) and models.

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
            for line in series_of(look.view, every, cumulative=cumulative):
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
    return {
        "every": every,
        "cumulative": cumulative,
        "words": f", {'cumulative by' if cumulative else 'per'} {_WORDS[every]}",
        "lines": lines,
        "models": store.models(look.view, every),
    }


def _safe_lines(view: Results, pool: Pool, min_cell: int) -> dict[str, Reference]:
    """Return the campaign's lines per day, small counts hidden."""
    counted = {
        m.key for m in view.metrics() if m.scope == "campaign" and m.unit in ("count", "users")
    }
    own = [line for line in series_of(view, "1d", cumulative=False) if line.scope == "campaign"]
    lines = {line.metric: line.values for line in own if line.metric in counted}
    made = {m.key: (str(m.numerator), str(m.denominator)) for m in view.metrics() if m.numerator}
    rates = {key: pair for key, pair in made.items() if set(pair) <= set(lines)}
    totals = {
        row["metric"]: row["value"]
        for row in view.overview().iter_rows(named=True)
        if row["metric"] in lines and row["value"] == sum(v or 0 for v in lines[row["metric"]])
    }
    safe = privacy.hide_days(lines, rates, totals, min_cell)
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


@dataclass(frozen=True, slots=True)
class Model:
    """A chart without its line: what the widgets take, and an Arrow stream whose values are overwritten."""

    chart: dict[str, object]
    stream: bytes
    values: int


def _models(view: Results, every: str) -> Iterator[Model]:
    """Yield the charts of an interval in the order of `model_index`."""
    for key in ("users", "conversions"):
        chart, stream = _wire.chart_wire(view, Selection(metric=key, every=every))
        shaped = shape(pl.read_ipc_stream(stream))
        # A rate's chart is that of a count but for its axis.
        rated = json.loads(json.dumps(chart).replace('"format": "~s"', '"format": "%"'))
        yield Model(chart, *shaped)
        yield Model(rated, *shaped)


def shape(rows: pl.DataFrame) -> tuple[bytes, int]:
    """Return rows as an Arrow stream whose values can be overwritten, and where those stand."""
    marks = [_MARK * (1 + index) for index in range(rows.height)]
    stream = _wire.to_bytes(rows.with_columns(value=pl.Series(marks, dtype=pl.Float64)))
    place = stream.index(array("d", marks).tobytes())
    return stream, place


def model_index(metric: Metric) -> int:
    """Return which of the charts of a block draws a metric."""
    return int(metric.unit == "rate") + 2 * int(metric.key in _wire._MATURING)


def names_of(results: Results) -> dict[str, list[object]]:
    """Return, for each line, its title without the interval, and the chart that draws it."""
    channels: dict[str, list[Metric]] = {}
    for metric in results.metrics():
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
