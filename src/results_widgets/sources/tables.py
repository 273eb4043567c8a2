"""Any table a user may hold, as one lazy Polars frame."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import polars as pl

from results_widgets.errors import EventsError, listing

FORMATS = (".parquet", ".csv", ".ndjson", ".jsonl")
_TEXT_COLUMNS = (
    "campaign_id",
    "action_id",
    "event",
    "timestamp",
    "variant",
    "entry_id",
    "link",
    "reason",
)


def read_table(source: object, what: str = "events") -> pl.LazyFrame:
    """Return a table as a lazy frame; files are only read when a query needs them.

    Args:
        source: A path, a glob, a folder, a list of paths, a Polars frame, or any object that offers
            the Arrow stream interface (pandas, pyarrow, DuckDB relations, …) or Spark's
            ``toArrow``.
        what: Name of the table in messages.

    Raises:
        EventsError: There is no such file, it has another format, or the object is no table.
    """
    if isinstance(source, pl.LazyFrame):
        return source
    if isinstance(source, pl.DataFrame):
        return source.lazy()
    if isinstance(source, str | Path):
        return _scan(_expand(source, what), what)
    if isinstance(source, Sequence) and not isinstance(source, bytes) and not source:
        raise EventsError(f"{what}: the list of files is empty; pass at least one file")
    if isinstance(source, Sequence) and all(isinstance(item, str | Path) for item in source):
        return _scan([path for item in source for path in _expand(item, what)], what)
    return _from_arrow(source, what).lazy()


def find_files(folder: Path, stem: str) -> list[Path]:
    """Return the files of a folder whose name starts with ``stem`` and whose format is known, sorted."""
    return sorted(
        path
        for path in folder.iterdir()
        if path.name.startswith(stem) and _format(path) in FORMATS and path.is_file()
    )


def _format(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    return (
        suffixes[-2]
        if len(suffixes) > 1 and suffixes[-1] == ".gz"
        else suffixes[-1]
        if suffixes
        else ""
    )


def _expand(source: str | Path, what: str) -> list[Path]:
    path = Path(source)
    if path.is_dir():
        files = find_files(path, "")
        if not files:
            raise EventsError(f"{what}: the folder {path} holds no {listing(FORMATS)} file")
        return files
    if path.is_file():
        return [path]
    pattern = str(source)
    root = Path(path.anchor) if path.is_absolute() else Path()
    found = (
        sorted(root.glob(pattern.removeprefix(path.anchor)))
        if any(c in pattern for c in "*?[")
        else []
    )
    if not found:
        raise EventsError(
            f"{what}: no file matches {pattern!r}; pass a file, a folder or a glob that exists"
        )
    return found


def _scan(paths: Sequence[Path], what: str) -> pl.LazyFrame:
    formats = sorted({_format(path) for path in paths})
    if len(formats) > 1:
        raise EventsError(
            f"{what}: files of several formats together: {listing(formats)}; pass one of them"
        )
    kind = formats[0]
    if kind not in FORMATS:
        raise EventsError(
            f"{what}: {paths[0]} has the unknown format {kind!r}; known: {listing(FORMATS)}"
        )
    try:
        frame = _scan_as(kind, paths)
        frame.collect_schema()
    except pl.exceptions.PolarsError as error:
        said = str(error).partition("\n")[0]
        raise EventsError(
            f"{what}: {paths[0]} cannot be read as {kind.removeprefix('.')} ({said}); "
            "check the file, or write it anew"
        ) from None
    return frame


def _scan_as(kind: str, paths: Sequence[Path]) -> pl.LazyFrame:
    if kind == ".parquet":
        return pl.scan_parquet(list(paths))
    if kind == ".csv":
        return _scan_csv(paths)
    return pl.scan_ndjson(list(paths), infer_schema_length=10_000)


def _scan_csv(paths: Sequence[Path]) -> pl.LazyFrame:
    # Ids that look like numbers in the first rows may be text further down, so names and ids of
    # things stay text.
    header = pl.scan_csv(paths[0], infer_schema=False).collect_schema().names()
    overrides = {name: pl.String() for name in _TEXT_COLUMNS if name in header}
    return pl.scan_csv(list(paths), infer_schema_length=10_000, schema_overrides=overrides)


def _from_arrow(source: object, what: str) -> pl.DataFrame:
    if hasattr(source, "toArrow"):
        source = source.toArrow()
    if hasattr(source, "__arrow_c_stream__") or hasattr(source, "__arrow_c_array__"):
        frame = pl.DataFrame(cast("Any", source))
        return frame.drop([name for name in frame.columns if name.startswith("__index_level_")])
    raise EventsError(
        f"{what}: cannot read {type(source).__module__}.{type(source).__qualname__}; "
        "pass a path, a glob, or a Polars, pandas, Arrow, DuckDB or Spark table"
    )
