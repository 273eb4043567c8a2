"""The checks of how many events days have, and of actions that nobody received; from `Tallies` alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import groupby, pairwise
from statistics import median
from typing import Final

from results_widgets.campaign import Action
from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.calendar import to_micros
from results_widgets.engine.quality.code import literal
from results_widgets.engine.quality.finding import Found
from results_widgets.engine.quality.tallies import Tallies

WEEK: Final = 7
_ENOUGH_DAYS: Final = 5
"""Fewest days on each side needed to know what is usual."""
BUSY: Final = 20
"""Fewest events on a usual day for a day without events to count as missing."""
LARGE: Final = 50
"""Fewest events on a day for it to stand out."""
FACTOR: Final = 5
"""How many times more or fewer events than usual are a sudden change."""
STEP: Final = 3
"""How many times more or fewer events than the day before the first day of a new level must have; gradual changes
are not sudden."""
EXPECTED: Final = 50
"""How many users must reach a step for the action that follows to count as missing."""


def find_by_day(data: UserBackend, tallies: Tallies) -> Iterator[tuple[str, Found]]:
    """Yield what the checks of days and actions found."""
    volume = _volume(tallies)
    missing, sudden = volume.missing, volume.sudden
    yield "missing day", _found(volume, missing, "calm")
    yield "sudden change of volume", _found(volume, sudden, "steady")
    actions = [one for one in data.campaign.actions if one.channel != "exit"]
    never = [one.id for one in actions if _is_missed(data, tallies, one, volume)]
    yield "action never received", Found(len(never), len(actions), never[0] if never else None)


@dataclass(frozen=True)
class Volume:
    """How many events of actions each day has, without gaps.

    Attributes:
        first: The first day, days since 1970.
        counts: The events of each day from then on.
    """

    first: int
    counts: Sequence[int]

    def day(self, index: int) -> str:
        """Return a day as text."""
        return str(date(1970, 1, 1) + timedelta(days=self.first + index))

    @cached_property
    def missing(self) -> list[int]:
        """Days without an event though the days around have many, by index."""
        runs = [
            [index for index, _ in run]
            for is_empty, run in groupby(enumerate(self.counts), lambda one: one[1] == 0)
            if is_empty
        ]
        return [index for run in runs if self._is_missed(run) for index in run]

    def _is_missed(self, run: Sequence[int]) -> bool:
        sides = self._before(run[0]), self._after(run[-1])
        if any(len(side) < _ENOUGH_DAYS or median(side) < BUSY for side in sides):
            return False
        # On such days of the week perhaps nothing is sent.
        return len(run) >= WEEK or not any(
            other not in run and self._at(other) == 0
            for index in run
            for other in (index - WEEK, index + WEEK)
        )

    @cached_property
    def sudden(self) -> list[int]:
        """Days that stand out, and days on which another level begins, by index."""
        return [i for i in range(1, len(self.counts) - 1) if self._is_sudden(i)]

    def _is_sudden(self, index: int) -> bool:
        before, after = self._before(index), self._after(index)
        if min(len(before), len(after)) < _ENOUGH_DAYS or not self.counts[index]:
            return False
        usual = sorted((median(before), median(after)))
        if usual[0] < BUSY:
            return False
        if self._stands_out(index, usual[0], usual[1]):
            return not any(
                self._stands_out(other, usual[0], usual[1])
                for other in (index - WEEK, index + WEEK)
            )
        return self._begins_level(index, before)

    def _stands_out(self, index: int, low: float, high: float) -> bool:
        """Whether a day has many times more or fewer events than the days before and after."""
        found = self._at(index)
        if found is None:
            return False
        return found >= max(LARGE, FACTOR * high) or (high >= LARGE and FACTOR * found <= low)

    def _begins_level(self, index: int, before: Sequence[int]) -> bool:
        """Whether the days from this one on have many times more or fewer events, all at once."""
        old, new = median(before), median(self.counts[index : index + WEEK])
        if max(old, new) < max(LARGE, FACTOR * min(old, new)):
            return False
        last, first = self.counts[index - 1 : index + 1]
        at_once = max(last, first) >= STEP * min(last, first)
        return at_once and _alike(last, old) and _alike(first, new)

    def _at(self, index: int) -> int | None:
        return self.counts[index] if 0 <= index < len(self.counts) else None

    def _before(self, index: int) -> Sequence[int]:
        return self.counts[max(0, index - WEEK) : index]

    def _after(self, index: int) -> Sequence[int]:
        return self.counts[index + 1 : index + 1 + WEEK]

    def stretch(self, without: Sequence[int]) -> tuple[str, str]:
        """Return the first and last day of the longest stretch without some days."""
        edges = [-1, *without, len(self.counts)]
        length, start = max((end - before - 1, -before) for before, end in pairwise(edges))
        return self.day(1 - start), self.day(length - start)


def _alike(count: float, usual: float) -> bool:
    return usual <= 2 * count and count <= 2 * usual


def _found(volume: Volume, days: Sequence[int], place: str) -> Found:
    if not days:
        return Found(0, len(volume.counts))
    first, last = volume.stretch(days)
    places = {place: f"{literal(first)}, {literal(last)}"}
    return Found(len(days), len(volume.counts), volume.day(days[0]), places)


def _volume(tallies: Tallies) -> Volume:
    counts = tallies.by_day
    if not counts:
        return Volume(0, [])
    first, last = min(counts), max(counts)
    return Volume(first, [counts.get(day, 0) for day in range(first, last + 1)])


def _is_missed(data: UserBackend, tallies: Tallies, action: Action, volume: Volume) -> bool:
    """Whether nobody received an action though many came to the point that leads to it."""
    codes, channels = data.codes, data.campaign.channels
    number = codes.actions.index(action) + 1
    channel = channels[action.channel]
    if channel.received in channel.not_reported:
        return False
    if tallies.of([codes.code(number, channel.received)]):
        return False
    waited = timedelta(days=len(volume.counts) - 1)
    if waited < action.delay or to_micros(datetime.now(UTC)) < data.clocks.oldest:
        return False
    if action.parent is None:
        roots = [one for one in codes.received if one in codes.roots]
        return tallies.of(roots) >= EXPECTED
    parent = codes.actions.index(data.campaign.action_by_id[action.parent]) + 1
    parents = channels[codes.actions[parent - 1].channel]
    known = action.trigger in parents.events
    reached = codes.code(parent, action.trigger if known and action.trigger else parents.received)
    return tallies.of([reached]) >= EXPECTED
