"""Data prepared for clicks in a background thread, while a browser shows it."""

import atexit
import logging
from collections.abc import Callable, Iterable
from threading import Condition, Thread
from weakref import WeakKeyDictionary

from results_widgets.engine.backends.base import Backend
from results_widgets.engine.background import LAST_STEP, turns

_log = logging.getLogger(__name__)

Step = Callable[[], object]


clicked = turns.click


class Warmer:
    """Runs the steps that prepare one campaign's data, once, in a background thread.

    It pauses after the current step when no browser shows the data any more, and continues when one
    does again; what the steps computed stays cached with the data. It refers to the data only while
    it runs.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._lookers: set[int] = set()
        self._thread: Thread | None = None
        self._done = False

    @property
    def is_done(self) -> bool:
        """Whether every step has run."""
        return self._done

    def look(self, looker: int, steps: Iterable[Step]) -> None:
        """Register a viewer, and start the steps unless they are done or running."""
        with self._changed:
            self._lookers.add(looker)
            if self._done or self._thread is not None:
                return
            thread = Thread(target=self._run, args=(steps,), name="results_widgets", daemon=True)
            try:
                thread.start()
            except RuntimeError:
                # Without threads (Pyodide) the first change of range computes it, as if never warmed.
                return
            self._thread = thread
            _running.add(self)

    def leave(self, looker: int) -> None:
        """Remove a viewer."""
        with self._changed:
            self._lookers.discard(looker)

    def stop(self) -> None:
        """Start no further step, and wait a little for the one in progress."""
        with self._changed:
            self._lookers.clear()
            self._changed.wait_for(lambda: self._thread is None, timeout=LAST_STEP)

    def _run(self, steps: Iterable[Step]) -> None:
        try:
            for step in steps:
                turns.wait()
                if not self._goes_on():
                    return
                step()
        except Exception as error:  # noqa: BLE001 - whoever asks for the same number gets the error
            _log.debug("warming failed", exc_info=error)
        with self._changed:
            self._done = True
            self._ended()

    def _goes_on(self) -> bool:
        with self._changed:
            if not self._lookers:
                self._ended()
            return self._thread is not None

    def _ended(self) -> None:
        self._thread = None
        _running.discard(self)
        self._changed.notify_all()


_warmers: WeakKeyDictionary[Backend, Warmer] = WeakKeyDictionary()
_running: set[Warmer] = set()


def warmer_of(data: Backend) -> Warmer:
    """Return the one warmer of some data, which all views of it share."""
    return _warmers.setdefault(data, Warmer())


@atexit.register
def _stop() -> None:
    # A thread that returns from Polars after the interpreter is gone would abort the process.
    for warmer in list(_running):
        warmer.stop()
