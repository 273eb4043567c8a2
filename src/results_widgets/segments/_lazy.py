"""Segments whose users stay on the engine that holds the events."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self
from weakref import finalize

import narwhals as nw
import polars as pl

from results_widgets.engine.backends.base import Data, count
from results_widgets.engine.frames import Rows, collect
from results_widgets.errors import QueryError
from results_widgets.segments._hashing_there import HASH, hashed, under
from results_widgets.segments._segment import _WORDS, Segment, _tree
from results_widgets.segments._users import Rule
from results_widgets.sources.engines import SqlEngine, as_rows, engine_of

if TYPE_CHECKING:
    from results_widgets.segments._audience import Audience


class LazySegment(Segment):
    """A segment on DuckDB or Spark: its size is counted there, and it combines there with others.

    Users come to this machine only when asked for by name: ``users``, ``to_pandas()``,
    ``to_arrow()``, ``save()`` and ``export()``. `sample` and `split` draw the same users there as
    here, and at once; what they drew stays there as long as a segment needs it.
    """

    def __init__(
        self,
        rows: Rows,
        name: str,
        rule: str,
        expression: Rule | None,
        audience: "Audience | None",
        parts: tuple[Segment, ...] = (),
    ) -> None:
        self._rows, self.name, self.rule = rows, name, rule
        self._expression, self._audience = expression, audience
        # What the engine keeps for data goes with it, so the data of every part stays with the whole.
        self._parts = parts

    def lazy(self) -> Any:
        """Return the users without computing them: a DuckDB relation or a Spark DataFrame.

        Hold the segment or its results as long as what is made of it is used: what they keep on the
        engine goes with them.
        """
        return self._rows.to_native()

    def write(self, path: str | Path) -> Path:
        """Write the users as Parquet from where they are: a file by DuckDB, a folder by Spark.

        Raises:
            QueryError: There is something at the path already.
        """
        target = Path(path)
        if target.exists():
            raise QueryError(f"{target} is there already; pass a path that is free")
        self._engine.write_parquet(self._rows, target)
        return target

    def _ids(self, data: Data) -> Rows:
        here, there = self._rows.implementation, data.source_rows.implementation
        if here != there:
            raise self._apart(f"the events on {there}")
        return self._rows.select("user_id")

    @property
    def _users(self) -> Any:
        return self.lazy()

    @cached_property
    def _collected(self) -> pl.DataFrame:
        return collect(self._rows).sort("user_id")

    @cached_property
    def _size(self) -> int:
        return count(self._rows)

    @property
    def _columns(self) -> list[str]:
        return self._rows.collect_schema().names()

    def __len__(self) -> int:
        return self._size

    @cached_property
    def _id_type(self) -> pl.DataType:
        return collect(self._rows.select("user_id").head(0)).schema["user_id"]

    def __contains__(self, user_id: object) -> bool:
        return count(self._rows.filter(nw.col("user_id") == self._own_id(user_id)).head(1)) > 0

    def _repr_html_(self) -> str:
        from html import escape

        return f"<p><b>{escape(self.name)}</b>: {len(self):,} users<br>{escape(self.rule)}</p>"

    # --- combined

    def __and__(self, other: Segment) -> Segment:
        both = self._rows.join(self._beside(other).select("user_id"), on="user_id", how="semi")
        return self._joined(other, "and", both)

    def __sub__(self, other: Segment) -> Segment:
        rest = self._rows.join(self._beside(other).select("user_id"), on="user_id", how="anti")
        return self._joined(other, "minus", rest)

    def __or__(self, other: Segment) -> Segment:
        added = self._beside(other).join(self._rows.select("user_id"), on="user_id", how="anti")
        return self._joined(other, "or", nw.concat([self._rows, added], how="diagonal"))

    def _beside(self, other: Segment) -> Rows:
        here = self._rows.implementation
        if not isinstance(other, LazySegment) or other._rows.implementation != here:
            raise self._apart(f"{other!r} elsewhere")
        self._check(other)
        return other._rows

    def _apart(self, others: str) -> QueryError:
        return QueryError(
            f"{self.name!r} lies on {self._rows.implementation}, {others}; hold both in memory: "
            "rw.Segment(segment.users, name=…, rule=…)"
        )

    def _joined(self, other: Segment, op: Literal["and", "or", "minus"], rows: Rows) -> Segment:
        asked = self._expression is not None and other._expression is not None
        return LazySegment(
            rows.sort("user_id"),
            f"{self.name} {_WORDS[op]} {other.name}",
            f"({self.rule}) {_WORDS[op]} ({other.rule})",
            _tree(op, self, other) if asked else None,
            self._audience or other._audience,
            (self, other),
        )

    def _counts(self, every: Sequence[Segment]) -> pl.DataFrame:
        marked = [
            self._beside(segment).select("user_id", mark=nw.lit(1 << place).cast(nw.Int64))
            for place, segment in enumerate(every)
        ]
        of_each = nw.concat(marked).group_by("user_id").agg(mark=nw.col("mark").sum())
        counts = of_each.with_columns(nw.col("mark").cast(nw.Int64)).group_by("mark")
        return collect(counts.agg(users=nw.len().cast(nw.Int64)))

    def _derived(self, users: Any, name: str, rule: str, tree: Rule | None) -> Segment:
        return LazySegment(as_rows(users), name, rule, tree, self._audience, (self,))

    def _in_audience(self, audience: "Audience") -> Self:
        return type(self)(self._rows, self.name, self.rule, self._expression, audience, (self,))

    # --- drawn and parted

    def _drawn(self, n: int, seed: int) -> Any:
        found = self._hashed(nw.col("user_id").cast(nw.String), seed).sort(*HASH, "user_id")
        return self._kept(found.head(n).drop(*HASH)).sort("user_id").to_native()

    def _sides(self, share: float, by: str, seed: int) -> tuple[Any, Any]:
        kind = self._rows.collect_schema()[by]
        if not (kind in (nw.String, nw.Boolean) or kind.is_integer()):
            raise QueryError(
                f"split(by={by!r}) goes by how values are written, and {self._rows.implementation} writes "
                f"{kind} in its own way; hold the users in memory: rw.Segment(segment.users, name=…, rule=…)"
            )
        text = nw.coalesce(nw.col(by).cast(nw.String), nw.col("user_id").cast(nw.String))
        first = nw.lit(True) if share == 1 else under(share)
        parted = self._kept(self._hashed(text, seed).with_columns(_first=first).drop(*HASH))
        one, other = nw.col("_first"), ~nw.col("_first")
        return tuple(
            parted.filter(side).drop("_first").sort("user_id").to_native() for side in (one, other)
        )

    def _hashed(self, text: nw.Expr, seed: int) -> Rows:
        return hashed(self._rows, text, self._engine, seed)

    def _kept(self, rows: Rows) -> Rows:
        """Return rows computed once, as long as there is this segment or one made of it."""
        kept, release = self._engine.materialise(rows)
        finalize(self, release).atexit = False
        return kept

    @property
    def _engine(self) -> SqlEngine:
        engine = engine_of(self._rows.to_native())
        assert engine is not None
        return engine
