"""Truth values as numbers, for databases that take neither the number nor the least of them.

Narwhals casts truth values to numbers and asks for their least and largest. Such databases are asked for that of
``CAST(flag AS INT)``, for which the columns that are truth values are read from the query itself, part by part.
"""

from collections.abc import Mapping
from typing import Any, Final

_FLAGS: Final = "results_widgets_flags"


def mark_flags(query: Any, names: frozenset[str]) -> None:
    """Say which columns of what a query selects from are truth values, where only the database knows."""
    query.args["from_"].this.meta[_FLAGS] = names


def flags_of(query: Any) -> frozenset[str]:
    """Return the names of a query's columns that are truth values."""
    return _Reader().read(query)


def without_plain_flags(query: Any) -> Any:
    """Return a query whose casts and extremes of truth values every database understands."""
    from sqlglot import exp

    query = query.copy()
    reader = _Reader()
    reader.read(query)
    # Inner ones first, as what holds them may be said anew.
    for node in reversed(reader.found):
        if isinstance(node, exp.Cast) and node.to.this in exp.DataType.TEXT_TYPES:
            _spell(node)
        else:
            _count(node)
    return query


def _spell(node: Any) -> None:
    """Say the text of a truth value, which some databases cast to no text."""
    from sqlglot import exp

    spelled = exp.case().when(node.this.copy(), exp.Literal.string("true"))
    node.replace(spelled.when(exp.not_(node.this.copy()), exp.Literal.string("false")))


def _count(node: Any) -> None:
    """Have a cast or an extreme of a truth value take a number, in place, as the value may hold others."""
    from sqlglot import exp

    node.set("this", exp.cast(node.this, "int", copy=False))
    if not isinstance(node, exp.Cast):
        whole = node.parent if isinstance(node.parent, exp.Window) else node
        flag = exp.cast(exp.null(), "boolean")
        whole.replace(flag)
        flag.set("this", whole)


class _Reader:
    """Reads which columns of each part of a query are truth values."""

    def __init__(self) -> None:
        from sqlglot import exp

        numbers = exp.DataType.INTEGER_TYPES - {exp.DataType.Type.INT}
        self._casts = {*numbers, *exp.DataType.TEXT_TYPES}
        self._parts: dict[str, frozenset[str]] = {}
        self.found: list[Any] = []

    def read(self, query: Any) -> frozenset[str]:
        """Return those of a query, and note what has to be written otherwise."""
        from sqlglot import exp

        for cte in query.ctes:
            self._parts[cte.alias_or_name] = self.read(cte.this)
        if isinstance(query, exp.SetOperation):
            self.read(query.expression)
            return self.read(query.this)
        if isinstance(query, exp.Subquery):
            return self.read(query.this)
        sources = self._sources(query)
        for node in query.find_all(exp.Cast, exp.Max, exp.Min):
            if node.find_ancestor(exp.Select) is query and _is_flag(node.this, sources):
                self._note(node)
        names = {one.alias_or_name for one in query.selects if _is_flag(one, sources)}
        if any(isinstance(one, exp.Star) for one in query.selects):
            names.update(*sources.values())
        return frozenset(names)

    def _sources(self, query: Any) -> Mapping[str, frozenset[str]]:
        """Return the truth values among the columns of each table that a query selects from."""
        joined = [one.this for one in query.args.get("joins") or []]
        tables = [query.args["from_"].this, *joined] if query.args.get("from_") else joined
        return {table.alias_or_name: self._of(table) for table in tables}

    def _of(self, table: Any) -> frozenset[str]:
        from sqlglot import exp

        if isinstance(table, exp.Subquery):
            return self.read(table.this)
        told: frozenset[str] | None = table.meta_get(_FLAGS)
        return self._parts.get(table.name, frozenset()) if told is None else told

    def _note(self, node: Any) -> None:
        from sqlglot import exp

        if isinstance(node, exp.Max | exp.Min) or node.to.this in self._casts:
            self.found.append(node)


def _is_flag(value: Any, sources: Mapping[str, frozenset[str]]) -> bool:
    """Whether an expression is a truth value.

    Args:
        value: The expression.
        sources: The truth values among the columns of each table that is selected from.
    """
    from sqlglot import exp

    if isinstance(value, exp.Column):
        own = [sources.get(value.table, frozenset())] if value.table else sources.values()
        return any(value.name in names for names in own)
    if isinstance(value, exp.Cast):
        return bool(value.to.this == exp.DataType.Type.BOOLEAN)
    compares = (exp.Boolean, exp.Predicate, exp.Connector, exp.Not, exp.LogicalOr, exp.LogicalAnd)
    return isinstance(value, compares) or any(_is_flag(one, sources) for one in _given_by(value))


def _given_by(value: Any) -> list[Any]:
    """Return the expressions of which a CASE, an extreme, a window or a name gives one as it is."""
    from sqlglot import exp

    if isinstance(value, exp.Case):
        given = [*(one.args["true"] for one in value.args["ifs"]), value.args.get("default")]
        return [one for one in given if one is not None]
    if isinstance(value, exp.Coalesce):
        return [value.this, *value.expressions]
    named = (exp.Alias, exp.Paren, exp.Window, exp.IgnoreNulls)
    chosen = (exp.Max, exp.Min, exp.Lag, exp.LastValue, exp.FirstValue, exp.AnyValue)
    return [value.this] if isinstance(value, (*named, *chosen)) else []
