"""A progress bar for what takes longer than two seconds, in notebooks and terminals."""

import os
import sys
import threading
import time
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
        self.due = time.monotonic() + DELAY
        self._done = threading.Event()
        self._gone = threading.Event()
        self._is_drawn = False

    def end(self) -> None:
        self._done.set()
        if self._is_drawn:
            self._gone.wait(timeout=1)

    def draw(self) -> None:
        """Draw the bar until its end."""
        self._is_drawn = True
        try:
            if not self._done.is_set():
                self._draw()
        finally:
            self._gone.set()

    def _draw(self) -> None:
        is_terminal = sys.stderr.isatty()
        if not is_terminal and "IPython" not in sys.modules:
            # Nobody would see it, and its imports take as long as the numbers of some hundred thousand events.
            return
        from tqdm.auto import tqdm

        # Imported by then where this is a notebook; elsewhere it brings all widgets with it.
        notebook = sys.modules.get("tqdm.notebook")
        seen = is_terminal or (notebook is not None and issubclass(tqdm, notebook.tqdm_notebook))
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


class _Watcher:
    """A thread that draws each bar which is due, and ends when it has found none for a while.

    A report asks for hundreds of numbers, each a bar of its own that nobody sees: a thread for each
    took as long as some of the numbers.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_running = False

    def start(self) -> None:
        """Have a bar that has just begun watched."""
        with self._lock:
            if not self._is_running:
                self._is_running = True
                threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while True:
            with self._lock:
                bar = _bar
                if bar is None:
                    self._is_running = False
                    return
            left = bar.due - time.monotonic()
            if left <= 0:
                bar.draw()
            time.sleep(max(left, 0) or _INTERVAL)


_bar: _Bar | None = None
_watcher = _Watcher()


def _forget() -> None:
    """Forget the thread, which a fork of the process does not have."""
    global _watcher  # noqa: PLW0603 - one per process
    _watcher = _Watcher()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


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
    begins = _bar is None
    bar = _bar = _bar or _Bar()
    bar.phases.append(name)
    if begins:
        _watcher.start()
    try:
        yield
    finally:
        bar.phases.pop()
        if not bar.phases:
            _bar = None
            bar.end()
