"""The glossary: one declaration per metric, from which it is computed, named, drawn and explained.

A metric of the campaign is declared in `campaign`, one of single actions in `action`; those of a
channel follow from the channel's declaration (`results_widgets.channels`). A declaration says which
rows are counted and how, or what is divided by what. Whatever asks of metrics asks the functions
here, so that nothing else needs a list of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

from results_widgets.channels import CHANNELS, Channel
from results_widgets.definitions import Definitions, is_usual, whom_words
from results_widgets.errors import QueryError
from results_widgets.glossary import action, campaign
from results_widgets.glossary.channel import channel_metrics, detail_keys, headline_rows
from results_widgets.glossary.clock import OF_ENTRIES, by_entry, counted_by_entry, rated_by_entry
from results_widgets.glossary.metric import (
    Count,
    Difference,
    EntriesWith,
    Median,
    Metric,
    Ratio,
    Scope,
    Sum,
    Total,
    Unit,
    Users,
)
from results_widgets.glossary.rows import (
    Conversions,
    Entries,
    Events,
    Reached,
    RoleEvents,
    Rows,
)

__all__ = [
    "OF_ENTRIES",
    "Conversions",
    "Count",
    "Difference",
    "Entries",
    "EntriesWith",
    "Events",
    "Median",
    "Metric",
    "Ratio",
    "Reached",
    "RoleEvents",
    "Rows",
    "Scope",
    "Sum",
    "Total",
    "Unit",
    "Users",
    "action_metrics",
    "by_entry",
    "campaign_metrics",
    "channel_metrics",
    "counted_by_entry",
    "detail_keys",
    "headline_rows",
    "rated_by_entry",
]


def campaign_metrics(
    definitions: Definitions, channels: Mapping[str, Channel]
) -> tuple[Metric, ...]:
    """Return the campaign's metrics under a definition set, those included that are not shown.

    Args:
        definitions: The definition set.
        channels: The campaign's channels by id.

    Raises:
        QueryError: The definition set names a channel or metric that is not declared.
    """
    return _campaign_metrics(campaign.CAMPAIGN, definitions, tuple(channels.values()))


@lru_cache(maxsize=64)
def _campaign_metrics(
    table: tuple[Metric, ...], definitions: Definitions, channels: tuple[Channel, ...]
) -> tuple[Metric, ...]:
    known = {**CHANNELS, **{channel.id: channel for channel in channels}}
    found = tuple(_as_defined(metric, definitions, known) for metric in table)
    _check_keys(found, "the campaign")
    return found


def _as_defined(
    metric: Metric, definitions: Definitions, channels: Mapping[str, Channel]
) -> Metric:
    """Return a metric as a definition set has it: what it adds up takes the place of distinct users."""
    measure = metric.measure
    if isinstance(measure, Ratio):
        sides = [_as_defined(side, definitions, channels) for side in metric.sides]
        if sides == [*metric.sides]:
            return metric
        numerator, denominator = sides
        over = denominator.text.removesuffix(".")
        text = metric.text if denominator == metric.sides[1] else f"{numerator.label} ÷ ({over})."
        return replace(metric, measure=Ratio(numerator, denominator), text=text)
    terms = getattr(definitions, metric.defined_by) if metric.defined_by else ()
    if not terms:
        return metric
    assert isinstance(measure, Users)
    named = tuple((id_, _term(id_, key, definitions, channels)) for id_, key in terms)
    words = [f"{channels[id_].label} {term.label.lower()}" for id_, term in named]
    text = f"{' + '.join(words)}."
    # What is only part of others is called what it adds up: it is no longer what its label says.
    label = metric.label if metric.shown else _added_up(term for _, term in named)
    return replace(metric, label=label, measure=Total(named, measure), text=text)


def _added_up(terms: Iterable[Metric]) -> str:
    units = {term.unit for term in terms}
    if units == {"count"}:
        return "Messages"
    return "Users by channel" if units == {"users"} else "Messages and users"


def _term(
    channel: str, key: str, definitions: Definitions, channels: Mapping[str, Channel]
) -> Metric:
    # A campaign's own version of a built-in channel need not report what a shipped set names.
    versions = [known[channel] for known in (channels, CHANNELS) if channel in known]
    found = {m.key: m for one in reversed(versions) for m in channel_metrics(one, definitions)}
    if key not in found:
        what = f"metric of channel {channel!r} in the definition set {definitions.name!r}"
        raise QueryError.unknown(what, key, found)
    return found[key]


def action_metrics(
    channel: Channel,
    definitions: Definitions,
    *,
    has_parent: bool,
    reported: frozenset[str] | None = None,
) -> tuple[Metric, ...]:
    """Return the metrics of an action, those included that are not shown.

    Args:
        channel: The action's channel, whose metrics it has, too.
        definitions: The definition set.
        has_parent: Whether there is an action before it.
        reported: As in `channel_metrics`.
    """
    return _action_metrics(action.ACTION, channel, definitions, has_parent, reported)


@lru_cache(maxsize=256)
def _action_metrics(
    table: tuple[Metric, ...],
    channel: Channel,
    definitions: Definitions,
    has_parent: bool,  # noqa: FBT001 - a cached function takes no keywords for its key
    reported: frozenset[str] | None,
) -> tuple[Metric, ...]:
    own = [metric for metric in table if has_parent or not metric.needs_parent]
    own = [_credited(metric, definitions) for metric in own]
    found = (*own, *channel_metrics(channel, definitions, reported))
    _check_keys(found, f"an action of channel {channel.id!r}")
    return found


def _credited(metric: Metric, definitions: Definitions) -> Metric:
    """Return a metric whose text says whom the set credits with conversions."""
    measure, credited = metric.measure, action.CONVERSIONS_ATTRIBUTED
    if isinstance(measure, Ratio) and credited in metric.sides:
        sides = [_credited(side, definitions) for side in metric.sides]
        return replace(metric, measure=Ratio(*sides))
    if metric != credited or is_usual(definitions):
        return metric
    whom = whom_words(definitions.attribution, definitions.lookback)
    return replace(metric, text=f"Conversions credited to the action: {whom}.")


def _check_keys(metrics: tuple[Metric, ...], of: str) -> None:
    keys = [metric.key for metric in metrics]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise QueryError(f"the metric {twice!r} of {of} is declared twice; rename one of the two")
