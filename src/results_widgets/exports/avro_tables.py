"""Avro as tables where its records are flat, else as batches of records; a block that is broken ends the file."""

import io
from collections.abc import Iterator
from typing import IO, Any, Final

import polars as pl

from results_widgets.errors import MissingExtraError
from results_widgets.exports.avro import AvroFile, open_avro
from results_widgets.exports.batches import Batch, Raw, Same
from results_widgets.exports.json_values import Refuse
from results_widgets.exports.tables import Table
from results_widgets.exports.vendor import SCHEMA_NAME, Placed, Record
from results_widgets.sources.unpacking import TooLargeError

_TOGETHER: Final = 2 << 20
"""So many bytes of blocks are read at once."""

_PLAIN: Final = ("boolean", "int", "long", "float", "double", "string")


def avro_tables(raw: IO[bytes], file: str, refuse: Refuse) -> Iterator[Raw]:
    """Return the records of a file of Avro; what cannot be read is told, and how many records were ahead of it."""
    try:
        opened = open_avro(raw)
        name = schema_name(opened.records(iter(())).writer_schema)
    except MissingExtraError:
        raise
    # A broken file can make fastavro raise any kind of error.
    except Exception as unread:  # noqa: BLE001
        refuse(Placed({}, file, 1), why_broken(unread, 0), "")
        return
    number = 0
    for some, broken in _some(opened.blocks):
        found: Raw | None = _table(opened, some, name, file, number)
        count = 0 if found is None else len(found)
        if found is None:
            found, count, inner = _batch(opened, some, name, Placed({}, file, number), refuse)
            broken = inner or broken  # noqa: PLW2901
        number += count
        yield found
        if broken is not None:
            refuse(Placed({}, file, number + 1), why_broken(broken, number), "")
            return


def why_broken(problem: Exception, number: int) -> str:
    """Return why a file is read no further than so many records."""
    kind = "" if isinstance(problem, TooLargeError) else f"{type(problem).__name__}: "
    reason = f"{kind}{problem}".rstrip(": ")
    return f"the file breaks off after {number:,} records: {reason}"


def schema_name(schema: Any) -> str:
    """Return the name of a schema that fastavro has read."""
    return str(schema.get("name", "")) if isinstance(schema, dict) else ""


def _some(blocks: Iterator[bytes]) -> Iterator[tuple[bytes, Exception | None]]:
    """Return blocks, several at once, and why there are no more of them."""
    found: list[bytes] = []
    size = 0
    try:
        for block in blocks:
            found.append(block)
            size += len(block)
            if size >= _TOGETHER:
                yield b"".join(found), None
                found, size = [], 0
    except (GeneratorExit, MissingExtraError):
        raise
    except Exception as problem:  # noqa: BLE001 - what came ahead of it is read first
        yield b"".join(found), problem
        return
    yield b"".join(found), None


def _table(opened: AvroFile, some: bytes, name: str, file: str, number: int) -> Table | None:
    """Return blocks as a table; None if their records are not flat, or broken."""
    if not _is_flat(opened.schema):
        return None
    try:
        frame = pl.read_avro(io.BytesIO(opened.start + some))
    except pl.exceptions.PolarsError:
        return None
    frame = frame.with_columns(pl.lit(name).alias(SCHEMA_NAME))
    lines = range(number + 1, number + 1 + frame.height)
    return Table(frame, frame.columns, file, lines)


def _is_flat(schema: Any) -> bool:
    """Whether all values are plain ones, which Polars reads as fastavro does."""
    if not isinstance(schema, dict) or schema.get("type") != "record" or not schema.get("fields"):
        return False
    names = [one["name"] for one in schema["fields"]]
    return SCHEMA_NAME not in names and all(_is_plain(one["type"]) for one in schema["fields"])


def _is_plain(kind: Any) -> bool:
    if isinstance(kind, list):
        return len(kind) == 2 and "null" in kind and any(map(_is_plain, kind))  # noqa: PLR2004
    if isinstance(kind, dict):
        # Times and decimals are numbers with a meaning of their own.
        return "logicalType" not in kind and kind.get("type") in _PLAIN
    return kind in _PLAIN


def _batch(
    opened: AvroFile, some: bytes, name: str, ahead: Placed, refuse: Refuse
) -> tuple[Batch, int, Exception | None]:
    """Return the records of blocks, how many were read for them, and why there are no more."""
    records: list[Record] = []
    lines: list[int] = []
    file, number = ahead.file, ahead.line
    try:
        for record in opened.records(iter((some,))):
            number += 1
            if isinstance(record, dict):
                record[SCHEMA_NAME] = name
                records.append(record)
                lines.append(number)
            else:
                refuse(Placed({}, file, number), "not a record", str(record))
    except Exception as problem:  # noqa: BLE001 - the records ahead of it are kept
        broken: Exception | None = problem
    else:
        broken = None
    return Batch(records, Same(file, len(records)), lines), number - ahead.line, broken
