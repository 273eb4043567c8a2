"""The types of a query's columns, where SQLFrame cannot ask for them."""

from typing import Any, Final

_NUMBERED: Final = {
    16: "boolean",
    20: "bigint",
    21: "smallint",
    23: "int",
    700: "float",
    701: "double",
    1082: "date",
    1114: "timestamp_ntz",
    1184: "timestamp",
    1700: "decimal(38, 18)",
}
"""Redshift's numbers of types, which are PostgreSQL's; any other is read as text."""


def described(frame: Any) -> list[Any]:
    """Return the columns of a DataFrame with their types in Spark, as the driver describes an answer without rows."""
    from sqlframe.base.catalog import Column

    session = frame.session
    frame.limit(0)._collect(skip_rows=True)
    return [
        Column(
            name=name,
            dataType=_NUMBERED.get(number, "string"),
            nullable=True,
            description=None,
            isPartition=False,
            isBucket=False,
        )
        for name, number, *_ in session._cur.description
    ]
