"""The metrics of a channel, made from its declaration: events, their distinct users, rates."""

from collections.abc import Iterable
from functools import lru_cache

from results_widgets.channels import (
    EVENTS,
    Channel,
    Rate,
    headline_of,
    rates_of,
    reported,
    unique_key,
)
from results_widgets.definitions import Definitions
from results_widgets.errors import QueryError
from results_widgets.glossary.metric import Count, Events, Metric, Ratio, Users


@lru_cache(maxsize=256)
def channel_metrics(channel: Channel, definitions: Definitions) -> tuple[Metric, ...]:
    """Return a channel's metrics in reading order: each event, its distinct users, then the rates.

    Raises:
        QueryError: A rate or the headline names what is not declared.
    """
    counts = {m.key: m for event in reported(channel) for m in _event_metrics(channel, event)}
    rates = rates_of(channel, definitions.email_rate_base)
    found = (*counts.values(), *(_rate_metric(channel, rate, counts) for rate in rates))
    known = {metric.key for metric in found}
    for key in headline_of(channel):
        if key not in known:
            raise QueryError.unknown(f"metric of channel {channel.id!r}", key, known)
    return found


def _event_metrics(channel: Channel, name: str) -> tuple[Metric, Metric]:
    event, rows = channel.event(name), Events((name,))
    return (
        Metric(
            name,
            event.count_label,
            Count(rows),
            event.text or f"Number of “{event.words}” events.",
            scope="channel",
            channel=channel.id,
            direction=event.direction,
        ),
        Metric(
            unique_key(name),
            event.unique_label,
            Users(rows, per_definition=True),
            f"Distinct users with at least one “{event.words}” event.",
            scope="channel",
            channel=channel.id,
            direction=event.direction,
        ),
    )


def _rate_metric(channel: Channel, rate: Rate, counts: dict[str, Metric]) -> Metric:
    for key in (rate.numerator, rate.denominator):
        if key not in counts:
            what = f"metric of channel {channel.id!r} in its rate {rate.key!r}"
            raise QueryError.unknown(what, key, counts)
    numerator, denominator = counts[rate.numerator], counts[rate.denominator]
    return Metric(
        rate.key,
        rate.label,
        Ratio(numerator, denominator),
        f"{numerator.label} ÷ {denominator.label.lower()}.",
        scope="channel",
        channel=channel.id,
        direction=numerator.direction,
    )


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
