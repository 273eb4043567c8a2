"""Results refreshed at intervals, together with the widgets that show them."""

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, Self, TypeVar
from weakref import WeakSet

from results_widgets.durations import format_duration, parse_duration
from results_widgets.errors import QueryError
from results_widgets.results.live import share_source, with_data_of
from results_widgets.results.session import HasSession

if TYPE_CHECKING:
    pass

_log = logging.getLogger(__name__)
_LEAST: Final = timedelta(seconds=1)


class Refreshes(HasSession, Protocol):
    """`Results`, as watching needs them."""

    def refresh(self) -> Self:
        """Return the results with the data that has arrived since."""


ResultsT = TypeVar("ResultsT", bound=Refreshes)


class Shows(Protocol[ResultsT]):
    """A widget, as far as watching needs it: it shows results, and others when these are assigned."""

    results: ResultsT

    def prepare(self, results: ResultsT) -> None:
        """Compute what it takes to show results, so that they appear as soon as they are assigned."""


showing: WeakSet[Shows[Any]] = WeakSet()
"""The widgets that show results now."""


class Watch(Generic[ResultsT]):
    """Results that are refreshed at intervals until stopped; made by ``results.watch(…)``.

    In a notebook it runs by itself: files are read in the background, and widgets that show the results update as
        soon as the kernel is free. In a script, iterate over it: each iteration waits, refreshes and returns the
        newest results. A refresh that fails is logged once and tried again.

    Attributes:
        results: The newest results.
        error: Why the last refresh failed; None if it did not.

    Examples:
        >>> watch = results.watch("5m")
        >>> watch.results.unique_users()
        171
        >>> watch.stop()
    """

    def __init__(
        self,
        results: ResultsT,
        every: str | timedelta,
        on: Shows[ResultsT] | Callable[[ResultsT], object] | None = None,
    ) -> None:
        self.results = results
        self.error: Exception | None = None
        self._every = _checked(every)
        self._on = on
        self._stopped = Event()
        import asyncio

        self._timer: asyncio.TimerHandle | None = None
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None
        self._wait()

    @property
    def stopped(self) -> bool:
        """Whether it has been stopped."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Stop refreshing; what is shown stays as it is.

        Examples:
            >>> watch = results.watch("1m")
            >>> watch.stop()
            >>> watch.stopped
            True
        """
        self._stopped.set()
        self._cancel()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        state = "stopped" if self.stopped else "watching; .stop() ends it"
        read = self.results._session.read_at.astimezone().strftime("%H:%M:%S")
        failed = f"; failed: {self.error}" if self.error else ""
        return f"Watch(every {format_duration(self._every)}, read at {read}, {state}{failed})"

    def __iter__(self) -> Iterator[ResultsT]:
        """Yield the results now and after each refresh, waiting in between, until stopped."""
        self._cancel()
        yield self.results
        while not self._stopped.wait(self._every.total_seconds()):
            self._take(self._refreshed())
            yield self.results

    # --- in a notebook: on the event loop that was running when it was made

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
        if not self.results._session.is_in_memory:
            # A database connection answers one question at a time, and a refresh asks it little.
            self._end(self._refreshed())
            return
        # Reading and counting run in a thread; widgets are touched on the loop only.
        work = self._loop.run_in_executor(None, self._refreshed)
        work.add_done_callback(lambda done: self._end(None if done.cancelled() else done.result()))

    def _end(self, results: ResultsT | None) -> None:
        if not (self.stopped or self._is_left()):
            self._take(results)
        self._wait()

    def _is_left(self) -> bool:
        """Whether the widget that it was made for shows results no longer."""
        return self._on is not None and not callable(self._on) and self._on not in showing

    # --- one round

    def _refreshed(self) -> ResultsT | None:
        try:
            found = self.results.refresh()
            if self._loop is not None and found._session.is_in_memory:
                for widget in self._widgets():
                    widget.prepare(with_data_of(widget.results, found))
        except Exception as error:  # noqa: BLE001 - whatever it is, the next round tries again
            self._failed(error)
            return None
        self.error = None
        return found

    def _take(self, results: ResultsT | None) -> None:
        if results is None:
            return
        self.results = results
        try:
            if callable(self._on):
                self._on(results)
                return
            for widget in self._widgets():
                widget.results = with_data_of(widget.results, results)
        except Exception as error:  # noqa: BLE001 - likewise
            self._failed(error)

    def _widgets(self) -> list[Shows[ResultsT]]:
        """Return the widgets to update: the one it was made for, or all that show this source."""
        if callable(self._on):
            return []
        meant = list(showing) if self._on is None else [self._on]
        return [widget for widget in meant if share_source(widget.results, self.results)]

    def _failed(self, error: Exception) -> None:
        if repr(error) != repr(self.error):
            _log.warning(
                "a refresh failed and is tried again every %s: %s",
                format_duration(self._every),
                error,
            )
        self.error = error


def watch(
    self: ResultsT,
    every: str | timedelta = "1m",
    on: Shows[ResultsT] | Callable[[ResultsT], object] | None = None,
) -> Watch[ResultsT]:
    """Refresh at intervals until stopped, together with the widgets that show these results.

    Args:
        every: How long to wait between two refreshes: ``"1m"``, ``"30s"``, a timedelta.
        on: A widget: only that one is updated, until it is closed. A function: it is called with the new results
            each time. None: every widget that shows results of this source is updated.

    Returns:
        An object that stops the refreshing and holds the newest results; iterate over it in a script.

    Raises:
        QueryError: ``every`` is not a duration, or less than a second.

    Examples:
        >>> with results.watch("1m") as watch:
        ...     for newest in watch:
        ...         print(newest.unique_users())
        ...         break
        171
    """
    return Watch(self, every, on)


def _checked(every: str | timedelta) -> timedelta:
    try:
        found = every if isinstance(every, timedelta) else parse_duration(every)
    except ValueError as error:
        raise QueryError(f"every: {error}") from None
    if found < _LEAST:
        raise QueryError(f"every: {format_duration(found)} is too often; wait '1s' or longer")
    return found
