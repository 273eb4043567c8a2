"""Functions that a database lacks, or that mean another thing there than in Spark.

Each function here changes a query in place; `dialects` says which of them a database needs.
"""

from typing import Any, Final

_ENDLESS: Final = {"inf": "Infinity", "-inf": "-Infinity"}

_MEDIAN: Final = " + ".join(
    f"ARRAY_AGG(x IGNORE NULLS ORDER BY x)[SAFE_OFFSET(DIV((COUNT(x) - {less}), 2))] / 2"
    for less in (1, 0)
)
"""BigQuery's, which as an aggregate has approximate percentiles only."""


def floor_to_integers(query: Any) -> None:
    """Have what is rounded down be an integer, as in Spark; elsewhere it stays a float."""
    from sqlglot import exp

    for floor in [*query.find_all(exp.Floor)]:
        if not isinstance(floor.parent, exp.Cast):
            floor.replace(exp.cast(floor.copy(), "bigint"))


def name_plainly(query: Any) -> None:
    """Say what SQLFrame has no expression of its own for in the words of each database, not in Spark's."""
    from sqlglot import exp

    # Inner ones first, as what holds them is made anew.
    for call in reversed([*query.find_all(exp.Anonymous)]):
        given = [one.copy() for one in call.expressions]
        if call.name.upper() == "ISNULL":
            call.replace(exp.paren(exp.Is(this=given[0], expression=exp.null())))
        elif call.name.upper() == "REGEXP":
            call.replace(exp.RegexpLike(this=given[0], expression=given[1]))


def tell_floats(query: Any) -> None:
    """Tell what is no number by its text, and name the infinite in full."""
    from sqlglot import exp

    for asked in reversed([*query.find_all(exp.IsNan)]):
        text = exp.Lower(this=exp.cast(asked.this.copy(), "text"))
        asked.replace(exp.paren(exp.EQ(this=text, expression=exp.Literal.string("nan"))))
    for name in [*query.find_all(exp.Literal)]:
        if isinstance(name.parent, exp.Cast) and name.name in _ENDLESS:
            name.set("this", _ENDLESS[name.name])


def order_by_columns(query: Any) -> None:
    """Leave out orders by constants, which are none."""
    from sqlglot import exp

    for window in query.find_all(exp.Window):
        order = window.args.get("order")
        named = order.expressions if order else ()
        by = [one.this if isinstance(one, exp.Ordered) else one for one in named]
        if by and all(isinstance(one, exp.Literal) for one in by):
            window.set("order", None)


def compare_what_is_given(query: Any) -> None:
    """Have nulls be passed over by the least and the greatest of some values: any other stands for them."""
    from sqlglot import exp

    for extreme in reversed([*query.find_all(exp.Least, exp.Greatest)]):
        values = [extreme.this, *extreme.expressions]
        given = [
            exp.func("coalesce", *(one.copy() for one in (*values[at:], *values[:at])))
            for at in range(len(values))
        ]
        extreme.replace(type(extreme)(this=given[0], expressions=given[1:]))


def divide_exactly(query: Any) -> None:
    """Have quotients be floats, as Spark's are: decimals are rounded, so that 0.9999999 would be a whole."""
    from sqlglot import exp

    for quotient in reversed([*query.find_all(exp.Div, exp.SafeDivide)]):
        quotient.set("this", exp.cast(quotient.this, "double", dialect="spark"))


def name_remainders(query: Any) -> None:
    """Ask for remainders by name, where the driver takes ``%`` for the place of a value."""
    from sqlglot import exp

    for remainder in reversed([*query.find_all(exp.Mod)]):
        of = (remainder.this.unnest().copy(), remainder.expression.unnest().copy())
        remainder.replace(exp.Anonymous(this="MOD", expressions=[*of]))


def find_patterns(query: Any) -> None:
    """Have a pattern match anywhere in a text, where a search for its place does so alone."""
    from sqlglot import exp

    for match in reversed([*query.find_all(exp.RegexpLike)]):
        place = exp.RegexpInstr(this=match.this.copy(), expression=match.expression.copy())
        match.replace(exp.paren(exp.GT(this=place, expression=exp.Literal.number(0))))


def compute_medians(query: Any) -> None:
    """Have a median be the mean of the two values in the middle of all, which may be one and the same."""
    from sqlglot import exp, parse_one

    for median in [*query.find_all(exp.Median)]:
        mean = parse_one(_MEDIAN, dialect="bigquery")
        for value in [*mean.find_all(exp.Column)]:
            value.replace(median.this.copy())
        median.replace(exp.paren(mean))


def number_without_frames(query: Any) -> None:
    """Take frames from places in an order, which have none in most databases, and mean nothing in the others."""
    from sqlglot import exp

    for window in query.find_all(exp.Window):
        if isinstance(window.this, exp.RowNumber | exp.Lag | exp.Lead):
            window.set("spec", None)
