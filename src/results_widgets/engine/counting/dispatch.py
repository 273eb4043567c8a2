"""Counting rows and distinct users behind sets of codes: four ways, one answer.

Distinct users are what costs. Per set, a group-by with a distinct count runs on every engine. In
memory, one pass folds each user's codes into bit masks, the quickest way to the whole campaign's
numbers; what is sorted once into timelines then answers for every range, zone and breakdown. Where
users are too many or not at hand, sketches of them give the answer within a known bound.
"""

from collections.abc import Sequence

import narwhals as nw
import polars as pl

from results_widgets.engine.backends.memory.dataset import InMemory
from results_widgets.engine.counting import sketch as approximate
from results_widgets.engine.counting.bitmask import both_by_mask, by_mask, reached_by_mask
from results_widgets.engine.counting.group_by import (
    COUNT,
    SET,
    STILL_OPEN,
    USERS,
    Codes,
    Kind,
    both_by_join,
    by_group,
    grouped,
)
from results_widgets.engine.counting.ranges import both_by_range, by_range, ready
from results_widgets.engine.frames import collect
from results_widgets.engine.scoped import Facts

__all__ = [
    "COUNT",
    "SET",
    "STILL_OPEN",
    "USERS",
    "Kind",
    "goal_value",
    "grouped",
    "tally",
    "tally_both",
]


def tally(
    facts: Facts, sets: Sequence[Codes], unit: list[str], kind: Kind = "events"
) -> pl.DataFrame:
    """Return `SET` (place among the sets), the question's keys, `COUNT` of rows and `USERS`, distinct units.

    Sets may share codes. A set without rows may be missing. Without a unit, `USERS` may be.
    """
    if facts.lens.uniques == "approximate":
        return approximate.tally(facts, sets, unit, kind)
    if _sorted(facts, sets, kind):
        return by_range(facts, kind, sets, unit)
    if _foldable(facts) and kind == "events":
        return by_mask(facts, sets, unit)
    if _foldable(facts) and kind == "reached":
        return reached_by_mask(facts, sets)
    return by_group(facts, sets, unit, kind)


def tally_both(facts: Facts, pairs: Sequence[tuple[Codes, Codes]]) -> pl.DataFrame:
    """Return `SET` (place among the pairs), the question's keys and `USERS`: distinct users with codes of both sets."""
    if facts.lens.uniques == "approximate":
        return approximate.tally_both(facts, pairs)
    if _sorted(facts, [codes for pair in pairs for codes in pair], "events"):
        return both_by_range(facts, pairs)
    if _foldable(facts):
        return both_by_mask(facts, pairs)
    return both_by_join(facts, pairs)


def goal_value(facts: Facts) -> pl.DataFrame:
    """Return the question's keys and ``goal_value``, the sum of the goal's value over conversions."""
    if facts.lens.uniques == "approximate":
        return approximate.goal_value(facts)
    total = nw.col("value").sum().alias("goal_value")
    return collect(grouped(facts.conversions, facts.question.keys, total))


def _sorted(facts: Facts, sets: Sequence[Codes], kind: Kind) -> bool:
    """Whether timelines answer: they pay with the first range, and are at hand from then on.

    Conversions are so few that theirs pays at once, and so does one for what is asked by interval
    or column, where entries are concerned.
    """
    if not isinstance(facts.data, InMemory):
        return False
    if facts.lens.bounded or ready(facts, kind, sets):
        return True
    return kind == "conversions" or (kind != "events" and bool(facts.question.keys))


def _foldable(facts: Facts) -> bool:
    """Whether each user's codes can be folded into one mask: in memory, and not per interval."""
    return isinstance(facts.data, InMemory) and facts.question.every is None
