"""The touches before each conversion: what was received or interacted with in its entry up to it.

An entry's touches stand one after the other in the order of the walk, so that those before a conversion
are a slice of them: from where the entry begins to how many there were when the goal was reached.
"""

from dataclasses import dataclass, replace

import narwhals as nw
import polars as pl

from results_widgets.definitions import Definitions
from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.encoding.event_codes import EventCodes
from results_widgets.engine.frames import collect
from results_widgets.engine.journeys.rules import ENTRY, GOAL, INTERACTED, RECEIVED
from results_widgets.engine.scoped import ScopedRows
from results_widgets.engine.steps import steps

_UNCONVERTED = {"path": pl.Int64, "action": pl.Int64}


@dataclass(frozen=True)
class Touches:
    """Conversions with what was touched before each.

    Attributes:
        conversions: conversion (numbers them from 0), value (0 where it has none), given (number of the action
            that the source itself names; null if it names none), user and row (as `UserBackend.conversions` have
            them).
        touches: conversion, action (number), age (µs from the touch to the conversion), interacted, clicked;
            those of a conversion in the order of the walk, one after the other.
        unconverted: path (numbers entries), action (number): the same of entries without a conversion; empty
            where these were not wanted.
    """

    conversions: pl.DataFrame
    touches: pl.DataFrame
    unconverted: pl.DataFrame


def find_touches(scoped: ScopedRows, window: int | None, *, unconverted: bool) -> Touches:
    """Return the conversions in scope that the headline counts, with their touches.

    Args:
        scoped: The rows in scope.
        window: How long before a conversion a touch may lie, in µs; None: as long as its entry lasts.
        unconverted: Whether entries without a conversion are wanted, whose users are most of all.
    """
    usual = replace(scoped.query.definitions, attribution="last_interaction", lookback=None)
    scoped = replace(scoped, query=replace(scoped.query, definitions=usual))
    data, query = scoped.data.require_users(), scoped.query
    conversions = _conversions(scoped)
    every = _with_slices(steps(data, query.definitions, converted=not unconverted))
    touched = every.filter("touch")
    goals = every.filter(pl.col("role") == GOAL).select("user", "row", "first", "last")
    sliced = conversions.join(goals, on=["user", "row"], how="left", maintain_order="left")
    found = _before(sliced.filter(~pl.col("held_back")), touched, data.codes, query.definitions)
    if window is not None:
        found = found.filter(pl.col("age") <= window)
    return Touches(
        conversions.select("conversion", "value", "given", "user", "row"),
        found,
        _unconverted(scoped, touched, data) if unconverted else pl.DataFrame(schema=_UNCONVERTED),
    )


def _conversions(scoped: ScopedRows) -> pl.DataFrame:
    rows = scoped.listed_conversions
    if scoped.query.definitions.held_back != "counted":
        rows = rows.filter(~nw.col("held_back"))
    columns = ("user", "row", "time", "action", "attributed_by", "value", "held_back")
    found = collect(rows.select(*columns)).sort("user", "time", "row")
    given = pl.when(pl.col("attributed_by") == "source").then(pl.col("action").cast(pl.Int64))
    return found.select(
        "user",
        pl.col("row").cast(pl.Int64),
        "time",
        "held_back",
        pl.col("value").fill_null(0.0),
        pl.int_range(pl.len()).alias("conversion"),
        given.alias("given"),
    )


def _with_slices(rows: pl.DataFrame) -> pl.DataFrame:
    """Add whether a step is a touch, and where the touches of its entry up to it begin and end among all."""
    role = pl.col("role")
    touch = (role == INTERACTED) | ((role == RECEIVED) & ~pl.col("held_back"))
    rows = rows.with_columns(touch=touch)
    count = pl.col("touch").cast(pl.Int64)
    starts = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in ENTRY)
    before = pl.when(starts | (pl.int_range(pl.len()) == 0)).then(count.cum_sum() - count)
    return rows.with_columns(first=before.forward_fill(), last=count.cum_sum())


def _before(
    conversions: pl.DataFrame,
    touched: pl.DataFrame,
    codes: EventCodes,
    definitions: Definitions,
) -> pl.DataFrame:
    """Return the slice of touches of each conversion that has any."""
    some = conversions.filter(pl.col("last") > pl.col("first"))
    at = some.select("conversion", "time", at=pl.int_ranges("first", "last")).explode("at")
    own = touched.select("time", "role", "code")[at["at"]]
    age = at["time"] - own["time"]
    clicks = codes.clicked(definitions)
    interacted = pl.col("role") == INTERACTED
    return own.select(
        at["conversion"],
        (pl.col("code") // codes.width).alias("action"),
        age.alias("age"),
        interacted.alias("interacted"),
        (interacted & pl.col("code").is_in(clicks)).alias("clicked"),
    )


def _unconverted(scoped: ScopedRows, touched: pl.DataFrame, data: UserBackend) -> pl.DataFrame:
    """Return the touches of the entries in scope that have not converted at all."""
    converted = data.conversions(scoped.query.definitions, None).filter(~nw.col("entry").is_null())
    rows = scoped.entries.filter(~nw.col("held_back")).select(*ENTRY)
    rows = rows.join(converted.select(*ENTRY).unique(), on=[*ENTRY], how="anti")
    entries = collect(rows).sort(*ENTRY).with_columns(pl.col("entry").cast(pl.Int64))
    entries = entries.with_columns(path=pl.int_range(pl.len()))
    number = (pl.col("code") // data.codes.width).alias("action")
    own = touched.select(*ENTRY, number)
    found = own.join(entries, on=[*ENTRY], how="inner", maintain_order="left")
    return found.select("path", pl.col("action").cast(pl.Int64))
