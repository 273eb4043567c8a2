"""Processes that save a campaign again and again until they are killed: ``python -m tests.support.killed``.

Each is a fork of one process that has imported everything and computed nothing, so that it starts in
milliseconds, where a Python of its own takes a second.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Self

import results_widgets as rw

ROOT = Path(__file__).parents[2]


class Savers:
    """Starts processes that save, one at a time, and kills them."""

    def __enter__(self) -> Self:
        # Not forks of the tests: Polars' threads hold locks that a fork would never get.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.killed"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def start(self, source: Path, store: Path) -> int:
        """Start one, which is about to save for the first time; the number of its process."""
        return int(self._ask(json.dumps([str(source), str(store)])))

    def kill(self, process: int) -> None:
        """Kill it, and wait until nothing of it runs any more."""
        os.kill(process, signal.SIGKILL)
        assert self._answer() == f"killed {signal.SIGKILL:d}"

    def _ask(self, line: str) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


def main() -> None:
    """Fork for each line, which names what is saved and where; say what killed the fork."""
    for line in sys.stdin:
        # A fork has none of these threads, and would wait for them for ever.
        assert not [name for name in _threads() if name.startswith("polars-0")]
        process = os.fork()
        if not process:
            _save(*json.loads(line))
        _, status = os.waitpid(process, 0)
        _say(f"killed {os.WTERMSIG(status)}")


def _threads() -> list[str]:
    """The names of this process's threads, where the system tells."""
    return [path.read_text() for path in Path("/proc/self/task").glob("*/comm")]


def _save(source: str, store: str) -> None:
    """Save again and again, after saying so."""
    results = rw.load(source, time_zone="UTC")
    results.overview()
    _say(str(os.getpid()))
    while True:
        results.save(store)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
