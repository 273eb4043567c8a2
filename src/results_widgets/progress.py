"""A progress bar for what takes longer than two seconds, in notebooks and terminals."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

PHASES: Final = ("reading", "coding", "walking", "counting")
"""The steps from files to numbers, in order."""

DELAY: Final = 2.0
"""Seconds after which a bar appears."""

_INTERVAL: Final = 0.2  # seconds between two updates of a bar


class _Bar:
    """A bar, drawn by a background thread, because Polars reports no progress while it works."""

    def __init__(self) -> None:
        self.phases: list[str] = []
        self.detail = ""
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
        how = "{desc:<9}{bar:12} step {n_fmt} of {total_fmt}, {elapsed}{postfix}"
        with tqdm(total=len(PHASES), leave=False, bar_format=how, disable=not seen) as bar:
            while True:
                phase = next(reversed(self.phases), PHASES[-1])
                # What is done with the numbers, such as writing them to a store, comes after the last.
                bar.n = PHASES.index(phase) + 1 if phase in PHASES else len(PHASES)
                bar.set_description_str(phase, refresh=False)
                bar.set_postfix_str(self.detail)
                if self._done.wait(_INTERVAL):
                    return


_bar: _Bar | None = None


def say_how_far(rows: int, seconds: float, share: float | None) -> None:
    """Show beside the bar how much was read.

    Args:
        rows: How many rows.
        seconds: In how long.
        share: Which share of all that is; None if that is not known.
    """
    if _bar is None or seconds <= 0:
        return
    parts = [f"{rows:,} rows", f"{rows / seconds:,.0f}/s"]
    if share:
        left = round(seconds / share * (1 - min(share, 1)))
        parts.append(f"{left // 60}:{left % 60:02} left")
    _bar.detail = ", ".join(parts)


@contextmanager
def phase(name: str) -> Iterator[None]:
    """Show the body as a phase; phases inside one another share one bar.

    Other threads than the main one show none, because nobody waits for them.

    Args:
        name: One of `PHASES`, or what is done after them.
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
