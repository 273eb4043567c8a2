"""Dictionary encoding of events: one small number for each pair of action and event."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import cached_property

import narwhals as nw
import polars as pl

from results_widgets.campaign import Action, Campaign
from results_widgets.channels import GOAL_EVENTS, MACHINE_EVENTS, OPENS, Channel, reported
from results_widgets.definitions import Definitions
from results_widgets.engine.frames import Rows


@dataclass(frozen=True)
class EventCodes:
    """The dictionary encoding of a campaign's events: ``code = action * width + event``.

    Actions are numbered from 1; 0 stands for none. Which roles a row has (received, interacted,
    goal, exited) follows from its code alone. Only rows with codes in `known` are kept.
    """

    campaign: Campaign

    @cached_property
    def actions(self) -> tuple[Action, ...]:
        """The actions; the first has number 1."""
        return self.campaign.actions

    @cached_property
    def events(self) -> tuple[str, ...]:
        """All event names in use; the first has number 0. What machines made comes last."""
        return (*self.named_events, *MACHINE_EVENTS.values())

    @cached_property
    def named_events(self) -> tuple[str, ...]:
        """The event names that rows are known by; the first has number 0.

        What a machine made is told by the column ``machine``, not by a name.
        """
        names = [event for channel in self.campaign.channels.values() for event in channel.events]
        goals, made = self.campaign.goal.events, MACHINE_EVENTS.values()
        known = dict.fromkeys((*names, *GOAL_EVENTS, *goals))
        return tuple(name for name in known if name not in made)

    @property
    def width(self) -> int:
        """How many codes belong to one action."""
        return len(self.events)

    def action_of(self, code: pl.Expr) -> pl.Expr:
        """Return the number of the action that a code is of."""
        return code // self.width

    def code(self, action: int, event: str) -> int:
        """Return the code of an event of the action with that number (0: none)."""
        return action * self.width + self.events.index(event)

    def encode(self, rows: Rows, *, machine: bool) -> Rows:
        """Add ``code`` to events, leaving out those that count for nothing.

        An action that the campaign does not know counts as none, since a goal or lifecycle event
        may name one; other events of such an action get a code that is not `known`.

        Args:
            rows: ``_action`` and ``_event``: their numbers, null where not known.
            machine: Whether a column ``machine`` (Boolean) says which opens and clicks a machine made.
        """
        code = nw.col("code")
        rows = rows.with_columns(
            code=nw.col("_action").fill_null(0) * self.width + nw.col("_event")
        )
        if machine:
            shift = nw.lit(0)
            for codes, more in self.by_machine.items():
                shift = nw.when(code.is_in(codes)).then(nw.lit(more)).otherwise(shift)
            shifted = nw.when(nw.col("machine")).then(code + shift).otherwise(code)
            rows = rows.with_columns(code=shifted)
        return rows.filter(code.is_in(self.known))

    def encoded(self, *, machine: bool) -> pl.Series:
        """Return the code that `encode` gives to each number of an action and event (Int32), null where none.

        Args:
            machine: Whether a machine made it.
        """
        shifts = self.by_machine.items() if machine else ()
        more = {code: shift for codes, shift in shifts for code in codes}
        known = frozenset(self.known)
        every = range((1 + len(self.actions)) * self.width)
        codes = (code + more.get(code, 0) for code in every)
        return pl.Series([code if code in known else None for code in codes], dtype=pl.Int32)

    def _of_actions(self, wanted: Iterable[tuple[int, str]]) -> tuple[int, ...]:
        return tuple(sorted(self.code(number, event) for number, event in wanted))

    @cached_property
    def channel_events(self) -> tuple[int, ...]:
        """Codes of what the channels report about their actions."""
        return self._of_actions(
            (n, e) for n, a in enumerate(self.actions, 1) for e in reported(self._channel(a))
        )

    @cached_property
    def channel_codes(self) -> frozenset[int]:
        """The same codes, to look one up."""
        return frozenset(self.channel_events)

    def _channel(self, action: Action) -> Channel:
        return self.campaign.channels[action.channel]

    @cached_property
    def received(self) -> tuple[int, ...]:
        """Codes that mean "the user received the action"."""
        return self._of_actions(
            (n, self._channel(a).received)
            for n, a in enumerate(self.actions, 1)
            if a.channel != "exit"
        )

    @cached_property
    def roots(self) -> tuple[int, ...]:
        """Codes that may start an entry: a root action received or held back."""
        events = [
            (n, event)
            for n, a in enumerate(self.actions, 1)
            if a.parent is None and a.channel != "exit"
            for event in (self._channel(a).received, "held_back")
            if event in self._channel(a).events
        ]
        return self._of_actions(events)

    @cached_property
    def held_back_roots(self) -> tuple[int, ...]:
        """Codes of a root held back from a control arm or holdback."""
        return tuple(code for code in self.roots if self.event_of(code) == "held_back")

    def interacted(self, definitions: Definitions) -> tuple[int, ...]:
        """Codes that mean "the user interacted with the action" under a definition set."""
        # Keys of what is kept are made of them, so that they are asked for again and again.
        if definitions not in self._interacted:
            self._interacted[definitions] = self._meaning_interacted(definitions)
        return self._interacted[definitions]

    @cached_property
    def _interacted(self) -> dict[Definitions, tuple[int, ...]]:
        return {}

    def _meaning_interacted(self, definitions: Definitions) -> tuple[int, ...]:
        found = [
            code
            for n, a in enumerate(self.actions, 1)
            for event in definitions.interactions(self._channel(a))
            if event in self._channel(a).events
            for code in self.counted_as(n, event, definitions)
        ]
        return tuple(sorted(found))

    def clicked(self, definitions: Definitions) -> tuple[int, ...]:
        """Codes of clicks: interactions, but for opens where the channel knows clicks as well."""
        by_action = ((n, self._channel(a)) for n, a in enumerate(self.actions, 1))
        found = {
            code
            for number, channel in by_action
            for event in definitions.interactions(channel)
            if event in channel.events
            if event not in OPENS or "clicked" not in channel.events
            for code in self.counted_as(number, event, definitions)
        }
        return tuple(sorted(found))

    def counted_as(self, number: int, event: str, definitions: Definitions) -> tuple[int, ...]:
        """Return the codes that count as an event of an action: by definition a machine's as well."""
        if definitions.machine_opens == "counted":
            return self.made_by_anyone(number, event)
        return (self.code(number, event),)

    def made_by_anyone(self, number: int, event: str) -> tuple[int, ...]:
        """Return the codes of an event of an action, whether a person or a machine made it."""
        plain, made = self.code(number, event), MACHINE_EVENTS.get(event)
        if made in reported(self._channel(self.actions[number - 1])):
            return plain, self.code(number, made)
        return (plain,)

    def sets(self, definitions: Definitions) -> dict[tuple[str, str], tuple[int, ...]]:
        """Return the codes behind each event of each action, by action id and event."""
        return {
            (action.id, event): self.counted_as(number, event, definitions)
            for number, action in enumerate(self.actions, 1)
            for event in reported(self._channel(action))
        }

    def reported(self, codes: Container[int]) -> dict[str, frozenset[str]]:
        """Return the events that the source reports of each channel, from the codes that it has rows of.

        Where a channel is used, and there is not one of an event that is usual, the source does not
        report it. Opens and clicks are reported where there are any, a person's or a machine's.
        """
        seen: dict[str, set[str]] = {channel: set() for channel in self.campaign.channels}
        for number, action in enumerate(self.actions, 1):
            events = reported(self._channel(action))
            own = {event for event in events if self.code(number, event) in codes}
            seen[action.channel] |= {_without_maker(event) for event in own}
        return {
            id_: frozenset(e for e in reported(channel) if _is_reported(channel, e, seen[id_]))
            for id_, channel in self.campaign.channels.items()
        }

    @cached_property
    def by_machine(self) -> dict[tuple[int, ...], int]:
        """Codes of what a machine may have made, and by how much the code of a machine's is higher."""
        found = {}
        for event, made in MACHINE_EVENTS.items():
            channels = enumerate(map(self._channel, self.actions), 1)
            codes = self._of_actions((n, event) for n, own in channels if made in reported(own))
            if codes:
                found[codes] = self.events.index(made) - self.events.index(event)
        return found

    def named(self, *events: str) -> tuple[int, ...]:
        """Codes of these events, whatever the action."""
        wanted = [self.events.index(event) for event in events]
        return tuple(n * self.width + e for n in range(len(self.actions) + 1) for e in wanted)

    @cached_property
    def goals(self) -> tuple[int, ...]:
        """Codes of the goal's events, with or without an action, whoever made them."""
        goals = self.campaign.goal.events
        made = [MACHINE_EVENTS[event] for event in goals if event in MACHINE_EVENTS]
        return self.named(*dict.fromkeys((*goals, *made)))

    @cached_property
    def plain_goals(self) -> tuple[int, ...]:
        """Those of goals that name no action, which are nothing else."""
        lifecycle = self.named(*GOAL_EVENTS)
        return tuple(code for code in self.goals if code < self.width and code not in lifecycle)

    @cached_property
    def counted(self) -> tuple[int, ...]:
        """Codes of events that metrics count: of actions, and exits."""
        return (*self.channel_events, *self.named("exited"))

    @cached_property
    def known(self) -> tuple[int, ...]:
        """All codes that count for anything; rows with other codes are dropped."""
        return tuple(sorted({*self.channel_events, *self.goals, *self.named(*GOAL_EVENTS)}))

    def event_of(self, code: int) -> str:
        """Return the event name of a code."""
        return self.events[code % self.width]


def _is_reported(channel: Channel, event: str, seen: set[str]) -> bool:
    """Whether a source reports an event of a channel of which it has these."""
    if event in channel.not_reported:
        return False
    name = _without_maker(event)
    usual = channel.event(name).usual or name == channel.received
    return name in seen or not seen or not usual


def _without_maker(event: str) -> str:
    """Return the event that one made by a machine is an instance of; any other is its own."""
    return next((plain for plain, made in MACHINE_EVENTS.items() if made == event), event)
