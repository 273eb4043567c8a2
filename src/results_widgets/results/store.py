"""Results kept in a store, to be opened again in a moment."""

from dataclasses import replace
from pathlib import Path
from typing import Final, Literal

from results_widgets.engine.store import contents
from results_widgets.engine.store.values import storable
from results_widgets.errors import OutputError, QueryError, warn_caller
from results_widgets.results.exploring import explore
from results_widgets.results.first_line import Line
from results_widgets.results.flow import Flow, flow
from results_widgets.results.hashed import with_hashed_users
from results_widgets.results.numbers import actions, channels, overview
from results_widgets.results.session import HasSession, ResultsT

storable(Flow)
storable(Line)

_FIRST: Final = (overview, channels, actions, flow)
"""The numbers that a screen shows first."""


def save(
    self: HasSession,
    path: str | Path,
    *,
    users: Literal["plain", "hashed"] = "plain",
    key: str | None = None,
) -> Path:
    """Save the events, and what was computed from them, to a folder that `load` opens in a moment.

    Such a store gives the same numbers, segments, widgets and reports as the results. What was computed before, by
    `warm` for example, need not be computed again. A new store is written beside the old one and then replaces it,
    so at any moment the folder holds either the old or the new one, even if the process is killed; processes that
    have the old one open keep seeing it.

    A store holds user ids and attributes, so only the owner of its files can read it. With hashed users its
    numbers are the same and no user can be recognised; such a store is not updated from the source files: save
    newer results with the same key instead.

    Args:
        path: The folder, such as ``"win-back.rw"``; it is created if missing.
        users: ``"hashed"`` stores user ids as their HMAC-SHA256, as `Segment.export` does, and ids of events and
            entries as numbers. It leaves out further columns in which most users have a value of their own, such
            as an address; a warning names them.
        key: The secret for hashing ids; with the same secret, a user has the same hash in every store.

    Returns:
        The path.

    Raises:
        QueryError: The events stay on DuckDB or Spark, these results come from a roll-up, or there is no key for
            hashing.
        OutputError: The folder holds other files, another process is writing to it, or it cannot be
            written to; what was there before is unchanged.

    Examples:
        >>> results.save("win-back.rw").name
        'win-back.rw'
        >>> rw.load("win-back.rw", time_zone="UTC").unique_users()
        171
    """
    session = self._session
    if session.base is not None:
        raise QueryError(
            "results within a segment have no events of their own to store; save the results of all users, and the "
            "segment with segment.save(path)"
        )
    contents.check(session.data)
    if users not in ("plain", "hashed"):
        raise QueryError.unknown("users", users, ["plain", "hashed"])
    if users == "hashed":
        return save(self._with(with_hashed_users(session, key)), path)
    if key is not None:
        raise QueryError("key= is the secret for hashing users; pass users='hashed' as well")
    for ask in _FIRST:
        ask(self)
    # The lines that it draws, in a widget and in code that names no other.
    explore(self)
    explore(self, "users")
    explore(self, "engaged")
    contents.write(Path(path), session.source, session.reading)
    return Path(path)


def kept(results: ResultsT) -> ResultsT:
    """Return results after their store, if they have one, holds what they were read from."""
    session = results._session
    if session.source.store is None or session.reading.is_stored:
        return results
    try:
        save(results._with(replace(session, base=None)), session.source.store)
    except OutputError as error:
        warn_caller(f"the results are up to date, but their store is not: {error}")
        return results
    return results._with(replace(session, reading=replace(session.reading, is_stored=True)))
