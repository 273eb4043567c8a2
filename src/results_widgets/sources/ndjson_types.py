"""Types of the columns of newline-delimited JSON, inferred from all of its lines."""

import glob
import json
from pathlib import Path
from typing import Any, Final

import polars as pl

from results_widgets.errors import EventsError
from results_widgets.sources.column_types import JSON
from results_widgets.sources.content import Content

_TYPES: Final[dict[frozenset[type], pl.DataType]] = {
    frozenset(): pl.Null(),
    frozenset({bool}): pl.Boolean(),
    frozenset({int}): pl.Int64(),
    frozenset({float}): pl.Float64(),
    frozenset({int, float}): pl.Float64(),
}
_LARGEST: Final = 2**63


def scan_ndjson(source: Any, schema: pl.Schema | None = None) -> pl.LazyFrame:
    """Scan NDJSON; a schema that is not given is inferred from all lines."""
    # Polars takes every path here as a glob.
    literal: Any = source
    if isinstance(source, Path):
        literal = glob.escape(str(source))
    elif isinstance(source, list):
        literal = [glob.escape(str(path)) for path in source]
    return pl.scan_ndjson(literal, schema=schema, infer_schema_length=None)


def ndjson_schema(content: Content, path: Path) -> pl.Schema:
    """Return the types of a file's columns; numbers beyond 64 bits are text.

    A line names only the fields it has, so a column may first appear in the last line.
    """
    try:
        lines = scan_ndjson(content.open(path))
        schema = lines.collect_schema()
        wide = {name: pl.String() for name, kind in schema.items() if kind == pl.Int128}
        schema = pl.Schema({**schema, **wide})
        _parse(content, path, schema)
    except pl.exceptions.PolarsError:
        # A column that has several types in one file, perhaps.
        return _by_values(content, path)
    return schema


def _parse(content: Content, path: Path, schema: pl.Schema) -> None:
    lines = scan_ndjson(content.open(path), schema)
    lines.select(pl.all().null_count()).collect(engine="streaming")


def _by_values(content: Content, path: Path) -> pl.Schema:
    kinds: dict[str, set[type]] = {}
    for number, line in enumerate(_lines(content, path), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except ValueError:
            whole = f"line {number} is not a complete JSON object; write one object per line"
            raise EventsError(f"cannot be read as ndjson ({whole})") from None
        if not isinstance(found, dict):
            raise EventsError(f"cannot be read as ndjson (line {number} is not an object)")
        for name, value in found.items():
            kinds.setdefault(name, set()).update(_kind(value))
    return pl.Schema({name: _type_of(found) for name, found in kinds.items()})


def _lines(content: Content, path: Path) -> list[str]:
    source = content.open(path)
    data = source.read_bytes() if isinstance(source, Path) else source.read()
    if data.startswith(b"\x1f\x8b"):
        import gzip

        data = gzip.decompress(data)
    return data.decode().splitlines()


def _kind(value: Any) -> set[type]:
    if value is None:
        return set()
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= _LARGEST:
        return {str}
    return {dict} if isinstance(value, list) else {type(value)}


def _type_of(kinds: set[type]) -> pl.DataType:
    if dict in kinds:
        return JSON
    return _TYPES.get(frozenset(kinds), pl.String())
