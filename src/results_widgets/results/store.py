"""Results kept in a store, to be opened again in a moment."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from results_widgets.engine.store import contents
from results_widgets.engine.store.values import storable
from results_widgets.errors import OutputError, warn_caller
from results_widgets.results.flow import Flow, flow
from results_widgets.results.numbers import actions, channels, overview
from results_widgets.results.over_time import explore
from results_widgets.results.session import HasSession, ResultsT

storable(Flow)

_FIRST: Final = (overview, channels, actions, flow)
"""The numbers that a screen shows first."""


def save(self: HasSession, path: str | Path) -> Path:
    """Keep the events, and what was computed from them, in a folder that `load` opens in a moment.

    Such a store answers as the results do: numbers, segments, widgets, reports. What was computed
    before, by `warm` for example, need not be computed again. It is written beside the old one and
    then takes its place, so it is the old one or the new one at any moment, even if the process is
    killed; who has it open keeps what they see.

    A store holds ids of users and their attributes, so only its owner can read it.

    Args:
        path: The folder, such as ``"win-back.rw"``; made if it is not there.

    Returns:
        The path.

    Raises:
        QueryError: The events stay on DuckDB or Spark, or these are results of a roll-up.
        OutputError: The folder holds other files, another process is writing to it, or it cannot be
            written to; what was there before is unchanged.

    Examples:
        >>> results.save("win-back.rw").name
        'win-back.rw'
        >>> rw.load("win-back.rw", time_zone="UTC").unique_users()
        171
    """
    session = self._session
    contents.check(session.data)
    for ask in _FIRST:
        ask(self)
    # The lines that it draws, in a widget and in code that names no other.
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
        save(results, session.source.store)
    except OutputError as error:
        warn_caller(f"the results are up to date, but their store is not: {error}")
        return results
    return results._with(replace(session, reading=replace(session.reading, is_stored=True)))
