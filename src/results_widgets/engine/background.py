"""Background threads that prepare later queries; clicks always go first."""

import atexit
import logging
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition, Thread
from typing import Final

_log = logging.getLogger(__name__)

LAST_STEP: Final = 4.0
"""Seconds to wait, when the process ends, for the step in progress."""


class Turns:
    """Lets clicks go before background steps."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._clicks = 0

    @contextmanager
    def click(self) -> Iterator[None]:
        """Hold back background steps while a click is answered."""
        with self._changed:
            self._clicks += 1
        try:
            yield
        finally:
            with self._changed:
                self._clicks -= 1
                self._changed.notify_all()

    def wait(self) -> None:
        """Wait until no click is being answered."""
        with self._changed:
            self._changed.wait_for(lambda: not self._clicks)


turns: Final = Turns()


class Worker:
    """Does jobs one after the other in a thread of its own, which ends with the last of them."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._jobs: deque[Callable[[], object]] = deque()
        self._thread: Thread | None = None

    def add(self, job: Callable[[], object]) -> bool:
        """Queue a job, and return whether it will run: not without threads (Pyodide)."""
        with self._changed:
            self._jobs.append(job)
            if self._thread is None:
                thread = Thread(target=self._run, name="results_widgets later", daemon=True)
                try:
                    thread.start()
                except RuntimeError:
                    self._jobs.clear()
                    return False
                self._thread = thread
        return True

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until every job is done, and return whether they are."""
        with self._changed:
            return self._changed.wait_for(lambda: self._thread is None, timeout)

    def stop(self) -> None:
        """Start no further job, and wait a little for the one in progress."""
        with self._changed:
            self._jobs.clear()
        self.wait(LAST_STEP)

    def _run(self) -> None:
        while (job := self._next()) is not None:
            turns.wait()
            try:
                job()
            except Exception as error:  # noqa: BLE001 - whoever needs it gets the error
                _log.debug("preparing failed", exc_info=error)
            del job

    def _next(self) -> Callable[[], object] | None:
        with self._changed:
            if self._jobs:
                return self._jobs.popleft()
            self._thread = None
            self._changed.notify_all()
            return None


later: Final = Worker()
"""Sorts indexes that queries wanted but were answered without."""

# A thread that returns from Polars after the interpreter is gone would abort the process.
atexit.register(later.stop)
