"""The campaign: its parts, checked together, made in code or read from JSON."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from functools import cached_property, partial
from operator import eq
from pathlib import Path

from results_widgets._io import protect_inputs, write_whole
from results_widgets._json import Node, fill, read_as
from results_widgets._text import plain, print_whole
from results_widgets.campaign.checks import check_actions, check_variants
from results_widgets.campaign.document import document, is_path, iso
from results_widgets.campaign.guessing import GUESSER
from results_widgets.campaign.own_channels import channel_as_dict, read_channels
from results_widgets.campaign.page import campaign_as_html, campaign_as_text, facts_of
from results_widgets.campaign.parts import Action, Goal, Variant
from results_widgets.campaign.states import (
    DELIVERIES,
    ON_FINISH,
    STATUSES,
    Delivery,
    OnFinish,
    Status,
)
from results_widgets.channels import CHANNELS, Channel
from results_widgets.durations import format_duration
from results_widgets.errors import CampaignError


@dataclass(frozen=True, init=False, repr=False)
class Campaign:
    """A flow of actions sent to an audience, with a goal.

    Parts are accepted as objects, or as the dicts that the campaign's JSON has; see docs/campaign.md.

    Args:
        id: Its id in the event table.
        goal: What counts as success.
        actions: The actions, at least one.
        name: Name on screen; the id when left out.
        status: Its state, such as running or finished; None if not given.
        delivery: How users get into it.
        started_at: When it started, with a zone: a `datetime` or ISO text.
        finished_at: When it finished, likewise.
        attribution_window: How long after the last action received a goal event still counts as a conversion:
            ``"7d"``, or a `timedelta`. If left out, it is 0, and results warn unless the campaign is recurring.
        on_finish: Whether windows outlast ``finished_at``.
        holdback: Share of the audience that gets nothing, 0 to 1.
        variants: Arms of an A/B test.
        own_channels: Channels in addition to the built-in ones: `Channel` objects, or the mapping of the JSON.
        guessed: Paths of values that `from_events` or an export guessed because they were not given:
            ``actions[1].parent``.

    Raises:
        CampaignError: A value is not possible; the error names the path and how to correct it.

    Examples:
        >>> actions = [rw.Action("welcome", "email"), rw.Action("nudge", "push", parent="welcome")]
        >>> rw.Campaign("c1", rw.Goal("Purchase"), actions, name="Hello", attribution_window="7d")
        Campaign('c1', name='Hello': triggered; 2 actions by email, push; goal Purchase (single, within 7d))
    """

    id: str
    goal: Goal
    actions: tuple[Action, ...]
    name: str = ""
    status: Status | None = None
    delivery: Delivery = "triggered"
    started_at: datetime | None = None
    finished_at: datetime | None = None
    attribution_window: timedelta = timedelta()
    on_finish: OnFinish = "keep_windows"
    holdback: float = 0.0
    variants: tuple[Variant, ...] = ()
    own_channels: tuple[Channel, ...] = ()
    guessed: tuple[str, ...] = ()
    window_is_given: bool = field(default=False, init=False, compare=False)

    def __init__(  # noqa: PLR0913, PLR0917 - one parameter per field
        self,
        id: str,  # noqa: A002 - the name that the JSON has
        goal: Goal | Mapping[str, object],
        actions: Iterable[Action | Mapping[str, object]],
        name: str = "",
        status: Status | None = None,
        delivery: Delivery = "triggered",
        started_at: datetime | str | None = None,
        finished_at: datetime | str | None = None,
        attribution_window: timedelta | str | None = None,
        on_finish: OnFinish = "keep_windows",
        holdback: float = 0.0,
        variants: Iterable[Variant | Mapping[str, object]] = (),
        own_channels: Iterable[Channel] | Mapping[str, object] = (),
        guessed: Iterable[str] = (),
    ) -> None:
        given = {
            "id": id,
            "goal": goal,
            "actions": actions,
            "name": name,
            "status": status,
            "delivery": delivery,
            "started_at": started_at,
            "finished_at": finished_at,
            "attribution_window": attribution_window,
            "on_finish": on_finish,
            "holdback": holdback,
            "variants": variants,
            "channels": own_channels,
            "guessed": guessed,
        }
        self._fill(Node(given, "", given))

    def _fill(self, node: Node) -> None:
        if "goal" not in node.value:
            example = '{"events": ["Purchase"], "mode": "single"}'
            raise CampaignError("goal", f"is required, for example {example}")
        fill(
            self,
            id=node.text("id"),
            name=node.text("name", ""),
            status=node.optional_choice("status", STATUSES),
            delivery=node.choice("delivery", DELIVERIES, "triggered"),
            started_at=node.instant("started_at"),
            finished_at=node.instant("finished_at"),
            goal=read_as(Goal, node.value["goal"], "goal"),
            attribution_window=node.duration("attribution_window"),
            window_is_given=node.value.get("attribution_window") is not None,
            on_finish=node.choice("on_finish", ON_FINISH, "keep_windows"),
            holdback=node.share("holdback", 0.0),
            variants=node.each("variants", partial(read_as, Variant)),
            own_channels=read_channels(node),
            guessed=node.texts("guessed", ()),
            actions=node.each("actions", partial(read_as, Action)),
        )
        self._check()

    def _check(self) -> None:
        check_variants(self.variants)
        check_actions(self.actions, self.known_channels, self.variants)
        if self.started_at and self.finished_at and self.finished_at < self.started_at:
            raise CampaignError(
                "finished_at",
                f"{self.finished_at.isoformat()} lies before started_at, {self.started_at.isoformat()}",
            )

    def __repr__(self) -> str:
        name = f", name={self.name!r}" if self.name else ""
        return f"Campaign({self.id!r}{name}: {'; '.join(facts_of(self))})"

    __str__ = campaign_as_text
    _repr_pretty_ = print_whole
    _repr_html_ = campaign_as_html

    @property
    def label(self) -> str:
        """The name shown on screen."""
        return plain(self.name or self.id)

    @cached_property
    def known_channels(self) -> dict[str, Channel]:
        """The built-in channels and those that the campaign declares, by id."""
        return {**CHANNELS, **{channel.id: channel for channel in self.own_channels}}

    @cached_property
    def channels(self) -> dict[str, Channel]:
        """The channels in use by id, in the order in which the actions first name them."""
        return {action.channel: self.known_channels[action.channel] for action in self.actions}

    @cached_property
    def actions_by_channel(self) -> tuple[tuple[Channel, tuple[str, ...]], ...]:
        """The channels in use, each with the ids of its actions."""
        return tuple(
            (channel, tuple(one.id for one in self.actions if one.channel == id_))
            for id_, channel in self.channels.items()
        )

    @cached_property
    def action_by_id(self) -> dict[str, Action]:
        """The actions by id."""
        return {action.id: action for action in self.actions}

    @cached_property
    def control(self) -> Variant | None:
        """The control variant, if there is one."""
        return next((variant for variant in self.variants if variant.control), None)

    @classmethod
    def from_events(
        cls,
        events: object,
        goal: "Goal | str | Iterable[str] | Mapping[str, object] | None" = None,
        window: timedelta | str | None = None,
        *,
        campaign: str | None = None,
        parents: object = None,
    ) -> "Campaign":
        """Guess a campaign from its events: actions, channels, flow, variants and holdback.

        Args:
            events: The events, as `Results` takes them; with a column ``channel``, channels are not guessed.
            goal: Name of the event that counts as a conversion, or several; left out, ``converted``.
            window: How long after the last action received a goal event still counts: ``"7d"``.
            campaign: Its id, where the events are of several campaigns.
            parents: The flow: a table or file of action_id and parent_id, or a mapping; the rest is guessed.

        Returns:
            The campaign; `guessed` has the path of everything that was guessed.

        Raises:
            EventsError: A column is missing, the events are of several campaigns, or the flow has a cycle.

        Examples:
            >>> events = rw.datasets.generate(200, seed=1).events
            >>> rw.Campaign.from_events(events, "Purchase", "7d").guessed[:2]
            ('actions[0].channel', 'actions[1].channel')
        """
        guessed: Campaign = GUESSER.get()(events, goal, window, campaign, parents)
        return guessed

    @classmethod
    def from_json(cls, source: "str | Path | Mapping[str, object] | Campaign") -> "Campaign":
        """Read a campaign.

        Args:
            source: Path of a JSON file, JSON text, or a dict; a campaign is returned as it is.

        Returns:
            The campaign.

        Raises:
            CampaignError: The file is missing, is not JSON, or has a value that is not possible.

        Examples:
            >>> action = {"id": "a1", "channel": "email"}
            >>> written = {"id": "c1", "goal": {"events": ["Purchase"]}, "actions": [action]}
            >>> rw.Campaign.from_json(written)
            Campaign('c1': triggered; 1 action by email; goal Purchase (single, within 0d))
        """
        if isinstance(source, Campaign):
            return source
        known = [one.name for one in fields(cls) if one.init and one.name != "own_channels"]
        made = cls.__new__(cls)
        made._fill(Node(document(source), "", [*known, "channels"]))
        if is_path(source):
            protect_inputs(made, partial(eq, Path(str(source)).resolve()), "campaign")
        return made

    def to_dict(self) -> dict[str, object]:
        """Return plain JSON values.

        Returns:
            A dict that `from_json` reads back to an equal campaign.

        Examples:
            >>> results.campaign.to_dict()["goal"]["events"]
            ['Purchase']
        """
        window = format_duration(self.attribution_window) if self.window_is_given else None
        return {
            "id": self.id,
            "name": self.name,
            "status": self.status,
            "delivery": self.delivery,
            "started_at": iso(self.started_at),
            "finished_at": iso(self.finished_at),
            "goal": self.goal.to_dict(),
            "attribution_window": window,
            "on_finish": self.on_finish,
            "holdback": self.holdback,
            "variants": [variant.to_dict() for variant in self.variants],
            "channels": {channel.id: channel_as_dict(channel) for channel in self.own_channels},
            "actions": [action.to_dict() for action in self.actions],
            **({"guessed": list(self.guessed)} if self.guessed else {}),
        }

    def to_json(self, path: str | Path | None = None) -> str:
        """Return the campaign as JSON text.

        Args:
            path: File to write the text to as well, or None.

        Returns:
            The text, which `from_json` reads back to an equal campaign.

        Examples:
            >>> text = results.campaign.to_json("campaign.json")
            >>> rw.Campaign.from_json("campaign.json") == results.campaign
            True
        """
        text = json.dumps(self.to_dict(), indent=2, ensure_ascii=False)
        if path is not None:
            write_whole(path, (text + "\n").encode(), replaces="campaign")
        return text
