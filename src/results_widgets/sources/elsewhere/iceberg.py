"""Apache Iceberg tables, at their newest snapshot or at one that is named."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import polars as pl

from results_widgets._io import is_folder
from results_widgets.errors import EventsError, MissingExtraError
from results_widgets.sources.elsewhere.snapshot import Elsewhere, Snapshot

_METADATA: Final = ".metadata.json"
_HINT: Final = "version-hint.text"
_NUMBER: Final = re.compile(r"v?(\d+)")


def is_iceberg(source: object) -> bool:
    """Whether a source is a table of pyiceberg, or the folder of an Iceberg table."""
    if isinstance(source, str | Path):
        folder = Path(source) / "metadata"
        return is_folder(folder) and any(folder.glob(f"*{_METADATA}"))
    modules = {kind.__module__ for kind in type(source).__mro__ if kind.__name__ == "Table"}
    return "pyiceberg.table" in modules


def iceberg(
    table: object,
    *,
    version: int | str | datetime | None = None,
    catalog: object = None,
    storage_options: Mapping[str, Any] | None = None,
) -> "Iceberg":
    """Return an Iceberg table, to be passed as events or users; extra ``pyiceberg``.

    Columns are read when a query needs them, and deleted rows stay deleted. Nothing is written to the table. The
    folder of a table on this machine can be passed without this function.

    Args:
        table: Its name in a catalog (``"marketing.events"``); its folder, or the address of its folder or of
            a ``….metadata.json``; or a table of pyiceberg, which is read at its current snapshot until its own
            ``refresh()``.
        version: A snapshot's id, a tag or branch, or a time at which it was the newest; None: the newest,
            and at each ``results.refresh()`` the newest then.
        catalog: A catalog of pyiceberg; None: the one that pyiceberg's own configuration names.
        storage_options: Options for opening an address, with the names that pyiceberg uses; never shown and never
            saved.

    Returns:
        The table. ``results.freshness()`` says which snapshot was read.

    Raises:
        MissingExtraError: pyiceberg is not installed.

    Examples:
        >>> events = rw.iceberg("marketing.events", catalog=catalog)  # doctest: +SKIP
        >>> rw.Results("campaign.json", events).freshness()["version"].item()  # doctest: +SKIP
        'snapshot 5937117119577207079'
    """
    if find_spec("pyiceberg") is None:
        raise MissingExtraError("Reading an Iceberg table", "pyiceberg", "pyiceberg")
    return Iceberg(table, version, catalog, storage_options)


class Iceberg(Elsewhere):
    """An Iceberg table; made by `iceberg`."""

    def __init__(
        self,
        table: Any,
        version: int | str | datetime | None,
        catalog: Any,
        options: Mapping[str, Any] | None,
    ) -> None:
        if isinstance(table, str | Path):
            is_path = isinstance(table, Path) or ("://" not in table and Path(table).exists())
            # A path means the same from any working directory.
            table = str(Path(table).absolute()) if is_path else str(table)
            super().__init__("Iceberg table", table, options)
        else:
            own = {**dict(table.io.properties), **(options or {})}
            super().__init__("Iceberg table", ".".join(table.name()), own)
        self._table, self._version, self._catalog = table, version, catalog

    def _snapshot(self) -> Snapshot:
        table = self._opened()
        found = self._chosen(table)
        if found is None:
            if self._version is None:
                raise EventsError(f"events: the {self.kind} {self.name} has no rows yet")
            known = ", ".join(str(one.snapshot_id) for one in table.snapshots()[-5:])
            raise EventsError(
                f"events: the {self.kind} {self.name} has no version {self._version!r}; its newest snapshots are "
                f"{known or 'none'}"
            )
        options = self._options if isinstance(self._table, str) else None
        rows = pl.scan_iceberg(
            table, snapshot_id=found.snapshot_id, storage_options=options or None
        )
        return Snapshot(
            (str(table.metadata.table_uuid), found.snapshot_id),
            f"snapshot {found.snapshot_id}",
            lambda: rows,
            rows.collect_schema(),
        )

    def _chosen(self, table: Any) -> Any:
        version = self._version
        if version is None:
            return table.current_snapshot()
        if isinstance(version, int):
            return table.snapshot_by_id(version)
        if isinstance(version, str):
            return table.snapshot_by_name(version)
        # A time without a zone is one of UTC, as Delta Lake takes it.
        zoned = version if version.tzinfo else version.replace(tzinfo=UTC)
        return table.snapshot_as_of_timestamp(int(zoned.timestamp() * 1000))

    def _opened(self) -> Any:
        from pyiceberg.catalog import load_catalog
        from pyiceberg.table import StaticTable

        table = self._table
        if not isinstance(table, str):
            return table
        if "/" in table or "\\" in table:
            return StaticTable.from_metadata(_newest_metadata(table), self._options)
        return (self._catalog or load_catalog()).load_table(table)


def _newest_metadata(place: str) -> str:
    """Return the file of a table's newest metadata; an address stands for itself, as its files are not listed."""
    folder = Path(place) / "metadata"
    if place.endswith(_METADATA) or "://" in place or (folder / _HINT).is_file():
        return place
    files = sorted(folder.glob(f"*{_METADATA}"), key=_place_in_time)
    if not files:
        raise EventsError(
            f"events: there is no Iceberg table at {place}; pass its folder, or its name in a catalog"
        )
    return str(files[-1])


def _place_in_time(path: Path) -> tuple[int, int]:
    number = _NUMBER.match(path.name)
    return int(number[1]) if number else -1, path.stat().st_mtime_ns
