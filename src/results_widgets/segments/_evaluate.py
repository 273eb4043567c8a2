"""Rules evaluated again: the tree's leaves are asked of the campaigns, its branches combine them."""

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any, Final

from results_widgets.errors import QueryError
from results_widgets.segments._audience import Audience
from results_widgets.segments._segment import Segment

_LEAVES: Final = ("everyone", "metric", "action", "sequence")
_BRANCHES: Final[Mapping[str, Callable[[Mapping[str, Any], list[Segment]], Segment]]] = {
    "and": lambda _, of: reduce(lambda one, other: one & other, of),
    "or": lambda _, of: reduce(lambda one, other: one | other, of),
    "minus": lambda _, of: reduce(lambda one, other: one - other, of),
    "not": lambda _, of: ~of[1],
    "sample": lambda told, of: of[0].sample(told["n"], seed=told["seed"]),
    "split": lambda told, of: of[0].split(told["share"], by=told["by"], seed=told["seed"])[
        told["part"]
    ],
}


def evaluated(rule: Mapping[str, Any], audiences: Sequence[Audience]) -> Segment:
    """Return what a rule finds now.

    Raises:
        QueryError: The rule is malformed, names a campaign that was not passed, or asks for what
            its campaign does not know.
    """
    op = rule.get("op")
    try:
        if op in _LEAVES:
            return _campaign(str(rule["campaign"]), audiences).evaluate(rule)
        if op in _BRANCHES:
            return _BRANCHES[str(op)](rule, [evaluated(part, audiences) for part in rule["of"]])
    except (KeyError, TypeError, IndexError) as error:
        raise QueryError(
            f"the rule's {op!r} is malformed: {error!r}; see docs/segments.md"
        ) from None
    raise QueryError.unknown("operation of a rule", op, [*_LEAVES, *_BRANCHES])


def _campaign(wanted: str, audiences: Sequence[Audience]) -> Audience:
    for one in audiences:
        if one.data.campaign.id == wanted:
            return one
    known = [one.data.campaign.id for one in audiences]
    raise QueryError.unknown("campaign (pass its results)", wanted, known)
