"""A warehouse's statement: read strictly, held against what the warehouse is known to refuse, said for DuckDB."""

import re
from collections.abc import Callable
from typing import Any, Final

from sqlglot import ErrorLevel, exp, parse, parse_one

KNOWN_BY_NAME: Final = {
    # https://docs.aws.amazon.com/redshift/latest/dg/r_FROM_VARBYTE.html, …/r_TO_VARBYTE.html
    "redshift": {"FROM_VARBYTE", "TO_VARBYTE"},
    # https://docs.databricks.com/en/sql/language-manual/functions/conv.html
    "databricks": {"CONV"},
    "bigquery": set[str](),
    "snowflake": set[str](),
}
"""Functions that each warehouse documents, though the parser knows them by name only."""


_QUOTED: Final = re.compile(r"""'(?:[^'\\]|\\.|'')*'|"[^"]*\"""")


class RefusedError(AssertionError):
    """The warehouse would refuse a statement, or take it for another."""


def translated(statement: str, dialect: str) -> str:
    """Say for DuckDB what a statement means in its warehouse."""
    found = parse(statement, read=dialect, error_level=ErrorLevel.RAISE)
    if len(found) != 1 or found[0] is None:
        raise RefusedError(f"not one statement: {statement}")
    [query] = found
    if dialect == "redshift" and "%" in _QUOTED.sub("", statement):
        raise RefusedError(f"the driver takes % for the place of a value: {statement}")
    _check(query, dialect)
    return str(_meant(query, dialect).sql("duckdb"))


def _check(query: Any, dialect: str) -> None:
    for node in query.walk():
        if isinstance(node, exp.Command):
            raise RefusedError(f"no statement of {dialect}: {node.sql()}")
        if isinstance(node, exp.Anonymous) and node.name.upper() not in KNOWN_BY_NAME[dialect]:
            raise RefusedError(f"no function of {dialect}: {node.sql()}")
        for what, is_so in (*REFUSED["all"].items(), *REFUSED[dialect].items()):
            if is_so(node):
                raise RefusedError(f"{dialect}: {what}: {node.sql(dialect)}")


_PLACES: Final = (exp.RowNumber, exp.Rank, exp.DenseRank, exp.Lag, exp.Lead)


def _is_framed_place(node: Any) -> bool:
    return isinstance(node, exp.Window) and isinstance(node.this, _PLACES) and node.args.get("spec")


def _has_no_frame(node: Any) -> bool:
    ordered = isinstance(node, exp.Window) and node.args.get("order") is not None
    return ordered and not isinstance(node.this, _PLACES) and node.args.get("spec") is None


def _is_ordered_by_a_constant(node: Any) -> bool:
    order = node.args.get("order") if isinstance(node, exp.Window) else None
    return order is not None and any(
        isinstance(one.this if isinstance(one, exp.Ordered) else one, exp.Literal)
        for one in order.expressions
    )


def _is_unordered_place(node: Any) -> bool:
    return (
        isinstance(node, exp.Window)
        and isinstance(node.this, _PLACES)
        and node.args.get("order") is None
    )


def _rounds_a_quotient(node: Any) -> bool:
    if not isinstance(node, exp.Div):
        return False
    return not (isinstance(node.this, exp.Cast) and node.this.to.this == exp.DataType.Type.DOUBLE)


def _is_half_a_join(node: Any) -> bool:
    return isinstance(node, exp.Join) and (node.kind or node.side) in {"SEMI", "ANTI"}


def _is_flag_of_windows(node: Any) -> bool:
    return isinstance(node, exp.LogicalOr | exp.LogicalAnd) and isinstance(node.parent, exp.Window)


def _has_a_perl_group(node: Any) -> bool:
    pattern = node.expression if isinstance(node, exp.RegexpLike | exp.RegexpInstr) else None
    return isinstance(pattern, exp.Literal) and "(?" in pattern.name


Rule = Callable[[Any], Any]

REFUSED: Final[dict[str, dict[str, Rule]]] = {
    "all": {
        "places in an order take no frame": _is_framed_place,
    },
    "bigquery": {
        "no semi or anti joins": _is_half_a_join,
        "a median is of windows only": lambda node: isinstance(
            node, exp.Median | exp.PercentileCont
        ),
        "windows are not ordered by constants": _is_ordered_by_a_constant,
    },
    "snowflake": {
        "no semi or anti joins": _is_half_a_join,
        "quotients of decimals are rounded": _rounds_a_quotient,
        "a pattern has to match the whole text": lambda node: isinstance(node, exp.RegexpLike),
        "patterns are POSIX's": _has_a_perl_group,
        "BOOLOR_AGG is of no ordered window": _is_flag_of_windows,
        "places need an order": _is_unordered_place,
    },
    "redshift": {
        "no semi or anti joins": _is_half_a_join,
        "ordered windows need a frame": _has_no_frame,
        "windows are not ordered by constants": _is_ordered_by_a_constant,
        "VALUES is no table": lambda node: isinstance(node, exp.Values),
        "BOOL_OR is of no window": _is_flag_of_windows,
        "no function tells NaN": lambda node: isinstance(node, exp.IsNan),
        "patterns are POSIX's": _has_a_perl_group,
    },
    "databricks": {"places need an order": _is_unordered_place},
}
"""What warehouses are known to refuse, or to understand otherwise, though their parser here does not say so."""


def _meant(query: Any, dialect: str) -> Any:
    """Say what the parser leaves as it is, from the inside out, as what is found is made anew."""
    for node in reversed([*query.walk()]):
        other = _other(node, dialect)
        if other is not None and node.parent is None:
            return other
        if other is not None:
            node.replace(other)
    return query


def _other(node: Any, dialect: str) -> Any:
    other = None
    if isinstance(node, exp.DataType) and node.this in exp.DataType.TEXT_TYPES:
        # DuckDB's texts have no longest.
        other = exp.DataType.build("text")
    elif isinstance(node, exp.Least | exp.Greatest) and dialect == "snowflake":
        # They are null where any of their values is.
        other = type(node)(this=node.this, expressions=node.expressions, ignore_nulls=False)
    elif isinstance(node, exp.GT) and isinstance(node.this, exp.RegexpInstr):
        other = exp.RegexpLike(this=node.this.this, expression=node.this.expression)
    elif isinstance(node, exp.ToNumber):
        assert re.fullmatch("X+", node.args["format"].name)
        other = _from_hex(node.this)
    elif isinstance(node, exp.FromBase):
        assert node.expression.name == "16"
        other = _from_hex(node.this)
    elif isinstance(node, exp.Anonymous):
        other = _FUNCTIONS[node.name.upper()](node.expressions)
    return other


def _from_hex(digits: Any) -> Any:
    number = parse_one("CAST('0x' || digits AS BIGINT)", dialect="duckdb")
    number.find(exp.Column).replace(digits.copy())
    return number


_FUNCTIONS: Final[dict[str, Callable[[list[Any]], Any]]] = {
    "CONV": lambda given: _from_hex(given[0]),
    "TO_VARBYTE": lambda given: exp.Encode(this=given[0].copy()),
    "FROM_VARBYTE": lambda given: exp.Hex(this=given[0].copy()),
}
