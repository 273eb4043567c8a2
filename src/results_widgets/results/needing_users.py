"""Questions that need single users and events, which a roll-up does not have."""

from results_widgets.engine.backends.base import UserBackend
from results_widgets.errors import QueryError
from results_widgets.results.session import Session


def users_of(session: Session, what: str) -> UserBackend:
    """Return the backend, which needs users.

    Raises:
        QueryError: It is a roll-up, which cannot tell what is asked for.
    """
    if session.is_rolled_up:
        raise QueryError(
            f"a roll-up cannot tell {what}: it holds no users and no single events, only counts and sketches per "
            f"cell of time; use the results that it was made from"
        )
    return session.data.require_users()
