"""How the tests of a file take its mutants: in a living process where that shows it, in its file else."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, Literal

from _watch import Watch

Took = Literal["missed", "failed", "late", "died"]
"""How tests took a mutant: none failed; one did; they would not end; they took their process with them."""

_QUIET: Final = ["-x", "-q", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist"]
_LONGER: Final = 3
"""How many times what tests compute without a mistake, and so many seconds more, a mutant may compute."""
_MORE: Final = 10


class FailingError(Exception):
    """Tests fail without a mistake, so that every mutant would seem to be caught."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What the mutants of one file are tried with.

    Attributes:
        tree: A copy of the tree that nothing else uses meanwhile.
        file: The file in it.
        tests: The tests that are to catch its mistakes.
        profile: How many random examples a property draws.
        waiting: Seconds of doing nothing after which tests are ended.
        by_file: Whether every mutant is written to the file.
    """

    tree: Path
    file: Path
    tests: tuple[str, ...]
    profile: str = "mutants"
    waiting: float = 120
    by_file: bool = False

    @property
    def arguments(self) -> list[str]:
        """What pytest is given."""
        return [*_QUIET, *self.tests]

    @property
    def environment(self) -> dict[str, str]:
        """What its processes find set."""
        return {
            "PYTHONPATH": str(self.tree / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "RESULTS_WIDGETS_HYPOTHESIS": self.profile,
        }


def took(trial: Trial, texts: list[str]) -> list[Took]:
    """Return how the tests take each of some texts of a file.

    Raises:
        FailingError: They fail without a mistake.
    """
    found = {} if trial.by_file or not hasattr(signal, "setitimer") else dict(_living(trial, texts))
    left = [place for place in range(len(texts)) if place not in found]
    if left:
        seconds = time_of_tests(trial)
        found |= {place: in_file(trial, texts[place], seconds) for place in left}
    return [found[place] for place in range(len(texts))]


def time_of_tests(trial: Trial) -> float:
    """Return the seconds that the tests of a new process compute without a mistake.

    Raises:
        FailingError: They do not pass.
    """
    how, said, seconds = _run(trial, computing=float("inf"))
    if how != "missed":
        raise FailingError(said)
    return seconds


def in_file(trial: Trial, text: str, seconds: float) -> Took:
    """Return how the tests of a new process take a text in its file; without a mistake they compute so long."""
    path = trial.tree / trial.file
    before = path.read_bytes()
    path.write_text(text, encoding="utf-8")
    try:
        return _run(trial, _LONGER * seconds + _MORE)[0]
    finally:
        path.write_bytes(before)


def _run(trial: Trial, computing: float) -> tuple[Took, str, float]:
    """Run the tests in a new process; return how that ended, what it said and how long it computed."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", *trial.arguments],
            cwd=trial.tree,
            env=os.environ | trial.environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        watch, is_over, seconds = Watch(process.pid, computing, trial.waiting), False, 0.0
        while process.poll() is None and not is_over:
            seconds = max(seconds, watch.computed)
            time.sleep(0.2)
            is_over = watch.over()
        if is_over:
            watch.end()
        code = process.wait()
        said.seek(0)
        how: Took = "late" if is_over else "died" if code < 0 else "failed" if code else "missed"
        return how, said.read().decode(errors="replace"), seconds


def _living(trial: Trial, texts: list[str]) -> Iterator[tuple[int, Took]]:
    """Yield what tests of a living process caught, by its place; nothing if they cannot be trusted there.

    A mutant that ends the process is left to its file, and the others are tried again without it, since
    only a process that comes to its end can say that none of them broke the tests after it.
    """
    asked = list(range(len(texts)))
    while asked:
        answers = list(_answers(trial, [texts[place] for place in asked]))
        if not answers:
            return
        if len(answers) <= len(asked):
            del asked[len(answers) - 1]
            continue
        if answers[-1] == "missed":
            found = zip(asked, answers[1:-1], strict=True)
            yield from ((place, how) for place, how in found if how not in ("missed", None))
        return


def _answers(trial: Trial, texts: list[str]) -> Iterator[Took | None]:
    """Yield how tests of a living process take no mistake, each text (None where it cannot show), and none again.

    Ends early with the process, and before the first if tests fail there without a mistake.
    """
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(theirs, trial, texts))
    process.start()
    theirs.close()
    watch = Watch(process.pid or 0, float("inf"), 2 * trial.waiting)
    try:
        while True:
            while not ours.poll(0.5):
                if watch.over():
                    return
            how, seconds = ours.recv()
            # Its own limits are lower, but code that is not Python's does not hear of them.
            watch.begin(2 * seconds + _MORE, 2 * trial.waiting)
            yield how
    except EOFError:
        return
    finally:
        watch.end()
        process.join()
        ours.close()


def _answer(pipe: Connection, trial: Trial, texts: list[str]) -> None:
    from _swap import Module

    os.chdir(trial.tree)
    os.environ |= trial.environment
    module = Module(trial.tree, trial.file, trial.arguments, trial.waiting)
    if not module.passes:
        return
    pipe.send(("missed", module.seconds))
    for text in texts:
        caught = module.catches(text)
        how = "late" if module.was_late else "failed"
        pipe.send((how if caught else None if caught is None else "missed", module.seconds))
    pipe.send(("missed" if module.still_passes() else "failed", module.seconds))
