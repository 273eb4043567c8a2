"""`read_export`: from a vendor's export to its campaigns' results."""

from collections.abc import Mapping as AnyMapping
from pathlib import Path
from typing import Any

from results_widgets.errors import EventsError, warn_caller
from results_widgets.exports import Mapping, Vendor, read
from results_widgets.portfolio.export import Export
from results_widgets.portfolio.folder import is_campaign


def read_export(
    source: object,
    vendor: "str | Vendor | None" = None,
    *,
    mapping: "Mapping | AnyMapping[str, Any] | str | Path | None" = None,
    naive_time_zone: str | None = None,
    rejects: str | Path | None = None,
) -> Export:
    """Read a vendor's export: its campaigns and their results in one call.

    Args:
        source: A folder, path, glob or list of paths (Avro, JSON, CSV, Parquet, gzipped or not; a zip or tar
            archive is read like a folder), or a table; or the URL of a PostgreSQL database, or an open connection
            to any database, whose tables are read.
        vendor: Key of the vendor, see `vendors`; None: recognised by the content of the files.
        mapping: Which field of the export means what, for exports of no known vendor; with ``vendor``, it
            overrides the vendor's own mapping. A `Mapping`, a dict, or the path of its JSON.
        naive_time_zone: IANA name of the zone of times without one; can also be given to `Export.results`.
        rejects: File to write refused rows to, as JSON lines: file, line, why, row.

    Returns:
        The export.

    Raises:
        QueryError: The vendor is not known, or not recognised: no vendor or several fit the files.
        EventsError: There is no such file, or the database does not answer.
        MissingExtraError: The files are Avro, and the extra ``exports`` is not installed; or the database is
            PostgreSQL, and the extra ``postgres`` is not.

    Examples:
        >>> rw.read_export("export").results("Spring", "open", "7d", time_zone="UTC").overview()["value"][0]
        2.0
    """
    own = None if mapping is None else Mapping.from_json(mapping)
    reading = read(source, vendor, own, rejects)
    refused = reading.refused
    if not reading.tallies and isinstance(source, str | Path) and is_campaign(Path(source)):
        raise EventsError(
            f"{source}: a campaign and its events; open it by rw.load({str(source)!r})"
        )
    if refused.rows:
        first = refused.listed()[0]
        where = f"{Path(first.file).name}, line {first.line}" if first.file else f"row {first.line}"
        warn_caller(
            f"export: {refused.rows:,} row{'s' if refused.rows > 1 else ''} refused, the first in {where}: "
            f"{first.why}. report() lists them."
        )
    return Export(reading, naive_time_zone)
