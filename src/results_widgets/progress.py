"""A progress bar for what takes longer than two seconds, in notebooks and terminals."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

PHASES: Final = ("reading", "coding", "walking", "counting")
"""What is done on the way from files to numbers, in this order."""

DELAY: Final = 2.0
"""Seconds after which a bar appears."""

_AGAIN: Final = 0.2


class _Bar:
    """One bar: drawn by a thread of its own, since the one that works tells nothing meanwhile."""

    def __init__(self) -> None:
        self.phases: list[str] = []
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._draw, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._done.set()
        self._thread.join(timeout=1)

    def _draw(self) -> None:
        if self._done.wait(DELAY):
            return
        from tqdm.auto import tqdm
        from tqdm.notebook import tqdm_notebook

        seen = issubclass(tqdm, tqdm_notebook) or sys.stderr.isatty()
        how = "{desc:<9}{bar:24} step {n_fmt} of {total_fmt}, {elapsed}"
        with tqdm(total=len(PHASES), leave=False, bar_format=how, disable=not seen) as bar:
            while True:
                phase = next(reversed(self.phases), PHASES[-1])
                bar.n = PHASES.index(phase) + 1
                bar.set_description_str(phase)
                if self._done.wait(_AGAIN):
                    return


_bar: _Bar | None = None


@contextmanager
def phase(name: str) -> Iterator[None]:
    """Do what stands inside as a phase; all of the outermost one shares a bar.

    Work beside the main thread shows none: nobody waits for it.
    """
    global _bar  # noqa: PLW0603 - one bar per process
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    bar = _bar = _bar or _Bar()
    bar.phases.append(name)
    try:
        yield
    finally:
        bar.phases.pop()
        if not bar.phases:
            _bar = None
            bar.end()
