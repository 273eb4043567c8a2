"""Columns on an engine that numbers are broken down by."""

from collections.abc import Mapping

import narwhals as nw

from results_widgets.engine.backends.lazy.event_log import LazyTable, breakdown_column
from results_widgets.engine.frames import Rows


def own_columns(table: LazyTable, keys: Mapping[str, str]) -> list[nw.Expr]:
    """Return those columns of a breakdown that are of the events, under the names that they have beside rows."""
    return [
        nw.col(breakdown_column(name)).alias(key) for name, key in keys.items() if table.has(name)
    ]


def with_steps(
    rows: Rows, steps: Rows, table: LazyTable, keys: Mapping[str, str], step: str
) -> Rows:
    """Add columns of the events, from the rows of the journeys.

    Args:
        rows: Have ``user`` and the number of a step.
        steps: The rows of the journeys: user, step, columns of the events.
        table: Says which columns are of the events.
        keys: The breakdown's columns.
        step: The column that names the step.
    """
    own = own_columns(table, keys)
    if not own:
        return rows
    values = steps.select("user", nw.col("step").alias(step), *own)
    return rows.join(values, on=["user", step], how="left")


def with_attributes(rows: Rows, users: Rows | None, keys: Mapping[str, str]) -> Rows:
    """Add attributes of users to rows that have ``user``.

    Args:
        rows: The rows.
        users: The users table; None without one.
        keys: The attributes among the breakdown's columns.
    """
    if not keys or users is None:
        return rows
    own = {key: nw.col(name) for name, key in keys.items()}
    found = rows.join(users.select(user=nw.col("user_id"), **own), on="user", how="left")
    for name, key in keys.items():
        found = without_unknown(found, key, name)
    return found


def without_unknown(rows: Rows, column: str, attribute: str) -> Rows:
    """Replace nulls of is_developer, which users have whom the users table lacks, with false."""
    if attribute != "is_developer":
        return rows
    return rows.with_columns(nw.col(column).fill_null(False))
