"""The parts of a campaign: its goal, variants and actions.

Each is filled field by field from a `Node`, whether it is made in code or read from JSON, so both accept
the same values and fail with the same errors.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Literal, get_args

from results_widgets._json import Node, fill
from results_widgets._text import plain
from results_widgets.durations import format_duration

GoalMode = Literal["single", "multiple"]
Template = Literal[
    "confirm",
    "alert",
    "center_popup",
    "interstitial",
    "rich_interstitial",
    "web_interstitial",
    "banner",
    "star_rating",
    "push_pre_permission",
]

MODES: Final[tuple[GoalMode, ...]] = get_args(GoalMode)
TEMPLATES: Final[tuple[Template, ...]] = get_args(Template)


@dataclass(frozen=True, slots=True, init=False)
class Goal:
    """What counts as success.

    Args:
        events: Name of the event that counts as a conversion, or several names.
        mode: ``single`` counts the first one of each entry, ``multiple`` all of them.
        value: Column of the event table that holds the value of a conversion, or None.

    Raises:
        CampaignError: There is no event, or a value has another type.

    Examples:
        >>> rw.Goal("Purchase", value="value")
        Goal(events=('Purchase',), mode='single', value='value')
    """

    events: tuple[str, ...]
    mode: GoalMode = "single"
    value: str | None = None

    def __init__(
        self, events: str | Iterable[str], mode: GoalMode = "single", value: str | None = None
    ) -> None:
        given = {"events": events, "mode": mode, "value": value}
        self._fill(Node(given, "Goal", given))

    def _fill(self, node: Node) -> None:
        fill(
            self,
            events=node.texts("events"),
            mode=node.choice("mode", MODES, "single"),
            value=node.optional_text("value"),
        )

    def to_dict(self) -> dict[str, object]:
        """Return the goal as plain JSON values.

        Returns:
            The goal, as a campaign's JSON has it.

        Examples:
            >>> rw.Goal("Purchase").to_dict()
            {'events': ['Purchase'], 'mode': 'single', 'value': None}
        """
        return {"events": list(self.events), "mode": self.mode, "value": self.value}


@dataclass(frozen=True, slots=True, init=False)
class Variant:
    """One arm of an A/B test.

    Args:
        id: Name in the event table.
        share: Its part of the audience, 0 to 1; None if it is not known.
        control: Whether the other variants are compared with this one.
        name: Name on screen; the id when left out.

    Raises:
        CampaignError: A value is not possible.

    Examples:
        >>> rw.Variant("A", share=0.5, control=True)
        Variant(id='A', share=0.5, control=True, name='')
    """

    id: str
    share: float | None = None
    control: bool = False
    name: str = ""

    def __init__(
        self,
        id: str,  # noqa: A002 - the name that the JSON has
        share: float | None = None,
        control: bool = False,  # noqa: FBT001, FBT002 - as the JSON has it
        name: str = "",
    ) -> None:
        given = {"id": id, "share": share, "control": control, "name": name}
        self._fill(Node(given, "Variant", given))

    def _fill(self, node: Node) -> None:
        fill(
            self,
            id=node.text("id"),
            share=node.optional_share("share"),
            control=node.flag("control"),
            name=node.text("name", ""),
        )

    @property
    def label(self) -> str:
        """What it is called wherever it is shown: its name, and that it is the control."""
        name = plain(self.name or self.id)
        return f"{name}, control" if self.control and "control" not in name.lower() else name

    def to_dict(self) -> dict[str, object]:
        """Return the variant as plain JSON values.

        Returns:
            The variant, as a campaign's JSON has it.

        Examples:
            >>> rw.Variant("B", share=0.5).to_dict()
            {'id': 'B', 'name': '', 'share': 0.5, 'control': False}
        """
        return {"id": self.id, "name": self.name, "share": self.share, "control": self.control}


@dataclass(frozen=True, slots=True, init=False)
class Action:
    """One node of the flow.

    Args:
        id: Its id in the event table.
        channel: Id of a built-in channel, or of one that the campaign declares.
        name: Name on screen; the id when left out.
        template: Kind of in-app message, or None.
        parent: Id of the action before this one, None for a root.
        trigger: The parent's event that leads here; with ``not_`` before it, its absence.
        delay: Time between the trigger and this action: ``"2d"``, or a `timedelta`.
        variant: Id of the only variant that gets this action, None for all.
        copy: What users see, by field of the channel (title, subject, body, …).
        settings: How it is sent (sender, category, quiet hours, …).

    Raises:
        CampaignError: A value is not possible. What needs the rest of the campaign (channel, parent,
            trigger, variant) is checked when the campaign is made.

    Examples:
        >>> rw.Action("reminder", "push", parent="welcome", trigger="not_opened", delay="2d")
        Action('reminder', 'push', parent='welcome', trigger='not_opened', delay='2d')
    """

    id: str
    channel: str
    name: str = ""
    template: Template | None = None
    parent: str | None = None
    trigger: str | None = None
    delay: timedelta = timedelta()
    variant: str | None = None
    # Left out of the hash, because dicts have none; equal actions still have equal hashes.
    copy: Mapping[str, object] = field(default_factory=dict, hash=False)
    settings: Mapping[str, object] = field(default_factory=dict, hash=False)

    def __init__(  # noqa: PLR0913, PLR0917 - one parameter per field
        self,
        id: str,  # noqa: A002 - the name that the JSON has
        channel: str,
        name: str = "",
        template: Template | None = None,
        parent: str | None = None,
        trigger: str | None = None,
        delay: timedelta | str = timedelta(),
        variant: str | None = None,
        copy: Mapping[str, object] | None = None,
        settings: Mapping[str, object] | None = None,
    ) -> None:
        given = {
            "id": id,
            "channel": channel,
            "name": name,
            "template": template,
            "parent": parent,
            "trigger": trigger,
            "delay": delay,
            "variant": variant,
            "copy": copy,
            "settings": settings,
        }
        self._fill(Node(given, "Action", given))

    def _fill(self, node: Node) -> None:
        fill(
            self,
            id=node.text("id"),
            channel=node.text("channel"),
            name=node.text("name", ""),
            template=node.optional_choice("template", TEMPLATES),
            parent=node.optional_text("parent"),
            trigger=node.optional_text("trigger"),
            delay=node.duration("delay"),
            variant=node.optional_text("variant"),
            copy=node.mapping("copy"),
            settings=node.mapping("settings"),
        )

    def __repr__(self) -> str:
        """Return the call that makes the action, without what a reader does not need at a glance."""
        shown = {
            "name": self.name,
            "template": self.template,
            "parent": self.parent,
            "trigger": self.trigger,
            "delay": format_duration(self.delay) if self.delay else "",
            "variant": self.variant,
        }
        more = "".join(f", {key}={value!r}" for key, value in shown.items() if value)
        messages = "".join(f", {key}=…" for key in ("copy", "settings") if getattr(self, key))
        return f"Action({self.id!r}, {self.channel!r}{more}{messages})"

    @property
    def label(self) -> str:
        """The name shown on screen."""
        return plain(self.name or self.id)

    def to_dict(self) -> dict[str, object]:
        """Return the action as plain JSON values.

        Returns:
            The action, as a campaign's JSON has it.

        Examples:
            >>> rw.Action("reminder", "push", delay=timedelta(days=2)).to_dict()["delay"]
            '2d'
        """
        return {
            "id": self.id,
            "name": self.name,
            "channel": self.channel,
            "template": self.template,
            "parent": self.parent,
            "trigger": self.trigger,
            "delay": format_duration(self.delay),
            "variant": self.variant,
            "copy": dict(self.copy),
            "settings": dict(self.settings),
        }
