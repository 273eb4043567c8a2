"""Estimates of distinct users by HyperLogLog sketches (Apache DataSketches).

User ids are hashed into 2^15 buckets, and a sketch has one small number per bucket, or while there
are few users a list of short hashes (26 bits). The seed of the hash is public, so sketches made
anywhere can be merged. `BOUND` says how far off an estimate may be.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

import polars as pl

from results_widgets.errors import MissingExtraError

LG_K: Final = 15
"""Binary logarithm of a sketch's size. At 14, three standard deviations would be 2.4 %."""

BOUND: Final = 0.0175
"""An estimate is off by less than this share in 99.7 of 100 cases: 3 · 1.0390 / √2^15, of the estimate.

Flajolet et al. (2007), Discrete Mathematics and Theoretical Computer Science AH, 137-156; the constant is
that of merged sketches. Up to some 3,000 users a sketch is a list, and off by 0.02 % at most.
"""

Sketch = bytes
"""A sketch in the compact form of DataSketches, which Spark and Druid also read and write."""


class Union:
    """A union of sketches, and the estimated number of its users."""

    def __init__(self) -> None:
        self._library = _library()
        self._union = self._library.hll_union(LG_K)

    def add(self, sketches: Iterable[Sketch]) -> "Union":
        """Merge further sketches; return the union itself."""
        read = self._library.hll_sketch.deserialize
        for sketch in sketches:
            self._union.update(read(sketch))
        return self

    @property
    def users(self) -> int:
        """The estimated number of distinct users, rounded."""
        users: float = self._union.get_estimate()
        return round(users)

    @property
    def sketch(self) -> Sketch:
        """The union as one sketch."""
        return _compact(self._union.get_result(self._library.HLL_4))


def sketch_of(users: Iterable[str | int]) -> Sketch:
    """Return the sketch of users, by their ids."""
    library = _library()
    made = library.hll_sketch(LG_K, library.HLL_4)
    for user in users:
        made.update(user)
    return _compact(made)


def merged(sketches: Iterable[Sketch]) -> Sketch:
    """Return the sketch of all users of sketches."""
    return Union().add(sketches).sketch


def distinct(sketches: Iterable[Sketch]) -> int:
    """Return how many distinct users sketches hold together, within `BOUND`."""
    return Union().add(sketches).users


def each_sketch(column: str, function: Callable[[Any], Sketch | None]) -> pl.Expr:
    """Return what a function makes of each value of a column: a sketch, or null."""
    _library()  # An error out of Polars' own loop would hide which package is missing.
    return pl.col(column).map_elements(function, return_dtype=pl.Binary, skip_nulls=True)


def is_sketch(found: bytes) -> bool:
    """Whether bytes are a sketch of the size that is merged here."""
    try:
        read = _library().hll_sketch.deserialize(found)
    except (RuntimeError, ValueError, IndexError, MemoryError):
        return False
    return bool(read.lg_config_k == LG_K)


def _compact(sketch: Any) -> Sketch:
    found: bytes = sketch.serialize_compact()
    return found


def _library() -> Any:
    try:
        import datasketches
    except ImportError:
        raise MissingExtraError("approximate distinct users", "datasketches", "sketches") from None
    return datasketches
