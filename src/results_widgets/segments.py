"""A segment: users together with the rule that made them."""

import os
import tempfile
from functools import cached_property
from pathlib import Path
from typing import Self

import polars as pl

from results_widgets.errors import EventsError, QueryError

_NAME, _RULE = "results_widgets.name", "results_widgets.rule"


class Segment:
    """A named set of users.

    Args:
        users: One row per user with ``user_id`` (String or Int64) and any attributes; lazy frames
            stay lazy until asked.
        name: Short name.
        rule: What the users have in common, in words.
    """

    def __init__(self, users: pl.LazyFrame | pl.DataFrame, *, name: str, rule: str) -> None:
        self._frame = users.lazy()
        if "user_id" not in self._frame.collect_schema():
            raise EventsError.missing_column(
                "user_id", self._frame.collect_schema().names(), "segment"
            )
        self.name = name
        self.rule = rule

    @cached_property
    def users(self) -> pl.DataFrame:
        """The users: ``user_id`` and attributes, one row each, sorted by id."""
        return self._frame.collect()

    def lazy(self) -> pl.LazyFrame:
        """Return the users without computing them."""
        return self._frame

    def __len__(self) -> int:
        return self.users.height

    def __repr__(self) -> str:
        return f"Segment({self.name!r}, {len(self):,} users: {self.rule})"

    def _repr_html_(self) -> str:
        from html import escape

        head = f"<p><b>{escape(self.name)}</b>: {len(self):,} users<br>{escape(self.rule)}</p>"
        return head + self.users._repr_html_()

    def __and__(self, other: "Segment") -> "Segment":
        return self._combined(
            other, "and", self._frame.join(other._frame.select("user_id"), on="user_id", how="semi")
        )

    def __sub__(self, other: "Segment") -> "Segment":
        return self._combined(
            other,
            "but not",
            self._frame.join(other._frame.select("user_id"), on="user_id", how="anti"),
        )

    def __or__(self, other: "Segment") -> "Segment":
        added = other._frame.join(self._frame.select("user_id"), on="user_id", how="anti")
        return self._combined(other, "or", pl.concat([self._frame, added], how="diagonal_relaxed"))

    def _combined(self, other: "Segment", word: str, users: pl.LazyFrame) -> "Segment":
        mine, theirs = (segment._frame.collect_schema()["user_id"] for segment in (self, other))
        if mine != theirs:
            raise QueryError(
                f"{self.name!r} has user ids of type {mine}, {other.name!r} of type {theirs}; cast one of them"
            )
        return Segment(
            users.sort("user_id"),
            name=f"{self.name} {word} {other.name}",
            rule=f"({self.rule}) {word} ({other.rule})",
        )

    def save(self, path: str | Path) -> Path:
        """Write the users, name and rule to one Parquet file; an existing file is replaced at once or not at all."""
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        os.close(handle)
        scratch = Path(name)
        try:
            self.users.write_parquet(scratch, metadata={_NAME: self.name, _RULE: self.rule})
            scratch.replace(target)
        finally:
            scratch.unlink(missing_ok=True)
        return target

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a segment that `save` wrote; any other Parquet file with a ``user_id`` takes its
        file's name.

        Raises:
            QueryError: There is no such file.
        """
        source = Path(path)
        if not source.is_file():
            raise QueryError(
                f"{source}: no such file; save a segment there first with segment.save(path)"
            )
        words = pl.read_parquet_metadata(source)
        return cls(
            pl.scan_parquet(source),
            name=words.get(_NAME, source.stem),
            rule=words.get(_RULE, f"users in {source.name}"),
        )
