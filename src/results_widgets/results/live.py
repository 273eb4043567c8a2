"""Reading newer data from the same source."""

import warnings
from collections.abc import Collection, Iterable
from typing import Final

from results_widgets.errors import SourceWarning
from results_widgets.results.session import HasSession, ResultsT
from results_widgets.results.store import kept
from results_widgets.sources import Problem

_CALLER: Final = 3
"""Stack level of whoever refreshes results: above `warn_of` and `refresh`."""


def refresh(self: ResultsT) -> ResultsT:
    """Return the results with the data that has arrived since; these stay as they are.

    Only new data is read: new files of a folder or glob, lines appended to files, files that were rewritten, rows
        appended to a frame. A file that is gone, incomplete or has another schema is left out, with a warning,
        until it can be read; rows read from it before still count. Late and repeated events count as if everything
        were read at once.

    Returns:
        New results in the same scope.

    Raises:
        EventsError: A table cannot be used, or changes while it is read.

    Examples:
        >>> results = results.refresh()
        >>> results.unique_users()
        171
    """
    before = self._session
    after = before.refreshed()
    warn_of(after.reading.problems, caller=_CALLER, known=before.reading.problems)
    return kept(self._with(after))


def with_data_of(results: ResultsT, newer: HasSession) -> ResultsT:
    """Return results, in their own scope, of the data that others of the same source have read."""
    return results._with(results._session.with_data_of(newer._session))


def share_source(one: HasSession, other: HasSession) -> bool:
    """Whether two results were read from the same source."""
    return one._session.shares_source_with(other._session)


def warn_of(problems: Iterable[Problem], *, caller: int, known: Collection[Problem] = ()) -> None:
    """Warn of files that cannot be read.

    Args:
        problems: The files, and why.
        caller: Stack level of the user's own code, counted from here.
        known: Files that were warned of before.
    """
    for problem in problems:
        if problem not in known:
            text = f"{problem.path} {problem.reason}; it is left out until a refresh can read it"
            warnings.warn(text, SourceWarning, stacklevel=caller)
