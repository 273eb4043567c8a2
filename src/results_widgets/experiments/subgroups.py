"""An experiment within groups of its users, corrected for how many of them are looked at."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import narwhals as nw
import polars as pl

from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.breakdown import one_column
from results_widgets.engine.frames import BY, Rows, collect
from results_widgets.engine.query import Grouping
from results_widgets.engine.scoped import ScopedRows
from results_widgets.errors import QueryError
from results_widgets.experiments.behaviour import Cell
from results_widgets.experiments.estimates import adjusted_p_values
from results_widgets.experiments.outcomes import Outcome
from results_widgets.experiments.study import Study
from results_widgets.experiments.tables import TABLE, verdict_on

MOST_GROUPS: Final = 12
"""So many groups, those with the most users, are looked at; the others are counted."""

_COLUMNS: Final = (
    *(
        "arm",
        "users",
        "ripe_users",
        "value",
        "control_users",
        "control_ripe_users",
        "control_value",
    ),
    *("difference", "low", "high", "relative", "relative_low", "relative_high"),
    *("p_value", "p_adjusted", "method", "verdict"),
)
_ESTIMATED: Final = (
    *("value", "control_value", "difference", "low", "high"),
    *("relative", "relative_low", "relative_high", "p_value", "method"),
)


def groups_of(scoped: ScopedRows, units: Rows, by: str) -> tuple[Rows, list[Any]]:
    """Return users with the place of their group, and the groups, those with the most users first.

    A user's group is the value of an attribute, or of a column of the events on the row that starts the
    first entry: what is known only later, the treatment may have changed.

    Args:
        scoped: The rows.
        units: The users: user, arm, first.
        by: The column.

    Raises:
        QueryError: There is no such column, or it has no value where users enter.
    """
    data: UserBackend = scoped.data.require_users()
    data.check_by(one_column(by, "subgroups(by)"))
    grouped = replace(scoped, grouping=Grouping(by=by))
    entries = grouped.entries.select("user", "entry", BY)
    first = entries.group_by("user").agg(entry=nw.col("entry").min())
    values = entries.join(first, on=["user", "entry"], how="inner").select("user", BY)
    named = units.join(values, on="user", how="inner").filter(~nw.col(BY).is_null())
    counts = collect(named.group_by(BY).agg(nw.len().alias("users")))
    if counts.height == 0:
        raise QueryError(
            f"{by!r} has no value on the rows that start entries, and values known only after entry may have been "
            f"changed by the treatment; pass a column of the users, or one known at entry"
        )
    largest = counts.sort(["users", BY], descending=[True, False]).head(MOST_GROUPS)
    groups = largest[BY].to_list()
    place = nw.lit(len(groups))
    for at, value in enumerate(groups):
        place = nw.when(nw.col(BY) == value).then(nw.lit(at)).otherwise(place)
    placed = named.with_columns(_group=place.cast(nw.Int64)).filter(nw.col("_group") < len(groups))
    return placed.select("user", "arm", "first", "_group"), groups


def compared(
    studies: Sequence[tuple[Any, Study]], outcome: Outcome, by: str, *, wrong: bool
) -> pl.DataFrame:
    """Return a metric's difference in each group and arm; see `Experiment.subgroups`.

    Args:
        studies: The groups, with the experiment among the users of each.
        outcome: The metric.
        by: The column of the groups.
        wrong: Whether the arms' shares are wrong.
    """
    rows: list[dict[str, Any]] = []
    places: list[tuple[Study, str, str]] = []
    for value, study in studies:
        control = study.control_of(outcome)
        if control is None:
            continue
        for arm in study.treatments_of(outcome):
            found, own, other = study.estimate(outcome, [arm], control)
            counts = {
                "users": study.users(arm),
                "ripe_users": own.users,
                "control_users": study.users(control),
                "control_ripe_users": other.users,
            }
            estimated = {name: getattr(found, name) for name in _ESTIMATED}
            rows.append({by: value, "arm": arm, **counts, **estimated, "_found": found})
            places.append((study, arm, control))
    adjust = studies[0][1].design.adjust if studies else None
    adjusted = adjusted_p_values([row["p_value"] for row in rows], adjust)
    for row, p, (study, arm, control) in zip(rows, adjusted, places, strict=True):
        early = study.is_early(outcome, arm, control)
        row["p_adjusted"] = p
        row["verdict"] = verdict_on(study, outcome, row.pop("_found"), p, early=early, wrong=wrong)
    schema = {name: TABLE[name] for name in _COLUMNS}
    kept = [{name: row[name] for name in _COLUMNS} for row in rows]
    frame = pl.DataFrame(kept, schema=schema)
    return frame.insert_column(0, pl.Series(by, [row[by] for row in rows]))


def split(study: Study, cells: Sequence[Cell], groups: int) -> list[Study]:
    """Return the experiment among the users of each group, from the sums by group and arm.

    Args:
        study: The experiment of all users.
        cells: The sums; an arm's name is that of the group's place, a tab, and the arm's.
        groups: How many groups there are.
    """
    return [
        replace(
            study,
            cells=tuple(
                replace(cell, arm=cell.arm.partition("\t")[2])
                for cell in cells
                if cell.arm.partition("\t")[0] == str(place)
            ),
            crossed=0,
            unassigned=0,
        )
        for place in range(groups)
    ]
