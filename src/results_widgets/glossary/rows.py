"""Which rows a metric counts.

By the clock of events a row stands at the moment it happened; ``by_entry`` puts it at the start of
the entry that it belongs to, and leaves out what belongs to none.
"""

from dataclasses import dataclass
from typing import Literal

Role = Literal["received", "interacted"]


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries that start in the range, without those held back unless the definition set counts them.

    Attributes:
        open_only: Only those whose window has not ended at the newest event.
        held_back: Those held back instead, whatever the definition set.
        outcome: Only those with a conversion, or with an interaction, whenever it happened.
    """

    open_only: bool = False
    held_back: bool = False
    outcome: Literal["any", "converted", "engaged"] = "any"


@dataclass(frozen=True, slots=True)
class Conversions:
    """The conversions in the range; of an action or channel, those attributed to it.

    Attributes:
        held_back: Those of entries held back instead, as in `Entries`.
        by_entry: Whether they stand at the start of their entry.
    """

    held_back: bool = False
    by_entry: bool = False


@dataclass(frozen=True, slots=True)
class Reached:
    """The entries that received an action, by the entry's start; of the held back as in `Entries`."""


@dataclass(frozen=True, slots=True)
class Events:
    """The events in the range by their names: of an action, of a channel's actions, or of all.

    Attributes:
        names: The names.
        by_entry: Whether they stand at the start of their entry.
    """

    names: tuple[str, ...]
    by_entry: bool = False


@dataclass(frozen=True, slots=True)
class RoleEvents:
    """The events in the range by what they mean to the channel, whatever it calls them.

    Attributes:
        role: ``received`` and ``interacted`` as the channel and the definition set say. What the
            campaign counts of interactions leaves out users all of whose entries were held back,
            unless the definition set counts them.
        of: Whose: the action's ``own``, its ``parent``'s, or ``both``: only users with each count.
        by_entry: Whether they stand at the start of their entry.
    """

    role: Role
    of: Literal["own", "parent", "both"] = "own"
    by_entry: bool = False


Rows = Entries | Conversions | Reached | Events | RoleEvents


def stands_at_start(rows: Rows | None) -> bool:
    """Whether rows stand at the start of the entry that they belong to."""
    return isinstance(rows, Entries | Reached) or getattr(rows, "by_entry", False)


def is_outcome(rows: Rows | None) -> bool:
    """Whether rows are what becomes of entries: conversions, interactions."""
    interacted = isinstance(rows, RoleEvents) and rows.role == "interacted"
    return interacted or isinstance(rows, Conversions)
