"""File formats: how a file of each is scanned, and which column types it has."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl

from results_widgets.errors import EventsError, listing
from results_widgets.sources.column_types import JSON, converted
from results_widgets.sources.content import Content, Kind
from results_widgets.sources.csv_types import csv_schema, is_cut_off, scan_csv
from results_widgets.sources.ndjson_types import ndjson_schema, scan_ndjson

_LINE: Final = 65_536
_LONGEST: Final = 67_108_864
"""Bytes among which a file's last line is looked for at first, and at most."""


def common_kind(contents: Sequence[Content], what: str) -> Kind:
    """Return the one format of several files.

    Raises:
        EventsError: There are several.
    """
    kinds = {content.kind for content in contents}
    if len(kinds) > 1:
        raise EventsError(
            f"{what}: files of several formats together: {listing(sorted(kinds))}; pass one of them"
        )
    return kinds.pop()


def schema_of(content: Content, path: Path) -> pl.Schema:
    """Return the types of a file's columns: Parquet's own, or those that all of its lines fit."""
    if content.kind == ".parquet":
        return pl.scan_parquet(content.open(path), glob=False).collect_schema()
    return csv_schema(content, path) if content.kind == ".csv" else ndjson_schema(content, path)


def scan(
    content: Content, paths: Sequence[Path], own: pl.Schema, schema: pl.Schema
) -> pl.LazyFrame:
    """Scan files of one content and schema as a table of another schema that is wider.

    Args:
        content: What each of them holds.
        paths: The files; several only if they are plain.
        own: Their columns.
        schema: The table's; a column that they do not have is null.
    """
    parsed = pl.Schema({name: _parsed_as(own[name], schema.get(name)) for name in own})
    rows = _scan(content, paths, parsed if content.kind != ".parquet" else None)
    if parsed == schema and (content.kind != ".parquet" or own == schema):
        return rows
    kinds = own if content.kind == ".parquet" else parsed
    return rows.select(
        converted(name, kinds[name], kind) if name in own else pl.lit(None, kind).alias(name)
        for name, kind in schema.items()
    )


def _parsed_as(own: pl.DataType, kind: pl.DataType | None) -> pl.DataType:
    """Return the type by which a column of lines is parsed: text keeps what a number would lose."""
    return pl.String() if kind in (pl.String, JSON, None) or own in (pl.Null, JSON) else own


def _scan(content: Content, paths: Sequence[Path], schema: pl.Schema | None) -> pl.LazyFrame:
    source = list(paths) if content.is_plain else content.open(*paths)
    if content.kind == ".parquet":
        return pl.scan_parquet(source, glob=False)
    if content.kind == ".csv":
        return scan_csv(content, source, schema)
    return scan_ndjson(source, schema)


def ends_with_newline(path: Path) -> bool:
    """Whether a file is empty or its last line is complete."""
    return last_bytes(path, 1) in (b"\n", b"")


def has_partial_last_line(content: Content, path: Path) -> bool:
    """Whether a file's last line is cut off, as while it is being written."""
    if not content.can_grow or ends_with_newline(path):
        return False
    line = _last_line(path).decode("utf-8", "replace")
    if content.kind == ".csv":
        return is_cut_off(content, path, line)
    try:
        json.loads(line.removeprefix("\ufeff"))
    except ValueError:
        return True
    return False


def _last_line(path: Path) -> bytes:
    count, found = _LINE, last_bytes(path, _LINE)
    while b"\n" not in found and count == len(found) < _LONGEST:
        count *= 4
        found = last_bytes(path, count)
    return found.rpartition(b"\n")[2]


def last_bytes(path: Path, count: int, end: int | None = None) -> bytes:
    """Return a file's last bytes, or the last ones before position ``end``."""
    with path.open("rb") as file:
        end = path.stat().st_size if end is None else end
        file.seek(max(0, end - count))
        return file.read(min(count, end))
