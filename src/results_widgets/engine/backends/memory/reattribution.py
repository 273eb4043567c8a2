"""Crediting conversions again: to which action, as another definition set says, but not which there are.

Entries are known by then, and so is where they start. Of all rows only those matter that lie between the start
of an entry with a conversion and that conversion: a small part of what was walked to find them.
"""

from dataclasses import replace
from functools import partial
from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.engine.backends.memory.event_log import EventLog
from results_widgets.engine.backends.memory.walk import Plan, as_steps, in_order
from results_widgets.engine.encoding.user_ids import CHUNK_ROWS, map_chunks, map_parallel
from results_widgets.engine.journeys import rules as journeys
from results_widgets.engine.journeys.crediting import credited_touches
from results_widgets.engine.journeys.windows import FIRST, Ordered

_FOUND: Final = ("number", "interaction", "receipt")


def credited_anew(conversions: pl.DataFrame, log: EventLog, plan: Plan) -> pl.DataFrame:
    """Return conversions with their ``action`` and ``attributed_by`` under another plan.

    Args:
        conversions: What was found under the same rules, of a source that does not number entries; see
            `Journeys`.
        log: The rows that journeys are found in.
        plan: How they are processed now.
    """
    parts = in_order(_up_to_conversions(conversions, log), _without_exits(plan))
    starts = _marks(log.rows["row"], conversions["start_row"].drop_nulls())
    touched = map_parallel(partial(_touched, starts=starts, plan=plan), parts)
    rows = conversions.drop("action", "attributed_by").join(
        pl.concat(touched), on="row", how="left", maintain_order="left"
    )
    given = plan.rules.conversions_given and plan.credit.by_source
    # What the source gives may be outside of any entry; no touch leads to that.
    ours = ~nw.col("held_back") & ~nw.col("entry").is_null()
    found = journeys.credited(nw.from_native(rows, eager_only=True), given=given, ours=ours)
    native: pl.DataFrame = found.to_native()
    return native.select(conversions.columns)


def _up_to_conversions(conversions: pl.DataFrame, log: EventLog) -> EventLog:
    """Return a log with each user's rows from the first entry that converted to the last conversion."""
    own = conversions.group_by("user").agg(
        pl.coalesce("started_at", "time").min().alias("start"), pl.col("time").max().alias("end")
    )
    never = pl.repeat(journeys.NEVER, log.user_count, dtype=pl.Int64, eager=True)
    start, end = (never.clone().scatter(own["user"], own[name]) for name in ("start", "end"))

    def between(first: int) -> pl.DataFrame:
        rows = log.rows.slice(first, CHUNK_ROWS)
        rows = rows.filter(rows["time"] >= start.gather(rows["user"]))
        return rows.filter(rows["time"] <= end.gather(rows["user"]))

    return log.with_rows(pl.concat(map_chunks(between, log.rows.height), rechunk=True))


def _without_exits(plan: Plan) -> Plan:
    kept = {role: codes for role, codes in plan.roles.items() if role != journeys.EXITED}
    return replace(plan, roles=kept)


def _marks(rows: pl.Series, some: pl.Series) -> pl.Series:
    """Return whether each row number is among some, by row number."""
    top = rows.max()
    marks = pl.repeat(False, 1 + (top if isinstance(top, int) else -1), eager=True)
    return marks.scatter(some, True)


def _touched(rows: pl.DataFrame, starts: pl.Series, plan: Plan) -> pl.DataFrame:
    """Return what the goal events among rows in order are credited to: row, and `_FOUND`."""
    steps = as_steps(rows, plan)
    begins = starts.gather(steps["row"]) & (steps["role"] == journeys.RECEIVED)
    first = steps[FIRST] | begins
    entries = steps.with_columns(first.alias(FIRST), entry=first.cum_sum())
    touches = credited_touches(nw.from_native(entries, eager_only=True), Ordered(), plan.credit)
    goals: pl.DataFrame = touches.filter(nw.col("role") == journeys.GOAL).to_native()
    return goals.select("row", *_FOUND)
