"""What is known of a session of SQLFrame: whose turn it is, and which tables nobody needs any more."""

from collections import deque
from importlib import import_module
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


def keep_tables_of(session: Any) -> None:
    """Open a session of BigQuery's own, unless one is open: it alone keeps temporary tables between statements."""
    bigquery: Any = import_module("google.cloud.bigquery")
    client = session._client
    settings = client.default_query_job_config
    if any(one.key == "session_id" for one in settings.connection_properties):
        return
    job = client.query("SELECT 1", job_config=bigquery.QueryJobConfig(create_session=True))
    job.result()
    opened = bigquery.ConnectionProperty("session_id", job.session_info.session_id)
    settings.connection_properties = [*settings.connection_properties, opened]
