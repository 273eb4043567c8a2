"""The same records in every envelope that exports come in, and damage that is done to text."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any, Literal

import fastavro
import polars as pl

Records = Sequence[dict[str, Any]]


def as_text(value: Any) -> str:
    """A value as a cell of CSV."""
    if value is None:
        return ""
    return json.dumps(value) if isinstance(value, dict | list | bool) else str(value)


def names_of(records: Records) -> list[str]:
    """The fields of all records, in the order in which they come."""
    return [*dict.fromkeys(name for record in records for name in record)]


def array(records: Records, dice: Random) -> bytes:
    """An array of JSON, with its objects parted in one way or another."""
    indent = dice.choice([None, None, 1])
    between = dice.choice([",", ",\n", ", ", " ,\r\n\n"])
    inner = between.join(json.dumps(one, indent=indent) for one in records)
    return dice.choice(["[{}]", "\n[\n{}\n]\n", "\ufeff[{}] "]).format(inner).encode()


def table(records: Records, dice: Random) -> bytes:
    """CSV, with quotes where they are needed, or everywhere."""
    text = io.StringIO()
    is_quoted = dice.random() < 0.5
    ends, separator = dice.choice(["\n", "\r\n"]), dice.choice(",;\t|")
    quoting: Literal[0, 1] = csv.QUOTE_ALL if is_quoted else csv.QUOTE_MINIMAL
    writer = csv.writer(text, quoting=quoting, lineterminator=ends, delimiter=separator)
    names = names_of(records)
    writer.writerow(names)
    writer.writerows([as_text(one.get(name)) for name in names] for one in records)
    return text.getvalue().encode("utf-8", "replace")


def parquet(records: Records, dice: Random) -> bytes:
    """Parquet, each column of the type that its values have, or text."""
    columns = {}
    for name in names_of(records):
        values = [one.get(name) for one in records]
        try:
            columns[name] = pl.Series(values, strict=True)
        except (TypeError, ValueError, OverflowError, pl.exceptions.PolarsError):
            texts = [None if one is None else as_text(one) for one in values]
            plain = [one and one.encode("utf-8", "replace").decode() for one in texts]
            columns[name] = pl.Series(plain, dtype=pl.String)
        kind = columns[name].dtype
        # It has no objects without fields.
        if kind.is_nested() and (
            dice.random() < 0.5 or "{}" in json.dumps(values) or "Null" in str(kind)
        ):
            columns[name] = pl.Series([as_text(one) for one in values], dtype=pl.String)
    file = io.BytesIO()
    pl.DataFrame(columns).write_parquet(file)
    return file.getvalue()


def avro(records: Records, dice: Random) -> bytes:
    """Avro, each field of the type that its values have, or text; at times with a list, so that it is not flat."""
    types: dict[type, str] = {str: "string", bool: "boolean", int: "long", float: "double"}
    names = {
        f"f{n}" if not name.isidentifier() else name: name
        for n, name in enumerate(names_of(records))
    }
    kinds: dict[str, Any] = {}
    for own, name in names.items():
        found = {type(one.get(name)) for one in records} - {type(None)}
        (kind,) = found if len(found) == 1 else (str,)
        large = kind is int and any(abs(one.get(name) or 0) >= 2**63 for one in records)
        kinds[own] = types.get(str if large else kind, "string")
    fields: list[dict[str, Any]] = [
        {"name": own, "type": ["null", kind] if dice.random() < 0.9 else [kind, "null"]}
        for own, kind in kinds.items()
    ]
    more = {"more": ["a"]} if dice.random() < 0.3 else {}
    if more:
        fields.append({"name": "more", "type": {"type": "array", "items": "string"}})
    rows = [
        {own: _as_kind(one.get(name), kinds[own]) for own, name in names.items()} | more
        for one in records
    ]
    file = io.BytesIO()
    schema = fastavro.parse_schema({"type": "record", "name": "x.event", "fields": fields})
    codec = dice.choice(["null", "deflate"])
    fastavro.writer(file, schema, rows, codec=codec, sync_interval=dice.choice([100, 16_000]))
    return file.getvalue()


def _as_kind(value: Any, kind: str) -> Any:
    if value is None or kind != "string":
        return value
    return as_text(value).encode("utf-8", "replace").decode()


ENVELOPES: dict[str, Callable[[Records, Random], bytes]] = {
    "json": array,
    "csv": table,
    "parquet": parquet,
    "avro": avro,
}
_PIECES = (
    '"',
    '""',
    ",",
    ";",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "{",
    "}",
    "[",
    "]",
    "NaN",
    "\x00",
    "\\",
    "\\ud800",
    "é",
    " ",
)


def with_pieces(text: bytes, dice: Random) -> bytes:
    """Text with a piece put in, left out or broken off, as files are that were cut or edited."""
    found = text
    for _ in range(dice.randrange(1, 4)):
        at = dice.randrange(len(found) + 1)
        what = dice.random()
        if what < 0.7:
            found = found[:at] + dice.choice(_PIECES).encode() + found[at:]
        elif what < 0.9:
            found = found[:at] + found[at + dice.randrange(1, 30) :]
        else:
            found = found[:at] + bytes([dice.randrange(128, 256)]) + found[at:]
    return found


def write_envelope(folder: Path, form: str, records: Records, dice: Random) -> Path:
    """Write records in an envelope."""
    path = folder / f"records.{form}"
    path.write_bytes(ENVELOPES[form](records, dice))
    return path
