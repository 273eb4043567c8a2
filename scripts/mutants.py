"""Mutation testing: plant one-token mistakes in the files that compute, hide or read, and count which the tests catch.

    make mutants                                    a sample of every file in TARGETS
    make mutants ARGS="--all engine/statistics"     every mutant of one file

Each mutant runs against the tests a developer would expect to catch it, in a copy of the tree under
build/mutants; they have to pass there as it is, or every mutant would seem to be caught. Cosmic Ray
makes the mutants; which of its operators count is chosen in `OPERATORS`: mistakes that people make,
not every change that is possible.
"""

import argparse
import ast
import compileall
import os
import random
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, MutableSequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Final

from _mutants import OPERATORS, TARGETS

ROOT: Final = Path(__file__).parent.parent
PACKAGE: Final = Path("src/results_widgets")
COPIES: Final = ROOT / "build" / "mutants"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mistake in one file, and how the tests took it."""

    module: str
    operator: str
    occurrence: int
    arguments: tuple[tuple[str, object], ...]
    line: int
    tests: tuple[str, ...]
    killed: bool = False
    diff: str = ""


def mutants_of(module: str) -> list[Mutant]:
    """Return every mutant of a module under `OPERATORS` that changes what the module does."""
    from cosmic_ray.commands.init import _all_work_items

    path = ROOT / PACKAGE / f"{module}.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    annotations, claims = set(_annotations(tree)), set(_claims(tree))
    found: list[Mutant] = []
    for item in _all_work_items([path], {}):
        (spec,) = item.mutations
        if spec.operator_name not in OPERATORS or spec.start_pos[0] in annotations:
            continue
        if tuple(spec.start_pos) in claims:
            continue
        arguments = tuple(sorted(spec.operator_args.items()))
        found.append(
            Mutant(
                module,
                spec.operator_name,
                spec.occurrence,
                arguments,
                spec.start_pos[0],
                _tests_of(module),
            )
        )
    return found


def _annotations(tree: ast.Module) -> Iterator[int]:
    """Yield the lines on which a union in a type annotation stands: `|` is no operator there."""
    for node in ast.walk(tree):
        annotation = getattr(node, "annotation", None) or getattr(node, "returns", None)
        if isinstance(annotation, ast.expr) and any(
            isinstance(part, ast.BitOr) for part in ast.walk(annotation)
        ):
            yield from range(annotation.lineno, (annotation.end_lineno or annotation.lineno) + 1)


def _claims(tree: ast.Module) -> Iterator[tuple[int, int]]:
    """Yield where arguments have their values that change no answer: speed, or what no code does."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in ("strict", "slots", "maxsize"):
            yield node.value.lineno, node.value.col_offset


def _tests_of(module: str) -> tuple[str, ...]:
    folder, _, name = module.rpartition("/")
    own = f"tests/{folder}/test_{name.lstrip('_')}.py"
    beside = TARGETS.get(module, ())
    return tuple(dict.fromkeys([*([own] if (ROOT / own).exists() else []), *beside]))


def _copy() -> Path:
    """Return a fresh copy of the tree, compiled, so that a mutant's run compiles its own file only."""
    shutil.rmtree(COPIES, ignore_errors=True)
    folder = COPIES / "as it is"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file() and not name.startswith("tests/browser/pictures/"):
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, target)
    # By content: two mutants of one second and one size would pass for each other.
    compileall.compile_dir(
        folder / "src", quiet=1, invalidation_mode=PycInvalidationMode.CHECKED_HASH
    )
    return folder


