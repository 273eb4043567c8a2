"""Numbers of people and entries, each without computing the whole overview."""

from results_widgets.glossary.campaign import ENTRIES_OPEN, HELD_BACK_USERS, UNIQUE_USERS
from results_widgets.results.session import HasSession


def unique_users(self: HasSession) -> int | None:
    """Return the number of distinct users with an entry in the range.

    Returns:
        The number; None if a roll-up cannot provide it for this range.

    Examples:
        >>> results.unique_users()
        171
    """
    return self._session.number(UNIQUE_USERS)


def open_entries(self: HasSession) -> int | None:
    """Return the number of entries that may still convert: their window was open at the newest event.

    Returns:
        The number; None if a roll-up cannot provide it.

    Examples:
        >>> results.open_entries()
        25
    """
    return self._session.number(ENTRIES_OPEN)


def held_back(self: HasSession) -> int | None:
    """Return the number of distinct users with an entry held back from its first action: the control group.

    Returns:
        The number; None if a roll-up cannot provide it for this range.

    Examples:
        >>> results.held_back()
        21
    """
    return self._session.number(HELD_BACK_USERS)
