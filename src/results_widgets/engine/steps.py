"""What each user received and interacted with within entries, step by step up to every goal event."""

from functools import singledispatch

import narwhals as nw
import polars as pl

from results_widgets.definitions import Definitions
from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.backends.lazy.dataset import LazyBackend
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.backends.memory.walk import Plan, of_users, steps_in_entries
from results_widgets.engine.frames import collect
from results_widgets.engine.journeys.rules import EXITED

STEP: dict[str, pl.DataType] = {
    "time": pl.Int64(),
    "role": pl.Int8(),
    "row": pl.Int64(),
    "code": pl.Int64(),
    "entry": pl.Int64(),
    "held_back": pl.Boolean(),
}
"""Columns of a step beside its user, and their types."""


def steps(data: UserBackend, definitions: Definitions, *, converted: bool = False) -> pl.DataFrame:
    """Return the steps within entries in the order of the walk: each entry's one after the other.

    A row that is received or interacted with and a goal as well is a step in each of these roles.

    Args:
        data: The events.
        definitions: What counts as an interaction.
        converted: Whether only the steps of users who convert are needed, which are few.

    Returns:
        user (as the backend names users), entry, time (epoch µs), role (see `journeys.rules`), row (as
        `UserBackend.conversions` have it), code, held_back (whether a root was withheld).
    """
    found = _steps(data, definitions, converted)
    return found.select("user", *(pl.col(name).cast(kind) for name, kind in STEP.items()))


@singledispatch
def _steps(data: UserBackend, definitions: Definitions, converted: bool) -> pl.DataFrame:  # noqa: FBT001
    raise NotImplementedError(type(data), definitions, converted)


@_steps.register
def _(data: MemoryBackend, definitions: Definitions, converted: bool) -> pl.DataFrame:  # noqa: FBT001
    log, journeys = data.log, data.journeys(definitions)
    if converted:
        log = of_users(log, journeys.conversions["user"])
    return steps_in_entries(log, Plan.of(data.codes, definitions, journeys.rules, whole=True))


@_steps.register
def _(data: LazyBackend, definitions: Definitions, converted: bool) -> pl.DataFrame:  # noqa: FBT001
    journeys = data.journeys(definitions)
    rows = journeys.steps
    if converted:
        rows = rows.join(journeys.conversions.select("user").unique(), on="user", how="semi")
    rows = rows.filter(~nw.col("entry").is_null(), nw.col("role") != EXITED)
    return collect(rows.select("user", "step", *STEP)).sort("user", "entry", "step")
