"""What takes long says so, can be interrupted, and leaves nothing half done."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from results_widgets import datasets, progress
from results_widgets.progress import PHASES

SLOW = """
import sys, time
from pathlib import Path
import results_widgets as rw
from results_widgets import progress
from results_widgets.engine.backends.memory import dataset as memory

results = rw.load(sys.argv[1], time_zone="UTC")
walk = memory.find_journeys

def slow(*given):
    print("walking", flush=True)
    time.sleep(SECONDS)
    return walk(*given)

memory.find_journeys = slow
"""
ANSWER = """
try:
    print(results.overview()["value"].sum())
except KeyboardInterrupt:
    print("interrupted", flush=True)
    memory.find_journeys = walk
    print(results.overview().equals(rw.load(sys.argv[1], time_zone="UTC").overview()))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("campaign")
    datasets.generate(300, seed=1, path=folder, overwrite=True)
    return folder


def on_terminal(code: str, folder: Path) -> str:
    """What a script writes to a terminal as its errors and progress."""
    main, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (24, 80))
    words = [sys.executable, "-c", code, str(folder)]
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=terminal, check=True, timeout=60)
    assert done.stdout
    os.close(terminal)
    seen = b""
    try:
        while block := os.read(main, 65536):
            seen += block
    except OSError:  # the other end is closed
        pass
    os.close(main)
    return seen.decode()


@pytest.mark.parametrize(("seconds", "said"), [(4.0, True), (0.1, False)], ids=["slow", "quick"])
def test_bar_shows_what_takes_longer_than_two_seconds(
    folder: Path, seconds: float, said: bool
) -> None:
    seen = on_terminal((SLOW + ANSWER).replace("SECONDS", str(seconds)), folder)
    assert (f"step 3 of {len(PHASES)}" in seen and "walking" in seen) is said
    # Nothing of it stays.
    assert not seen.rpartition("\r")[2].strip()


READ = """
import sys
import results_widgets as rw
from results_widgets import progress

progress.DELAY, progress._INTERVAL = 0.0, 0.005  # reading takes a moment: every state of it is drawn
print(rw.read_export(sys.argv[1]))
"""


def test_reading_an_export_says_rows_their_rate_and_the_time_left(tmp_path: Path) -> None:
    post = {"event": "open", "email": "anna", "timestamp": 1772442000, "category": "Spring"}
    with (tmp_path / "posts.jsonl").open("w") as file:
        for number in range(100_000):
            file.write(json.dumps({**post, "sg_event_id": str(number)}) + "\n")
    seen = on_terminal(READ, tmp_path)
    assert re.search(r"reading .*[1-9][0-9,]+ rows, [1-9][0-9,]+/s, \d+:\d\d left", seen)
    assert not seen.rpartition("\r")[2].strip()


def test_interrupt_leaves_results_that_can_be_asked_again(folder: Path) -> None:
    code = (SLOW + ANSWER).replace("SECONDS", "30")
    words = [sys.executable, "-c", code, str(folder)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "walking\n"
        time.sleep(0.2)
        running.send_signal(signal.SIGINT)
        said = running.stdout.read().split("\n")
    assert said[0] == "interrupted"
    assert said[1] == "True"
    assert running.returncode == 0


def test_where_nobody_sees_a_bar_nothing_is_imported_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    # To import a name that is None raises.
    monkeypatch.setitem(vars(sys)["modules"], "tqdm.auto", None)
    progress._Bar().draw()
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with pytest.raises(ImportError):
        progress._Bar().draw()
