"""Which coded rows a metric counts: its declaration read against one campaign."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, singledispatch
from typing import Final

from results_widgets.channels import EVENTS, GOAL_EVENTS
from results_widgets.engine.scoped import HELD_BACK, STILL_OPEN, CodeSet, Kind, ScopedRows
from results_widgets.errors import QueryError
from results_widgets.glossary import (
    Conversions,
    Entries,
    Events,
    Reached,
    RoleEvents,
    Rows,
    Scope,
)

_ENTRIES: Final = (Entries(), Entries(open_only=True), Entries(held_back=True))


@dataclass(frozen=True)
class RowCodes:
    """Turns the rows of declarations into sets of codes, as `Kind` has them.

    Attributes:
        scoped: The rows in range.
        scope: What metrics are computed for.
    """

    scoped: ScopedRows
    scope: Scope

    @property
    def entry_sets(self) -> tuple[CodeSet, ...] | None:
        """The sets of entries that are counted in one pass, whichever is asked for; None: only those asked for."""
        return tuple(self.of(rows, "")[1] for rows in _ENTRIES)

    def of(self, rows: Rows, owner: str) -> tuple[Kind, CodeSet]:
        """Return the kind of the rows of an owner (id of an action or channel, or empty), and their codes.

        Raises:
            QueryError: No channel reports such events.
            ValueError: Such rows are not counted for this scope.
        """
        if isinstance(rows, Conversions):
            # Number 0 stands for those attributed to no action.
            unattributed = [0] if self.scope == "campaign" else []
            numbers = (*unattributed, *self._numbers(owner))
            kind: Kind = "entry_conversions" if rows.by_entry else "conversions"
            return kind, self._of_groups(numbers, held_back=rows.held_back)
        if isinstance(rows, Events):
            return self.kind_of(rows), self._by_name(rows.names, owner)
        if isinstance(rows, RoleEvents):
            leaves_out = self._is_apart and rows.role == "interacted" and self.scope == "campaign"
            if leaves_out and rows.by_entry:
                raise ValueError(f"{rows}: count the entries that engaged instead")
            codes = self._by_role(rows, self._owner_of(rows, owner))
            return "engaging" if leaves_out else self.kind_of(rows), codes
        if isinstance(rows, Entries) and self.scope == "campaign":
            return self._of_entries(rows)
        if isinstance(rows, Reached) and self.scope == "action":
            return "reached", self._of_groups(self._numbers(owner), held_back=False)
        raise ValueError(f"{rows} cannot be counted per {self.scope}")

    def _of_entries(self, rows: Entries) -> tuple[Kind, CodeSet]:
        groups = self._groups(held_back=rows.held_back)
        if rows.outcome != "any":
            kind: Kind = "entry_converted" if rows.outcome == "converted" else "entry_engaged"
            return kind, tuple(HELD_BACK * held for held in groups)
        codes = (STILL_OPEN,) if rows.open_only else (0, STILL_OPEN)
        return "entries", tuple(code + HELD_BACK * held for held in groups for code in codes)

    @staticmethod
    def kind_of(rows: Events | RoleEvents) -> Kind:
        """Return the kind of the rows of events by the clock that they are counted by."""
        return "entry_events" if rows.by_entry else "events"

    @property
    def _is_apart(self) -> bool:
        """Whether the held back are a group of their own; where no action is withheld there are none."""
        apart = self.scoped.query.definitions.held_back == "apart"
        return apart and bool(self.scoped.data.codes.held_back_roots)

    def _groups(self, *, held_back: bool) -> tuple[bool, ...]:
        """Return which entries count: those held back, or others."""
        if held_back:
            return (True,)
        return (False,) if self.scoped.query.definitions.held_back == "apart" else (False, True)

    def _of_groups(self, numbers: CodeSet, *, held_back: bool) -> CodeSet:
        """Return the codes of actions by their numbers, of the entries that count."""
        raised = self.scoped.action_codes.raised
        return tuple(n + raised * g for g in self._groups(held_back=held_back) for n in numbers)

    def pair(self, rows: RoleEvents, owner: str) -> tuple[CodeSet, CodeSet]:
        """Return the codes of an action's own rows, and those of its parent's."""
        return self._by_role(rows, owner), self._by_role(rows, self._parent(owner))

    def _owner_of(self, rows: RoleEvents, owner: str) -> str:
        return owner if rows.of == "own" else self._parent(owner)

    def _parent(self, action: str) -> str:
        parent = self.scoped.data.campaign.action_by_id[action].parent
        if parent is None:
            raise ValueError(f"no action lies before {action!r}")
        return parent

    def _numbers(self, owner: str) -> tuple[int, ...]:
        """Return the numbers of an owner's actions."""
        return self._numbers_of[owner] if owner else tuple(self._numbers_of_all)

    @cached_property
    def _numbers_of_all(self) -> range:
        return range(1, len(self.scoped.data.codes.actions) + 1)

    @cached_property
    def _numbers_of(self) -> dict[str, tuple[int, ...]]:
        found: dict[str, tuple[int, ...]] = {}
        for number, action in enumerate(self.scoped.data.codes.actions, 1):
            owner = action.channel if self.scope == "channel" else action.id
            found[owner] = (*found.get(owner, ()), number)
        return found

    def _by_name(self, names: Iterable[str], owner: str) -> CodeSet:
        found: list[int] = []
        for name in names:
            if self.scope == "campaign" and name in GOAL_EVENTS:
                found += self._lifecycle(name)
                continue
            if name not in self._known:
                raise QueryError.unknown("event of a metric", name, sorted(self._known))
            found += [code for n in self._numbers(owner) for code in self._named.get((n, name), ())]
        return tuple(found)

    def _lifecycle(self, name: str) -> CodeSet:
        if name != "exited":
            raise ValueError(
                f"rows of {name!r} decide entries and conversions; count those instead"
            )
        return self.scoped.data.codes.named(name)

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(EVENTS) | {event for _, event in self._named}

    @cached_property
    def _named(self) -> dict[tuple[int, str], CodeSet]:
        """The codes by number of the action and name of the event."""
        codes = self.scoped.data.codes
        numbers = {action.id: number for number, action in enumerate(codes.actions, 1)}
        sets = codes.sets(self.scoped.query.definitions)
        return {(numbers[action], event): found for (action, event), found in sets.items()}

    def _by_role(self, rows: RoleEvents, owner: str) -> CodeSet:
        codes, numbers = self.scoped.data.codes, self._numbers(owner)
        if rows.role == "received":
            channels = self.scoped.data.campaign.channels
            # Exits count as received on the card of the exit itself, and nowhere else.
            received = [(n, channels[codes.actions[n - 1].channel]) for n in numbers]
            return tuple(
                codes.code(n, channel.received)
                for n, channel in received
                if self.scope == "action" or channel.id != "exit"
            )
        found = codes.interacted(self.scoped.query.definitions)
        return found if not owner else tuple(c for c in found if c // codes.width in numbers)


@singledispatch
def codes_of(scoped: ScopedRows, scope: Scope) -> RowCodes:
    """Return what turns the rows of declarations into codes of rows in range."""
    return RowCodes(scoped, scope)
