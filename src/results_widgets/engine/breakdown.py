"""What numbers are broken down by: one column of the events or users, or several together."""

from collections.abc import Iterable, Sequence

from results_widgets.engine.frames import BY
from results_widgets.errors import QueryError

By = str | tuple[str, ...]
"""A column, or the columns whose combinations are the groups; two of them at least."""

AskedBy = str | Sequence[str] | None
"""The same as a user asks for it; None: no breakdown."""


def by_keys(by: By | None) -> dict[str, str]:
    """Return the columns of a breakdown, each with the name that its values have beside the rows."""
    names = (by,) if isinstance(by, str) else by or ()
    return {name: f"{BY}_{place}" if place else BY for place, name in enumerate(names)}


def checked_by(by: AskedBy, known: Iterable[str]) -> By | None:
    """Return the columns that a user asks for.

    Args:
        by: A column, a list of columns, or None.
        known: The columns that there are.

    Raises:
        QueryError: A column is not known or named twice, or the list is empty.
    """
    if by is None:
        return None
    names = tuple(by) if isinstance(by, list | tuple) else (by,)
    known = list(known)
    for name in names:
        if name not in known:
            raise QueryError.unknown("column", name, known)
    if not names:
        raise QueryError("by=[] is empty; pass None for no breakdown")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise QueryError(f"by= names {twice!r} twice; name each column once")
    return names[0] if len(names) == 1 else names


def one_column(by: object, asked: str) -> str:
    """Return the column that a user names where there can be only one.

    Args:
        by: What was passed.
        asked: What takes it, in code: ``experiment(by=…)``.

    Raises:
        QueryError: It is not a single name.
    """
    if not isinstance(by, str):
        raise QueryError(
            f"{asked} takes the name of one column, not {by!r}; overview, channels, actions, explore and "
            "time_to_convert take several"
        )
    return by
