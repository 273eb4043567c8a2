"""Evaluate a rule: campaigns are asked for its leaves, and its branches combine what they return."""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import and_, or_, sub
from typing import Final

from results_widgets._json import Node
from results_widgets.errors import QueryError
from results_widgets.segments.rules import LEAVES, read_leaf
from results_widgets.segments.segment import Segment
from results_widgets.segments.source import SegmentSource

_COMBINED: Final = {"and": and_, "or": or_, "minus": sub}
_BRANCHES: Final = (*_COMBINED, "not", "sample", "split")
_FIELDS: Final = ("op", "of", "n", "seed", "share", "by", "part")
_PARTS: Final = (0, 1)


def evaluate(rule: object, campaigns: Sequence[SegmentSource[Segment]]) -> Segment:
    """Return the users whom a rule finds now.

    Args:
        rule: The tree of a segment's ``expression``.
        campaigns: The campaigns that its leaves name.

    Raises:
        QueryError: The rule is malformed, names a campaign that was not passed, or asks for what
            its campaign does not have.
    """
    try:
        return _evaluate(rule, "rule", {one.data.campaign.id: one for one in reversed(campaigns)})
    except RecursionError:
        raise QueryError("the rule nests too many segments") from None


def _evaluate(rule: object, path: str, campaigns: Mapping[str, SegmentSource[Segment]]) -> Segment:
    root = Node(rule, path, (), QueryError.at)
    op = root.value.get("op")
    for leaf in LEAVES:
        if op == leaf:
            wanted = root.text("campaign")
            if wanted not in campaigns:
                raise QueryError.unknown("campaign (pass its results)", wanted, campaigns)
            return campaigns[wanted].find(read_leaf(leaf, rule, path))
    if op not in _BRANCHES:
        raise QueryError.unknown("operation of a rule", op, [*LEAVES, *_BRANCHES])
    node = Node(rule, path, _FIELDS, QueryError.at)
    parts = node.each("of", lambda part, at: _evaluate(part, at, campaigns))
    return _combined(node, str(op), parts)


def _combined(node: Node, op: str, parts: tuple[Segment, ...]) -> Segment:
    fewest = 2 if op in (*_COMBINED, "not") else 1
    if len(parts) < fewest:
        raise node.error("of", f"{op!r} needs {fewest} rules or more, found {len(parts)}")
    if op in _COMBINED:
        return reduce(_COMBINED[op], parts)
    if op == "not":
        return ~parts[1]
    if op == "sample":
        return parts[0].sample(node.integer("n"), seed=node.integer("seed"))
    share, part = node.optional_share("share"), node.integer("part")
    if share is None or part not in _PARTS:
        raise node.error(
            "part", f"expected a share, and 0 or 1 for its side, found {share}, {part}"
        )
    return parts[0].split(share, by=node.text("by"), seed=node.integer("seed"))[part]
