"""Layout of the flow in images: positions of cards and paths of lines, the same on every run.

Rows are depths in the forest of actions, so every grey edge spans one gap between rows. A parent is
centred over its children and subtrees stand as near as their cards allow, so no two edges cross. Green
lines run through the gaps below the rows to a gutter at the right, so none crosses a card. The browser
places cards in the same columns (js/src/features/flow/forest.ts).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from results_widgets._shared import shared

_MEASURES: Final = shared("flow_layout")
_GAP, _ROUTE, _MARGIN, _STROKE = (_MEASURES[part] for part in ("gap", "route", "margin", "stroke"))
CARD: Final[tuple[float, float]] = (_MEASURES["card"]["width"], _MEASURES["card"]["height"])
PILL: Final[tuple[float, float]] = (_MEASURES["entry"]["width"], _MEASURES["entry"]["height"])


@dataclass(frozen=True, slots=True)
class Card:
    """An action's place: upper left corner, and its numbers."""

    action: str
    x: float
    y: float
    received: float | None
    conversions: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """A line as an SVG path: a grey edge with its share, or a card's conversions."""

    path: str
    width: float
    share: float | None = None
    label: tuple[float, float] = (0.0, 0.0)
    idle: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole flow."""

    width: float
    height: float
    entry: tuple[float, float]
    total: tuple[float, float]
    cards: list[Card]
    edges: list[Line]
    green: list[Line]


@dataclass(frozen=True, slots=True)
class _Row:
    top: float
    # Height of the corridor below it, the cards whose lines run there, and the card whose way to
    # the right is free.
    corridor: float
    inner: list[str]
    last: str


@dataclass(frozen=True, slots=True)
class _Outline:
    """How far a subtree reaches to the left and to the right of its first card, row by row."""

    left: list[float]
    right: list[float]


def layout_flow(arm: Mapping[str, Any], parents: Mapping[str, str | None]) -> Layout:
    """Return where everything stands.

    Args:
        arm: One arm of the flow as the widgets take it.
        parents: The parent of each action, in the campaign's order.
    """
    nodes = {node["action_id"]: node for node in arm["nodes"]}
    up = {id_: parent for id_, parent in parents.items() if id_ in nodes}
    depth = {id_: _depth(id_, up) for id_ in up}
    columns, middle = columns_of(up)
    widths = _green_widths(nodes, arm["conversions"])
    rows = _rows(columns, depth, widths)
    cards = {
        id_: Card(
            id_, x, rows[depth[id_]].top, nodes[id_]["users_received"], nodes[id_]["conversions"]
        )
        for id_, x in columns.items()
    }
    entry = (middle, 0.0)
    ends = [
        card.y + CARD[1] + _GAP["aboveLines"] + rows[depth[card.action]].corridor
        for card in cards.values()
    ]
    right = max([middle + PILL[0], *(card.x + CARD[0] for card in cards.values())])
    right += _MARGIN["gutter"] + sum(widths.values())
    bottom = max([PILL[1], *ends]) + _MARGIN["aboveTotal"]
    return Layout(
        right + _MARGIN["right"],
        bottom + _MARGIN["belowTotal"],
        entry,
        (right, bottom),
        [cards[id_] for id_ in up],
        [_edge(cards, id_, up[id_], entry, nodes[id_], arm) for id_ in up],
        _green(rows, cards, widths, right, bottom),
    )


def _depth(id_: str, up: Mapping[str, str | None]) -> int:
    steps, at = 0, up[id_]
    while at is not None:
        steps, at = steps + 1, up[at]
    return steps


def columns_of(up: Mapping[str, str | None]) -> tuple[dict[str, float], float]:
    """Return the left edge of each card, and that of the entry."""
    children: dict[str | None, list[str]] = {}
    for id_, parent in up.items():
        children.setdefault(parent, []).append(id_)
    offsets: dict[str, float] = {}

    def outline_of(id_: str | None) -> _Outline:
        below = children.get(id_, [])
        outline, places = _beside([outline_of(child) for child in below])
        offsets.update(zip(below, places, strict=True))
        return outline

    entry = -min(outline_of(None).left)
    lefts: dict[str | None, float] = {None: entry}
    ways: list[str | None] = [None]
    while ways:
        at = ways.pop()
        for child in children.get(at, []):
            lefts[child] = lefts[at] + offsets[child]
            ways.append(child)
    return {id_: math.floor(lefts[id_] + 0.5) for id_ in up}, math.floor(entry + 0.5)


def _beside(subtrees: Sequence[_Outline]) -> tuple[_Outline, list[float]]:
    """Return subtrees side by side, as near as they come, below the middle of the first and the last."""
    outline, places = _Outline([], []), []
    for one in subtrees:
        rooms = [right - left for right, left in zip(outline.right, one.left, strict=False)]
        shift = max(rooms) + CARD[0] + _GAP["column"] if rooms else 0.0
        known = len(outline.left)
        outline.left.extend(x + shift for x in one.left[known:])
        outline.right[: len(one.right)] = [x + shift for x in one.right]
        places.append(shift)
    middle = (places[0] + places[-1]) / 2 if places else 0.0
    left, right = ([0.0, *(x - middle for x in xs)] for xs in (outline.left, outline.right))
    return _Outline(left, right), [place - middle for place in places]


def _green_widths(nodes: Mapping[str, Any], total: float | None) -> dict[str, float]:
    """Return how thick each card's green line is: few stay visible, many together stay narrow."""
    converting = {id_: node["conversions"] for id_, node in nodes.items() if node["conversions"]}
    least = min(_STROKE["thin"], _STROKE["allThin"] / max(1, len(converting)))
    return {
        id_: max(least, _STROKE["conversions"] * n / max(1, total or n))
        for id_, n in converting.items()
    }


