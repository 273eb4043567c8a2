"""The time series of a saved page: every metric of the campaign, its channels and its actions.

A rate that is exactly the ratio of two stored counts is stored as just that: as a pair of references.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from results_widgets.engine.metrics.base import VALUE
from results_widgets.engine.metrics.plan import METRIC, OWNER
from results_widgets.engine.metrics.table import answer, metrics_of, owners_of
from results_widgets.engine.query import Grouping
from results_widgets.engine.scoped import ScopedRows
from results_widgets.glossary import Median, Metric, Scope
from results_widgets.keys import Every
from results_widgets.report.html.chart_templates import ChartTemplates, template_index
from results_widgets.report.html.metric_cells import parts_of
from results_widgets.report.html.series_pool import Pool, Values
from results_widgets.report.html.small_cells import hide_days
from results_widgets.report.html.states import SavedView
from results_widgets.results import Results
from results_widgets.view_model.chart import interval_suffix
from results_widgets.view_model.forecasts import forecast_places

Reference = int | list[int]
"""Index of a series in the pool; two, numerator and denominator, for a rate."""
SCOPES: Final[tuple[Scope, ...]] = ("campaign", "channel", "action")


@dataclass(frozen=True, slots=True)
class Series:
    """One metric over time, and for a rate its numerator and denominator."""

    scope: Scope
    owner: str
    metric: str
    values: Values
    numerator: Values | None
    denominator: Values | None

    @property
    def key(self) -> str:
        """Its key among a block's ``lines``."""
        return series_key(self.scope, self.owner, self.metric)


def series_key(scope: Scope, owner: str, metric: str) -> str:
    """Return the key of a series, which the browser composes in the same way."""
    return f"{scope}|{owner}|{metric}"


def all_series(results: Results, every: str, *, cumulative: bool) -> Iterator[Series]:
    """Yield every metric of every owner over time, computed in one pass per scope."""
    scoped = results._session.scoped(Grouping(every=every, cumulative=cumulative))
    for scope, wanted in _passes(scoped):
        frame = answer(scoped, scope, wanted)
        lists = frame.group_by(OWNER, METRIC, maintain_order=True).agg(
            VALUE, "numerator", "denominator"
        )
        for owner, metric, values, numerator, denominator in lists.iter_rows():
            is_rate = any(number is not None for number in denominator)
            yield Series(
                scope,
                owner,
                metric,
                tuple(values),
                tuple(numerator) if is_rate else None,
                tuple(denominator) if is_rate else None,
            )


def _passes(scoped: ScopedRows) -> Iterator[tuple[Scope, list[tuple[str, Metric]]]]:
    """Yield the owners and metrics of each pass: medians are computed apart, since they are no sums."""
    for scope in SCOPES:
        rows = [(o, m) for o in owners_of(scoped, scope) for m in metrics_of(scoped, scope, o)]
        yield scope, [row for row in rows if not isinstance(row[1].measure, Median)]
        yield from ((scope, [row]) for row in rows if isinstance(row[1].measure, Median))


def available_series(results: Results, every: str, *, cumulative: bool) -> Iterator[Series]:
    """Yield `all_series` but those of distinct users that a roll-up cannot provide by this interval."""
    session = results._session
    is_complete = not session.missing_users(every=every)
    for series in all_series(results, every, cumulative=cumulative):
        action, channel = (
            series.owner if series.scope == scope else None for scope in ("action", "channel")
        )
        metric = None if is_complete else session.describe(series.metric, action, channel)
        if metric is None or not session.missing_users(metric, every):
            yield series


@dataclass(frozen=True, slots=True)
class SeriesStore:
    """What the views of a page share.

    Attributes:
        pool: The values of all series.
        templates: The charts that the browser fills with them.
        daily: References of the first view's daily series, of which others may be stretches.
    """

    pool: Pool = field(default_factory=Pool)
    templates: ChartTemplates = field(default_factory=ChartTemplates)
    daily: dict[str, Reference] = field(default_factory=dict)


def series_blocks(
    view: SavedView, store: SeriesStore, min_cell: int = 0
) -> Iterator[dict[str, Any]]:
    """Yield a view's series in blocks, one per interval, and one for the running totals of each.

    A block has ``every``, ``cumulative``, ``words`` (the end of its charts' titles), ``lines`` (references
    by key), ``missing`` (why a roll-up provides no users), ``forecasts`` (what open intervals may become, by
    key: places and ends) and ``models`` (chart templates, which for the days of a whole campaign include
    those with the previous period).

    With a smallest count to show, only the campaign's own days are kept: series of its channels and actions, of
    weeks, or running totals would give small days away.
    """
    if min_cell:
        lines = _suppressed_days(view.results, store.pool, min_cell)
        yield _block(view, store, "1d", lines)
        return
    for every in view.intervals:
        plain: dict[str, Reference] = {}
        for cumulative in (False, True):
            lines = {}
            for series in available_series(view.results, every, cumulative=cumulative):
                daily = store.daily.get(series.key) if every == "1d" and not cumulative else None
                lines[series.key] = _store(series, store.pool, daily, plain.get(series.key))
            if not cumulative:
                plain = lines
                if every == "1d" and not store.daily:
                    store.daily.update(lines)
            found = {} if cumulative else forecast_places(view.results, cast("Every", every))
            named = {series_key("campaign", "", metric): ends for metric, ends in found.items()}
            yield {**_block(view, store, every, lines, cumulative=cumulative), "forecasts": named}


