"""Parquet files in object stores and on web servers, by their addresses."""

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import PurePosixPath
from time import monotonic
from typing import Any, Final

import polars as pl

from results_widgets._text import without_logins
from results_widgets.errors import EventsError
from results_widgets.sources.column_types import converted
from results_widgets.sources.elsewhere.snapshot import Elsewhere, Part, Snapshot
from results_widgets.sources.file_version import widened_schema
from results_widgets.sources.paths import partition_values

_ADDRESS: Final = re.compile(r"(?i)(s3a?|gs|gcs|az|azure|abfss?|adls?|hf|https?)://[^/]")
_WEB: Final = re.compile(r"(?i)https?://")
_AT_ONCE: Final = 16
"""How many files are asked for their columns at the same time; nearly all of the time is spent waiting."""
_STEADY: Final = 10.0
"""Seconds for which inspected files are assumed to be unchanged, since one query needs several scans."""
_FILE: Final = "__file"

_Columns = tuple[pl.Schema, tuple[tuple[str, str | None], ...]]
"""A file's columns, and those that its folders give."""


def is_address(source: object) -> bool:
    """Whether text names something in an object store or on a web server."""
    return isinstance(source, str) and _ADDRESS.match(source) is not None


class Objects(Elsewhere):
    """Parquet files by their addresses; see `results_widgets.Results`."""

    def __init__(self, addresses: Sequence[str], options: Mapping[str, Any] | None) -> None:
        name = (
            addresses[0] if len(addresses) == 1 else f"{addresses[0]} and {len(addresses) - 1} more"
        )
        super().__init__("table at", name, options)
        self._addresses = tuple(addresses)

    def _snapshot(self) -> Snapshot:
        paths = [path for address in self._addresses for path in self._listed(address)]
        if not paths:
            raise EventsError(f"events: there is no Parquet file at {self.name}; check the address")
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            found = [*threads.map(self._inspected, paths)]
        columns = dict(zip(paths, (one for one, _ in found), strict=True))
        parts = tuple((path, rows) for path, (_, rows) in zip(paths, found, strict=True))
        rows = self._scans(columns)
        words = "1 file" if len(parts) == 1 else f"{len(parts)} files"
        table = _Files(self, parts, rows)
        return Snapshot(parts, words, table, rows.collect_schema(), parts, settles=False)

    def _listed(self, address: str) -> list[str]:
        """Return the addresses of the files that one stands for: itself, those of a folder, or of a glob."""
        is_folder = address.endswith("/")
        if _WEB.match(address):
            if is_folder or "*" in address:
                raise EventsError(
                    f"events: a web server lists no files, so {without_logins(address)} names none; "
                    "pass the address of each"
                )
            return [address]
        if not is_folder and not any(one in address for one in "*?["):
            return [address]
        paths = self._opened(address, glob=True, include_file_paths=_FILE).select(_FILE)
        return paths.unique(maintain_order=True).collect().to_series().to_list()

    def _opened(self, place: str | list[str], *, glob: bool = False, **how: Any) -> pl.LazyFrame:
        return pl.scan_parquet(
            place,
            glob=glob,
            hive_partitioning=False,
            storage_options=self._options or None,
            extra_columns="ignore",
            missing_columns="insert",
            **how,
        )

    def _inspected(self, path: str) -> tuple[_Columns, int]:
        file = self._opened(path)
        schema = file.collect_schema()
        rows = _height(file)
        place = PurePosixPath(path.partition("://")[2])
        given = () if _WEB.match(path) else partition_values(place)
        return (schema, tuple((name, value) for name, value in given if name not in schema)), rows

    def _scans(self, columns: Mapping[str, _Columns]) -> pl.LazyFrame:
        """Return the files as one table: all columns of all, each of the widest type."""
        whole = pl.Schema()
        for path, (own, given) in columns.items():
            try:
                named = {name: pl.String() for name, _ in given}
                whole = widened_schema(whole, pl.Schema({**own, **named}))
            except EventsError as error:
                raise EventsError(f"events: {without_logins(path)} {error}; leave it out") from None
        alike = groupby(columns.items(), key=lambda item: ([*item[1][0].items()], item[1][1]))
        scans = []
        for (fields, places), files in alike:
            rows = self._opened([path for path, _ in files])
            kinds, values = dict(fields), dict(places)
            scans.append(
                rows.select(
                    converted(name, kinds[name], kind)
                    if name in kinds
                    else pl.lit(values.get(name), kind).alias(name)
                    for name, kind in whole.items()
                )
            )
        return scans[0] if len(scans) == 1 else pl.concat(scans)

    def counted(self, paths: list[str]) -> list[int]:
        """Return how many rows each file has now."""
        with self._told("events"), ThreadPoolExecutor(_AT_ONCE) as threads:
            return [*threads.map(lambda path: _height(self._opened(path)), paths)]


def _height(rows: pl.LazyFrame) -> int:
    return int(rows.select(pl.len()).collect().item())


class _Files:
    """The scan of files, which are looked at again before further columns are read."""

    def __init__(self, table: Objects, parts: tuple[Part, ...], rows: pl.LazyFrame) -> None:
        self._table, self._parts, self._rows = table, parts, rows
        self._looked_at = monotonic()

    def __call__(self) -> pl.LazyFrame:
        """Return the rows lazily.

        Raises:
            EventsError: A file is gone or has another number of rows; results need a refresh.
        """
        if monotonic() - self._looked_at > _STEADY:
            self._look_again()
            self._looked_at = monotonic()
        return self._rows

    def _look_again(self) -> None:
        now = self._table.counted([path for path, _ in self._parts])
        for (path, rows), found in zip(self._parts, now, strict=True):
            if rows != found:
                raise EventsError(
                    f"events: {without_logins(path)} was rewritten since it was read, and more of it is needed now; "
                    f"call results.refresh() to continue with the current files"
                )
