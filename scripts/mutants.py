"""Mutation testing: plant one-token mistakes in the files that compute, hide or read, and count which the tests catch.

    make mutants                                    a sample of every file in TARGETS
    make mutants ARGS="--seed two"                  another sample
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
import random
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from difflib import unified_diff
from functools import partial
from pathlib import Path
from py_compile import PycInvalidationMode
from queue import Queue
from typing import Final

from _mutants import OPERATORS, TARGETS
from _trying import FailingError, Took, Trial, took

ROOT: Final = Path(__file__).parent.parent
PACKAGE: Final = Path("src/results_widgets")
COPIES: Final = ROOT / "build" / "mutants"
_BATCH: Final = 25
_CLAIMS: Final = ("strict", "slots", "maxsize", "frozen", "kw_only")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One mistake in one file, and how the tests took it."""

    module: str
    operator: str
    occurrence: int
    arguments: tuple[tuple[str, object], ...]
    line: int
    tests: tuple[str, ...]
    took: Took = "missed"
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
    text = path.read_text(encoding="utf-8")
    tree, lines = ast.parse(text), text.splitlines()
    annotations, claims = set(_annotations(tree)), set(_claims(tree))
    found: list[Mutant] = []
    for item in _all_work_items([path], {}):
        (spec,) = item.mutations
        if spec.operator_name not in OPERATORS or spec.start_pos[0] in annotations:
            continue
        line, column = spec.start_pos
        # The `*` after which arguments have names is no operator.
        if (line, column) in claims or lines[line - 1].startswith("*,", column):
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
    """Yield where arguments have their values that change no answer: speed, or what types see to.

    That every record is `frozen` which can be is held by `tests/test_house.py`.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in _CLAIMS:
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


def _try(batch: list[Mutant], trees: Queue[Path], how: How) -> list[Mutant]:
    """Try mutants of one module in a copy of the tree that no other thread has."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    tree, file = trees.get(), PACKAGE / f"{batch[0].module}.py"
    try:
        text = (tree / file).read_text(encoding="utf-8")
        made = [
            mutate_code(text, get_operator(one.operator)(**dict(one.arguments)), one.occurrence)
            for one in batch
        ]
        tests = batch[0].tests
        trial = Trial(tree, file, tests, how.profile, how.seconds, how.by_file)
        return [
            replace(one, took=how_taken, diff=_diff(text, mutant))
            for one, mutant, how_taken in zip(batch, made, took(trial, made), strict=True)
        ]
    finally:
        trees.put(tree)


def _diff(text: str, mutant: str) -> str:
    before, after = text.splitlines(), mutant.splitlines()
    return "\n".join(unified_diff(before, after, n=2, lineterm=""))


def _sampled(module: str, most: int | None, seed: str) -> list[Mutant]:
    found = mutants_of(module)
    if most is None or len(found) <= most:
        return found
    # The same sample on every run of one seed, so that a survivor can be looked at again.
    chosen = random.Random(module + seed).sample(found, most)  # noqa: S311
    return sorted(chosen, key=lambda one: one.line)


def _report(tried: Iterable[Mutant]) -> None:
    by_module: dict[str, list[Mutant]] = {}
    for one in tried:
        by_module.setdefault(one.module, []).append(one)
        by_module.setdefault("all", []).append(one)
    by_module["all"] = by_module.pop("all", [])  # at the end
    print(
        "\n| file | mutants | caught | of these, without an end | rate |\n|---|---:|---:|---:|---:|"
    )
    for module, own in by_module.items():
        count, caught = len(own), sum(one.took != "missed" for one in own)
        endless = sum(one.took in ("late", "died") for one in own)
        print(f"| {module} | {count} | {caught} | {endless} | {caught / max(count, 1):.0%} |")


def _batches(modules: Iterable[str], most: int | None, seed: str) -> list[list[Mutant]]:
    """Return the mutants of each module, in parts small enough for several workers."""
    return [
        mutants[start : start + _BATCH]
        for module in modules
        for mutants in [_sampled(module, most, seed)]
        for start in range(0, len(mutants), _BATCH)
    ]


def _run(batches: list[list[Mutant]], workers: int, how: How) -> list[Mutant]:
    """Try all, each batch in a process of its own: what one module's mutants leave behind ends with it."""
    tree = _copy()
    tried: list[Mutant] = []
    trees: Queue[Path] = Queue()
    for place in range(workers):
        trees.put(Path(shutil.copytree(tree, COPIES / str(place))))
    with ThreadPoolExecutor(workers) as pool:
        try:
            for done in pool.map(partial(_try, trees=trees, how=how), batches):
                for one in done:
                    found = f"\nSURVIVED {one.module}:{one.line} {one.operator}\n{one.diff}\n"
                    print(found if one.took == "missed" else ".", end="", flush=True)
                tried += done
        except FailingError as error:
            pool.shutdown(cancel_futures=True)
            sys.exit(f"tests fail without a mistake:\n{error}")
    return tried


def main(arguments: list[str]) -> int:
    """Try the mutants; print the survivors as diffs and a table of the rates."""
    parser = argparse.ArgumentParser(prog="mutants")
    parser.add_argument("modules", nargs="*", help="such as engine/statistics (default: all)")
    parser.add_argument("--most", type=int, default=12, help="mutants a file (%(default)s)")
    parser.add_argument("--seed", default="", help="any word: others are drawn (default: none)")
    parser.add_argument("--all", action="store_true", help="every mutant of the files")
    parser.add_argument("--workers", type=int, default=2, help="(%(default)s)")
    parser.add_argument("--seconds", type=int, default=120, help="of doing nothing end a mutant")
    parser.add_argument("--by-file", action="store_true", help="write every mutant to its file")
    parser.add_argument("--few", action="store_true", help="few random examples of each property")
    options = parser.parse_args(arguments)
    most = None if options.all else options.most
    batches = _batches(options.modules or TARGETS, most, options.seed)
    if lonely := {batch[0].module for batch in batches if not batch[0].tests}:
        print(f"no test is named for {', '.join(sorted(lonely))}: add one to TARGETS")
        return 1
    profile = "mutants-few" if options.few else "mutants"
    _report(_run(batches, options.workers, How(options.seconds, profile, options.by_file)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
