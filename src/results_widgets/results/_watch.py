"""Results refreshed again and again, and whatever shows them with them."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING, Final, Protocol, Self
from weakref import WeakSet

from results_widgets.durations import format_duration, parse_duration
from results_widgets.errors import QueryError

if TYPE_CHECKING:
    from results_widgets.results._results import Results

_log = logging.getLogger(__name__)
_LEAST: Final = timedelta(seconds=1)


class Shows(Protocol):
    """What shows results, and others when they are assigned: a widget."""

    results: "Results"

    def prepare(self, results: "Results") -> None:
        """Compute what it takes to show results, so that they appear as soon as they are assigned."""


showing: WeakSet[Shows] = WeakSet()
"""Whatever shows results now."""


class Watch:
    """Results that are refreshed until stopped; made by ``results.watch(…)``.

    In a notebook it runs by itself, between cells: files are read beside the kernel's work, and what
    shows the results changes where the kernel changes it too. In a script, iterate over it: each
    round waits, refreshes and gives the results. A refresh that fails is logged once and tried again.

    Attributes:
        results: The newest results.
        error: Why the last refresh failed; None when it did not.
    """

    def __init__(
        self,
        results: "Results",
        every: str | timedelta,
        on: "Shows | Callable[[Results], object] | None" = None,
    ) -> None:
        self.results = results
        self.error: Exception | None = None
        self._every = _checked(every)
        self._on = on
        self._stopped = Event()
        self._timer: asyncio.TimerHandle | None = None
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None
        self._wait()

    @property
    def stopped(self) -> bool:
        """Whether it has ended."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """End it; what is shown stays as it is."""
        self._stopped.set()
        self._cancel()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        state = "stopped" if self.stopped else "watching; .stop() ends it"
        read = self.results.read_at.astimezone().strftime("%H:%M:%S")
        failed = f"; failed: {self.error}" if self.error else ""
        return f"Watch(every {format_duration(self._every)}, read at {read}, {state}{failed})"

    def __iter__(self) -> "Iterator[Results]":
        """Give the results now and after each refresh, until stopped; waits in between."""
        self._cancel()
        yield self.results
        while not self._stopped.wait(self._every.total_seconds()):
            self._take(self._refreshed())
            yield self.results

    # --- by itself, on the loop that runs where it was made

    def _wait(self) -> None:
        if self._loop is not None and not self.stopped:
            self._timer = self._loop.call_later(self._every.total_seconds(), self._begin)

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _begin(self) -> None:
        assert self._loop is not None
        if self._is_left():
            self.stop()
            return
        if not self.results.held_in_memory:
            # Engines answer one question at a time, and a refresh asks them little.
            self._end(self._refreshed())
            return
        # Reading and counting go on beside the kernel; what is shown is touched on the loop alone.
        work = self._loop.run_in_executor(None, self._refreshed)
        work.add_done_callback(lambda done: self._end(None if done.cancelled() else done.result()))

    def _end(self, results: "Results | None") -> None:
        if not (self.stopped or self._is_left()):
            self._take(results)
        self._wait()

    def _is_left(self) -> bool:
        """Whether what it was made for shows no results any more."""
        return self._on is not None and not callable(self._on) and self._on not in showing

    # --- one round

    def _refreshed(self) -> "Results | None":
        try:
            found = self.results.refresh()
            if self._loop is not None and found.held_in_memory:
                for one in self._shown_by():
                    one.prepare(one.results.with_news(found))
        except Exception as error:  # noqa: BLE001 - whatever it is, the next round tries again
            self._failed(error)
            return None
        self.error = None
        return found

    def _take(self, results: "Results | None") -> None:
        if results is None:
            return
        self.results = results
        try:
            if callable(self._on):
                self._on(results)
                return
            for one in self._shown_by():
                one.results = one.results.with_news(results)
        except Exception as error:  # noqa: BLE001 - likewise
            self._failed(error)

    def _shown_by(self) -> "list[Shows]":
        """Return what shows results of this source now, and is meant."""
        if callable(self._on):
            return []
        meant = list(showing) if self._on is None else [self._on]
        return [one for one in meant if one.results.is_of(self.results)]

    def _failed(self, error: Exception) -> None:
        if repr(error) != repr(self.error):
            _log.warning(
                "a refresh failed and is tried again every %s: %s",
                format_duration(self._every),
                error,
            )
        self.error = error


def _checked(every: str | timedelta) -> timedelta:
    try:
        found = every if isinstance(every, timedelta) else parse_duration(every)
    except ValueError as error:
        raise QueryError(f"every: {error}") from None
    if found < _LEAST:
        raise QueryError(f"every: {format_duration(found)} is too often; wait '1s' or longer")
    return found
