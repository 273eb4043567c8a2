"""A random campaign in our own schema, made of what a vendor's export can report."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import polars as pl

import results_widgets as rw
from results_widgets.channels import CHANNELS
from results_widgets.exports import Vendor

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


class Writer(Protocol):
    """Writes a story in a vendor's format.

    Each file of `writers` has one called ``write``, or several in ``FORMS`` by name, and says in ``LIMITS``
    what of a story the format can hold.
    """

    def __call__(self, story: "Story", folder: Path) -> int:
        """Write the files and return how many rows they hold."""


@dataclass(frozen=True)
class Limits:
    """What of a story a format can hold.

    Attributes:
        channel: The channel of all actions.
        actions: How many a campaign has; where it is 1, the action's id is the campaign's.
        variants: Whether messages name their arm.
        machine: Whether machine opens are flagged.
        machine_clicks: Whether machine clicks are flagged.
        goal: Name of the goal's event as the vendor writes it; empty: goal events come from elsewhere.
        campaign: The campaign's id.
        ids: Ids of actions, where they must be of a form.
    """

    channel: str = "email"
    actions: int = 3
    variants: bool = False
    machine: bool = False
    machine_clicks: bool = False
    goal: str = "Purchase"
    campaign: str = "spring"
    ids: tuple[str, ...] = ("root", "second", "third")

    @property
    def flagged(self) -> tuple[str, ...]:
        """The events of which the format says whether a machine made them."""
        opens, clicks = ("opened",) * self.machine, ("clicked",) * self.machine_clicks
        return (*opens, *clicks)


@dataclass
class Story:
    """A campaign and its events.

    Attributes:
        id: The campaign's id.
        name: Its name.
        actions: Id, name and parent of each action.
        channel: The channel of all.
        rows: The events: user_id, action_id, event, timestamp, event_id, variant, machine, value, link.
    """

    id: str
    name: str
    channel: str
    limits: Limits
    actions: list[tuple[str, str, str | None]]
    rows: list[dict[str, Any]] = field(default_factory=list)

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The events of actions."""
        return [row for row in self.rows if row["action_id"] is not None]

    @property
    def goals(self) -> list[dict[str, Any]]:
        """The goal events."""
        return [row for row in self.rows if row["action_id"] is None]

    def events(self) -> pl.DataFrame:
        """Return the events in our schema."""
        schema: dict[str, Any] = {
            **dict.fromkeys(("user_id", "campaign_id", "action_id", "event"), pl.String),
            "timestamp": pl.Datetime("us", "UTC"),
            **dict.fromkeys(("event_id", "variant", "link"), pl.String),
            "machine": pl.Boolean,
            "value": pl.Float64,
        }
        return pl.DataFrame(self.rows, schema=schema)

    def campaign(self, like: rw.Campaign) -> rw.Campaign:
        """Return the campaign as it is, with the variants and channels that an export was read with."""
        actions = [
            rw.Action(id_, self.channel, name, parent=parent) for id_, name, parent in self.actions
        ]
        return rw.Campaign(
            self.id,
            like.goal,
            actions,
            self.name,
            attribution_window="3d",
            variants=like.variants,
            own_channels=like.own_channels,
        )


def tell(vendor: Vendor, limits: Limits, seed: int) -> Story:
    """Return a random story of what a vendor can report in a channel."""
    dice = random.Random(seed)
    id_ = limits.campaign
    ids = limits.ids[: limits.actions]
    actions: list[tuple[str, str, str | None]] = [
        (one, one.title(), ids[n - 1] if n else None) for n, one in enumerate(ids)
    ]
    if limits.actions == 1:
        actions = [(id_, "Spring sale", None)]
    story = Story(id_, "Spring sale", limits.channel, limits, actions)
    can = {event for channel, event in vendor.pairs if channel == limits.channel}
    for n in range(30):
        _user(
            story,
            dice,
            f"user{n:02}@example.com",
            can,
            may_be_held="held_back" in can or (None, "held_back") in vendor.pairs,
        )
    story.rows.sort(key=lambda row: (row["timestamp"], row["event_id"]))
    return story


def _user(
    story: Story, dice: random.Random, user: str, can: Iterable[str], *, may_be_held: bool
) -> None:
    channel = CHANNELS.get(story.channel)
    received = channel.received if channel is not None else "sent"
    received = received if received in can else "delivered"
    at = START + timedelta(minutes=dice.randrange(5000))
    variant = dice.choice("AB") if story.limits.variants else None

    def add(action: str | None, event: str, **more: Any) -> None:
        nonlocal at
        at += timedelta(seconds=dice.randrange(1, 4000))
        row: dict[str, Any] = {
            "user_id": user,
            "campaign_id": story.id if action else None,
            "action_id": action,
            "event": event,
            "timestamp": at,
            "event_id": f"{user}-{len(story.rows)}",
            "variant": variant if action and event != "held_back" else None,
            "link": None,
            "machine": False,
            "value": None,
        }
        story.rows.append({**row, **more})

    if may_be_held and dice.random() < 0.15:
        add(story.actions[0][0], "held_back")
    else:
        others = sorted({*can} - {received, "held_back", "suppressed"})
        for action, _, _ in story.actions[: dice.randrange(1, len(story.actions) + 1)]:
            add(action, received)
            for event in others:
                if dice.random() < 0.4:
                    machine = event in story.limits.flagged and dice.random() < 0.3
                    link = "https://example.com/a" if event == "clicked" else None
                    add(action, event, machine=machine, link=link)
    while story.limits.goal and dice.random() < 0.4:
        at += timedelta(hours=dice.randrange(60))
        add(None, story.limits.goal, value=float(dice.randrange(1, 90)))