def _block(
    view: SavedView,
    store: SeriesStore,
    every: str,
    lines: dict[str, Reference],
    *,
    cumulative: bool = False,
) -> dict[str, Any]:
    compare = view.has_days and every == "1d" and not cumulative
    templates = store.templates.of(view.results, every, compare=compare)
    return {
        "every": every,
        "cumulative": cumulative,
        "words": interval_suffix(every, cumulative=cumulative),
        "lines": lines,
        "missing": view.results._session.missing_users(every=every),
        "models": [template.to_dict() for template in templates],
    }


def _suppressed_days(results: Results, pool: Pool, min_cell: int) -> dict[str, Reference]:
    """Return the campaign's daily series without small counts."""
    every = results._session.metrics(hidden=True, every="1d")
    metrics = [metric for metric in every if metric.scope == "campaign"]
    sides = {m.key: (str(m.numerator), str(m.denominator)) for m in metrics if m.numerator}
    lines = _count_lines(results, {metric.key for metric in metrics if metric.is_count}, sides)
    rates = {key: pair for key, pair in sides.items() if set(pair) <= set(lines)}
    sums = {key: sum(value or 0 for value in values) for key, values in lines.items()}
    totals = {
        row["metric"]: row["value"]
        for row in results.overview().iter_rows(named=True)
        if row["metric"] in lines and row["value"] == sums[row["metric"]]
    }
    # Those that are not shown have no total of their own, but add up to that of another number.
    totals |= {
        metric.key: sums[metric.key]
        for metric in metrics
        if metric.key in lines and not metric.shown and metric.adds_up(results.definitions)
    }
    counted = results.definitions.held_back == "counted"
    parts = parts_of(metrics, held_back_counted=counted)
    within = {*rates.values(), *((part.key, whole.key) for part, whole in parts)}
    within = {pair for pair in within if set(pair) <= set(lines)}
    shown = hide_days(lines, sorted(within), totals, min_cell)
    found: dict[str, Reference] = {
        series_key("campaign", "", metric): pool.add(tuple(values))
        for metric, values in shown.items()
    }
    for rate, (numerator, denominator) in rates.items():
        ratios = tuple(map(_ratio, shown[numerator], shown[denominator]))
        found[series_key("campaign", "", rate)] = pool.add(ratios)
    return found


def _count_lines(
    results: Results, counts: set[str], sides: Mapping[str, tuple[str, str]]
) -> dict[str, Values]:
    """Return the days of the campaign's counts, and of what its rates are made of without being shown."""
    lines: dict[str, Values] = {}
    for series in all_series(results, "1d", cumulative=False):
        if series.scope != "campaign":
            continue
        if series.metric in counts:
            lines[series.metric] = series.values
        elif series.numerator is not None and sides[series.metric][0] in counts:
            lines.setdefault(sides[series.metric][0], series.numerator)
    return lines


def _store(
    series: Series, pool: Pool, daily: Reference | None, plain: Reference | None
) -> Reference:
    """Add a series to the pool; `Pool.add` says what the other references are for."""
    if series.numerator is None or series.denominator is None:
        return pool.add(series.values, _single(daily), _single(plain))
    sides = [
        pool.add(values, _side(daily, index), _side(plain, index))
        for index, values in enumerate((series.numerator, series.denominator))
    ]
    is_ratio = series.values == tuple(map(_ratio, series.numerator, series.denominator))
    return sides if is_ratio else pool.add(series.values)


def _ratio(numerator: float | None, denominator: float | None) -> float | None:
    if numerator is None or denominator is None or denominator <= 0:
        return None
    return numerator / denominator


def _single(reference: Reference | None) -> int | None:
    return reference if isinstance(reference, int) else None


def _side(reference: Reference | None, index: int) -> int | None:
    return reference[index] if isinstance(reference, list) else None


def additive_series(results: Results, lines: Mapping[str, Reference]) -> list[str]:
    """Return the keys of the series whose days add up to the value of their range.

    Those are counts, sums, and ratios of them; distinct users only if the definition set itself adds
    them up day by day.
    """
    # In a range as by interval, rates are of the entries of these days.
    definitions, scoped = results.definitions, results._session.scoped(Grouping(every="1d"))
    found = []
    for scope in SCOPES:
        for owner in owners_of(scoped, scope):
            for metric in metrics_of(scoped, scope, owner):
                key = series_key(scope, owner, metric.key)
                # A ratio can be added up if both its sides are stored.
                has_sides = isinstance(lines.get(key), list) or metric.numerator is None
                if has_sides and metric.adds_up(definitions):
                    found.append(key)
    return found


def series_names(results: Results) -> dict[str, list[object]]:
    """Return, by key, a series' title without the interval and the index of its chart template."""
    metrics: dict[str, list[Metric]] = {}
    for metric in results._session.metrics():
        metrics.setdefault(metric.channel or metric.scope, []).append(metric)
    campaign = results.campaign
    owners: list[tuple[Scope, str, str, Sequence[Metric]]] = [
        ("campaign", "", "", metrics.get("campaign", []))
    ]
    owners += [
        ("channel", channel.id, f", {channel.label}", metrics.get(channel.id, []))
        for channel in campaign.channels.values()
    ]
    owners += [
        (
            "action",
            action.id,
            f", {action.label}",
            [*metrics.get("action", []), *metrics.get(action.channel, [])],
        )
        for action in campaign.actions
    ]
    return {
        series_key(scope, owner, metric.key): [metric.label + of, template_index(metric)]
        for scope, owner, of, own in owners
        for metric in own
    }
