"""Segments in Parquet: the users as rows, the name and the rule in the file's metadata."""

import json
from io import BytesIO
from pathlib import Path

import polars as pl

from results_widgets._io import whole_file
from results_widgets._json import parse
from results_widgets.errors import QueryError
from results_widgets.segments.rules import Rule

_NAME, _RULE, _TREE = (f"results_widgets.{name}" for name in ("name", "rule", "expression"))


def write_users(
    users: pl.DataFrame, target: Path, name: str, rule: str, expression: Rule | None
) -> Path:
    """Write one segment to a file."""
    words = {_NAME: name, _RULE: rule}
    if expression is not None:
        words[_TREE] = json.dumps(expression)
    target.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(target, private=True) as scratch:
        users.write_parquet(scratch, metadata=words)
    return target


def read_users(source: Path) -> tuple[pl.LazyFrame, str, str, Rule | None]:
    """Return the users, the name, the rule and its tree from a file.

    Raises:
        QueryError: There is no such file, or it is no Parquet file.
    """
    if not source.is_file():
        raise QueryError(
            f"{source}: no such file; save a segment there first with segment.save(path)"
        )
    try:
        words = pl.read_parquet_metadata(source)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise QueryError(f"{source}: no Parquet file of users ({error})") from None
    tree = words.get(_TREE)
    return (
        pl.scan_parquet(source, glob=False),
        words.get(_NAME, source.stem),
        words.get(_RULE, f"users in {source.name}"),
        None if tree is None else read_tree(tree, str(source)),
    )


def read_tree(text: str, origin: str) -> Rule:
    """Return a rule from the JSON text that it is kept as.

    Raises:
        QueryError: The text is no JSON object.
    """
    tree = parse(text, origin, QueryError.at)
    if not isinstance(tree, dict):
        raise QueryError.at(origin, f"expected a rule as an object, found {type(tree).__name__}")
    return tree


def as_bytes(users: pl.DataFrame) -> bytes:
    """Return users as Parquet bytes."""
    sink = BytesIO()
    users.write_parquet(sink)
    return sink.getvalue()


def from_bytes(blob: bytes) -> pl.DataFrame:
    """Return users from Parquet bytes."""
    return pl.read_parquet(BytesIO(blob))
