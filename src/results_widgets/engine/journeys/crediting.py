"""Which touch before a conversion it is credited to, as expressions that run on every backend.

A touch is an action received or interacted with, in the conversion's entry and up to it. A model names one
of them; what it names is an interaction or a receipt.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import narwhals as nw

from results_widgets.definitions import Attribution, Definitions
from results_widgets.durations import parse_duration
from results_widgets.engine.calendar import SECOND
from results_widgets.engine.encoding.event_codes import EventCodes
from results_widgets.engine.journeys.rules import ENTRY, GOAL, INTERACTED, RECEIVED
from results_widgets.engine.journeys.windows import Windows

FrameT = TypeVar("FrameT", nw.DataFrame[Any], nw.LazyFrame[Any])

JourneysKey = tuple[Any, ...]
"""What of a definition set decides about entries, conversions and whom these are credited to."""

Chosen = Mapping[str, tuple[nw.Expr, str]]
"""New columns: of which rows the latest is meant, and the column that has its value."""


@dataclass(frozen=True, slots=True)
class Credit:
    """How conversions are credited.

    Attributes:
        model: The model.
        lookback: How long before a conversion a touch may lie, in µs; None for no limit.
        clicks: The codes of clicks, where the model asks for them.
    """

    model: Attribution = "last_interaction"
    lookback: int | None = None
    clicks: tuple[int, ...] = ()

    @classmethod
    def of(cls, codes: EventCodes, definitions: Definitions) -> "Credit":
        """Return how a definition set credits conversions."""
        model, lookback = definitions.attribution, definitions.lookback
        micros = None if lookback is None else parse_duration(lookback).total_seconds() * SECOND
        clicks = codes.clicked(definitions) if model == "last_click" else ()
        return cls(model, None if micros is None else round(micros), clicks)

    @property
    def by_click(self) -> bool:
        """Whether codes of clicks are asked for, even if the campaign has none."""
        return self.model == "last_click"

    @property
    def by_source(self) -> bool:
        """Whether what the source attributes itself stays so."""
        return self.model == "last_interaction"


def journeys_key(codes: EventCodes, definitions: Definitions) -> JourneysKey:
    """Return what stands for a set's journeys: the codes of interactions and, if it is not the usual, the credit."""
    interacted, credit = codes.interacted(definitions), Credit.of(codes, definitions)
    return interacted if credit == Credit() else (*interacted, credit.model, credit.lookback)


def credited_touches(rows: FrameT, windows: Windows, credit: Credit) -> FrameT:
    """Add ``interaction`` and ``receipt``: the number of the action that each row's conversion is credited to.

    Where both are known, the interaction comes first.

    Args:
        rows: The rows of converting entries: user, entry, step, time, role, number (of the action), held_back;
            for `Credit.by_click` also code.
        windows: Windows per entry, in time order.
        credit: The model.
    """
    role = nw.col("role")
    received, interacted = (role == RECEIVED) & ~nw.col("held_back"), role == INTERACTED
    if credit.model == "last_interaction":
        chosen = {"interaction": (interacted, "number"), "receipt": (received, "number")}
        return _latest(rows, windows, chosen, credit.lookback)
    if credit.by_click:
        clicked = interacted & nw.col("code").is_in(credit.clicks)
        rows = _latest(rows, windows, {"interaction": (clicked, "number")}, credit.lookback)
        return rows.with_columns(receipt=nw.when(nw.lit(value=False)).then(nw.col("number")))
    kind = nw.when(interacted).then(nw.lit(1)).otherwise(nw.when(received).then(nw.lit(0)))
    rows = _touched(rows.with_columns(_kind=kind), windows, credit)
    own, by = nw.col("_touched"), nw.col("_by")
    return rows.with_columns(
        interaction=nw.when(by == 1).then(own), receipt=nw.when(by == 0).then(own)
    ).drop("_kind", "_touched", "_by")


def _touched(rows: FrameT, windows: Windows, credit: Credit) -> FrameT:
    """Add ``_touched``, the number of the last or first touch of either kind, and ``_by``, its kind."""
    touch = ~nw.col("_kind").is_null()
    if credit.model == "last_touch":
        return _latest(rows, windows, _both(touch), credit.lookback)
    if credit.lookback is not None:
        return _first_within(rows, touch, credit.lookback)
    # A separate step, since SQL windows do not nest.
    rows = rows.with_columns(_count=windows.total(touch.cast(nw.Int64)))
    return _latest(rows, windows, _both(touch & (nw.col("_count") == 1)), None).drop("_count")


def _both(touch: nw.Expr) -> Chosen:
    return {"_touched": (touch, "number"), "_by": (touch, "_kind")}


def _latest(rows: FrameT, windows: Windows, chosen: Chosen, lookback: int | None) -> FrameT:
    """Add the latest values up to each row; null where they lie too long before it."""

    def latest(which: nw.Expr, column: str) -> nw.Expr:
        return windows.latest(nw.when(which).then(nw.col(column)))

    values = {name: latest(*one) for name, one in chosen.items()}
    if lookback is None:
        return rows.with_columns(**values)
    times = {f"{name}_at": latest(which, "time") for name, (which, _) in chosen.items()}
    rows = rows.with_columns(**values, **times)
    age = {name: nw.col("time") - nw.col(f"{name}_at") for name in chosen}
    near = {name: nw.when(age[name] <= lookback).then(nw.col(name)) for name in chosen}
    return rows.with_columns(**near).drop(*times)


def _first_within(rows: FrameT, touch: nw.Expr, lookback: int) -> FrameT:
    """Add the first touch of the entry that lies close enough before each goal event."""
    keys: list[str] = [*ENTRY]
    goals = rows.filter(nw.col("role") == GOAL)
    goals = goals.select(*keys, _goal=nw.col("step"), _goal_at=nw.col("time"))
    columns = {"_touched": nw.col("number"), "_by": nw.col("_kind")}
    touches = rows.filter(touch).select(*keys, "step", "time", **columns)
    near = touches.join(goals, on=keys, how="inner").filter(
        nw.col("step") < nw.col("_goal"), nw.col("_goal_at") - nw.col("time") <= lookback
    )
    first = near.group_by(*keys, "_goal").agg(step=nw.col("step").min())
    found = first.join(touches, on=[*keys, "step"], how="left")
    found = found.select(*keys, *columns, step=nw.col("_goal"))
    return rows.join(found, on=[*keys, "step"], how="left")