def _words(tests: Iterable[str]) -> list[str]:
    quiet = ["-x", "-q", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist"]
    return [sys.executable, "-m", "pytest", *quiet, *tests]


def _failing(folder: Path, suites: Iterable[tuple[str, ...]]) -> str:
    """Return what pytest says of the first tests that fail without a mistake; empty if all pass."""
    env = {**os.environ, "PYTHONPATH": str(folder / "src")}
    for tests in suites:
        done = subprocess.run(
            _words(tests), cwd=folder, env=env, capture_output=True, text=True, check=False
        )
        if done.returncode:
            return done.stdout + done.stderr
    return ""


def _start(places: MutableSequence[int], lock: AbstractContextManager[object], tree: Path) -> None:
    with lock:
        folder = COPIES / str(places.pop())
    shutil.copytree(tree, folder)
    os.chdir(folder)
    os.environ["PYTHONPATH"] = str(folder / "src")
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    os.environ["RESULTS_WIDGETS_HYPOTHESIS"] = "mutants"


def _tried(mutant: Mutant, seconds: int) -> Mutant:
    from cosmic_ray.mutating import mutate_and_test
    from cosmic_ray.work_item import MutationSpec, TestOutcome

    spec = MutationSpec(
        str(PACKAGE / f"{mutant.module}.py"),
        mutant.operator,
        mutant.occurrence,
        (mutant.line, 0),
        (mutant.line, 1),
        dict(mutant.arguments),
    )
    result = mutate_and_test([spec], shlex.join(_words(mutant.tests)), seconds)
    killed = result.test_outcome != TestOutcome.SURVIVED
    return replace(mutant, killed=killed, diff=result.diff or "")


def _sampled(module: str, most: int | None) -> list[Mutant]:
    found = mutants_of(module)
    if most is None or len(found) <= most:
        return found
    # The same sample on every run, so that a survivor can be looked at again.
    return sorted(random.Random(module).sample(found, most), key=lambda one: one.line)  # noqa: S311


def _report(tried: Iterable[Mutant]) -> int:
    by_module: dict[str, list[Mutant]] = {}
    for one in tried:
        by_module.setdefault(one.module, []).append(one)
    print("\n| file | mutants | killed | rate |\n|---|---:|---:|---:|")
    rows = [(module, len(own), sum(m.killed for m in own)) for module, own in by_module.items()]
    rows.append(("all", sum(row[1] for row in rows), sum(row[2] for row in rows)))
    for module, count, killed in rows:
        print(f"| {module} | {count} | {killed} | {killed / count:.0%} |")
    return 0


def main(arguments: list[str]) -> int:
    """Try the mutants; print the survivors as diffs and a table of the rates."""
    from multiprocessing import Manager

    parser = argparse.ArgumentParser(prog="mutants")
    parser.add_argument("modules", nargs="*", help="such as engine/statistics (default: all)")
    parser.add_argument("--most", type=int, default=12, help="mutants a file (%(default)s)")
    parser.add_argument("--all", action="store_true", help="every mutant of the files")
    parser.add_argument("--workers", type=int, default=2, help="(%(default)s)")
    parser.add_argument("--seconds", type=int, default=120, help="most time a mutant may take")
    options = parser.parse_args(arguments)
    modules = options.modules or list(TARGETS)
    wanted = [m for name in modules for m in _sampled(name, None if options.all else options.most)]
    lonely = {m.module for m in wanted if not m.tests}
    if lonely:
        print(f"no test is named for {', '.join(sorted(lonely))}: add one to TARGETS")
        return 1
    tree = _copy()
    if failing := _failing(tree, dict.fromkeys(m.tests for m in wanted)):
        print(f"tests fail without a mistake:\n{failing}")
        return 1
    with Manager() as manager:
        start = partial(_start, manager.list(range(options.workers)), manager.Lock(), tree)
        with ProcessPoolExecutor(options.workers, initializer=start) as pool:
            tried = []
            for one in pool.map(_tried, wanted, [options.seconds] * len(wanted)):
                tried.append(one)
                found = f"\nSURVIVED {one.module}:{one.line} {one.operator}\n{one.diff}\n"
                print("." if one.killed else found, end="", flush=True)
    return _report(tried)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
