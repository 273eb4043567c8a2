"""`make mutants` tries mistakes in a living process: what it finds there is what a changed file would show."""

import json
import os
import subprocess
import sys
from pathlib import Path

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


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bool | None]:
    tree = tmp_path_factory.mktemp("tree")
    for name, text in {
        "src/toy/__init__.py": "",
        "src/toy/module.py": MODULE,
        "tests/test_toy.py": TESTS,
        "pytest.ini": "[pytest]\n",
    }.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text)
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys; sys.path.insert(0, {str(ROOT / 'scripts')!r})\n{SCRIPT}",
        ],
        input=json.dumps(CAUGHT | MISSED | ELSEWHERE),
        cwd=tree,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    before, changed, after = json.loads(done.stdout)
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
