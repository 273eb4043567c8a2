"""The metrics of a channel, made from its declaration: events, their distinct users, rates."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from results_widgets.channels import (
    EMAIL_RATE_BASE,
    EVENTS,
    Channel,
    Event,
    Rate,
    headline_of,
    is_unique,
    rates_of,
    reported as known_events,
    unique_key,
)
from results_widgets.definitions import Definitions
from results_widgets.errors import QueryError
from results_widgets.glossary.metric import Count, Metric, Ratio, Users
from results_widgets.glossary.rows import Events


@lru_cache(maxsize=512)
def channel_metrics(
    channel: Channel, definitions: Definitions, reported: frozenset[str] | None = None
) -> tuple[Metric, ...]:
    """Return a channel's metrics in reading order: each event, its distinct users, then the rates.

    Args:
        channel: The channel.
        definitions: The definition set.
        reported: The events that the source reports of the channel; None: all that it may report.
            Metrics of others, and the rates on them, are there with the reason why they are
            `missing`.

    Raises:
        QueryError: A rate or the headline names what is not declared.
    """
    events = known_events(channel)
    counts = {m.key: m for event in events for m in _event_metrics(channel, event, reported)}
    rates = [_rate_metric(channel, rate, definitions, counts) for rate in rates_of(channel)]
    found = (*counts.values(), *rates)
    known = {metric.key for metric in found}
    for key in headline_of(channel):
        if key not in known:
            raise QueryError.unknown(f"metric of channel {channel.id!r}", key, known)
    return found


def _event_metrics(
    channel: Channel, name: str, reported: frozenset[str] | None
) -> tuple[Metric, Metric]:
    event, rows = channel.event(name), Events((name,))
    unknown = reported is not None and name not in reported
    missing = f"The source reports no “{event.words}” event of this channel." if unknown else ""
    return (
        Metric(
            name,
            event.count_label,
            Count(rows),
            event.text or f"Number of “{event.words}” events.",
            scope="channel",
            channel=channel.id,
            direction=event.direction,
            missing=missing or _of_first(channel, event),
            once=event.once,
        ),
        Metric(
            unique_key(name),
            event.unique_label,
            Users(rows, per_definition=True),
            f"Distinct users with at least one “{event.words}” event.",
            scope="channel",
            channel=channel.id,
            direction=event.direction,
            missing=missing,
        ),
    )


def _of_first(channel: Channel, event: Event) -> str:
    """Return why nobody knows how many events there were; empty where the source keeps them all."""
    if event.name not in channel.first_only:
        return ""
    return f"The source keeps only the first “{event.words}” event of each message."


def _rate_metric(
    channel: Channel, rate: Rate, definitions: Definitions, counts: Mapping[str, Metric]
) -> Metric:
    under, note = _base(channel, rate, definitions, counts)
    if is_unique(rate.numerator) and definitions.unique_rates == "people" and not is_unique(under):
        under = unique_key(under)
    for key in (rate.numerator, under):
        if key not in counts:
            what = f"metric of channel {channel.id!r} in its rate {rate.key!r}"
            raise QueryError.unknown(what, key, counts)
    numerator, denominator = counts[rate.numerator], counts[under]
    return Metric(
        rate.key,
        rate.label,
        Ratio(numerator, denominator),
        f"{numerator.label} ÷ {denominator.label.lower()}{note and f' ({note})'}.",
        scope="channel",
        channel=channel.id,
        direction=numerator.direction,
        missing=numerator.missing or denominator.missing,
        note=note,
    )


def _base(
    channel: Channel, rate: Rate, definitions: Definitions, counts: Mapping[str, Metric]
) -> tuple[str, str]:
    """Return what a rate is taken of, and why, if that is not what the definition set says."""
    if rate.denominator != EMAIL_RATE_BASE:
        return rate.denominator, ""
    base, instead = definitions.email_rate_base, channel.received
    if base == instead or (base in counts and not counts[base].missing):
        return base, ""
    words = [channel.event(name).words for name in (instead, base)]
    return instead, f"of {words[0]}: the source reports no “{words[1]}”"


def headline_rows(channel: Channel, definitions: Definitions) -> list[tuple[str, str | None]]:
    """Return what a channel's block shows, in order: a metric and the rate beside it, or None."""
    metrics = channel_metrics(channel, definitions)
    # The first rate of a metric is the one beside it.
    rates = {metric.numerator: metric.key for metric in reversed(metrics) if metric.numerator}
    return [(key, rates.get(key)) for key in headline_of(channel)]


def detail_keys(channels: Iterable[Channel]) -> dict[str, tuple[str, ...]]:
    """Return the columns that say more about events, and the metrics that are listed by each."""
    own = [event for channel in channels for event in channel.vocabulary]
    found: dict[str, tuple[str, ...]] = {}
    for event in (*EVENTS.values(), *own):
        if event.detail:
            # How many users clicked a link is of interest; why messages were not sent is by message.
            keys = (event.name, unique_key(event.name)) if event.by_user else (event.name,)
            found[event.detail] = (*found.get(event.detail, ()), *keys)
    return found
