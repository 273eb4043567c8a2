"""The users of a segment on DuckDB or Spark: they are counted and combined there."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any
from weakref import finalize

import narwhals as nw
import polars as pl

from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.encoding.user_flags import Op
from results_widgets.engine.frames import Rows, collect, count
from results_widgets.errors import QueryError
from results_widgets.segments.engine_hashing import HASH, below_share, with_hash
from results_widgets.segments.users import JOINS, Users
from results_widgets.sources.boundary import engine_errors_as_ours
from results_widgets.sources.engines import SqlEngine, as_rows, engine_of


class EngineUsers(Users):
    """Users in a DuckDB relation or a Spark DataFrame; they come into memory only with `collect`.

    Args:
        rows: ``user_id`` and attributes, one row per user.
        keeps_alive: What the rows are made of. Tables that the engine keeps for it are dropped with it.
    """

    def __init__(self, rows: Rows, keeps_alive: tuple[object, ...]) -> None:
        self._rows, self._keeps_alive = rows, keeps_alive
        self._computed: pl.DataFrame | None = None

    @cached_property
    def _engine(self) -> SqlEngine:
        engine = engine_of(self._rows.to_native())
        assert engine is not None
        return engine

    @property
    def place(self) -> str:  # type: ignore[override]
        """Where they are, in words."""
        return f"on {self._engine.name}"

    @cached_property
    def id_type(self) -> pl.DataType:
        """See `Users`."""
        return collect(self._rows.select("user_id").head(0)).schema["user_id"]

    @property
    def columns(self) -> list[str]:
        """See `Users`."""
        return self._rows.collect_schema().names()

    @cached_property
    def _size(self) -> int:
        return count(self._rows)

    def __len__(self) -> int:
        return self._size

    def has(self, user_id: str | int) -> bool:
        """See `Users`."""
        return count(self._rows.filter(nw.col("user_id") == user_id).head(1)) > 0

    def collect(self) -> pl.DataFrame:
        """See `Users`."""
        if self._computed is None:
            self._computed = collect(self._rows).sort("user_id")
        return self._computed

    def lazy(self) -> Any:
        """See `Users`."""
        return self._rows.to_native()

    def ids_beside(self, data: UserBackend) -> Rows:
        """See `Users`."""
        if self._rows.implementation != data.source_rows.implementation:
            raise QueryError(
                f"the users are {self.place}, and the events are not; bring the users into memory: "
                "rw.Segment(segment.users, name=…, rule=…)"
            )
        return self._rows.select("user_id")

    def combined(self, other: Users, op: Op) -> Users:
        """See `Users`."""
        ours, theirs = self._rows, _rows(other)
        if op == "or":
            added = theirs.join(ours.select("user_id"), on="user_id", how="anti")
            found = nw.concat([ours, added], how="diagonal")
        else:
            found = ours.join(theirs.select("user_id"), on="user_id", how=JOINS[op])
        return EngineUsers(found.sort("user_id"), (self, other))

    def sample(self, n: int, seed: int) -> Users:
        """See `Users`."""
        hashed = self._hashed(nw.col("user_id").cast(nw.String), seed).sort(*HASH, "user_id")
        drawn = self._materialised(hashed.head(n).drop(*HASH))
        return self._made_of_this(drawn.sort("user_id"))

    def split(self, share: float, by: str, seed: int) -> tuple[Users, Users]:
        """See `Users`."""
        kind = self._rows.collect_schema()[by]
        if not (kind in (nw.String, nw.Boolean) or kind.is_integer()):
            raise QueryError(
                f"split(by={by!r}) hashes values as text, and {self._engine.name} writes {kind} in its "
                "own way; bring the users into memory: rw.Segment(segment.users, name=…, rule=…)"
            )
        text = nw.coalesce(nw.col(by).cast(nw.String), nw.col("user_id").cast(nw.String))
        first = nw.lit(True) if share == 1 else below_share(share)
        marked = self._hashed(text, seed).with_columns(_first=first).drop(*HASH)
        parted, mark = self._materialised(marked), nw.col("_first")
        one, other = (parted.filter(side).drop("_first").sort("user_id") for side in (mark, ~mark))
        return self._made_of_this(one), self._made_of_this(other)

    def counts(self, others: Sequence[Users]) -> pl.DataFrame:
        """See `Users`."""
        marked = [
            _rows(users).select("user_id", mark=nw.lit(1 << place).cast(nw.Int64))
            for place, users in enumerate((self, *others))
        ]
        of_each = nw.concat(marked).group_by("user_id").agg(mark=nw.col("mark").sum())
        counts = of_each.with_columns(nw.col("mark").cast(nw.Int64)).group_by("mark")
        return collect(counts.agg(users=nw.len().cast(nw.Int64)))

    def write(self, path: Path) -> None:
        """See `Users`."""
        self._engine.write_parquet(self._rows, path)

    def _hashed(self, text: nw.Expr, seed: int) -> Rows:
        return with_hash(self._rows, text, self._engine, seed)

    def _materialised(self, rows: Rows) -> Rows:
        """Compute rows once; the engine keeps them as long as there are these users or ones made of them."""
        with engine_errors_as_ours("segment: its users cannot be read now"):
            kept, release = self._engine.materialise(rows)
        finalize(self, release).atexit = False
        return kept

    def _made_of_this(self, rows: Rows) -> "EngineUsers":
        return EngineUsers(as_rows(rows.to_native()), (self,))


def _rows(users: Users) -> Rows:
    # Segments combine only what is in one place.
    assert isinstance(users, EngineUsers)
    return users._rows
