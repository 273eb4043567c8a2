"""The campaign and its parts: typed and frozen; every way to make one runs the same checks."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Literal

from results_widgets.campaign.checks import check_actions, check_values, check_variants
from results_widgets.channels import CHANNELS, Channel
from results_widgets.durations import format_duration
from results_widgets.errors import CampaignError

Status = Literal["draft", "running", "paused", "finished"]
Delivery = Literal["one_time", "recurring", "triggered", "manual"]
GoalMode = Literal["single", "multiple"]
OnFinish = Literal["keep_windows", "close_windows"]


@dataclass(frozen=True, slots=True)
class Goal:
    """What the campaign is for.

    Attributes:
        events: Names of the events that count as a conversion.
        mode: ``single`` counts the first one of each entry, ``multiple`` all.
        value: Column of the event table that holds a conversion's value, or None.
    """

    events: tuple[str, ...]
    mode: GoalMode = "single"
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """One arm of an A/B test; ``share`` is its part of the audience, 0 to 1."""

    id: str
    share: float | None = None
    control: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """One node of the flow.

    Attributes:
        id: Key in the event table.
        channel: Key of a built-in channel or of one that the campaign declares.
        name: Name on the card; the id when absent.
        template: Kind of in-app message, or None.
        parent: Id of the action before this one, None for a root.
        trigger: The parent's event that leads here, ``not_`` before it for its absence.
        delay: Time between the trigger and this action.
        variant: Id of the only variant that gets this action, None for all.
        copy: What the user saw, by field of the channel (title, subject, body, …).
        settings: How it was sent (sender, category, quiet hours, …).
    """

    id: str
    channel: str
    name: str = ""
    template: str | None = None
    parent: str | None = None
    trigger: str | None = None
    delay: timedelta = timedelta()
    variant: str | None = None
    copy: Mapping[str, object] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The name shown on screen."""
        return self.name or self.id


@dataclass(frozen=True)
class Campaign:
    """A checked campaign; every way to make one runs the same checks.

    Raises:
        CampaignError: Something in it cannot be; the message names the path and the mend.
    """

    id: str
    goal: Goal
    actions: tuple[Action, ...]
    name: str = ""
    status: Status = "running"
    delivery: Delivery = "triggered"
    started_at: datetime | None = None
    finished_at: datetime | None = None
    attribution_window: timedelta = timedelta()
    on_finish: OnFinish = "keep_windows"
    holdback: float = 0.0
    variants: tuple[Variant, ...] = ()
    own_channels: tuple[Channel, ...] = ()

    def __post_init__(self) -> None:
        check_values(self)
        check_variants(self)
        check_actions(self)
        if self.started_at and self.finished_at and self.finished_at < self.started_at:
            raise CampaignError(
                "finished_at",
                f"{self.finished_at.isoformat()} lies before started_at, {self.started_at.isoformat()}",
            )

    @property
    def label(self) -> str:
        """The name shown on screen."""
        return self.name or self.id

    @cached_property
    def known_channels(self) -> dict[str, Channel]:
        """The built-in channels and those that the campaign declares, by id."""
        return {**CHANNELS, **{channel.id: channel for channel in self.own_channels}}

    @cached_property
    def channels(self) -> dict[str, Channel]:
        """The channels in use by id, in the order in which the actions first name them."""
        return {action.channel: self.known_channels[action.channel] for action in self.actions}

    @cached_property
    def action_by_id(self) -> dict[str, Action]:
        """The actions by id."""
        return {action.id: action for action in self.actions}

    @cached_property
    def control(self) -> Variant | None:
        """The control variant, if there is one."""
        return next((variant for variant in self.variants if variant.control), None)

    @classmethod
    def from_json(cls, source: "str | Path | Mapping[str, object] | Campaign") -> "Campaign":
        """Read a campaign from a JSON file, from JSON text or from a dict.

        Raises:
            CampaignError: The file is not there, is no JSON, or says something that cannot be.
        """
        from results_widgets.campaign.reading import read_campaign

        return source if isinstance(source, Campaign) else read_campaign(source)

    def to_dict(self) -> dict[str, object]:
        """Return plain JSON values that `from_json` reads back to an equal campaign."""
        return {
            "id": self.id,
            "name": self.name,
            "status": self.status,
            "delivery": self.delivery,
            "started_at": _iso(self.started_at),
            "finished_at": _iso(self.finished_at),
            "goal": {
                "events": list(self.goal.events),
                "mode": self.goal.mode,
                "value": self.goal.value,
            },
            "attribution_window": format_duration(self.attribution_window),
            "on_finish": self.on_finish,
            "holdback": self.holdback,
            "variants": [
                {"id": v.id, "name": v.name, "share": v.share, "control": v.control}
                for v in self.variants
            ],
            "channels": {channel.id: _channel_dict(channel) for channel in self.own_channels},
            "actions": [_action_dict(action) for action in self.actions],
        }

    def to_json(self, path: str | Path | None = None) -> str:
        """Return the campaign as JSON text, and write it to ``path`` if one is given."""
        text = json.dumps(self.to_dict(), indent=2, ensure_ascii=False)
        if path is not None:
            Path(path).write_text(text + "\n", encoding="utf-8")
        return text


def _iso(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()


def _channel_dict(channel: Channel) -> dict[str, object]:
    return {
        "label": channel.label,
        "events": list(channel.events),
        "received": channel.received,
        "interacted": list(channel.interacted),
        "icon": channel.icon,
    }


def _action_dict(action: Action) -> dict[str, object]:
    return {
        "id": action.id,
        "name": action.name,
        "channel": action.channel,
        "template": action.template,
        "parent": action.parent,
        "trigger": action.trigger,
        "delay": format_duration(action.delay),
        "variant": action.variant,
        "copy": dict(action.copy),
        "settings": dict(action.settings),
    }
