"""What has been computed, kept under keys: once, by whichever thread asks first."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future
from dataclasses import fields, is_dataclass
from threading import Lock
from typing import Any, Final, TypeVar

import narwhals as nw
import polars as pl

T = TypeVar("T")

MOST_BYTES: Final = 256 * 2**20
"""What passing values may take together, where nothing larger is held anyhow."""
_SMALL: Final = 1_000


class Cache:
    """Values under keys. Those that pass leave when too many bytes came after their last use."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._values: dict[Hashable, Future[Any]] = {}
        self._passing: OrderedDict[Hashable, int] = OrderedDict()
        self._passing_bytes = 0
        self._lock = Lock()

    def get(self, key: Hashable, compute: Callable[[], T], *, passing: bool = False) -> T:
        """Return the value under a key, computed the first time.

        Args:
            key: What it is.
            compute: Makes it; a thread that asks meanwhile waits for it.
            passing: Whether it may leave again.
        """
        with self._lock:
            known = self._values.get(key)
            if known is None:
                made = self._values[key] = Future[Any]()
            elif key in self._passing:
                self._passing.move_to_end(key)
        if known is not None:
            found: T = known.result()
            return found
        try:
            value = compute()
        except BaseException as error:
            # Whoever asks again tries again.
            self._values.pop(key, None)
            made.set_exception(error)
            raise
        made.set_result(value)
        if passing:
            self._let_pass(key, size_of(value))
        return value

    def allow(self, size: int) -> None:
        """Let passing values take as many bytes as what they are made from, if that is more."""
        self._most = max(self._most, size)

    def _let_pass(self, key: Hashable, size: int) -> None:
        with self._lock:
            self._passing_bytes += size - self._passing.get(key, 0)
            self._passing[key] = size
            while self._passing_bytes > self._most and len(self._passing) > 1:
                oldest, freed = self._passing.popitem(last=False)
                self._passing_bytes -= freed
                self._values.pop(oldest, None)

    @property
    def passing_bytes(self) -> int:
        """What the passing values take."""
        return self._passing_bytes

    @property
    def room(self) -> int:
        """How many bytes more may pass before something has to leave."""
        return self._most - self._passing_bytes

    def known(self, key: Hashable) -> object | None:
        """Return the value under a key if it has been computed."""
        found = self._values.get(key)
        return found.result() if found is not None and found.done() else None

    def __len__(self) -> int:
        return len(self._values)


def size_of(value: object) -> int:
    """Return about how many bytes a value holds: the columns of all its frames."""
    if isinstance(value, pl.DataFrame | pl.Series):
        return _SMALL + int(value.estimated_size())
    if isinstance(value, nw.LazyFrame | pl.LazyFrame):
        return _SMALL
    if isinstance(value, Mapping):
        return _SMALL + sum(size_of(part) for part in value.values())
    if isinstance(value, tuple | list):
        return _SMALL + sum(size_of(part) for part in value)
    if is_dataclass(value):
        return _SMALL + sum(size_of(getattr(value, field.name)) for field in fields(value))
    return _SMALL
