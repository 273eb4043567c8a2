"""What is known of a session of SQLFrame: whose turn it is, and which tables nobody needs any more."""

from collections import deque
from threading import RLock
from typing import Any, Final
from weakref import WeakKeyDictionary


class Session:
    """A session's state.

    Attributes:
        turn: Held from a statement to the end of its answer, as all share one cursor.
        unused: Temporary tables that no query names any more.
    """

    def __init__(self) -> None:
        self.turn = RLock()
        self.unused: deque[str] = deque()


_KNOWN: Final[WeakKeyDictionary[Any, Session]] = WeakKeyDictionary()


def state_of(session: Any) -> Session:
    """Return the state of a session of SQLFrame."""
    return _KNOWN.setdefault(session, Session())
