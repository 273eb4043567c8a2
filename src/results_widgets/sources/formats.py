"""File formats: which are known, how each is scanned, and which column types its rows suggest."""

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
_BOOLEAN_WORDS: Final = ("true", "True", "TRUE", "false", "False", "FALSE")
_LINE: Final = 1 << 16


def format_of(path: Path) -> str:
    """Return a file's format by its suffix, ignoring a suffix for compression."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if len(suffixes) > 1 and suffixes[-1] == ".gz":
        return suffixes[-2]
    return suffixes[-1] if suffixes else ""


def common_format(paths: Sequence[Path], what: str) -> str:
    """Return the one format of several files.

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
    """Scan files of one format as one lazy table; CSV and NDJSON are parsed by the schema, if given."""
    if kind == ".parquet":
        return pl.scan_parquet(list(paths))
    if is_self_describing(kind):
        # A line names only the fields it has, so a column may first appear in the last line.
        return pl.scan_ndjson(list(paths), schema=schema, infer_schema_length=None)
    if schema is not None:
        return pl.scan_csv(list(paths), schema=schema)
    # Names and most ids stay text, whatever they look like. Ids of users and events are many, and
    # take less memory as integers if `text_columns` finds that all of them are.
    overrides = {name: pl.String() for name in _TEXT_COLUMNS if name in _header(paths[0])}
    return pl.scan_csv(list(paths), infer_schema_length=10_000, schema_overrides=overrides)


def has_integer_ids(kind: str, schema: pl.Schema) -> bool:
    """Whether a CSV or NDJSON table's user ids have been integers so far."""
    return kind != ".parquet" and "user_id" in schema and schema["user_id"].is_integer()


def text_columns(kind: str, path: Path, inferred: pl.Schema) -> frozenset[str]:
    """Return the columns that must be read as text, although their first values suggest another type.

    A column is read as integers only if every value is written like one: ``007`` is not the same
    user, or postcode, as ``7``.
    """
    guessed = {name: dtype for name, dtype in inferred.items() if _is_guess(dtype)}
    if kind == ".parquet" or not guessed:
        return frozenset()
    if is_self_describing(kind):
        return frozenset() if _parses(guessed, path) else frozenset(_unparsable(guessed, path))
    mismatched = [_does_not_parse_as(name, dtype).any() for name, dtype in guessed.items()]
    found = pl.scan_csv(path, infer_schema=False).select(mismatched).collect(engine="streaming")
    return frozenset(name for name in guessed if found[name].item())


def _is_guess(dtype: pl.DataType) -> bool:
    """Whether later lines may contradict a type inferred from the first ones."""
    return dtype.is_numeric() or dtype == pl.Boolean


def _does_not_parse_as(name: str, dtype: pl.DataType) -> pl.Expr:
    """Whether a CSV value is not one that Polars parses as the type."""
    text = pl.col(name)
    if dtype == pl.Boolean:
        return text.is_not_null() & ~text.is_in(_BOOLEAN_WORDS)
    if dtype.is_integer():
        return text.ne_missing(text.cast(dtype, strict=False).cast(pl.String))
    # The CSV parser skips spaces before a number.
    number = text.str.strip_chars_start(" ").cast(dtype, strict=False)
    return text.is_not_null() & number.is_null()


def _unparsable(guessed: dict[str, pl.DataType], path: Path) -> list[str]:
    return [name for name, dtype in guessed.items() if not _parses({name: dtype}, path)]


def _parses(guessed: dict[str, pl.DataType], path: Path) -> bool:
    # JSON marks text itself; where text is expected, Polars reads a number as its digits.
    lines = pl.scan_ndjson(path, schema=guessed)
    try:
        lines.select(pl.all().null_count()).collect(engine="streaming")
    except pl.exceptions.ComputeError:
        return False
    return True


def is_self_describing(kind: str) -> bool:
    """Whether each line of a file names its own columns."""
    return kind not in (".parquet", ".csv")


def merge_schemas(schema: pl.Schema, further: pl.Schema) -> pl.Schema:
    """Return a schema with the further columns of another, and its types where this one knows none."""
    known = {name: kind for name, kind in schema.items() if kind != pl.Null}
    return pl.Schema({**schema, **further, **known})


def with_text(schema: pl.Schema, names: Iterable[str]) -> pl.Schema:
    """Return a schema with some columns as text."""
    return pl.Schema({**schema, **dict.fromkeys(names, pl.String())})


def schema_mismatch(kind: str, path: Path, schema: pl.Schema) -> str | None:
    """Return how a file's columns differ from the table's; None if they do not."""
    if is_self_describing(kind):
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


def is_line_format(path: Path) -> bool:
    """Whether a file consists of lines, so that more may be appended to it."""
    return path.suffix.lower() in (".csv", ".ndjson", ".jsonl")


def ends_with_newline(path: Path) -> bool:
    """Whether a file is empty or its last line is complete."""
    return last_bytes(path, 1) in (b"\n", b"")


def has_partial_last_line(path: Path) -> bool:
    """Whether a file's last line is cut off, as while it is being written."""
    if not is_line_format(path) or ends_with_newline(path):
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
    """Return a file's last bytes, or the last ones before position ``end``."""
    with path.open("rb") as file:
        end = path.stat().st_size if end is None else end
        file.seek(max(0, end - count))
        return file.read(min(count, end))
