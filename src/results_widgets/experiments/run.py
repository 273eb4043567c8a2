"""From results to an experiment: its arms found, its users looked at, their sums brought together."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, Final

import narwhals as nw
import polars as pl

from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.calendar import SECOND
from results_widgets.engine.frames import Rows, collect
from results_widgets.engine.money import currency_of, is_mixed
from results_widgets.engine.query import Grouping, QueryScope
from results_widgets.engine.scoped import ScopedRows
from results_widgets.errors import QueryError
from results_widgets.experiments.assignment import VARIANT, Assignment, assignment_of
from results_widgets.experiments.behaviour import Window
from results_widgets.experiments.design import BEFORE, Design
from results_widgets.experiments.experiment import Experiment
from results_widgets.experiments.outcomes import Outcome, chosen, outcomes_of
from results_widgets.experiments.study import Study
from results_widgets.experiments.subgroups import groups_of, split
from results_widgets.experiments.units import units_of

_VALUE: Final = "value"


def run(data: UserBackend, query: QueryScope, design: Design) -> Experiment:
    """Return the experiment that a design asks for.

    Args:
        data: The backend.
        query: Definitions, time zone, range and developers.
        design: How it is asked for.

    Raises:
        QueryError: See `Results.experiment`.
    """
    # Amounts in several currencies have no sum per user.
    has_value = data.columns.has(_VALUE) and not is_mixed(data, query.definitions, None)
    outcomes = tuple(outcomes_of(data.codes, query.definitions, has_value=has_value))
    chosen(outcomes, design.metrics)
    _check_covariate(data, design)
    scoped = ScopedRows(data, query, Grouping(by=_column(data, design.by)))
    assignment = assignment_of(scoped, control=design.control, trust=design.trust)
    if assignment.by != scoped.grouping.by:
        scoped = replace(scoped, grouping=Grouping(by=assignment.by))
    study = _study(scoped, design, assignment, outcomes)
    return Experiment(study, partial(_by_group, scoped, study))


def _column(data: UserBackend, by: str) -> str | None:
    """Return the column that names arms; None where there is none to have, and none is needed."""
    if by == VARIANT and by not in data.breakdowns:
        return None
    data.check_by(by)
    return by


def _check_covariate(data: UserBackend, design: Design) -> None:
    name = design.covariate
    if name is None or name == BEFORE:
        return
    if name not in data.attributes:
        raise QueryError.unknown("covariate", name, [BEFORE, *data.attributes])
    kind = data.attributes[name]
    if not (kind.is_numeric() or kind == pl.Boolean):
        raise QueryError(f"covariate {name!r} is {kind}; pass an attribute that is a number")


def _study(
    scoped: ScopedRows, design: Design, assignment: Assignment, outcomes: tuple[Outcome, ...]
) -> Study:
    data, query = scoped.data.require_users(), scoped.query
    window, length = _window(scoped, design, outcomes)
    arms = sorted(assignment.arms)
    with data.materialised(units_of(scoped, arms, trusted=bool(assignment.distrust))) as units:
        crossed, unassigned = _left_out(units)
        cells = window.cells(_kept(units, design), arms)
    return Study(
        data.campaign,
        design,
        assignment,
        outcomes,
        tuple(cells),
        crossed,
        unassigned,
        length,
        data.newest,
        query.time_zone,
        currency_of(data, query.definitions),
    )


def _window(
    scoped: ScopedRows, design: Design, outcomes: tuple[Outcome, ...]
) -> tuple[Window, timedelta]:
    """Return how users are looked at, and for how long."""
    data, query = scoped.data.require_users(), scoped.query
    campaign = data.campaign
    length = campaign.attribution_window if design.window is None else design.window
    window = Window(
        data=data,
        definitions=query.definitions,
        calendar=data.calendar(query),
        length=round(length.total_seconds() * SECOND),
        single=campaign.goal.mode == "single",
        outcomes=outcomes,
        covariate=design.covariate,
    )
    return window, length


def _kept(units: Rows, design: Design) -> Rows:
    """Return the users who count: user, arm, first."""
    kept = units.filter(~nw.col("arm").is_null())
    if design.crossovers is None:
        kept = kept.filter(~nw.col("crossed"))
    return kept.select("user", "arm", "first")


def _by_group(scoped: ScopedRows, study: Study, by: str) -> list[tuple[Any, Study]]:
    """Return the groups of a column, each with the experiment among its users."""
    design, assignment = study.design, study.assignment
    window, _ = _window(scoped, design, study.outcomes)
    arms = sorted(assignment.arms)
    data = scoped.data.require_users()
    units = _kept(units_of(scoped, arms, trusted=bool(assignment.distrust)), design)
    placed, groups = groups_of(scoped, units, by)
    # One arm of one group each, in the order of the groups.
    both = placed.select("user", "first", arm=nw.col("_group") * len(arms) + nw.col("arm"))
    names = [f"{place}\t{arm}" for place in range(len(groups)) for arm in arms]
    with data.materialised(both) as rows:
        cells = window.cells(rows.select("user", "arm", "first"), names)
    return list(zip(groups, split(study, cells, len(groups)), strict=True))


def _left_out(units: Rows) -> tuple[int, int]:
    """Return how many users crossed, and how many have no arm."""
    none = nw.col("arm").is_null()
    found = collect(
        units.select(
            crossed=nw.col("crossed").cast(nw.Int64).sum(),
            unassigned=(none & ~nw.col("crossed")).cast(nw.Int64).sum(),
        )
    )
    crossed, unassigned = found.row(0)
    return int(crossed or 0), int(unassigned or 0)
