"""A query of SQLFrame as each database understands it, with the values that Spark would give."""

from typing import Any

from results_widgets.sources.engines.warehouse.dialects import Dialect
from results_widgets.sources.engines.warehouse.flags import without_plain_flags
from results_widgets.sources.engines.warehouse.functions import without_missing_functions
from results_widgets.sources.engines.warehouse.nulls import without_ignored_nulls


def mended(query: Any, dialect: Dialect) -> Any:
    """Return a query that a database understands, and whose values are of the types that Spark gives."""
    query = without_missing_functions(_with_whole_floors(query), dialect)
    if not dialect.ignores_nulls:
        query = without_ignored_nulls(query)
    return query if dialect.counts_flags else without_plain_flags(query)


def _with_whole_floors(query: Any) -> Any:
    """Return a query in which what is rounded down is an integer, as in Spark; elsewhere it stays a float."""
    from sqlglot import exp

    query = query.copy()
    for floor in [*query.find_all(exp.Floor)]:
        if not isinstance(floor.parent, exp.Cast):
            floor.replace(exp.cast(floor.copy(), "bigint"))
    return query
