"""The latest value that is not null, for databases whose windows cannot pass over nulls."""

from itertools import count
from typing import Any


def without_ignored_nulls(query: Any) -> Any:
    """Return a query in which no window ignores nulls.

    ``LAST_VALUE(x) IGNORE NULLS`` up to a row is the only value that is not null among the rows on
    which equally many values up to there are not null: those counts become a column of the rows that
    are selected from, and number the groups that ``MAX`` is taken of.
    """
    from sqlglot import exp

    query = query.copy()
    numbers = count()
    for select in [*query.find_all(exp.Select)]:
        windows = [one for one in select.find_all(exp.Window) if _is_own(one, select)]
        counts = [_counted(one, f"_latest_{next(numbers)}") for one in windows if _ignores(one)]
        if counts:
            _add_below(select, counts)
    return query


def _is_own(window: Any, select: Any) -> bool:
    from sqlglot import exp

    return window.find_ancestor(exp.Select) is select


def _ignores(window: Any) -> bool:
    from sqlglot import exp

    function = window.this
    if isinstance(function, exp.IgnoreNulls):
        function = function.this
    elif not function.find(exp.IgnoreNulls):
        return False
    return isinstance(function, exp.LastValue)


def _counted(window: Any, name: str) -> Any:
    """Replace a window by one over groups, and return the column that numbers the groups."""
    from sqlglot import exp

    value = window.find(exp.LastValue).this
    if isinstance(value, exp.IgnoreNulls):
        value = value.this
    among = [one.copy() for one in window.args.get("partition_by") or []]
    counts = window.copy()
    counts.set("this", exp.Count(this=value.copy()))
    groups = exp.Window(
        this=exp.Max(this=value.copy()),
        partition_by=[*among, exp.column(name, quoted=True)],
    )
    window.replace(groups)
    return exp.alias_(counts, name, quoted=True)


def _add_below(select: Any, columns: list[Any]) -> None:
    """Add columns to the rows that a query selects from."""
    from sqlglot import exp

    source, where = select.args["from_"].this, select.args.get("where")
    below = exp.select("*", *columns).from_(source.copy())
    if where is not None:
        below.set("where", where.copy())
        select.set("where", None)
    select.set("from_", exp.From(this=below.subquery(source.alias_or_name)))
