"""Running many checks: each runs, also after one failed, and all are summed up at the end.

Only the standard library: this runs before anything is installed.
"""

import os
import platform
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from _shell import ROOT, run, say, step


class Checks:
    """Runs every check, also after one failed, and sums them up at the end."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, bool, float]] = []
        self._started = time.monotonic()

    def add(
        self, title: str, command: Sequence[str | Path], env: Mapping[str, str] | None = None
    ) -> None:
        """Runs one command as a check."""
        self.call(title, lambda: run(command, env))

    def call(self, title: str, check: Callable[[], bool]) -> None:
        """Runs one function as a check; true means that it went well."""
        step(title)
        started = time.monotonic()
        ok = check()
        self._rows.append((title, ok, time.monotonic() - started))

    @contextmanager
    def beside(self, title: str, command: Sequence[str | Path]) -> Iterator[None]:
        """Runs one command while the block does other work, and shows its output when both ended."""
        step(f"{title}: beside what follows; shown at the end")
        started, ends = time.monotonic(), []
        with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
            words = [str(word) for word in command]
            process = subprocess.Popen(words, cwd=ROOT, stdout=said, stderr=subprocess.STDOUT)

            def wait() -> None:
                process.wait()
                ends.append(time.monotonic())

            waiting = Thread(target=wait)
            waiting.start()
            try:
                yield
            except BaseException:
                process.terminate()
                raise
            finally:
                waiting.join()
            said.seek(0)
            step(title)
            say(said.read().rstrip())
        self._rows.append((title, process.returncode == 0, ends[0] - started))

    def close(self) -> int:
        """Prints one line per check, and the time with the machine it was taken on; the exit code."""
        say("")
        for title, ok, seconds in self._rows:
            say(f"{'ok    ' if ok else 'FAILED'} {seconds:6.1f} s  {title}")
        failed = sum(not ok for _, ok, _ in self._rows)
        total = time.monotonic() - self._started
        say(f"Checks: {len(self._rows) - failed} passed, {failed} failed")
        say(f"in {total:.0f} s on {machine()}")
        return 1 if failed else 0


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def machine() -> str:
    """The machine that a time was taken on: cores, processor, how busy it is, Python."""
    words = [f"{cores()} cores", _processor(), f"Python {platform.python_version()}"]
    if hasattr(os, "getloadavg"):
        words.insert(2, f"load {os.getloadavg()[0]:.1f}")
    return ", ".join(words)


def _processor() -> str:
    listed = Path("/proc/cpuinfo")
    for line in listed.read_text().splitlines() if listed.is_file() else []:
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
