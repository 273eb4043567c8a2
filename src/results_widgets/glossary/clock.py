"""Metrics by the clock of entries: what became of the entries that started in a range."""

from dataclasses import replace
from functools import lru_cache
from typing import Final

from results_widgets.glossary.metric import (
    Count,
    Difference,
    EntriesWith,
    Measure,
    Metric,
    Ratio,
    Total,
    Users,
)
from results_widgets.glossary.rows import Conversions, Entries, Events, RoleEvents, Rows

OF_ENTRIES: Final = "_of_entries"
"""The end of the key of a number of the entries that started in a range."""

_OF_THESE: Final = ", of the entries of these days"


@lru_cache(maxsize=256)
def by_entry(metric: Metric) -> Metric:
    """Return a metric that counts everything at the start of the entry that it belongs to."""
    return replace(metric, measure=_by_entry(metric))


def _by_entry(metric: Metric) -> Measure:
    measure = metric.measure
    if isinstance(measure, Ratio):
        return Ratio(by_entry(measure.numerator), by_entry(measure.denominator))
    if isinstance(measure, Difference):
        return Difference(by_entry(measure.whole), by_entry(measure.part))
    if isinstance(measure, Total):
        terms = tuple((channel, by_entry(term)) for channel, term in measure.terms)
        return Total(terms, Users(_at_start(measure.instead_of.rows, metric)))
    if isinstance(measure, EntriesWith):
        return Count(Entries(held_back=measure.rows.held_back, outcome="converted"))
    return replace(measure, rows=_at_start(measure.rows, metric))


def _at_start(rows: Rows, metric: Metric) -> Rows:
    """Return rows at the start of their entry; entries and the actions they reached are there already."""
    engaged = isinstance(rows, RoleEvents) and rows.role == "interacted"
    if engaged and isinstance(metric.measure, Users | Total) and metric.scope == "campaign":
        # Of the entries themselves, so that their groups and the held back are those of the entries.
        return Entries(outcome="engaged")
    if isinstance(rows, Conversions | Events | RoleEvents):
        return replace(rows, by_entry=True)
    return rows


@lru_cache(maxsize=256)
def counted_by_entry(metrics: tuple[Metric, ...]) -> tuple[Metric, ...]:
    """Return metrics that count everything at the start of the entry that it belongs to."""
    return tuple(map(by_entry, metrics))


@lru_cache(maxsize=512)
def rated_by_entry(metrics: tuple[Metric, ...], *, in_range: bool) -> tuple[Metric, ...]:
    """Return metrics whose rates follow the entries that started in a range.

    Args:
        metrics: The metrics of a campaign, or of an action.
        in_range: Whether there is a range or an interval; else only their texts say what holds in one.

    Returns:
        The metrics, and the numerators of their rates in a range, which are not shown.
    """
    followed = {metric: _followed(metric) for metric in metrics if metric.mixes_clocks}
    numerators = dict.fromkeys(metric.sides[0] for metric in followed.values())
    found = followed if in_range else {metric: _explained(metric) for metric in followed}
    return (*(found.get(metric, metric) for metric in metrics), *numerators)


def _followed(metric: Metric) -> Metric:
    """Return a rate of the entries that started in a range."""
    over, under = metric.sides
    numerator = replace(
        by_entry(over),
        key=f"{over.key.removesuffix('_entries')}{OF_ENTRIES}",
        label=f"{over.label.removesuffix(' entries')} of these entries",
        text=_ended(over.text, _OF_THESE),
        shown=False,
        key_metric=False,
        by_column=False,
    )
    return replace(metric, measure=Ratio(numerator, under), text=_ended(metric.text, _OF_THESE))


def _explained(metric: Metric) -> Metric:
    text = f"{metric.text} In a range or by interval{_OF_THESE}."
    return replace(metric, text=text)


def _ended(text: str, end: str) -> str:
    return f"{text.removesuffix('.')}{end}."
