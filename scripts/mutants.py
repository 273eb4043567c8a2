"""Mutation testing: plant one-token mistakes in the files that compute, hide or read, and count which the tests catch.

    make mutants                                    a sample of every file in TARGETS
    make mutants ARGS="--all engine/statistics"     every mutant of one file

Each mutant runs against the tests a developer would expect to catch it, in a copy of the tree under
build/mutants; they have to pass there as it is, or every mutant would seem to be caught. Where it can,
it is tried in memory (`_swap.py`): functions of the living module get the mutant's code, which is five
times as fast as a new Python that reads a changed file. What nothing catches there is tried in its file
too. Cosmic Ray makes the mutants; which of its operators count is chosen in `OPERATORS`: mistakes that
people make, not every change that is possible.
"""

import argparse
import ast
import compileall
import os
import random
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import Manager, get_context
from pathlib import Path
from py_compile import PycInvalidationMode
from queue import Queue
from typing import Final

from _mutants import OPERATORS, TARGETS

ROOT: Final = Path(__file__).parent.parent
PACKAGE: Final = Path("src/results_widgets")
COPIES: Final = ROOT / "build" / "mutants"
_QUIET: Final = ["-x", "-q", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist"]
_BATCH: Final = 25


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


@dataclass(frozen=True, slots=True)
class How:
    """How mutants are tried."""

    seconds: int
    profile: str
    by_file: bool


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


def _failing(tests: Iterable[str]) -> str:
    """Return what pytest says of tests that fail without a mistake; empty if all pass."""
    words = [sys.executable, "-m", "pytest", *_QUIET, *tests]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else ""


def _try(batch: list[Mutant], trees: "Queue[Path]", how: How) -> tuple[list[Mutant], str]:
    """Try mutants of one module in a copy of the tree that no other process has; say what fails without them."""
    tree = trees.get()
    try:
        os.chdir(tree)
        os.environ |= {"PYTHONPATH": str(tree / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
        os.environ["RESULTS_WIDGETS_HYPOTHESIS"] = how.profile
        return _in_files(batch, how) if how.by_file else _in_memory(batch, tree, how)
    finally:
        os.chdir(ROOT)
        trees.put(tree)


def _in_memory(batch: list[Mutant], tree: Path, how: How) -> tuple[list[Mutant], str]:
    """Try mutants in this process; in their file those that cannot be, or that nothing catches here.

    What runs at import, or in a Python that a test starts, sees the file only.
    """
    from _swap import Module
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    file = PACKAGE / f"{batch[0].module}.py"
    module = Module(tree, file, [*_QUIET, *batch[0].tests], how.seconds)
    if not module.passes:
        return _in_files(batch, how)
    text = (tree / file).read_text(encoding="utf-8")
    tried = []
    for one in batch:
        operator = get_operator(one.operator)(**dict(one.arguments))
        mutated = mutate_code(text, operator, one.occurrence)
        caught = mutated is not None and module.catches(mutated)
        tried.append(replace(one, killed=True) if caught else _in_file(one, how.seconds))
    # Tests that fail now have been broken by those before, and caught nothing themselves.
    return (tried, "") if module.still_passes() else _in_files(batch, how)


def _in_files(batch: list[Mutant], how: How) -> tuple[list[Mutant], str]:
    failing = _failing(batch[0].tests)
    return ([] if failing else [_in_file(one, how.seconds) for one in batch]), failing


def _in_file(mutant: Mutant, seconds: int) -> Mutant:
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
    words = shlex.join([sys.executable, "-m", "pytest", *_QUIET, *mutant.tests])
    result = mutate_and_test([spec], words, seconds)
    killed = result.test_outcome != TestOutcome.SURVIVED
    return replace(mutant, killed=killed, diff=result.diff or "")


def _sampled(module: str, most: int | None) -> list[Mutant]:
    found = mutants_of(module)
    if most is None or len(found) <= most:
        return found
    # The same sample on every run, so that a survivor can be looked at again.
    return sorted(random.Random(module).sample(found, most), key=lambda one: one.line)  # noqa: S311


def _report(tried: Iterable[Mutant]) -> None:
    by_module: dict[str, list[Mutant]] = {}
    for one in tried:
        by_module.setdefault(one.module, []).append(one)
    print("\n| file | mutants | killed | rate |\n|---|---:|---:|---:|")
    rows = [(module, len(own), sum(m.killed for m in own)) for module, own in by_module.items()]
    rows.append(("all", sum(row[1] for row in rows), sum(row[2] for row in rows)))
    for module, count, killed in rows:
        print(f"| {module} | {count} | {killed} | {killed / count:.0%} |")


def _batches(modules: Iterable[str], most: int | None) -> list[list[Mutant]]:
    """Return the mutants of each module, in parts small enough for several workers."""
    return [
        mutants[start : start + _BATCH]
        for module in modules
        for mutants in [_sampled(module, most)]
        for start in range(0, len(mutants), _BATCH)
    ]


def _run(batches: list[list[Mutant]], workers: int, how: How) -> list[Mutant]:
    """Try all, each batch in a process of its own: what one module's mutants leave behind ends with it."""
    tree = _copy()
    tried: list[Mutant] = []
    with Manager() as manager:
        trees = manager.Queue()
        for place in range(workers):
            trees.put(Path(shutil.copytree(tree, COPIES / str(place))))
        with ProcessPoolExecutor(workers, get_context("spawn"), max_tasks_per_child=1) as pool:
            for done, failing in pool.map(partial(_try, trees=trees, how=how), batches):
                if failing:
                    pool.shutdown(cancel_futures=True)
                    sys.exit(f"tests fail without a mistake:\n{failing}")
                for one in done:
                    found = f"\nSURVIVED {one.module}:{one.line} {one.operator}\n{one.diff}\n"
                    print("." if one.killed else found, end="", flush=True)
                tried += done
    return tried


def main(arguments: list[str]) -> int:
    """Try the mutants; print the survivors as diffs and a table of the rates."""
    parser = argparse.ArgumentParser(prog="mutants")
    parser.add_argument("modules", nargs="*", help="such as engine/statistics (default: all)")
    parser.add_argument("--most", type=int, default=12, help="mutants a file (%(default)s)")
    parser.add_argument("--all", action="store_true", help="every mutant of the files")
    parser.add_argument("--workers", type=int, default=2, help="(%(default)s)")
    parser.add_argument("--seconds", type=int, default=120, help="most time a mutant may take")
    parser.add_argument("--by-file", action="store_true", help="write every mutant to its file")
    parser.add_argument("--few", action="store_true", help="few random examples of each property")
    options = parser.parse_args(arguments)
    batches = _batches(options.modules or TARGETS, None if options.all else options.most)
    if lonely := {batch[0].module for batch in batches if not batch[0].tests}:
        print(f"no test is named for {', '.join(sorted(lonely))}: add one to TARGETS")
        return 1
    by_file = options.by_file or not hasattr(signal, "setitimer")
    profile = "mutants-few" if options.few else "mutants"
    _report(_run(batches, options.workers, How(options.seconds, profile, by_file)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
