"""The package's errors: one root class, and messages that say what was found, what is known and what to do."""

import sys
import warnings
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from types import FrameType
from typing import Final

from results_widgets._text import visible, without_logins

_PACKAGE: Final = str(Path(__file__).parent)
_RENAMED: Final = ("events", "users")
"""Tables whose columns ``columns=`` names."""


class ResultsError(Exception):
    """Base class of all errors that results_widgets raises.

    Its message may quote data and addresses, so what a terminal would obey is written as an escape,
    and logins are masked.

    Examples:
        >>> try:
        ...     results.explore("nothing")
        ... except rw.ResultsError as error:
        ...     print(type(error).__name__)
        QueryError
    """

    def __str__(self) -> str:
        return visible(without_logins(super().__str__()))


class CampaignError(ResultsError, ValueError):
    """A campaign is not valid.

    Args:
        path: Field that is wrong, for example ``actions[3].parent``.
        problem: What was found there and what to do about it.

    Examples:
        >>> rw.Campaign("c1", rw.Goal("Purchase"), [rw.Action("welcome", "mail")])
        Traceback (most recent call last):
        results_widgets.errors.CampaignError: actions[0].channel: ...
    """

    def __init__(self, path: str, problem: str) -> None:
        self.path = path
        super().__init__(f"{path}: {problem}" if path else problem)


class EventsError(ResultsError, ValueError):
    """An event or user table cannot be used at all.

    Examples:
        >>> rw.Results(results.campaign, "nowhere.parquet")
        Traceback (most recent call last):
        results_widgets.errors.EventsError: events: no file matches 'nowhere.parquet'; ...
    """

    @classmethod
    def missing_column(
        cls,
        column: str,
        known: Iterable[str],
        table: str = "events",
        *,
        taken: Iterable[str] = (),
        often: Iterable[str] = (),
    ) -> "EventsError":
        """Return the error for a table that lacks a column.

        Args:
            column: The missing column.
            known: The table's columns.
            table: ``events`` or ``users``.
            taken: Columns that mean something else, and are not suggested.
            often: What others call the column, in lower case.

        Returns:
            The error, which suggests a column of a similar name, else one of those that others call it.

        Examples:
            >>> raise rw.EventsError.missing_column("user_id", ["userid", "event"])
            Traceback (most recent call last):
            results_widgets.errors.EventsError: events: column 'user_id' is missing (did you mean 'userid'?); ...
        """
        found = list(known)
        free = [name for name in found if name not in taken]
        like = get_close_matches(column, free, n=1, cutoff=0.75)
        like += [name for name in free if name.casefold() in often]
        hint = f" (did you mean '{like[0]}'?)" if like else ""
        named = f"; Results and load take columns={{'{column}': '{like[0] if like else '…'}'}} too"
        return cls(
            f"{table}: column '{column}' is missing{hint}; found: {listing(found)}. "
            f"Rename or add the column{named if table in _RENAMED else ''}."
        )


class SourceWarning(UserWarning):
    """Something that the results were made from does not count as one may think.

    A file that cannot be read, rows that are left out, a campaign without an attribution window.

    Examples:
        >>> import warnings
        >>> warnings.simplefilter("error", rw.SourceWarning)  # for pipelines: stop instead
    """

    def __str__(self) -> str:
        return visible(without_logins(super().__str__()))


def warn_caller(text: str) -> None:
    """Give a `SourceWarning` at the line of whoever called this package."""
    frame: FrameType | None = sys._getframe()
    inner, caller = 0, 1
    while frame is not None:
        inner += 1
        if frame.f_code.co_filename.startswith(_PACKAGE):
            caller = inner
        frame = frame.f_back
    warnings.warn(text, SourceWarning, stacklevel=caller + 1)


class QueryError(ResultsError, ValueError):
    """A query that the results cannot answer as asked.

    Examples:
        >>> results.explore("users", every="2d")
        Traceback (most recent call last):
        results_widgets.errors.QueryError: unknown interval '2d'; known: 1h, 1d, 1w, 1mo.
    """

    @classmethod
    def at(cls, path: str, problem: str) -> "QueryError":
        """Return the error for one field of a document.

        Args:
            path: The field, such as ``definitions.unique``; empty for the document as a whole.
            problem: What was found there and what to do about it.

        Returns:
            The error.

        Examples:
            >>> raise rw.QueryError.at("definitions.unique", "expected user or user_day, found 'day'")
            Traceback (most recent call last):
            results_widgets.errors.QueryError: definitions.unique: expected user or user_day, found 'day'
        """
        return cls(f"{path}: {problem}" if path else problem)

    @classmethod
    def unknown(cls, kind: str, name: object, known: Iterable[str]) -> "QueryError":
        """Return the error for a name that is not known.

        Args:
            kind: What it should name.
            name: The name.
            known: The names that are known.

        Returns:
            The error, which lists the known names and suggests a similar one.

        Examples:
            >>> raise rw.QueryError.unknown("channel", "mail", ["email", "push"])
            Traceback (most recent call last):
            results_widgets.errors.QueryError: unknown channel 'mail' (did you mean 'email'?); known: email, push.
        """
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
        return visible(without_logins(f"{self.filename} cannot be written: {self.strerror}"))


class MissingExtraError(ResultsError, ImportError):
    """An optional dependency is not installed.

    Args:
        purpose: What needs it.
        package: The package.
        extra: The extra of this package that brings it.

    Examples:
        >>> raise rw.MissingExtraError("Querying DuckDB", "duckdb", "duckdb")
        Traceback (most recent call last):
        results_widgets.errors.MissingExtraError: Querying DuckDB needs the package duckdb, ...
    """

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
