"""A query of SQLFrame as each database understands it, with the values that Spark would give."""

from typing import Any, Final

from results_widgets.sources.engines.warehouse.dialects import Dialect
from results_widgets.sources.engines.warehouse.flags import without_plain_flags
from results_widgets.sources.engines.warehouse.functions import (
    floor_to_integers,
    name_plainly,
    number_without_frames,
)
from results_widgets.sources.engines.warehouse.nulls import without_ignored_nulls

_EVERYWHERE: Final = (floor_to_integers, name_plainly, number_without_frames)


def mended(query: Any, dialect: Dialect) -> Any:
    """Return a query that a database understands, and whose values are of the types that Spark gives."""
    query = query.copy()
    for change in (*_EVERYWHERE, *dialect.changes):
        change(query)
    if not dialect.ignores_nulls:
        query = without_ignored_nulls(query)
    return query if dialect.counts_flags else without_plain_flags(query)
