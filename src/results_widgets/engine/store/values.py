"""Values as JSON that refers to frames, and back.

Only kinds of values that are listed here are read: a file never says which code is run.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from results_widgets.engine.backends.memory.journeys import Journeys
from results_widgets.engine.backends.memory.users import LogUsers
from results_widgets.engine.cache import Cache
from results_widgets.engine.clocks import Clocks
from results_widgets.engine.counting.occurrences import Occurrences
from results_widgets.engine.counting.time_index import DayStarts, SortedSets, TimeIndex
from results_widgets.engine.encoding.bitmask import BitMasks
from results_widgets.engine.encoding.categories import Categories
from results_widgets.engine.journeys.rules import Rules
from results_widgets.engine.reasons import LeftOut, Reason
from results_widgets.engine.store.frames import FrameReader, FrameWriter
from results_widgets.glossary.unavailable import Unavailable
from results_widgets.sources import FileSet, Folder, Problem
from results_widgets.sources.content import Content
from results_widgets.sources.file_version import FileStamp, FileVersion
from results_widgets.tables.options import ReadOptions

_KINDS: Final[dict[str, type]] = {
    kind.__name__: kind
    for kind in (
        BitMasks,
        Categories,
        Clocks,
        Content,
        DayStarts,
        FileSet,
        FileStamp,
        FileVersion,
        Folder,
        Journeys,
        LeftOut,
        Occurrences,
        Problem,
        ReadOptions,
        Reason,
        Rules,
        SortedSets,
        Unavailable,
    )
}

Json = Any
"""What JSON can say."""


class UnstorableError(Exception):
    """A value is of a kind that is not kept in files."""


def storable(kind: type) -> None:
    """Let values of a class of a higher room be kept: a dataclass or named tuple."""
    _KINDS[kind.__name__] = kind


@dataclass(frozen=True)
class Encoder:
    """Writes values.

    Attributes:
        frames: Where their frames go.
    """

    frames: FrameWriter

    def encode(self, value: object, name: str) -> Json:
        """Return a value as JSON.

        Args:
            value: The value.
            name: What files of its frames are called.

        Raises:
            UnstorableError: A part of it is of a kind that is not kept.
        """
        if value is None or isinstance(value, bool | int | float | str):
            return value
        if isinstance(value, pl.DataFrame):
            return {"frame": self.frames.add(value, name)}
        if isinstance(value, pl.Series):
            return {"series": self.frames.add(value.to_frame(), name)}
        if type(value) in _PLAIN:
            return _PLAIN[type(value)](self, value, name)
        if isinstance(value, Path):
            return {"path": str(value)}
        return self._object(value, name)

    def all(self, values: object, name: str) -> list[Json]:
        """Return several values as JSON."""
        assert isinstance(values, tuple | list)
        return [self.encode(one, name) for one in values]

    def _object(self, value: Any, name: str) -> Json:
        if isinstance(value, TimeIndex):
            own = (value.rows, value.code, value.at, value.sorted_sets)
            return {"index": self.all(own, name)}
        if isinstance(value, LogUsers):
            # Their ids are those of the log.
            return {"users": self.encode(value.frame.drop("user_id"), name)}
        kind = type(value)
        if _KINDS.get(kind.__name__) is not kind:
            raise UnstorableError(kind.__name__)
        return {"is": kind.__name__, "of": {n: self.encode(v, name) for n, v in _parts(value)}}


def _parts(value: Any) -> list[tuple[str, object]]:
    if is_dataclass(value):
        return [(one.name, getattr(value, one.name)) for one in fields(value)]
    return list(value._asdict().items())


_PLAIN: Final[dict[type, Callable[[Encoder, Any, str], Json]]] = {
    tuple: lambda encoder, value, name: {"tuple": encoder.all(value, name)},
    list: lambda encoder, value, name: {"list": encoder.all(value, name)},
    frozenset: lambda encoder, value, name: {"set": encoder.all(sorted(value), name)},
    dict: lambda encoder, value, name: {
        "dict": [encoder.all(pair, name) for pair in value.items()]
    },
    bytes: lambda _, value, __: {"bytes": value.hex()},
    # An empty frame holds every type that Arrow knows.
    pl.Schema: lambda encoder, value, name: {"schema": encoder.frames.add(value.to_frame(), name)},
}


@dataclass(frozen=True)
class Decoder:
    """Reads values.

    Attributes:
        frames: Where their frames are.
        cache: The cache of the backend that gets them.
        user_ids: Returns the ids of its users, by their numbers.
    """

    frames: FrameReader
    cache: Cache
    user_ids: Callable[[], pl.Series]

    def decode(self, tree: Json) -> Any:
        """Return the value that `Encoder.encode` wrote.

        Raises:
            EventsError: A frame cannot be read.
            ValueError: The JSON is no such value.
        """
        if not isinstance(tree, dict):
            return tree
        if "is" in tree:
            kind = _KINDS[tree["is"]]
            return kind(**{name: self.decode(part) for name, part in tree["of"].items()})
        ((tag, content),) = tree.items()
        return _READ[tag](self, content)

    def all(self, trees: list[Json]) -> list[Any]:
        """Return several values."""
        return [self.decode(tree) for tree in trees]

    def index(self, trees: list[Json]) -> TimeIndex:
        """Return a time index."""
        rows, code, at, known = self.all(trees)
        found = TimeIndex(rows, code, self.cache, at)
        for one in known:
            found.add(one)
        return found

    def users(self, tree: Json) -> LogUsers:
        """Return the users of the log."""
        return LogUsers(self.decode(tree).insert_column(0, self.user_ids().alias("user_id")))


_READ: Final[Mapping[str, Callable[[Decoder, Any], Any]]] = {
    "frame": lambda decoder, number: decoder.frames.read(number),
    "series": lambda decoder, number: decoder.frames.read(number).to_series(),
    "schema": lambda decoder, number: decoder.frames.read(number).schema,
    "tuple": lambda decoder, trees: tuple(decoder.all(trees)),
    "list": Decoder.all,
    "set": lambda decoder, trees: frozenset(decoder.all(trees)),
    "dict": lambda decoder, pairs: dict(map(decoder.all, pairs)),
    "bytes": lambda _, text: bytes.fromhex(text),
    "path": lambda _, text: Path(text),
    "index": Decoder.index,
    "users": Decoder.users,
}
