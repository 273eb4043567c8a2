"""What the peers compute: the numbers of a first paint, and the campaign's rules they need."""

from dataclasses import dataclass
from pathlib import Path

import results_widgets as rw

ZONE = "America/Los_Angeles"

Numbers = dict[str, float]


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
