"""Many records at once, and where each stands."""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import polars as pl

from results_widgets.exports.vendor import STUMBLES, About, Placed, Record, Vendor

Told = Callable[[Placed, str], None]
"""Called with a record that cannot be used, and why."""


class Records(Protocol):
    """Records that are shaped together, each flat.

    Attributes:
        about: What was said between them.
        apart: Numbers of those that are read one by one.
    """

    @property
    def about(self) -> list[About]:
        """What was said between them."""

    @property
    def apart(self) -> set[int]:
        """Numbers of those that are read one by one."""

    def __len__(self) -> int:
        """Return how many there are."""

    def column(self, name: str) -> Sequence[Any]:
        """Return a field's value in each; nothing at all, perhaps, if it is in none."""

    def within(self, path: Sequence[str]) -> Any:
        """Return what was read of the objects to which a path leads, see `needed.Objects`; None if that is all."""

    def series(self, name: str) -> pl.Series | None:
        """Return a field's values as a column; None where they do not come as one."""

    def coded(self, name: str) -> tuple[list[Any], pl.Series] | None:
        """Return the few values that a field has, and which of them each record has; None if that is not known."""

    def flat(self, n: int) -> Iterable[Placed]:
        """Return a record with its place: what it is made of, where it is not flat itself."""


class Raw(Records, Protocol):
    """Records as they are in their file: what a vendor makes of them is not said yet.

    Attributes:
        file: The file of all; None if they are of several.
    """

    @property
    def file(self) -> str | None:
        """The file of all; None if they are of several."""

    def placed(self, n: int) -> Placed:
        """Return a record as a whole, and where it stands."""

    def as_batch(self) -> "Batch":
        """Return all records as wholes."""


class Plain:
    """What records have in common that are flat themselves."""

    def within(self, path: Sequence[str]) -> Any:
        """Their objects were read as a whole."""

    def series(self, name: str) -> pl.Series | None:
        """They do not come as columns."""

    def coded(self, name: str) -> tuple[list[Any], pl.Series] | None:
        """Nothing is known of which values are the same."""

    def flat(self: Raw, n: int) -> Iterable[Placed]:
        """Return a record and where it stands."""
        return (self.placed(n),)


@dataclass(slots=True)
class Batch(Plain):
    """Records that are there as a whole; see `Raw`.

    Attributes:
        records: The records.
        files: The file of each.
        lines: The line of each.
        about: What was said between them.
        apart: None of them is read one by one.
    """

    records: list[Record] = field(default_factory=list)
    files: Sequence[str] = field(default_factory=list)
    lines: Sequence[int] = field(default_factory=list)
    about: list[About] = field(default_factory=list)
    apart: set[int] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self.records)

    def column(self, name: str) -> list[Any]:
        """Return a field's value in each."""
        return [record.get(name) for record in self.records]

    @property
    def file(self) -> str | None:
        """The file of all; None if they are of several."""
        if isinstance(self.files, Same) or not self.files:
            return self.files[0] if self.files else ""
        return self.files[0] if self.files.count(self.files[0]) == len(self.files) else None

    def placed(self, n: int) -> Placed:
        """Return a record and where it stands."""
        return Placed(self.records[n], self.files[n], self.lines[n])

    def as_batch(self) -> "Batch":
        """Return the records themselves."""
        return self

    def each(self) -> Iterator[Placed]:
        """Return all records, each with its place."""
        return map(Placed, self.records, self.files, self.lines)


class Same(Sequence[str]):
    """One file's path, for each of its records."""

    def __init__(self, file: str, count: int) -> None:
        self._file, self._count = file, count

    def __getitem__(self, n: Any) -> Any:
        """Return the path, whichever record is meant."""
        return self._file

    def __len__(self) -> int:
        return self._count


def flattened(vendor: Vendor, batch: Batch, refuse: Told) -> Batch:
    """Return what a vendor's `rows` makes of records; one that it stumbles over is refused."""
    if vendor.rows is None:
        return batch
    records: list[Record] = []
    files: list[str] = []
    lines: list[int] = []
    about = [*batch.about]
    for placed in batch.each():
        for one in flat_ones(vendor, placed, refuse):
            if isinstance(one, About):
                about.append(one)
            else:
                records.append(one)
                files.append(placed.file)
                lines.append(placed.line)
    return Batch(records, files, lines, about)


def flat_ones(vendor: Vendor, placed: Placed, refuse: Told) -> list[Record | About]:
    """Return what a vendor's `rows` makes of a record; nothing if it stumbles, which is told."""
    if vendor.rows is None:
        return [placed.record]
    try:
        return [*vendor.rows(placed)]
    except STUMBLES as problem:
        # Of other errors the words quote a value, which the row says anyhow.
        missing = f" {problem}" if isinstance(problem, KeyError) else ""
        why = f"not in the form of {vendor.label}: {type(problem).__name__}{missing}"
        refuse(placed, why)
        return []


def batched(origin: Iterable[Placed | About | Raw], most: int) -> Iterator[Raw]:
    """Return records that come one by one in batches; those that come in batches stay as they are."""
    found = _Growing()
    for one in origin:
        if isinstance(one, Placed):
            found.record(one.record)
            found.file(one.file)
            found.line(one.line)
        elif isinstance(one, About):
            found.about.append(one)
        if len(found) >= (most if isinstance(one, Placed | About) else 1):
            yield found.taken()
        if not isinstance(one, Placed | About):
            yield one
    yield found.taken()


class _Growing:
    """Records that come one by one."""

    def __init__(self) -> None:
        self.taken()

    def __len__(self) -> int:
        return len(self._batch.records) + len(self.about)

    def taken(self) -> Batch:
        """Return what has come, and start anew."""
        files: list[str] = []
        lines: list[int] = []
        found = getattr(self, "_batch", None)
        self._batch = Batch([], files, lines)
        self.record, self.file, self.line = self._batch.records.append, files.append, lines.append
        self.about = self._batch.about
        return found or self._batch


@contextmanager
def without_collecting() -> Iterator[None]:
    """Look for no circles of objects in the body: records have none, and looking takes as long as reading them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
