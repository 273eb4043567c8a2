"""The file formats, and files of one format as one lazy table."""

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from results_widgets.errors import EventsError, listing

FORMATS: Final = (".parquet", ".csv", ".ndjson", ".jsonl")
_TEXT_COLUMNS: Final[tuple[str, ...]] = (
    "campaign_id",
    "action_id",
    "event",
    "timestamp",
    "variant",
    "entry_id",
    "link",
    "reason",
)
_ID_COLUMNS: Final = ("user_id", "event_id")
_LINE: Final = 1 << 16


def format_of(path: Path) -> str:
    """Return a file's format as its suffix says, without that of a compression."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if len(suffixes) > 1 and suffixes[-1] == ".gz":
        return suffixes[-2]
    return suffixes[-1] if suffixes else ""


def one_format(paths: Sequence[Path], what: str) -> str:
    """Return the format of files.

    Raises:
        EventsError: There are several, or it is unknown.
    """
    formats = sorted({format_of(path) for path in paths})
    if len(formats) > 1:
        raise EventsError(
            f"{what}: files of several formats together: {listing(formats)}; pass one of them"
        )
    if formats[0] not in FORMATS:
        raise EventsError(
            f"{what}: {paths[0]} has the unknown format {formats[0]!r}; known: {listing(FORMATS)}"
        )
    return formats[0]


def scan(kind: str, paths: Sequence[Path], schema: pl.Schema | None = None) -> pl.LazyFrame:
    """Return files of a format as one lazy table; lines are read by the schema, where one is given."""
    if kind == ".parquet":
        return pl.scan_parquet(list(paths))
    if kind != ".csv":
        return pl.scan_ndjson(list(paths), schema=schema, infer_schema_length=10_000)
    if schema is not None:
        return pl.scan_csv(list(paths), schema=schema)
    # Names and ids of things stay text, whatever they look like; the many ids of users and events
    # take less room as numbers, where `text_ids` finds that all of them are some.
    overrides = {name: pl.String() for name in _TEXT_COLUMNS if name in _header(paths[0])}
    return pl.scan_csv(list(paths), infer_schema_length=10_000, schema_overrides=overrides)


def number_ids(kind: str, schema: pl.Schema) -> list[str]:
    """Return the columns of ids that are whole numbers as far as the first lines tell."""
    if kind == ".parquet":
        return []
    return [name for name in _ID_COLUMNS if name in schema and schema[name].is_integer()]


def text_ids(kind: str, path: Path, inferred: pl.Schema) -> frozenset[str]:
    """Return the columns of ids that are text, though the first lines of their table hold whole numbers only.

    Ids are numbers where all of them are written as numbers are: ``007`` is another user than ``7``.
    """
    names = number_ids(kind, inferred)
    if not names:
        return frozenset()
    if kind == ".csv":
        read = {name: pl.col(name).cast(inferred[name], strict=False) for name in names}
        other = [pl.col(name).ne_missing(ids.cast(pl.String)).any() for name, ids in read.items()]
        found = pl.scan_csv(path, infer_schema=False).select(other).collect(engine="streaming")
        return frozenset(name for name in names if found[name].item())
    return frozenset(name for name in names if not _all_are(inferred[name], name, path))


def _all_are(dtype: pl.DataType, name: str, path: Path) -> bool:
    # JSON says itself what is text; and where text is expected, a number is read as its digits.
    lines = pl.scan_ndjson(path, schema={name: dtype})
    try:
        lines.select(pl.col(name).null_count()).collect(engine="streaming")
    except pl.exceptions.ComputeError:
        return False
    return True


def with_text(schema: pl.Schema, names: Iterable[str]) -> pl.Schema:
    """Return a schema with some columns as text."""
    return pl.Schema({**schema, **dict.fromkeys(names, pl.String())})


def misfit(kind: str, path: Path, schema: pl.Schema) -> str | None:
    """Say in what a file's columns are not those of a table; None where they are."""
    if kind not in (".parquet", ".csv"):
        # A line of NDJSON names only what it has.
        return None
    found = pl.read_parquet_schema(path) if kind == ".parquet" else dict.fromkeys(_header(path))
    missing = [name for name in schema if name not in found]
    further = [name for name in found if name not in schema]
    if missing or further:
        return f"column '{missing[0]}' is missing" if missing else f"column '{further[0]}' is new"
    if kind == ".csv":
        return None if list(found) == schema.names() else "its columns stand in another order"
    other = [name for name in schema if found[name] != schema[name]]
    return f"column '{other[0]}' is {found[other[0]]}, not {schema[other[0]]}" if other else None


def _header(path: Path) -> list[str]:
    return pl.scan_csv(path, infer_schema=False).collect_schema().names()


def has_lines(path: Path) -> bool:
    """Whether a file consists of lines that others may be written behind."""
    return path.suffix.lower() in (".csv", ".ndjson", ".jsonl")


def ends_whole(path: Path) -> bool:
    """Whether the last line of a file is ended."""
    return last_bytes(path, 1) in (b"\n", b"")


def is_torn(path: Path) -> bool:
    """Whether the last line of a file, not ended yet, is plainly only half there."""
    if not has_lines(path) or ends_whole(path):
        return False
    line = last_bytes(path, _LINE).rpartition(b"\n")[2].decode("utf-8", "replace")
    if format_of(path) == ".csv":
        return len(next(csv.reader([line]))) < len(_header(path))
    try:
        json.loads(line)
    except ValueError:
        return True
    return False


def last_bytes(path: Path, count: int, end: int | None = None) -> bytes:
    """Return what a file ends with, or what it ended with when it was shorter."""
    with path.open("rb") as file:
        end = path.stat().st_size if end is None else end
        file.seek(max(0, end - count))
        return file.read(min(count, end))
