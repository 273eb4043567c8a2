"""Attribution, one conversion at a time: its touches, and each model as it is told in words."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, permutations
from math import factorial

from tests.reference.case import Case, Query
from tests.reference.rules import APART
from tests.reference.walk import (
    Conversion,
    Step,
    all_conversions,
    is_click,
    is_touch,
    order_of,
    stands_at,
    walk,
)

Owner = str | None
Credit = dict[Owner, float]


@dataclass(frozen=True)
class Touch:
    """One touch of a path."""

    owner: str
    at: int
    interacted: bool
    clicked: bool


@dataclass(frozen=True)
class Path:
    """One conversion with the touches before it."""

    at: int
    value: float
    given: Owner
    touches: list[Touch]

    @property
    def owners(self) -> list[str]:
        """The owners of the touches, in order."""
        return [touch.owner for touch in self.touches]


@dataclass(frozen=True)
class Journeys:
    """The paths of conversions, and the owners touched in each entry that has not converted."""

    paths: list[Path]
    unconverted: list[list[str]]


def journeys(case: Case, query: Query, by: str, window: int | None = None) -> Journeys:
    """What attribution looks at; the window in microseconds."""
    entries = walk(case, query)
    paths = []
    for found in all_conversions(case, query, entries):
        at = stands_at(found, query)
        left_out = found.held_back and APART[query.definitions]
        if left_out or at is None or not query.holds(at):
            continue
        near = steps_before(found, window)
        given = None
        named = found.row.get("action_id") if found.row["event"] == "converted" else None
        if named in case.actions:
            given = owner_of(case, named, by)
        paths.append(Path(found.at, found.value or 0.0, given, touches(case, near, by)))
    unconverted = [
        [touch.owner for touch in touches(case, entry.steps, by)]
        for entry in entries
        if not entry.held_back and query.holds(entry.started_at) and not entry.converted
    ]
    return Journeys(paths, unconverted)


def steps_before(found: Conversion, window: int | None = None) -> list[Step]:
    """What stands in a conversion's entry before it, and within a window; nothing for the held back."""
    own = [] if found.entry is None or found.held_back else found.entry.steps
    goal = [s for s in own if s.role == "goal" and s.row["position"] == found.row["position"]]
    before = [s for s in own if goal and order_of(s) < order_of(goal[0])]
    return [s for s in before if window is None or found.at - s.at <= window]


def owner_of(case: Case, action: str, by: str) -> str:
    """The action itself, its channel, or the campaign."""
    ids = {"action": action, "channel": case.actions[action]["channel"]}
    return str(ids.get(by, case.campaign["id"]))


def touches(case: Case, steps: list[Step], by: str) -> list[Touch]:
    """What was received or interacted with among some steps."""
    return [
        Touch(
            owner_of(case, step.action, by),
            step.at,
            step.role == "interacted",
            is_click(case, step),
        )
        for step in steps
        if step.action is not None and is_touch(step)
    ]


# ------------------------------------------------------------------------------------------ models


def last_interaction(path: Path, _: float) -> Credit:
    """The last one interacted with, else the last received; what the source says stands."""
    if path.given is not None:
        return {path.given: 1.0}
    interacted = [touch.owner for touch in path.touches if touch.interacted]
    return {(interacted or path.owners)[-1]: 1.0} if path.touches else {None: 1.0}


def last_touch(path: Path, _: float) -> Credit:
    """The last of all."""
    return {path.owners[-1]: 1.0} if path.touches else {None: 1.0}


def first_touch(path: Path, _: float) -> Credit:
    """The first of all."""
    return {path.owners[0]: 1.0} if path.touches else {None: 1.0}


def last_click(path: Path, _: float) -> Credit:
    """The last click."""
    clicked = [touch.owner for touch in path.touches if touch.clicked]
    return {clicked[-1]: 1.0} if clicked else {None: 1.0}


def linear(path: Path, _: float) -> Credit:
    """All alike."""
    return weighted(path, [1.0] * len(path.touches))


def time_decay(path: Path, half_life: float) -> Credit:
    """Half as much for each half-life that a touch is older."""
    return weighted(path, [2 ** ((touch.at - path.at) / half_life) for touch in path.touches])


def position(path: Path, _: float) -> Credit:
    """40 % to the first, 40 % to the last, 20 % to those between."""
    count = len(path.touches)
    if count <= 2:
        return weighted(path, [1.0] * count)
    return weighted(path, [0.4, *[0.2 / (count - 2)] * (count - 2), 0.4])


def weighted(path: Path, weights: list[float]) -> Credit:
    """A conversion divided in proportion to some weights."""
    found: Credit = {}
    for owner, weight in zip(path.owners, weights, strict=True):
        found[owner] = found.get(owner, 0.0) + weight / sum(weights)
    return found or {None: 1.0}


