"""A progress bar for what takes longer than two seconds, in notebooks and terminals."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

PHASES: Final = ("reading", "coding", "walking", "counting", "writing")
"""The steps from files to numbers, and to a store of them, in order."""

DELAY: Final = 2.0
"""Seconds after which a bar appears."""

_INTERVAL: Final = 0.2  # seconds between two updates of a bar


class _Bar:
    """A bar, drawn by a background thread, because Polars reports no progress while it works."""

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
                if self._done.wait(_INTERVAL):
                    return


_bar: _Bar | None = None


@contextmanager
def phase(name: str) -> Iterator[None]:
    """Show the body as a phase; phases inside one another share one bar.

    Other threads than the main one show none, because nobody waits for them.

    Args:
        name: One of `PHASES`.
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
