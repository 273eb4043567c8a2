"""The same log under one definition set after another, in words: which sets agree, and why the others do not."""

from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl

from results_widgets._written_table import WrittenTable
from results_widgets.alternatives.display import NOT_AVAILABLE
from results_widgets.campaign import Campaign
from results_widgets.definitions import DIALECTS, Dialect
from results_widgets.glossary import Metric
from results_widgets.locales import Locale
from results_widgets.reconciliation.words import signed

Metrics = Mapping[tuple[str | None, str], Metric]
"""Metrics by the id of their channel (null for the campaign) and key."""

_HEADS: Final = ("Number", "Sets", "Value", "Change", "Reason")
_NUMBERS: Final = frozenset({2, 3})
_NAMED: Final = 4
_SETS: Final = ("value", "difference", "reason")


def written_dialects(
    found: pl.DataFrame, campaign: Campaign, metrics: Metrics, locale: Locale
) -> WrittenTable:
    """Return a row for each number that the sets do not agree on and each group of sets that do.

    Args:
        found: What `Results.dialects` returns.
        campaign: Whose channels the numbers are of.
        metrics: Their declarations.
        locale: How numbers are written.
    """
    rows: list[tuple[str, ...]] = []
    same = 0
    for _, own in found.group_by("channel", "metric", maintain_order=True):
        if own["reason"].is_null().all():
            same += 1
        else:
            rows += _rows(own, campaign, metrics, locale)
    notes = (*_agreed(same, locale, all_=not rows), *_otherwise(found, metrics))
    return WrittenTable("Numbers by definition set", _HEADS, _NUMBERS, tuple(rows), notes=notes)


def _rows(
    own: pl.DataFrame, campaign: Campaign, metrics: Metrics, locale: Locale
) -> Iterator[tuple[str, ...]]:
    """Yield a row of one number for each group of sets with the same value for the same reason, the default's first."""
    channel, key = own["channel"][0], own["metric"][0]
    metric = metrics.get((channel, key))
    label, unit = (key, "count") if metric is None else (metric.label, metric.unit)
    if channel is not None:
        known = campaign.known_channels.get(channel)
        label = f"{label} ({channel if known is None else known.label})"
    # Without a reason a set has the default's number, to what its sums are rounded by.
    groups: dict[tuple[str, ...], list[str]] = {}
    found = own.sort(pl.col("reason").is_not_null(), maintain_order=True)
    for name, value, difference, reason in found.select("set", *_SETS).iter_rows():
        text = NOT_AVAILABLE if value is None else locale.value(value, unit)
        change = signed(difference if reason else 0, unit, locale)
        groups.setdefault((text, change, reason or ""), []).append(name)
    for cells, names in groups.items():
        yield label, ", ".join(names), *cells


def _agreed(same: int, locale: Locale, *, all_: bool) -> Iterator[str]:
    forms = {"one": "{} other number is", "other": "{} other numbers are"}
    if all_:
        yield "Every number is the same under every set."
    elif same:
        yield f"{locale.counted(same, forms)} the same under every set."


def _otherwise(found: pl.DataFrame, metrics: Metrics) -> Iterator[str]:
    """Yield what each tool does otherwise with these numbers that no rule expresses."""
    labels = {
        key: metrics[channel, key].label if (channel, key) in metrics else key
        for channel, key in found.select("channel", "metric")
        .unique(maintain_order=True)
        .iter_rows()
    }
    for name in found["set"].unique(maintain_order=True):
        dialect = DIALECTS.get(name)
        said = [] if dialect is None else [*_unsaid(dialect, labels)]
        if said:
            yield f"{name} differs further: {'; '.join(said)}."


def _unsaid(dialect: Dialect, labels: Mapping[str, str]) -> Iterator[str]:
    for one in dialect.unsaid:
        of = [*dict.fromkeys(label for key, label in labels.items() if key in one.metrics)]
        more = f" and {len(of) - _NAMED} more" if len(of) > _NAMED else ""
        if of:
            yield f"{one.says} ({', '.join(of[:_NAMED])}{more})"
