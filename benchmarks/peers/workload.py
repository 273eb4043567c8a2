"""What the peers compute: the numbers of a first paint, and the campaign's rules they need."""

from dataclasses import dataclass
from pathlib import Path

import results_widgets as rw
from results_widgets.channels import CHANNELS

ZONE = "America/Los_Angeles"

Numbers = dict[str, float]

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

    @property
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
