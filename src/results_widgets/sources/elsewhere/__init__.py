"""Tables that are scanned where they are: in object stores, on web servers, and in lakes."""

from collections.abc import Mapping
from typing import Any

from results_widgets.errors import QueryError
from results_widgets.sources.elsewhere.delta import Delta, delta, is_delta
from results_widgets.sources.elsewhere.iceberg import Iceberg, iceberg, is_iceberg
from results_widgets.sources.elsewhere.objects import Objects, is_address
from results_widgets.sources.elsewhere.snapshot import Elsewhere, Snapshot

__all__ = [
    "Delta",
    "Elsewhere",
    "Iceberg",
    "Snapshot",
    "delta",
    "iceberg",
    "located",
    "with_options",
]


def located(source: object, options: Mapping[str, Any] | None = None) -> object:
    """Return an address, or a table of a lake, as what is scanned where it is; anything else stays as it is."""
    if is_address(source):
        return Objects([str(source)], options)
    if isinstance(source, list | tuple) and source and all(map(is_address, source)):
        return Objects([str(one) for one in source], options)
    if is_delta(source):
        return delta(source)
    return iceberg(source) if is_iceberg(source) else source


def with_options(
    events: object, users: object, options: Mapping[str, Any] | None
) -> tuple[object, object]:
    """Return events and users, each with what opens it if it is an address.

    Raises:
        QueryError: There are options, but no address.
    """
    found = located(events, options), located(users, options)
    if options and not any(isinstance(one, Objects) for one in found):
        raise QueryError(
            "storage_options= opens addresses such as 's3://bucket/events/*.parquet', and neither events nor "
            "users is one; rw.delta(…) and rw.iceberg(…) take their own"
        )
    return found
