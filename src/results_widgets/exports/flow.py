"""The flow of a campaign's actions: from the edges that an export has, else from the order of sends."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True, slots=True)
class Parents:
    """The action before each.

    Attributes:
        of: Action → the one before it; None for a root.
        guessed: The actions whose place was guessed.
    """

    of: Mapping[str, str | None]
    guessed: frozenset[str] = field(default=frozenset())


def order_of_sends(receipts: pl.DataFrame) -> tuple[dict[str, int], Counter[tuple[str, str]]]:
    """Return how often each action came first to a user, and how often one followed another.

    Args:
        receipts: Receipts: user_id, action_id, time.
    """
    first = receipts.group_by("user_id", "action_id").agg(pl.col("time").min())
    first = first.sort("user_id", "time", "action_id")
    before = pl.col("action_id").shift(1).over("user_id")
    pairs = first.with_columns(before=before).group_by("before", "action_id").len()
    roots: dict[str, int] = {}
    following: Counter[tuple[str, str]] = Counter()
    for earlier, action, count in pairs.iter_rows():
        if earlier is None:
            roots[action] = count
        else:
            following[earlier, action] = count
    return roots, following


def guess_parents(
    actions: Iterable[str], roots: Mapping[str, int], following: Mapping[tuple[str, str], int]
) -> Parents:
    """Guess the flow: the action that entries start with is the only root; every other follows its most common
    predecessor.

    Args:
        actions: The actions in the order of their first receipts.
        roots: How often each came first.
        following: How often one followed another.
    """
    order = [*actions]
    root = max(order, key=lambda one: (roots.get(one, 0), -order.index(one)))
    of: dict[str, str | None] = {root: None}
    for action in (one for one in order if one != root):
        of[action] = max(of, key=lambda one: (following.get((one, action), 0), one == root))
    return Parents({one: of[one] for one in order}, frozenset(order) - {root})


def known_parents(
    actions: Iterable[str], edges: Mapping[str, Iterable[str]], roots: Mapping[str, int]
) -> Parents | None:
    """Return the flow given by edges, skipping steps that are not actions; None if no edge concerns these actions.

    Args:
        actions: The actions in the order of their first receipts.
        edges: Step → the steps before it.
        roots: How often each action came first, which decides where a cycle is cut.
    """
    order = [*actions]
    known = {*order}
    if not any(one in edges or any(one in before for before in edges.values()) for one in order):
        return None
    of: dict[str, str | None] = {}
    # The action that users got first comes last, so that a cycle is cut there.
    for action in sorted(order, key=lambda one: (roots.get(one, 0), -order.index(one))):
        found = next((one for one in _ancestors(action, edges, known) if one != action), None)
        of[action] = None if found is None or _leads_to(found, action, of) else found
    return Parents({one: of[one] for one in order})


def completed_parents(
    actions: Iterable[str],
    edges: Mapping[str, Iterable[str]],
    roots: Mapping[str, int],
    following: Mapping[tuple[str, str], int],
) -> Parents:
    """Return the flow given by edges; the place of actions without edges is guessed.

    Args:
        actions: The actions in the order of their first receipts.
        edges: Step → the steps before it.
        roots: How often each action came first.
        following: How often one followed another.
    """
    order = [*actions]
    known = known_parents(order, edges, roots)
    if known is None:
        return guess_parents(order, roots, following)
    named = {*edges}.union(*edges.values())
    placed = [one for one in order if one in named]
    first = max(placed, key=lambda one: (known.of[one] is None, roots.get(one, 0)))
    of, rest = dict(known.of), [one for one in order if one not in named]
    for action in rest:
        of[action] = max(placed, key=lambda one: (following.get((one, action), 0), one == first))
        placed.append(action)
    return Parents(of, frozenset(rest))


def _ancestors(action: str, edges: Mapping[str, Iterable[str]], known: set[str]) -> list[str]:
    """Return the actions nearest before one, over steps between them."""
    waiting, seen, found = [*edges.get(action, ())], {action}, []
    while waiting:
        step = waiting.pop(0)
        if step in seen:
            continue
        seen.add(step)
        if step in known:
            found.append(step)
        else:
            waiting += edges.get(step, ())
    return found


def _leads_to(action: str, target: str, of: Mapping[str, str | None]) -> bool:
    at: str | None = action
    for _ in range(len(of) + 1):
        if at == target:
            return True
        at = None if at is None else of.get(at)
    return False
