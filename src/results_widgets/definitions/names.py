"""The channels, events and metrics that a definition set names, read and checked."""

from collections.abc import Iterable, Mapping
from typing import Final

from results_widgets._json import Node, shown
from results_widgets.channels import CHANNELS, Channel, reported, unique_key
from results_widgets.errors import QueryError, listing, suggestion

Term = tuple[str, str]
"""A channel and one of its metrics, for example ``("email", "unique_clicked")``."""

_PAIR: Final = 2


def interacted_of(node: Node) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the events that count as an interaction, by channel."""
    value = node.value.get("interacted")
    pairs = list(value.items()) if isinstance(value, Mapping) else _pairs(node, "interacted")
    path = node.at("interacted")
    found = {}
    for channel, events in pairs:
        named = {str(channel): events}
        # No events at all: nothing of this channel counts.
        found[str(channel)] = Node(named, path, named, QueryError.at).texts(str(channel), ())
        _check_spelling(path, str(channel), found[str(channel)])
    return tuple(found.items())


def terms_of(node: Node, key: str) -> tuple[Term, ...]:
    """Return the pairs of channel and metric that a field lists."""
    found = []
    for channel, metric in _pairs(node, key):
        if not isinstance(metric, str):
            raise node.error(key, f"expected the name of a metric, found {shown(metric)}")
        _check_spelling(node.at(key), channel, (metric,))
        found.append((channel, metric))
    return tuple(found)


def _pairs(node: Node, key: str) -> tuple[tuple[str, object], ...]:
    def pair(value: object, path: str) -> tuple[str, object]:
        if (
            not isinstance(value, list | tuple)
            or len(value) != _PAIR
            or not isinstance(value[0], str)
        ):
            problem = 'expected a pair such as ["email", "clicked"], found '
            raise QueryError.at(path, problem + shown(value))
        return value[0], value[1]

    return node.each(key, pair)


def _check_spelling(path: str, channel: str, names: Iterable[str]) -> None:
    """Refuse a near miss of a built-in channel, or of one of its events.

    A campaign may declare channels of its own, which are known only when the set is used
    (`Definitions.check_channels`); a name that adds to a built-in one, such as ``sms2``, is taken for
    one of these.
    """
    if channel not in CHANNELS:
        if suggestion(channel, CHANNELS) and not channel.startswith(tuple(CHANNELS)):
            raise QueryError.at(path, unknown_name("channel", channel, CHANNELS))
        return
    known = known_names(path, CHANNELS[channel])
    for name in names:
        if name not in known and suggestion(name, known):
            raise QueryError.at(path, unknown_name(f"event of {channel}", name, known))


def known_names(path: str, channel: Channel) -> list[str]:
    """Return what a set may name of a channel: its events, and where metrics are meant their uniques."""
    events = list(reported(channel))
    metrics = [] if path.endswith("interacted") else [unique_key(event) for event in events]
    return [*events, *metrics]


def unknown_name(kind: str, name: str, known: Iterable[str]) -> str:
    """Return what is said of a name that nothing has."""
    names = list(known)
    return f"unknown {kind} {name!r}{suggestion(name, names)}; known: {listing(names)}"
