"""Which column is which: renamed by the caller, or spelt in another case."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from results_widgets.errors import EventsError, listing, suggestion
from results_widgets.tables.checks import Rows


@dataclass(frozen=True, slots=True)
class Renaming:
    """How a table's columns get our names.

    Attributes:
        names: A column's name in the table → our name.
        hidden: Columns that bear a name which the caller gave to another one.
    """

    names: Mapping[str, str]
    hidden: tuple[str, ...] = ()

    def apply(self, rows: Rows) -> Rows:
        """Return rows with our names."""
        rows = rows.drop(*self.hidden) if self.hidden else rows
        return rows.rename(dict(self.names)) if self.names else rows


def renaming(
    found: Sequence[str],
    columns: Mapping[str, str],
    known: Collection[str],
    table: str,
    optional: Collection[str] = (),
) -> Renaming:
    """Return how a table's columns get our names.

    Args:
        found: The table's columns.
        columns: Our name → the table's, as the caller said.
        known: Our names; a column that differs from one only in case or spaces is taken for it.
        table: ``events`` or ``users``, for messages.
        optional: Our names whose columns may be missing, as another table has them.

    Raises:
        EventsError: A column that the caller named is missing.
    """
    names: dict[str, str] = {}
    for ours, theirs in columns.items():
        if theirs in found:
            names[theirs] = ours
        elif ours not in optional:
            raise EventsError(
                f"{table}: columns={{{ours!r}: {theirs!r}}}, but there is no column {theirs!r}"
                f"{suggestion(theirs, found)}; found: {listing(found)}"
            )
    taken = set(names.values())
    hidden = tuple(name for name in found if name in taken and name not in names)
    for ours in known:
        if ours in taken or ours in found:
            continue
        alike = [name for name in found if name not in names and _folded(name) == ours.casefold()]
        if len(alike) == 1:
            names[alike[0]] = ours
    return Renaming({theirs: ours for theirs, ours in names.items() if theirs != ours}, hidden)


def _folded(name: str) -> str:
    return name.strip(" \ufeff\"'").casefold().replace(" ", "_").replace("-", "_")
