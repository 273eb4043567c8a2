"""Tables that are scanned where they are, and the snapshot of one as of when it was read."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Final, NoReturn

import polars as pl

from results_widgets._text import MASK, without_logins
from results_widgets.errors import EventsError, QueryError, ResultsError
from results_widgets.sources.boundary import reason_of
from results_widgets.sources.growth import Growth, row_numbers

Part = tuple[str, int]
"""A file of a table, and its number of rows."""

_OF_READING: Final = (OSError, RuntimeError, ValueError)
"""Errors of Python that libraries raise where a table cannot be read."""

_SHORTEST: Final = 4
"""Values of options with fewer characters, such as ``true``, are not secrets."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A table as of when it was read.

    Attributes:
        identity: What says that two snapshots hold the same rows.
        words: Its version, as it is shown: ``version 12``.
        scan: Returns it lazily; the same frame each time, as long as that can be read.
        schema: Its columns and their types.
        parts: Its files with their rows, in the order in which they are scanned; None where rows
            cannot be told by the file that they are from.
        settles: Whether ``identity`` alone says what the rows are, as the version of a lake's table does.
    """

    identity: tuple[object, ...]
    words: str
    scan: Callable[[], pl.LazyFrame]
    schema: pl.Schema
    parts: tuple[Part, ...] | None = None
    settles: bool = field(default=True, kw_only=True)

    def growth_since(self, old: "Snapshot") -> Growth | None:
        """Return how the table changed since an earlier snapshot; None if that is not known of each row."""
        if self.identity == old.identity:
            return Growth(0, None, None, row_numbers([]))
        is_alike = [*self.schema.items()] == [*old.schema.items()]
        if self.parts is None or old.parts is None or not is_alike:
            return None
        now = {name: (start, rows) for (name, rows), start in _with_starts(self.parts)}
        spans = [
            (now.get(name, (None, rows)), start, rows)
            for (name, rows), start in _with_starts(old.parts)
        ]
        if any(found[1] != rows for found, _, rows in spans):
            # A file was rewritten under the same name.
            return None
        known = {name for name, _ in old.parts}
        added = [span for name, span in now.items() if name not in known]
        steady = all(found[0] == start for found, start, _ in spans)
        rows = self.scan()
        return Growth(
            sum(count for _, count in old.parts),
            None if steady else row_numbers([(found[0], rows) for found, _, rows in spans]),
            pl.concat([rows.slice(*span) for span in added]) if added else None,
            row_numbers(added),
        )


def _with_starts(parts: tuple[Part, ...]) -> list[tuple[Part, int]]:
    return list(zip(parts, accumulate((rows for _, rows in parts), initial=0), strict=False))


class Elsewhere(ABC):
    """A table that is scanned where it is: its columns are read when a question needs them.

    What opens it, such as keys, is never shown and never saved.
    """

    def __init__(self, kind: str, name: str, options: Mapping[str, Any] | None) -> None:
        self.kind = kind
        self.name = without_logins(name)
        self._options = dict(options or {})

    def now(self, what: str) -> Snapshot:
        """Return the table as it stands, or as it stood at the version that was named.

        Args:
            what: Name of the table in messages.

        Raises:
            EventsError: It is not there, or cannot be read.
        """
        with self._told(what):
            return self._snapshot()

    @abstractmethod
    def _snapshot(self) -> Snapshot:
        """Return the table as it stands."""

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        # Each library has errors of its own, and a panic inside Polars derives from BaseException.
        except BaseException as error:
            is_own = isinstance(error, ResultsError)
            is_python = type(error).__module__ == "builtins" and not isinstance(error, _OF_READING)
            if is_own or is_python:
                raise
            raise EventsError(
                f"{what}: the {self.kind} {self.name} cannot be read ({self._masked(reason_of(error))})"
            ) from None

    def _masked(self, text: str) -> str:
        text = without_logins(text)
        for value in self._options.values():
            if isinstance(value, str) and len(value) > _SHORTEST:
                text = text.replace(value, MASK)
        return text

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name}>"

    def __reduce__(self) -> NoReturn:
        raise QueryError(
            f"the {self.kind} {self.name} cannot be pickled, since what opens it would be written with it; "
            "name it again where it is needed"
        )
