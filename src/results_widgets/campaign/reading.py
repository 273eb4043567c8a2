"""A campaign from JSON, field by field, with errors that name the path."""

import json
from pathlib import Path

from results_widgets._json import Node
from results_widgets.campaign.checks import DELIVERIES, MODES, ON_FINISH, STATUSES, TEMPLATES
from results_widgets.campaign.model import Action, Campaign, Goal, Variant
from results_widgets.channels import Channel
from results_widgets.errors import CampaignError


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


def read_campaign(source: object) -> Campaign:
    """Read a campaign from a JSON file, from JSON text or from a dict.

    Raises:
        CampaignError: The file is not there, is no JSON, or says something that cannot be.
    """
    value = _load(source)
    node = Node(value, "", (*Campaign.__dataclass_fields__, "channels"))
    if "goal" not in node.value:
        raise CampaignError(
            "goal", 'is required, for example {"events": ["Purchase"], "mode": "single"}'
        )
    goal = Node(node.value["goal"], "goal", Goal.__dataclass_fields__)
    return Campaign(
        id=node.text("id"),
        name=node.text("name", ""),
        status=node.choice("status", STATUSES, "running"),
        delivery=node.choice("delivery", DELIVERIES, "triggered"),
        started_at=node.instant("started_at"),
        finished_at=node.instant("finished_at"),
        goal=Goal(
            goal.texts("events"),
            goal.choice("mode", MODES, "single"),
            goal.optional_text("value"),
        ),
        attribution_window=node.duration("attribution_window"),
        on_finish=node.choice("on_finish", ON_FINISH, "keep_windows"),
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
        template=node.choice("template", TEMPLATES, None),
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
