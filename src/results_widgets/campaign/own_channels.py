"""The channels that a campaign declares beside the built-in ones, from and to its JSON."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Final, get_args

from results_widgets._json import Node
from results_widgets.channels import Channel, Direction, Event, Rate
from results_widgets.channels.model import read_fields
from results_widgets.errors import CampaignError

_CHANNEL: Final = tuple(part.name for part in fields(Channel) if part.name != "id")
_RATE: Final = tuple(part.name for part in fields(Rate))
_EVENT: Final = tuple(part.name for part in fields(Event))


def read_channels(node: Node) -> tuple[Channel, ...]:
    """Return the campaign's own channels, from `Channel` objects or from the mapping of the JSON.

    Args:
        node: The campaign; its ``channels`` are read.

    Raises:
        CampaignError: A channel is not as it should be; the error names its path.
    """

    def one(value: object, path: str) -> Channel:
        if isinstance(value, Channel):
            return value
        raise CampaignError(path, "expected a Channel, or all of them as a mapping by id")

    value = node.value.get("channels")
    if value is None or isinstance(value, Mapping):
        declared = node.mapping("channels")
        return tuple(_read_channel(str(key), declared[key]) for key in declared)
    return node.each("channels", one)


def _read_channel(key: str, value: object) -> Channel:
    """Return a channel from the JSON of the campaign, where its key is its id."""
    path = f"channels.{key}"
    node = Node(value, path, _CHANNEL)
    return Channel(
        **read_fields(Node({**node.value, "id": key}, path, ())),
        rates=node.each("rates", _read_rate),
        headline=node.texts("headline", ()),
        vocabulary=node.each("vocabulary", _read_event),
        machine_opens=node.flag("machine_opens"),
        machine_clicks=node.flag("machine_clicks"),
        not_reported=node.texts("not_reported", ()),
        first_only=node.texts("first_only", ()),
    )


def _read_rate(value: object, path: str) -> Rate:
    node = Node(value, path, _RATE)
    key = node.text("key")
    label = node.text("label", key.replace("_", " ").capitalize())
    return Rate(key, label, node.text("numerator"), node.text("denominator"))


def _read_event(value: object, path: str) -> Event:
    node = Node(value, path, _EVENT)
    by_user = node.optional_flag("by_user")
    return Event(
        node.text("name"),
        node.text("label", ""),
        node.text("users_label", ""),
        node.text("text", ""),
        direction=node.choice("direction", get_args(Direction), "higher"),
        by_user=True if by_user is None else by_user,
        ends_reach=node.flag("ends_reach"),
        detail=node.text("detail", ""),
        usual=node.flag("usual"),
        once=node.flag("once"),
    )


def channel_as_dict(channel: Channel) -> dict[str, object]:
    """Return plain JSON values that `read_channels` reads back to an equal channel."""
    display = {
        "rates": [asdict(rate) for rate in channel.rates],
        "headline": list(channel.headline),
        "vocabulary": [asdict(event) for event in channel.vocabulary],
        "machine_opens": channel.machine_opens,
        "machine_clicks": channel.machine_clicks,
        "not_reported": list(channel.not_reported),
        "first_only": list(channel.first_only),
    }
    return {
        "label": channel.label,
        "events": list(channel.events),
        "received": channel.received,
        "interacted": list(channel.interacted),
        "icon": channel.icon,
        **{name: value for name, value in display.items() if value},
    }
