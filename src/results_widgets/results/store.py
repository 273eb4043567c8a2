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
    """Keep the events, and what was computed from them, in a folder that `load` opens in a moment.

    Such a store answers as the results do: numbers, segments, widgets, reports. What was computed
    before, by `warm` for example, need not be computed again. It is written beside the old one and
    then takes its place, so it is the old one or the new one at any moment, even if the process is
    killed; who has it open keeps what they see.

    A store holds ids of users and their attributes, so only its owner can read it. With hashed users
    it counts the same and names nobody; it is read from its own rows alone, so it does not grow with
    the files: save the newer results with the same key instead.

    Args:
        path: The folder, such as ``"win-back.rw"``; made if it is not there.
        users: ``"hashed"`` keeps users' ids as their HMAC-SHA256, as `Segment.export` does, those of
            events and entries as numbers, and no further column in which most users have a value of
            their own, such as an address; a warning names such columns.
        key: The secret under which ids are hashed, equal for equal users whichever store they are in.

    Returns:
        The path.

    Raises:
        QueryError: The events stay on DuckDB or Spark, these are results of a roll-up, or there is no
            key to hash with.
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
            "results within a segment have no events of their own to keep; save the whole, and the segment "
            "with segment.save(path)"
        )
    contents.check(session.data)
    if users not in ("plain", "hashed"):
        raise QueryError.unknown("users", users, ["plain", "hashed"])
    if users == "hashed":
        return save(self._with(with_hashed_users(session, key)), path)
    if key is not None:
        raise QueryError("key= is what users are hashed with; pass users='hashed' as well")
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
