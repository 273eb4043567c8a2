"""A campaign: a flow of actions sent to an audience, with a goal. Typed, frozen, checked, read from JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Literal

from results_widgets._reading import Node
from results_widgets.channels import CHANNELS, Channel
from results_widgets.durations import format_duration
from results_widgets.errors import CampaignError, listing, suggestion

Status = Literal["draft", "running", "paused", "finished"]
Delivery = Literal["one_time", "recurring", "triggered", "manual"]
GoalMode = Literal["single", "multiple"]
OnFinish = Literal["keep_windows", "close_windows"]

_STATUSES = ("draft", "running", "paused", "finished")
_DELIVERIES = ("one_time", "recurring", "triggered", "manual")
_MODES = ("single", "multiple")
_ON_FINISH = ("keep_windows", "close_windows")
_TEMPLATES = (
    "confirm",
    "alert",
    "center_popup",
    "interstitial",
    "rich_interstitial",
    "web_interstitial",
    "banner",
    "star_rating",
    "push_pre_permission",
)
MAX_VARIANTS = 16


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
        _check_variants(self)
        _check_actions(self)
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
    def channels(self) -> dict[str, Channel]:
        """The channels in use by id, in the order in which the actions first name them."""
        known = {**CHANNELS, **{channel.id: channel for channel in self.own_channels}}
        return {action.channel: known[action.channel] for action in self.actions}

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
        if isinstance(source, Campaign):
            return source
        return _read_campaign(cls, _load(source))

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


def _load(source: object) -> object:
    if isinstance(source, str) and source.lstrip().startswith("{"):
        origin, text = "campaign", source
    elif isinstance(source, str | Path):
        origin, path = str(source), Path(source)
        if not path.is_file():
            raise CampaignError(
                origin, "no such file; pass the path of a campaign's JSON, a dict or a Campaign"
            )
        text = path.read_text(encoding="utf-8-sig")
    else:
        return source
    try:
        return json.loads(text)
    except ValueError as error:
        raise CampaignError(origin, f"is not valid JSON: {error}") from None


def _read_campaign(cls: type[Campaign], value: object) -> Campaign:
    node = Node(value, "", (*Campaign.__dataclass_fields__, "channels"))
    if "goal" not in node.value:
        raise CampaignError(
            "goal", 'is required, for example {"events": ["Purchase"], "mode": "single"}'
        )
    goal = Node(node.value["goal"], "goal", Goal.__dataclass_fields__)
    return cls(
        id=node.text("id"),
        name=node.text("name", ""),
        status=node.choice("status", _STATUSES, "running"),  # type: ignore[arg-type]
        delivery=node.choice("delivery", _DELIVERIES, "triggered"),  # type: ignore[arg-type]
        started_at=node.instant("started_at"),
        finished_at=node.instant("finished_at"),
        goal=Goal(
            goal.texts("events"),
            goal.choice("mode", _MODES, "single"),  # type: ignore[arg-type]
            goal.optional_text("value"),
        ),
        attribution_window=node.duration("attribution_window"),
        on_finish=node.choice("on_finish", _ON_FINISH, "keep_windows"),  # type: ignore[arg-type]
        holdback=node.share("holdback", 0.0),
        variants=node.each("variants", _read_variant),
        own_channels=tuple(
            _read_channel(str(key), declared) for key, declared in node.mapping("channels").items()
        ),
        actions=node.each("actions", _read_action),
    )


def _read_variant(value: object, path: str) -> Variant:
    node = Node(value, path, Variant.__dataclass_fields__)
    share = node.share("share", -1.0)
    return Variant(
        node.text("id"), None if share < 0 else share, node.flag("control"), node.text("name", "")
    )


def _read_action(value: object, path: str) -> Action:
    node = Node(value, path, Action.__dataclass_fields__)
    return Action(
        id=node.text("id"),
        channel=node.text("channel"),
        name=node.text("name", ""),
        template=node.choice("template", _TEMPLATES, None),
        parent=node.optional_text("parent"),
        trigger=node.optional_text("trigger"),
        delay=node.duration("delay"),
        variant=node.optional_text("variant"),
        copy=node.mapping("copy"),
        settings=node.mapping("settings"),
    )


def _read_channel(key: str, value: object) -> Channel:
    node = Node(value, f"channels.{key}", Channel.__dataclass_fields__)
    received, interacted = node.text("received"), node.texts("interacted", ())
    events = node.texts("events", (received, *interacted))
    for name in (received, *interacted):
        if name not in events:
            raise CampaignError(
                node.at("events"), f"lacks {name!r}, which means received or interacted; add it"
            )
    return Channel(
        key, node.text("label", key), events, received, interacted, node.text("icon", "dot")
    )


def _check_variants(campaign: Campaign) -> None:
    variants = campaign.variants
    _check_unique("variants", [variant.id for variant in variants])
    if len(variants) > MAX_VARIANTS:
        raise CampaignError(
            "variants", f"found {len(variants)}; at most {MAX_VARIANTS} are possible"
        )
    controls = [variant.id for variant in variants if variant.control]
    if len(controls) > 1:
        raise CampaignError("variants", f"two controls: {listing(controls)}; mark one of them")
    total = sum(variant.share or 0 for variant in variants)
    if total > 1 + 1e-9:
        raise CampaignError(
            "variants", f"the shares add up to {total:.4g}, over 1 (100 %); lower them"
        )


def _check_actions(campaign: Campaign) -> None:
    if not campaign.actions:
        raise CampaignError("actions", "is required: a campaign has at least one action")
    ids = [action.id for action in campaign.actions]
    _check_unique("actions", ids)
    known = {**CHANNELS, **{channel.id: channel for channel in campaign.own_channels}}
    variant_ids = [variant.id for variant in campaign.variants]
    by_id = {action.id: action for action in campaign.actions}
    for index, action in enumerate(campaign.actions):
        path = f"actions[{index}]"
        if action.channel not in known:
            raise CampaignError(
                f"{path}.channel",
                f"{action.channel!r} is not known{suggestion(action.channel, known)}; known: {listing(known)}. "
                f"Declare your own under channels with its events, received and interacted",
            )
        if action.variant is not None and action.variant not in variant_ids:
            raise CampaignError(
                f"{path}.variant",
                f"{action.variant!r} is no variant of this campaign; known: {listing(variant_ids)}",
            )
        if action.parent is not None and action.parent not in by_id:
            raise CampaignError(
                f"{path}.parent",
                f"{action.parent!r} is no action of this campaign; known: {listing(ids)}",
            )
        if action.parent is not None and action.trigger is not None:
            _check_trigger(f"{path}.trigger", action.trigger, known[by_id[action.parent].channel])
    _check_cycles(campaign, by_id)


def _check_trigger(path: str, trigger: str, channel: Channel) -> None:
    if trigger.removeprefix("not_") not in channel.events:
        events = listing(channel.events)
        raise CampaignError(
            path,
            f"{trigger!r} is no event of the parent's channel {channel.id}; known: {events}, "
            f"each also with 'not_' before it",
        )


def _check_cycles(campaign: Campaign, by_id: Mapping[str, Action]) -> None:
    for index, action in enumerate(campaign.actions):
        trail, at = [action.id], action
        while at.parent is not None:
            at = by_id[at.parent]
            trail.append(at.id)
            if at.id == action.id:
                raise CampaignError(
                    f"actions[{index}].parent",
                    f"goes round in a circle: {' → '.join(trail)}; cut one of these",
                )
            if len(trail) > len(by_id):
                break


def _check_unique(path: str, ids: list[str]) -> None:
    for index, id_ in enumerate(ids):
        if id_ in ids[:index]:
            raise CampaignError(f"{path}[{index}].id", f"{id_!r} is there twice; ids must differ")


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