def _rows(
    columns: Mapping[str, float], depth: Mapping[str, int], widths: Mapping[str, float]
) -> list[_Row]:
    """Return the rows from top to bottom; the gap below a row grows with the lines in it."""
    rows, top = [], PILL[1] + _GAP["belowEntry"]
    for level in range(max(depth.values(), default=-1) + 1):
        *inner, last = sorted(
            (id_ for id_ in depth if depth[id_] == level), key=columns.__getitem__
        )
        corridor = sum(widths.get(id_, 0.0) for id_ in inner)
        rows.append(_Row(top, corridor, inner, last))
        top += CARD[1] + max(_GAP["row"], _GAP["aboveLines"] + corridor + _GAP["belowLines"])
    return rows


def _edge(
    cards: Mapping[str, Card],
    id_: str,
    parent: str | None,
    entry: tuple[float, float],
    node: Mapping[str, Any],
    arm: Mapping[str, Any],
) -> Line:
    card = cards[id_]
    x, y = card.x + CARD[0] / 2, card.y
    if parent is None:
        start, share, users = (
            (entry[0] + PILL[0] / 2, PILL[1]),
            node["share_of_entries"],
            card.received,
        )
    else:
        above = cards[parent]
        edges = (e for e in arm["edges"] if (e["source"], e["target"]) == (parent, id_))
        edge = next(edges, {"share": None, "users": 0})
        start, share, users = (
            (above.x + CARD[0] / 2, above.y + CARD[1]),
            edge["share"],
            edge["users"],
        )
    half = (start[1] + y) / 2
    path = f"M{_n(start[0])} {_n(start[1])}C{_n(start[0])} {_n(half)} {_n(x)} {_n(half)} {_n(x)} {_n(y)}"
    label = _on_curve(start, (x, y), y - _MARGIN["label"])
    width = (
        max(_STROKE["thin"], _STROKE["edge"] * min(1.0, share or 0.0)) if users else _STROKE["thin"]
    )
    return Line(path, width, None if parent is None else share, label, idle=users == 0)


def _on_curve(
    start: tuple[float, float], end: tuple[float, float], height: float
) -> tuple[float, float]:
    """Return the point of an edge's curve at a height."""
    low, high = 0.0, 1.0
    for _ in range(20):
        t = (low + high) / 2
        # The handles stand half-way: both curves are those of a smooth step.
        y = start[1] + (end[1] - start[1]) * (1.5 * t * (1 - t) + t**3)
        low, high = (t, high) if y < height else (low, t)
    return start[0] + (end[0] - start[0]) * (3 * (1 - t) * t**2 + t**3), y


def _green(
    rows: Sequence[_Row],
    cards: Mapping[str, Card],
    widths: Mapping[str, float],
    right: float,
    bottom: float,
) -> list[Line]:
    """Return the lines of conversions, side by side: in a corridor the leftmost card's is the
    lowest, in the gutter the upper rows' are further right; none crosses another.
    """
    lines: list[Line] = []
    lane = right
    for row in rows:
        if row.last in widths:
            own, card = widths[row.last], cards[row.last]
            x, y = lane - own / 2, card.y + CARD[1] - _ROUTE["exit"]
            path = f"M{_n(card.x + CARD[0])} {_n(y)}{_turn(x, y, _ROUTE['bend'], bottom)}"
            lines.append(Line(path, own))
            lane -= own
        height, floor = 0.0, row.top + CARD[1] + _GAP["aboveLines"] + row.corridor
        for id_ in row.inner:
            if id_ not in widths:
                continue
            offset = height + widths[id_] / 2
            start, exit_ = cards[id_].x + CARD[0], cards[id_].y + CARD[1] - _ROUTE["exit"]
            x, y, bend = lane - row.corridor + offset, floor - offset, start + _ROUTE["join"] / 2
            curve = (
                f"{_n(bend)} {_n(exit_)} {_n(bend)} {_n(y)} {_n(start + _ROUTE['join'])} {_n(y)}"
            )
            path = f"M{_n(start)} {_n(exit_)}C{curve}"
            lines.append(
                Line(path + _turn(x, y, _ROUTE["innerBend"] + offset, bottom), widths[id_])
            )
            height += widths[id_]
        lane -= row.corridor
    return lines


def _turn(x: float, y: float, radius: float, bottom: float) -> str:
    """Return the rest of a path: to the right along y, a quarter circle, down the lane at x."""
    handle = radius * _ROUTE["quarter"]
    return (
        f"L{_n(x - radius)} {_n(y)}C{_n(x - handle)} {_n(y)} {_n(x)} {_n(y + handle)} "
        f"{_n(x)} {_n(y + radius)}L{_n(x)} {_n(bottom)}"
    )


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
