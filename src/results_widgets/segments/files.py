"""Segments in Parquet: the users as rows, the name and the rule in the file's metadata."""

import json
from io import BytesIO
from pathlib import Path

import polars as pl

from results_widgets._io import is_file, make_folder, whole_file
from results_widgets._json import parse
from results_widgets._seal import CHANGED, SEAL, UNSEALED, are_sealed, is_sealed, seal, seal_file
from results_widgets.errors import QueryError
from results_widgets.segments.rules import Rule

_NAME, _RULE, _TREE = (f"results_widgets.{name}" for name in ("name", "rule", "expression"))


Kept = tuple[pl.DataFrame, str, Rule | None]
"""Users, their rule in words, and its tree."""


def write_users(
    users: pl.DataFrame, target: Path, name: str, rule: str, expression: Rule | None
) -> Path:
    """Write one segment to a file."""
    make_folder(target.parent)
    with whole_file(target, private=True) as scratch:
        users.write_parquet(scratch, metadata=_words(name, rule, expression))
        seal_file(scratch)
    return target


def _words(name: str, rule: str, expression: Rule | None) -> dict[str, str]:
    words = {_NAME: name, _RULE: rule, SEAL: UNSEALED}
    return words if expression is None else {**words, _TREE: json.dumps(expression)}


def read_users(source: Path) -> tuple[pl.LazyFrame, str, str, Rule | None]:
    """Return the users, the name, the rule and its tree from a file.

    Raises:
        QueryError: There is no such file, it is no Parquet file, or not as it was saved.
    """
    if not is_file(source):
        raise QueryError(
            f"{source}: no such file; save a segment there first with segment.save(path)"
        )
    try:
        sealed = is_sealed(source)
        words = {} if sealed is False else pl.read_parquet_metadata(source)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise QueryError(f"{source}: no Parquet file of users ({error})") from None
    # Files of older versions have no seal, and those of others none of these words either.
    if sealed is False:
        raise QueryError(f"{source}: {CHANGED}; save the segment again")
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


def as_bytes(users: pl.DataFrame, name: str, rule: str, expression: Rule | None) -> bytes:
    """Return a segment as Parquet bytes."""
    sink = BytesIO()
    users.write_parquet(sink, metadata=_words(name, rule, expression))
    return seal(sink.getvalue())


def from_bytes(blob: bytes, name: str, kept: tuple[str, str | None], origin: str) -> Kept:
    """Return the users, the rule and its tree from Parquet bytes.

    Args:
        blob: The bytes.
        name: What the segment must be called.
        kept: The rule and its tree as they are kept beside the bytes, which count where the bytes are an older
            version's and lack them.
        origin: What the error calls the bytes.

    Raises:
        QueryError: They are not as they were saved, or of another segment.
    """
    changed, sealed = QueryError(f"{origin}: {CHANGED}; save the segment again"), are_sealed(blob)
    if sealed is False:
        raise changed
    try:
        words = pl.read_parquet_metadata(BytesIO(blob))
        users = pl.read_parquet(BytesIO(blob))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        raise changed from None
    if sealed and words.get(_NAME) != name:
        raise changed
    rule, tree = (words.get(_RULE, ""), words.get(_TREE)) if sealed else kept
    return users, rule, None if tree is None else read_tree(tree, origin)
