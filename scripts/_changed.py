"""Which tests a change concerns, by the mirror: tests/ has the folders and names of the package.

Only the standard library: this runs before anything is installed.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from _shell import ROOT, output

PACKAGE = Path("src/results_widgets")
TESTS = Path("tests")
_HOUSE = "tests/test_house.py"


def changed_files() -> list[str]:
    """What differs from main: committed on this branch, in the work tree, or new."""
    base = next(filter(None, (_base(name) for name in ("main", "origin/main"))), "HEAD")
    listed = [
        output(["git", "diff", "--name-only", base]),
        output(["git", "ls-files", "--others", "--exclude-standard"]),
    ]
    names = {name for text in listed for name in (text or "").splitlines()}
    return sorted(name for name in names if (ROOT / name).is_file())


def _base(name: str) -> str | None:
    return output(["git", "merge-base", "HEAD", name])


def files_concerned(names: Iterable[str], root: Path = ROOT) -> list[str]:
    """The test files that the changed files concern, and always the house rules."""
    found = {_HOUSE}
    for name in names:
        path = Path(name)
        if path.suffix != ".py":
            continue
        if path.is_relative_to(PACKAGE):
            found |= _of_module(path.relative_to(PACKAGE), root)
        elif path.is_relative_to(TESTS):
            found |= {name} if path.name.startswith("test_") else _users_of(path, root)
    return sorted(found)


def _of_module(module: Path, root: Path) -> set[str]:
    """A module's own test file, or those of the nearest folder that has any."""
    own = TESTS / module.parent / f"test_{module.stem.lstrip('_')}.py"
    if (root / own).is_file():
        return {own.as_posix()}
    package = TESTS / module.parent.parent / f"test_{module.parent.name}.py"
    if (root / package).is_file():
        return {package.as_posix()}
    for folder in (path for path in module.parents if path != Path()):
        if found := {_name(path, root) for path in (root / TESTS / folder).glob("test_*.py")}:
            return found
    return set()


def _users_of(helper: Path, root: Path) -> set[str]:
    """The tests that import a helper, or stand beside or below a conftest."""
    if helper.name == "conftest.py":
        return {_name(path, root) for path in (root / helper.parent).rglob("test_*.py")}
    dotted = ".".join(helper.with_suffix("").parts)
    package, _, module = dotted.rpartition(".")
    used = re.compile(
        rf"^from {re.escape(dotted)} import|^from {re.escape(package)} import .*\b{module}\b",
        re.MULTILINE,
    )
    return {
        _name(path, root)
        for path in (root / TESTS).rglob("test_*.py")
        if used.search(path.read_text(encoding="utf-8"))
    }


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()
