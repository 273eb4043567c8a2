"""What a process takes, whatever else the machine does.

A mutant can loop for ever, wait for ever, or fill the memory. What counts against it is the time it
computes, and that it does nothing at all for long; never the clock, by which a busy machine would seem
to catch mistakes.
"""

import contextlib
import time
from typing import Any, Final

_MEMORY: Final = 6 * 2**30
"""Bytes that are more than tests may take."""
_IDLE: Final = 0.005
"""The share of a core below which a process does nothing."""


class Watch:
    """What a process and those it started have taken since it was last asked to begin."""

    def __init__(self, pid: int, computing: float, waiting: float) -> None:
        import psutil

        self._process = psutil.Process(pid)
        self.begin(computing, waiting)

    def begin(self, computing: float, waiting: float) -> None:
        """Let it compute and do nothing for so many seconds from now on."""
        self._computing, self._waiting = computing, waiting
        self._before, self.computed = self._taken()[0], 0.0
        self._busy = time.monotonic(), 0.0

    def over(self) -> bool:
        """Whether it has taken more than it may."""
        seconds, memory = self._taken()
        now, (since, computed) = time.monotonic(), self._busy
        self.computed = max(self.computed, seconds - self._before)
        if self.computed - computed > _IDLE * self._waiting:
            self._busy = now, self.computed
        elif now - since > self._waiting:
            return True
        return self.computed > self._computing or memory > _MEMORY

    def end(self) -> None:
        """End it and those it started."""
        import psutil

        for one in self._all():
            with contextlib.suppress(psutil.Error):
                one.kill()

    def _taken(self) -> tuple[float, int]:
        import psutil

        seconds, memory = 0.0, 0
        for one in self._all():
            try:
                seconds += sum(one.cpu_times()[: 4 if one == self._process else 2])
                memory += one.memory_info().rss
            except psutil.Error:
                continue  # it has ended meanwhile
        return seconds, memory

    def _all(self) -> list[Any]:
        import psutil

        try:
            return [self._process, *self._process.children(recursive=True)]
        except psutil.Error:
            return []
