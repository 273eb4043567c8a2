"""The flow that a caller gives for an export: which action comes before each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from results_widgets.errors import EventsError, listing, suggestion, warn_caller
from results_widgets.sources import read_table

_WHAT: Final = "parents"
_ACTION: Final = ("action_id", "action", "id")
_PARENT: Final = ("parent_id", "parent", "parent_action_id")


@dataclass(frozen=True)
class GivenFlow:
    """Which action comes before each, and how it leads there.

    Attributes:
        edges: Action → the actions before it; none for a root.
        how: Action → its ``trigger`` and ``delay``, as far as they are given.
    """

    edges: Mapping[str, list[str]] = field(default_factory=dict)
    how: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def named(self) -> frozenset[str]:
        """The actions that it has a place for."""
        return frozenset(self.edges) | {one for before in self.edges.values() for one in before}


def read_parents(source: object, campaign: str) -> GivenFlow:
    """Return the flow of a campaign from a table of parents.

    Args:
        source: A table or path with the columns action_id and parent_id (null: a root), and where there
            campaign_id, trigger and delay; or a mapping from action to parent.
        campaign: Id of the campaign; rows of others are left out.

    Raises:
        EventsError: A column is missing, or an action leads back to itself.
    """
    rows = _of_mapping(source) if isinstance(source, Mapping) else _of_table(source, campaign)
    edges: dict[str, list[str]] = {}
    how: dict[str, Mapping[str, str]] = {}
    for row in rows:
        action, parent = row["action"], row["parent"]
        before = edges.setdefault(action, [])
        if parent is not None and parent not in before:
            before.append(parent)
        said = {name: row[name] for name in ("trigger", "delay") if row.get(name)}
        how.setdefault(action, said)
    for action in edges:
        if _leads_back(action, edges):
            raise EventsError(
                f"{_WHAT}: {action!r} leads back to itself; a flow must not have cycles"
            )
    several = [action for action, before in edges.items() if len(before) > 1]
    if several:
        warn_caller(
            f"{_WHAT}: {listing(map(repr, several), 5)}: several actions are said to come before; an action "
            "has one parent, and the first is taken"
        )
    return GivenFlow(edges, how)


def check_named(flow: GivenFlow, actions: Iterable[str], campaign: str) -> None:
    """Warn if a flow names none of a campaign's actions, since all of it would then be guessed."""
    known = [*actions]
    if flow.edges and not flow.named & {*known}:
        first = next(iter(flow.edges))
        warn_caller(
            f"{_WHAT}: none of its actions is one of campaign {campaign!r}; there is no {first!r}"
            f"{suggestion(first, known)}; known: {listing(known)}"
        )


def _of_mapping(given: Mapping[Any, Any]) -> list[dict[str, Any]]:
    found = []
    for action, before in given.items():
        several = before if isinstance(before, list | tuple) else [before]
        found += [{"action": str(action), "parent": _text(one)} for one in several or [None]]
    return found


def _of_table(source: object, campaign: str) -> list[dict[str, Any]]:
    table = read_table(source, _WHAT)
    known = table.collect_schema().names()
    places = {"action": _column(known, _ACTION), "parent": _column(known, _PARENT)}
    if "campaign_id" in known:
        of = pl.col("campaign_id").cast(pl.String)
        table = table.filter(of.is_null() | (of == campaign))
    places |= {name: name for name in ("trigger", "delay") if name in known}
    texts = [pl.col(theirs).cast(pl.String).alias(ours) for ours, theirs in places.items()]
    rows = table.select(texts).collect().to_dicts()
    return [{name: _text(value) for name, value in row.items()} for row in rows if row["action"]]


def _column(known: list[str], names: tuple[str, ...]) -> str:
    found = next((one for one in names if one in known), None)
    if found is None:
        raise EventsError.missing_column(names[0], known, _WHAT)
    return found


def _text(value: object) -> str | None:
    return None if value is None or value == "" else str(value)


def _leads_back(action: str, edges: Mapping[str, list[str]]) -> bool:
    waiting, seen = [*edges[action]], set()
    while waiting:
        step = waiting.pop()
        if step == action:
            return True
        if step not in seen:
            seen.add(step)
            waiting += edges.get(step, [])
    return False
