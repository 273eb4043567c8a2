"""What the peers compute: the numbers of a first paint, and the campaign's rules they need."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import results_widgets as rw
from results_widgets.channels import CHANNELS

ZONE = "America/Los_Angeles"

Numbers = dict[str, float]

TOTALS = (
    "users",
    "unique_users",
    "engaged",
    "conversions",
    "unique_converters",
    "converted_entries",
    "held_back_entries",
    "held_back_users",
    "held_back_conversions",
)
"""The campaign's own numbers: of the held back only the last three, and no user who was only held back."""

RECEIVED, INTERACTED, GOAL, EXITED, OTHER = range(5)
"""Roles of a row, in the order in which simultaneous rows are walked; other rows are only counted."""


@dataclass(frozen=True)
class Rule:
    """What an event of an action means; one small number stands for the pair.

    Attributes:
        code: The number, from 0.
        action: Id of the action, "" for rows that name none.
        event: The event's name.
        channel: The action's channel; None where the event counts for no action (goals, exits).
        role: One of the five above.
        root: Whether it may start an entry.
        held: Whether it is held_back.
    """

    code: int
    action: str
    event: str
    channel: str | None
    role: int
    root: bool
    held: bool


@dataclass(frozen=True)
class Workload:
    """The generated campaign's rules in plain values, for peers that know nothing of the package."""

    events: str
    campaign: str
    channel: dict[str, str]
    parent: dict[str, str]
    received: dict[str, str]
    interacted: dict[str, tuple[str, ...]]
    goal: str
    window_days: int

    @property
    def roots(self) -> list[str]:
        """The actions without a parent."""
        return [action for action in self.channel if action not in self.parent]

    @cached_property
    def rules(self) -> list[Rule]:
        """Every pair of action and event that counts for anything."""
        pairs: list[tuple[str, str | None, str]] = [
            (action, channel, event)
            for action, channel in self.channel.items()
            for event in CHANNELS[channel].events
        ]
        pairs += [("", None, self.goal), ("", None, "exited")]
        pairs += [
            (action, None, event) for action in self.channel for event in (self.goal, "exited")
        ]
        return [self._rule(code, *pair) for code, pair in enumerate(pairs)]

    def _rule(self, code: int, action: str, channel: str | None, event: str) -> Rule:
        held, first = event == "held_back", action in self.roots
        received = channel is not None and (event == self.received[action] or (held and first))
        role = OTHER
        if channel is None:
            role = GOAL if event == self.goal else EXITED
        elif received:
            role = RECEIVED
        elif event in self.interacted[action]:
            role = INTERACTED
        return Rule(code, action, event, channel, role, first and received, held)

    @property
    def user_sets(self) -> dict[str, list[list[int]]]:
        """The numbers that count users: the user has, of each set of codes, one at least.

        Engaged users are counted otherwise: not all who interacted.
        """
        sets: dict[str, list[list[int]]] = {}
        got: dict[str, list[int]] = {}
        for rule in self.rules:
            if rule.role == RECEIVED and not rule.held:
                got[rule.action] = [rule.code]
            if rule.channel is not None:
                sets[f"action_id {rule.action} unique_{rule.event}"] = [[rule.code]]
                of_channel = f"channel {rule.channel} unique_{rule.event}"
                sets.setdefault(of_channel, [[]])[0].append(rule.code)
        return sets | {f"both {child}": [got[child], got[by]] for child, by in self.parent.items()}

    def event_counts(self, rows: Iterable[tuple[int, int]]) -> Numbers:
        """The numbers that count rows, from pairs of code and count."""
        numbers: Numbers = {}
        for code, count in rows:
            rule = self.rules[code]
            if rule.channel is not None:
                numbers[f"action_id {rule.action} {rule.event}"] = count
                of_channel = f"channel {rule.channel} {rule.event}"
                numbers[of_channel] = numbers.get(of_channel, 0) + count
        return numbers

    def attributed(self, rows: Iterable[tuple[int, int]]) -> Numbers:
        """Conversions of each action, from pairs of the code that gets the credit and count."""
        numbers: Numbers = {f"attributed {action}": 0 for action in self.channel}
        for code, count in rows:
            numbers[f"attributed {self.rules[code].action}"] += count
        return numbers


def mask_of(codes: Iterable[int]) -> int:
    """One bit for each code."""
    return sum(1 << code for code in codes)


def happened(numbers: Numbers) -> Numbers:
    """Leave out what nobody did; the flow's edges are there all the same."""
    return {name: users for name, users in numbers.items() if users or name.startswith("both")}


def read_workload(folder: Path) -> Workload:
    """Read the rules; only what the generated campaign uses is looked at."""
    campaign = rw.Campaign.from_json(folder / "campaign.json")
    channels = campaign.channels
    used = campaign.actions
    return Workload(
        events=str(folder / "events*.parquet"),
        campaign=campaign.id,
        channel={action.id: action.channel for action in used},
        parent={action.id: action.parent for action in used if action.parent is not None},
        received={action.id: channels[action.channel].received for action in used},
        interacted={action.id: channels[action.channel].interacted for action in used},
        goal=campaign.goal.events[0],
        window_days=campaign.attribution_window.days,
    )
