"""Delta Lake tables, at their newest version or at one that is named."""

from collections.abc import Mapping
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import polars as pl

from results_widgets._io import is_folder
from results_widgets.errors import MissingExtraError
from results_widgets.sources.elsewhere.snapshot import Elsewhere, Part, Snapshot

DELTA_LOG = "_delta_log"


def is_delta(source: object) -> bool:
    """Whether a source is a `deltalake.DeltaTable`, or the folder of such a table."""
    if isinstance(source, str | Path):
        return is_folder(Path(source) / DELTA_LOG)
    kind = type(source)
    return kind.__name__ == "DeltaTable" and kind.__module__.partition(".")[0] == "deltalake"


def delta(
    table: object,
    *,
    version: int | datetime | None = None,
    storage_options: Mapping[str, Any] | None = None,
) -> "Delta":
    """Return a Delta Lake table, to be passed as events or users; extra ``deltalake``.

    Columns are read when a query needs them, and deleted rows stay deleted. Nothing is written to the table. The
    folder of a table on this machine can be passed without this function.

    Args:
        table: Its folder or address (``s3://…``, ``az://…``, ``gs://…``), or a `deltalake.DeltaTable`, which is
            read at its current version.
        version: A number, or a time at which it was the newest; None: the newest, and at each
            ``results.refresh()`` the newest then.
        storage_options: Options for opening an address, with the names that Polars and deltalake use; never shown
            and never saved.

    Returns:
        The table. ``results.freshness()`` says which version was read.

    Raises:
        MissingExtraError: deltalake is not installed.

    Examples:
        >>> events = rw.delta("s3://lake/events", version=12)  # doctest: +SKIP
        >>> rw.Results("campaign.json", events).freshness()["version"].item()  # doctest: +SKIP
        'version 12'
    """
    if find_spec("deltalake") is None:
        raise MissingExtraError("Reading a Delta Lake table", "deltalake", "deltalake")
    return Delta(table, version, storage_options)


class Delta(Elsewhere):
    """A Delta Lake table; made by `delta`."""

    def __init__(
        self,
        table: Any,
        version: int | datetime | None,
        options: Mapping[str, Any] | None,
    ) -> None:
        is_place = isinstance(table, str | Path)
        # A path means the same from any working directory.
        place = str(table.absolute() if isinstance(table, Path) else table) if is_place else ""
        self._place = place or str(table.table_uri)
        self._own = None if is_place else table
        own_options = {} if is_place else table._storage_options or {}
        super().__init__("Delta table", self._place, {**own_options, **(options or {})})
        self._version = version

    def _snapshot(self) -> Snapshot:
        table = self._opened()
        number, uuid = table.version(), str(table.metadata().id)
        rows = pl.scan_delta(table)
        return Snapshot(
            (uuid, number),
            f"version {number}",
            lambda: rows,
            rows.collect_schema(),
            _parts(table),
        )

    def _opened(self) -> Any:
        from deltalake import DeltaTable

        version = self._version
        if version is None and self._own is not None:
            version = self._own.version()
        number = version if isinstance(version, int) else None
        table = DeltaTable(self._place, version=number, storage_options=self._options or None)
        if isinstance(version, datetime):
            table.load_as_version(version)
        return table


def _parts(table: Any) -> tuple[Part, ...] | None:
    """Return the files in the order of the scan; None if rows in them were deleted, or are not counted."""
    features = table.protocol().reader_features or []
    if "deletionVectors" in features:
        return None
    known = pl.DataFrame(table.get_add_actions()).select("path", "num_records").rows()
    paths = table.file_uris()
    found: list[Part] = []
    counts = {path: rows for path, rows in known if rows is not None}
    for path in paths:
        rows = next((counts[name] for name in _names(path) if name in counts), None)
        if rows is None:
            return None
        found.append((path, rows))
    return tuple(found)


def _names(path: str) -> list[str]:
    """Return the ends of a path, of which one is the file's name in its table."""
    parts = path.split("/")
    return ["/".join(parts[first:]) for first in range(len(parts))]
