"""`make mutants` tries mistakes in a living process: what it finds there is what a changed file would show."""

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
MODULE = """\
from functools import lru_cache

LEAST = 1
SIGNS = {"more": lambda a, b: a > b, "less": lambda a, b: a < b}


@lru_cache
def half(number: int, by: int = 2) -> int:
    return number // by


def adder(add: int):
    def added(number: int) -> int:
        return number + add

    return added


plus_one = adder(1)


class Steps:
    START = 0

    def walk(self, number: int) -> list[int]:
        found = []
        while number > self.START:
            number -= 1
            found += [one for one in [number] if one % 2 == 0]
        return found

    def unseen(self) -> int:
        return 3
"""
TESTS = """\
from toy import module


def test_it():
    assert module.LEAST == 1
    assert module.half(4) == 2
    assert module.plus_one(1) == 2
    assert module.SIGNS["more"](2, 1) and module.SIGNS["less"](1, 2)
    assert module.Steps().walk(4) == [2, 0]
"""
CAUGHT = {
    "function behind a decorator": ("number // by", "number * by"),
    "function within a function": ("number + add", "number - add"),
    "first lambda of a line": ("a > b", "a <= b"),
    "second lambda of a line": ("a < b", "a >= b"),
    "comprehension in a method": ("one % 2 == 0", "one % 2 != 0"),
    "loop without an end": ("number -= 1", "number -= 0"),
    "text that is no Python": ("return 3", "return )"),
}
MISSED = {
    "nobody asks": ("return 3", "return 4"),
    "same in effect": ("number > self.START", "number != self.START"),
}
ELSEWHERE = {
    "constant of the module": ("LEAST = 1", "LEAST = 2"),
    "constant of a class": ("START = 0", "START = 1"),
    "default of an argument": ("by: int = 2", "by: int = 3"),
}
SCRIPT = """\
import json, sys
from pathlib import Path
from _swap import Module

file = Path("src/toy/module.py")
arguments = ["-x", "-q", "-p", "no:cacheprovider", "tests"]
module = Module(Path.cwd(), file, arguments, waiting=60)
text = file.read_text()
changed = {name: module.catches(text.replace(*change)) for name, change in json.load(sys.stdin).items()}
print(json.dumps([module.passes, changed, module.still_passes()]))
"""


TAKEN = {
    "number // by": ("__import__('os').abort()", "died"),
    "number + add": ("number - add", "failed"),
    "return 3": ("return 4", "missed"),
    "LEAST = 1": ("LEAST = 2", "failed"),
}
TRYING = """\
import json, sys
from pathlib import Path
from _trying import Trial, took

file = Path("src/toy/module.py")
trial = Trial(Path.cwd(), file, ("tests",))
print(json.dumps(took(trial, [file.read_text().replace(*change) for change in json.load(sys.stdin)])))
"""
WATCH = runpy.run_path(str(ROOT / "scripts" / "_watch.py"))["Watch"]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree = tmp_path_factory.mktemp("tree")
    for name, text in {
        "src/toy/__init__.py": "",
        "src/toy/module.py": MODULE,
        "tests/test_toy.py": TESTS,
        "pytest.ini": "[pytest]\n",
    }.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text)
    return tree


def told(tree: Path, script: str, asked: object) -> Any:
    scripts = f"import sys; sys.path.insert(0, {str(ROOT / 'scripts')!r})\n"
    done = subprocess.run(
        [sys.executable, "-c", scripts + script],
        input=json.dumps(asked),
        cwd=tree,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def found(tree: Path) -> dict[str, bool | None]:
    before, changed, after = told(tree, SCRIPT, CAUGHT | MISSED | ELSEWHERE)
    assert before
    assert after
    return dict(changed)


@pytest.mark.parametrize("name", CAUGHT)
def test_a_changed_function_is_seen(found: dict[str, bool | None], name: str) -> None:
    assert found[name] is True


@pytest.mark.parametrize("name", MISSED)
def test_a_changed_function_can_be_missed(found: dict[str, bool | None], name: str) -> None:
    assert found[name] is False


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_runs_at_import_is_left_to_the_file(found: dict[str, bool | None], name: str) -> None:
    assert found[name] is None


def test_a_mutant_that_ends_its_process_is_caught_and_the_others_are_tried(tree: Path) -> None:
    asked = [(before, after) for before, (after, _) in TAKEN.items()]
    assert told(tree, TRYING, asked) == [how for _, how in TAKEN.values()]
    assert (tree / "src/toy/module.py").read_text() == MODULE


MANY, MUCH = 100.0, 2**40  # seconds, bytes
TAKES: dict[str, tuple[list[tuple[float, float, float]], bool]] = {
    "computes for long": ([(1, 1, 0), (2, 3.1, 0)], True),
    "computes on a busy machine, where it hardly gets to": ([(50, 0.2, 0), (90, 0.4, 0)], False),
    "waits for long": ([(50, 0.01, 0), (101, 0.02, 0)], True),
    "waits now and then": ([(60, 0, 0), (61, 0.6, 0), (150, 0.7, 0)], False),
    "fills the memory": ([(1, 0, MUCH)], True),
}


@pytest.mark.parametrize("name", TAKES)
def test_what_ends_a_process_is_what_it_takes_and_not_the_clock(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken, is_over = TAKES[name]
    state = (0.0, 0.0, 0.0)
    watch = runpy.run_path(str(ROOT / "scripts" / "_watch.py"))["Watch"]
    monkeypatch.setattr(watch, "_taken", lambda _: state[1:])
    clock = SimpleNamespace(monotonic=lambda: state[0])
    monkeypatch.setitem(watch.over.__globals__, "time", clock)
    process = watch(os.getpid(), computing=3, waiting=MANY)
    said = []
    for state in taken:  # noqa: B007
        said += [process.over()]
    assert said == [False] * (len(taken) - 1) + [is_over]


def test_a_process_ends_with_those_it_started() -> None:
    starts = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', {!r}])".format(
        "print('begun', flush=True); import time; time.sleep(60)"
    )
    words = [sys.executable, "-c", f"{starts}.wait()"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        WATCH(process.pid, MANY, MANY).end()
        assert process.stdout.read() == ""  # nobody holds it any more
    assert process.returncode == -9