SINGLE: dict[str, Callable[[Path, float], Credit]] = {
    "last_interaction": last_interaction,
    "last_touch": last_touch,
    "first_touch": first_touch,
    "linear": linear,
    "time_decay": time_decay,
    "position": position,
    "last_click": last_click,
}


def attribution(found: Journeys, model: str, half_life: float) -> dict[Owner, tuple[float, float]]:
    """Conversions and value by owner; what is credited to nobody under None."""
    if model == "markov":
        return in_shares(found, markov(found))
    totals: dict[Owner, tuple[float, float]] = {}
    if model == "shapley":
        counts = shapley(found.paths, lambda _: 1.0)
        values = shapley(found.paths, lambda path: path.value)
        return {owner: (counts[owner], values[owner]) for owner in counts}
    for path in found.paths:
        for owner, credit in SINGLE[model](path, half_life).items():
            count, value = totals.get(owner, (0.0, 0.0))
            totals[owner] = count + credit, value + credit * path.value
    return totals


def shapley(paths: list[Path], worth: Callable[[Path], float]) -> dict[Owner, float]:
    """What each owner adds to those before it, on average over all orders in which they may come."""
    owners = sorted({owner for path in paths for owner in path.owners})
    found: dict[Owner, float] = dict.fromkeys(owners, 0.0)
    for order in permutations(owners):
        for place, owner in enumerate(order):
            with_, without = set(order[: place + 1]), set(order[:place])
            found[owner] += _worth(paths, worth, with_) - _worth(paths, worth, without)
    found = {owner: total / factorial(len(owners)) for owner, total in found.items()}
    return found | {None: sum(worth(path) for path in paths if not path.touches)}


def _worth(paths: list[Path], worth: Callable[[Path], float], coalition: set[str]) -> float:
    return sum(worth(path) for path in paths if path.touches and set(path.owners) <= coalition)


def markov(found: Journeys) -> dict[str, Fraction]:
    """What part of the conversions each owner's removal costs, from the chain itself."""
    counts: dict[str, dict[str, int]] = {}
    walks = [["start", *(f"o {o}" for o in p.owners), "won"] for p in found.paths if p.touches]
    walks += [
        ["start", *(f"o {o}" for o in owners), "lost"] for owners in found.unconverted if owners
    ]
    for steps in walks:
        for source, target in pairwise(steps):
            counts.setdefault(source, {})
            counts[source][target] = counts[source].get(target, 0) + 1
    whole = chance_to_win(counts, None)
    owners = sorted({state.removeprefix("o ") for state in counts if state != "start"})
    return {o: (whole - chance_to_win(counts, f"o {o}")) / whole for o in owners} if whole else {}


def chance_to_win(counts: dict[str, dict[str, int]], removed: str | None) -> Fraction:
    """The probability of a conversion from the start, nobody passing through a removed state.

    Each state's chance is the mean of those it leads to; states are eliminated one by one.
    """
    rows = {
        state: {target: Fraction(n, sum(leads.values())) for target, n in leads.items()}
        for state, leads in counts.items()
        if state != removed
    }
    for state in [name for name in rows if name != "start"]:
        own = rows.pop(state)
        stay = own.pop(state, Fraction(0))
        for leads in rows.values():
            through = leads.pop(state, Fraction(0))
            for target, chance in own.items():
                leads[target] = leads.get(target, Fraction(0)) + through * chance / (1 - stay)
    return rows.get("start", {}).get("won", Fraction(0))


def in_shares(found: Journeys, effects: dict[str, Fraction]) -> dict[Owner, tuple[float, float]]:
    """The touched conversions and their value, divided in proportion to the effects."""
    touched = [path for path in found.paths if path.touches]
    rest = [path for path in found.paths if not path.touches]
    value = sum(path.value for path in touched)
    total = sum(effects.values())
    totals: dict[Owner, tuple[float, float]] = {
        owner: (float(effect / total * len(touched)), float(effect / total) * value)
        for owner, effect in effects.items()
    }
    return totals | {None: (len(rest), sum(path.value for path in rest))}


def sequences(found: Journeys, *, repeats: bool) -> dict[tuple[str, ...], tuple[int, float]]:
    """How often each path leads to a conversion, and what these are worth."""
    totals: dict[tuple[str, ...], tuple[int, float]] = {}
    for path in found.paths:
        owners = path.owners
        kept = [
            o for place, o in enumerate(owners) if repeats or place == 0 or owners[place - 1] != o
        ]
        count, value = totals.get(tuple(kept), (0, 0.0))
        totals[tuple(kept)] = count + 1, value + path.value
    return totals
