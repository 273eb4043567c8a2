"""The sums of an experiment's arms, and what follows from them: comparisons, estimates, conditions."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from itertools import accumulate
from typing import Final

from results_widgets.campaign import Campaign
from results_widgets.engine.calendar import SECOND
from results_widgets.engine.statistics import SMALL_CELL
from results_widgets.experiments.assignment import (
    Assignment,
    Mismatch,
    check_shares,
    declared_shares,
    tested_shares,
)
from results_widgets.experiments.behaviour import Cell
from results_widgets.experiments.design import BEFORE, Design
from results_widgets.experiments.estimates import (
    Difference,
    compare_means,
    compare_shares,
    pooled_coefficient,
)
from results_widgets.experiments.moments import Moments
from results_widgets.experiments.outcomes import Outcome
from results_widgets.experiments.sequential import with_always_valid
from results_widgets.experiments.units import HELD_BACK

NOT_RANDOM: Final = "not random, trusted"

_NOBODY: Final = Moments(0, 0.0, 0.0)


@dataclass(frozen=True)
class Study:
    """All that the frames are made from.

    Attributes:
        campaign: The campaign.
        design: How the experiment was asked for.
        assignment: Its arms.
        outcomes: Every metric that was measured.
        cells: The sums of each arm and day.
        crossed: How many users were seen in two arms.
        unassigned: How many users with an entry have no arm.
        window: How long each user is looked at.
        newest: Time of the newest event, epoch µs.
        time_zone: IANA name of the zone of days and times.
        currency: Currency of the goal's amounts; empty if none is named.
    """

    campaign: Campaign
    design: Design
    assignment: Assignment
    outcomes: tuple[Outcome, ...]
    cells: tuple[Cell, ...]
    crossed: int
    unassigned: int
    window: timedelta
    newest: int
    time_zone: str
    currency: str = ""

    # --- users

    def users(self, arm: str) -> int:
        """Return how many users an arm has, crossovers left out."""
        return sum(cell.users for cell in self.cells if cell.arm == arm)

    def ripe_users(self, arm: str) -> int:
        """Return how many of them have been looked at for the whole window."""
        return sum(cell.users for cell in self._ripe(arm))

    def _ripe(self, arm: str) -> Iterable[Cell]:
        return (cell for cell in self.cells if cell.arm == arm and cell.ripe)

    @property
    def open_users(self) -> int:
        """How many users are not looked at to the end of their window yet."""
        return sum(self.users(arm) - self.ripe_users(arm) for arm in self.assignment.arms)

    @property
    def decides_at(self) -> int | None:
        """When the last window ends, epoch µs; None if all have ended."""
        window = round(self.window.total_seconds() * SECOND)
        return max((cell.last + window for cell in self.cells if not cell.ripe), default=None)

    def moments(self, outcome: Outcome, arm: str, until: int | None = None) -> Moments:
        """Return the sums of an outcome over an arm's ripe users, or over those ripe by a day."""
        days, sums = self._sums[self.outcomes.index(outcome), arm]
        place = len(days) if until is None else bisect_right(days, until)
        return sums[place]

    @cached_property
    def _sums(self) -> dict[tuple[int, str], tuple[list[int], list[Moments]]]:
        """By outcome and arm: the days on which windows end, and the sums before the first and up to each."""
        found = {}
        for arm in {*self.assignment.arms, *(cell.arm for cell in self.cells)}:
            ripe = sorted(self._ripe(arm), key=lambda cell: cell.day)
            days = [cell.day for cell in ripe]
            for place in range(len(self.outcomes)):
                own = (cell.moments[place] for cell in ripe)
                found[place, arm] = (days, list(accumulate(own, initial=_NOBODY)))
        return found

    def hits(self, outcome: Outcome, arm: str) -> int:
        """Return how many ripe users of an arm have an outcome at all."""
        place = self.outcomes.index(outcome)
        return sum(cell.hits[place] for cell in self._ripe(arm))

    # --- which comparisons there are

    @property
    def compared(self) -> list[Outcome]:
        """The outcomes that are shown: those asked for, or all that anybody has."""
        if self.design.metrics is not None:
            wanted = self.design.metrics
            return [one for one in self.outcomes if one.key in wanted or one.name in wanted]
        return [one for one in self.outcomes if one.channel is None or self._is_reported(one)]

    @property
    def unreported(self) -> list[Outcome]:
        """The outcomes of channels that nobody has, so that the source may not report them."""
        shown = self.compared
        return [one for one in self.outcomes if one.channel is not None and one not in shown]

    def _is_reported(self, outcome: Outcome) -> bool:
        place = self.outcomes.index(outcome)
        return any(cell.hits[place] for cell in self.cells)

    def control_of(self, outcome: Outcome) -> str | None:
        """Return the arm that an outcome is compared with: one that can have it."""
        control = self.assignment.control
        if not outcome.needs_action or control != HELD_BACK:
            return control
        marked = self.campaign.control
        treated = [arm for arm in self.assignment.arms if arm != HELD_BACK]
        if marked is not None and marked.id in treated:
            return marked.id
        return treated[0] if treated else None

    def treatments_of(self, outcome: Outcome) -> list[str]:
        """Return the arms that are compared with that control."""
        control = self.control_of(outcome)
        arms = [arm for arm in self.assignment.arms if arm != control]
        return [arm for arm in arms if not (outcome.needs_action and arm == HELD_BACK)]

    def comparisons(self) -> list[tuple[Outcome, str, str]]:
        """Return every outcome, arm and control, in the order of the table."""
        return [
            (outcome, arm, control)
            for outcome in self.compared
            if (control := self.control_of(outcome)) is not None
            for arm in self.treatments_of(outcome)
        ]

    # --- estimates

    def estimate(
        self, outcome: Outcome, arms: Sequence[str], control: str, until: int | None = None
    ) -> tuple[Difference, Moments, Moments]:
        """Return how some arms together differ from a control, and the sums it was made from."""
        own = sum((self.moments(outcome, arm, until) for arm in arms), _NOBODY)
        other = self.moments(outcome, control, until)
        return self._compared(outcome, own, other, until)

    def _compared(
        self, outcome: Outcome, own: Moments, other: Moments, until: int | None
    ) -> tuple[Difference, Moments, Moments]:
        design, compare, words = self.design, compare_means, ""
        if design.covariate is not None:
            every = [self.moments(outcome, arm, until) for arm in self._arms_of(outcome)]
            slope, centre = pooled_coefficient(every)
            own, other = own.adjusted(slope, centre), other.adjusted(slope, centre)
            before = "the period before" if design.covariate == BEFORE else design.covariate
            words = f", CUPED by {before}"
        elif outcome.is_share:
            compare = compare_shares
        found = compare(own, other, design.level)
        if design.sequential:
            found = with_always_valid(found, own, other, design.level)
        words += f", {NOT_RANDOM}" if self.assignment.distrust else ""
        return replace(found, method=found.method + words), own, other

    def _arms_of(self, outcome: Outcome) -> list[str]:
        arms = self.assignment.arms
        return [arm for arm in arms if not (outcome.needs_action and arm == HELD_BACK)]

    def is_early(self, outcome: Outcome, arm: str, control: str) -> bool:
        """Whether there is too little to say anything yet, while windows are open or nobody is ripe."""
        sides = [(self.hits(outcome, one), self.ripe_users(one)) for one in (arm, control)]
        if any(users == 0 for _, users in sides):
            return True
        few = any(min(hits, users - hits) < SMALL_CELL for hits, users in sides)
        return few and any(self.users(one) > self.ripe_users(one) for one in (arm, control))

    def mismatch(self) -> Mismatch | None:
        """Return what is wrong with the arms' shares; None if nothing is, or none are declared."""
        return check_shares(*self._shares())

    def tested_shares(self) -> Mismatch | None:
        """Return how far the arms' shares are from those declared; None if none are."""
        return tested_shares(*self._shares())

    def _shares(self) -> tuple[dict[str, int], dict[str, float | None]]:
        arms = self.assignment.arms
        return {arm: self.users(arm) for arm in arms}, declared_shares(self.campaign, arms)
