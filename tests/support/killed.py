"""What runs in processes that are killed: ``python -m tests.support.killed SOURCE STORE``."""

import subprocess
import sys
from pathlib import Path

import results_widgets as rw

ROOT = Path(__file__).parents[2]


def saving(source: Path, store: Path) -> "subprocess.Popen[str]":
    """A process that saves a campaign again and again, which is about to begin."""
    # Not a fork of this process: Polars' threads hold locks that a fork would never get.
    command = [sys.executable, "-m", "tests.support.killed", str(source), str(store)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", "it ended before it saved anything"
    return process


def main(source: str, store: str) -> None:
    """Save again and again, after saying so."""
    results = rw.load(source, time_zone="UTC")
    results.overview()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        results.save(store)


if __name__ == "__main__":
    main(*sys.argv[1:])
