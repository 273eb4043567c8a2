"""The package's errors: one root class, and messages that say what was found, what is known and what to do."""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path


class ResultsError(Exception):
    """Base class of all errors that results_widgets raises."""


class CampaignError(ResultsError, ValueError):
    """A campaign is not valid.

    Args:
        path: Field that is wrong, for example ``actions[3].parent``.
        problem: What was found there and what to do about it.
    """

    def __init__(self, path: str, problem: str) -> None:
        self.path = path
        super().__init__(f"{path}: {problem}" if path else problem)


class EventsError(ResultsError, ValueError):
    """An event or user table cannot be used at all."""

    @classmethod
    def missing_column(
        cls, column: str, known: Iterable[str], table: str = "events"
    ) -> "EventsError":
        """Return the error for a table that lacks a column."""
        found = list(known)
        return cls(
            f"{table}: column '{column}' is missing{suggestion(column, found)}; "
            f"found: {listing(found)}. Rename or add the column before passing the table."
        )


class SourceWarning(UserWarning):
    """A file of a table cannot be read; the results leave out what is new in it."""


class QueryError(ResultsError, ValueError):
    """A query that the results cannot answer as asked."""

    @classmethod
    def at(cls, path: str, problem: str) -> "QueryError":
        """Return the error for one field of a document, such as ``lens.definitions.unique``."""
        return cls(f"{path}: {problem}" if path else problem)

    @classmethod
    def unknown(cls, kind: str, name: object, known: Iterable[str]) -> "QueryError":
        """Return the error for a name that is not known; it lists the names that are."""
        names = list(known)
        return cls(
            f"unknown {kind} {name!r}{suggestion(str(name), names)}; known: {listing(names)}."
        )


class OutputError(ResultsError, OSError):
    """A file cannot be written; what was there before is unchanged.

    Args:
        code: Number of the system's error, as of `OSError`.
        problem: What is in the way.
        path: The file.
    """

    def __init__(self, code: int, problem: str, path: str | Path) -> None:
        super().__init__(code, problem, str(path))

    def __str__(self) -> str:
        return f"{self.filename} cannot be written: {self.strerror}"


class MissingExtraError(ResultsError, ImportError):
    """An optional dependency is not installed."""

    def __init__(self, purpose: str, package: str, extra: str) -> None:
        super().__init__(
            f"{purpose} needs the package {package}, which is not installed. "
            f"Install it with: pip install 'results-widgets[{extra}]'"
        )


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return ``" (did you mean 'x'?)"`` if a known name is close to this one, else an empty string."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.75)
    return f" (did you mean '{close[0]}'?)" if close else ""


def listing(names: Iterable[str], limit: int = 20) -> str:
    """Join names for a message; a long list is cut and says how many there are."""
    items = [str(name) for name in names]
    shown = ", ".join(items[:limit]) or "none"
    return shown if len(items) <= limit else f"{shown}, … ({len(items)} in all)"
