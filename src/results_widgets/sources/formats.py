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
_TRUTHS: Final = ("true", "True", "TRUE", "false", "False", "FALSE")
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
    if names_own_columns(kind):
        # A line names only what it has, so a name may come with the last one.
        return pl.scan_ndjson(list(paths), schema=schema, infer_schema_length=None)
    if schema is not None:
        return pl.scan_csv(list(paths), schema=schema)
    # Names and ids of things stay text, whatever they look like; the many ids of users and events
    # take less room as numbers, where `text_columns` finds that all of them are.
    overrides = {name: pl.String() for name in _TEXT_COLUMNS if name in _header(paths[0])}
    return pl.scan_csv(list(paths), infer_schema_length=10_000, schema_overrides=overrides)


def has_number_ids(kind: str, schema: pl.Schema) -> bool:
    """Whether the users' ids of a table made of lines are whole numbers as far as is known."""
    return kind != ".parquet" and "user_id" in schema and schema["user_id"].is_integer()


def text_columns(kind: str, path: Path, inferred: pl.Schema) -> frozenset[str]:
    """Return the columns that are text, though the first lines of their table suggest something else.

    Whole numbers are some where all of them are written as such: ``007`` is another user, or postcode,
    than ``7``.
    """
    guessed = {name: dtype for name, dtype in inferred.items() if _is_guess(dtype)}
    if kind == ".parquet" or not guessed:
        return frozenset()
    if names_own_columns(kind):
        return frozenset() if _are_all(guessed, path) else frozenset(_wrong(guessed, path))
    other = [_is_other(name, dtype).any() for name, dtype in guessed.items()]
    found = pl.scan_csv(path, infer_schema=False).select(other).collect(engine="streaming")
    return frozenset(name for name in guessed if found[name].item())


def _is_guess(dtype: pl.DataType) -> bool:
    """Whether further lines may say otherwise."""
    return dtype.is_numeric() or dtype == pl.Boolean


def _is_other(name: str, dtype: pl.DataType) -> pl.Expr:
    """Whether a text of a CSV file is none that its reader takes for the type."""
    text = pl.col(name)
    if dtype == pl.Boolean:
        return text.is_not_null() & ~text.is_in(_TRUTHS)
    if dtype.is_integer():
        return text.ne_missing(text.cast(dtype, strict=False).cast(pl.String))
    # The reader passes over spaces ahead of a number.
    number = text.str.strip_chars_start(" ").cast(dtype, strict=False)
    return text.is_not_null() & number.is_null()


def _wrong(guessed: dict[str, pl.DataType], path: Path) -> list[str]:
    return [name for name, dtype in guessed.items() if not _are_all({name: dtype}, path)]


def _are_all(guessed: dict[str, pl.DataType], path: Path) -> bool:
    # JSON says itself what is text; and where text is expected, a number is read as its digits.
    lines = pl.scan_ndjson(path, schema=guessed)
    try:
        lines.select(pl.all().null_count()).collect(engine="streaming")
    except pl.exceptions.ComputeError:
        return False
    return True


def names_own_columns(kind: str) -> bool:
    """Whether each line of a file says which columns it has."""
    return kind not in (".parquet", ".csv")


def united(schema: pl.Schema, further: pl.Schema) -> pl.Schema:
    """Return a schema and the columns that another has beside it, or knows a type of."""
    known = {name: kind for name, kind in schema.items() if kind != pl.Null}
    return pl.Schema({**schema, **further, **known})


def with_text(schema: pl.Schema, names: Iterable[str]) -> pl.Schema:
    """Return a schema with some columns as text."""
    return pl.Schema({**schema, **dict.fromkeys(names, pl.String())})


def misfit(kind: str, path: Path, schema: pl.Schema) -> str | None:
    """Say in what a file's columns are not those of a table; None where they are."""
    if names_own_columns(kind):
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
