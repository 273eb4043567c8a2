"""Mutants without their file: functions of an imported module get the mutant's code while its tests run.

A mutant in its file needs a new Python, which imports everything before its first test. Most mutants
lie within a function, which can be given their code, and its own back afterwards.
"""

import contextlib
import functools
import gc
import importlib
import inspect
import io
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType

import pytest
from _watch import Watch

_Pair = tuple[CodeType, CodeType]  # of a function, and of the mutant's


class _Late(BaseException):
    """The tests take so much longer than without a mistake that they will not end."""


class Module:
    """A module imported from a copy of the tree, and the tests that are to catch its mistakes.

    A process has one of these only: from another copy the same names would be imported.
    """

    def __init__(self, tree: Path, file: Path, arguments: list[str], waiting: float) -> None:
        """Import it and run its tests.

        Args:
            tree: The copy of the tree, which is the working directory.
            file: The module's file in it, such as `src/results_widgets/engine/statistics.py`.
            arguments: What pytest is given.
            waiting: Seconds of doing nothing after which tests are ended: a mutant can lock itself out.
        """
        # Threads that wait for ever must not keep the process from its end; others are as the main one is.
        threading.main_thread()._daemonic = True  # type: ignore[attr-defined]
        sys.path[:0] = [str(tree / "src"), str(tree)]
        names = file.with_suffix("").parts[1:]
        self._package = names[0]
        self._path = str(tree / file)
        if importlib.import_module(".".join(names)).__file__ != self._path:
            raise RuntimeError(f"{'.'.join(names)} was imported from elsewhere than {tree}")
        self._code = compile((tree / file).read_bytes(), self._path, "exec", dont_inherit=True)
        self._arguments, self._waiting = arguments, waiting
        self.was_late = False
        """Whether the tests that ran last would not end."""
        started = time.process_time()
        self.passes = self._test(seconds=0)
        """Whether the tests pass without a mistake, here, where other tests ran before them."""
        self.seconds = 1 + 3 * (time.process_time() - started)
        """What they may compute with one."""

    def still_passes(self) -> bool:
        """Whether the tests pass again without a mistake: nothing of those before has stayed behind."""
        return self._test(seconds=0)

    def catches(self, text: str) -> bool | None:
        """Whether a test fails with this text of the module; None where no function can show it."""
        try:
            mutant = compile(text, self._path, "exec", dont_inherit=True)
        except SyntaxError:
            return True  # nothing imports what cannot be read
        outermost = _changed(self._code, mutant)
        swaps = [
            (function, theirs)
            for ours, theirs in (pair for one in outermost for pair in _within(*one))
            for function in _living(self._path)
            if _is_same(function.__code__, ours)
        ]
        held = [function.__code__ for function, _ in swaps]
        if not outermost or not all(any(_is_same(ours, c) for c in held) for ours, _ in outermost):
            return None  # what runs once, at import, or is gone
        if any(f.__code__.co_freevars != theirs.co_freevars for f, theirs in swaps):
            return None  # closures over other variables
        with contextlib.ExitStack() as stack:
            for function, theirs in swaps:
                stack.callback(setattr, function, "__code__", function.__code__)
                function.__code__ = theirs
            return not self._test(self.seconds)

    def _test(self, seconds: float) -> bool:
        _forget(self._package)
        quiet = io.StringIO()
        self.was_late = False
        with (
            contextlib.redirect_stdout(quiet),
            contextlib.redirect_stderr(quiet),
            contextlib.suppress(_Late),
            self._at_most(seconds),
        ):
            return pytest.main(self._arguments) == pytest.ExitCode.OK
        return False

    @contextlib.contextmanager
    def _at_most(self, seconds: float) -> Iterator[None]:
        """Raise `_Late` when the process has computed that long (0: never), or done nothing for too long.

        It is raised again later, in case it is swallowed.
        """
        watch = Watch(os.getpid(), float("inf"), self._waiting)

        def late(number: int, _: object) -> None:
            if number == signal.SIGPROF or watch.over():
                self.was_late = True
                raise _Late

        idle = self._waiting / 10 if seconds else 0
        signal.signal(signal.SIGPROF, late)
        signal.signal(signal.SIGALRM, late)
        signal.setitimer(signal.ITIMER_PROF, seconds, 1)
        signal.setitimer(signal.ITIMER_REAL, idle, idle)
        try:
            yield
        finally:
            signal.signal(signal.SIGPROF, signal.SIG_IGN)
            signal.signal(signal.SIGALRM, signal.SIG_IGN)
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)


def _forget(package: str) -> None:
    """Let the next run begin as in a new process: tests imported anew, caches of functions empty."""
    for name in [*sys.modules]:
        if name.partition(".")[0] in ("tests", "conftest"):
            del sys.modules[name]
    gc.unfreeze()  # `tests/conftest.py` freezes what is imported, and objects that are frozen are not listed
    for one in gc.get_objects():
        if isinstance(one, functools._lru_cache_wrapper) and one.__module__.startswith(package):
            one.cache_clear()


def _changed(code: CodeType, mutant: CodeType) -> list[_Pair]:
    """Return the outermost functions that differ, with theirs; none if more than functions differs."""
    ours, theirs = _inner(code), _inner(mutant)
    if _own(code) != _own(mutant) or len(ours) != len(theirs):
        return []
    found: list[_Pair] = []
    for pair in zip(ours, theirs, strict=True):
        if _is_same(*pair):
            continue
        more = [pair] if pair[0].co_flags & inspect.CO_OPTIMIZED else _changed(*pair)  # or a class
        if not more:
            return []
        found += more
    return found


def _within(ours: CodeType, theirs: CodeType) -> Iterator[_Pair]:
    """Yield a function and those within it that differ: decorators leave such alive."""
    yield ours, theirs
    inner = _inner(ours), _inner(theirs)
    if len(inner[0]) == len(inner[1]):
        for pair in zip(*inner, strict=True):
            if not _is_same(*pair):
                yield from _within(*pair)


def _inner(code: CodeType) -> list[CodeType]:
    return [one for one in code.co_consts if isinstance(one, CodeType)]


def _own(code: CodeType) -> tuple[object, ...]:
    """Return what the code does, without that of the functions within."""
    constants = [repr(one) for one in code.co_consts if not isinstance(one, CodeType)]
    return code.co_code, constants, code.co_names, code.co_varnames


def _is_same(one: CodeType, other: CodeType) -> bool:
    """Whether both do the same at the same place: two lambdas of one line are two."""
    return one == other and one.co_linetable == other.co_linetable


def _living(path: str) -> list[FunctionType]:
    """Return the functions of a file, wherever they are held: decorators keep some to themselves."""
    return [
        one
        for one in gc.get_objects()
        if isinstance(one, FunctionType) and one.__code__.co_filename == path
    ]
