"""What the two sides of a split did later: an experiment whose entries all start on the same day."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import narwhals as nw
import polars as pl

from results_widgets.campaign import Action, Campaign, Goal, Variant
from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.calendar import from_micros, to_micros
from results_widgets.engine.clocks import Clocks
from results_widgets.engine.frames import collect
from results_widgets.engine.money import is_mixed, why_not_added
from results_widgets.engine.open import Source, read
from results_widgets.engine.query import QueryScope
from results_widgets.errors import QueryError
from results_widgets.experiments import Experiment
from results_widgets.experiments.design import design_of
from results_widgets.experiments.run import run
from results_widgets.segments import Segment
from results_widgets.tables.options import ReadOptions

_START: Final = "start"
_METRICS: Final = ("converted", "conversions_per_user")


def compared(
    data: UserBackend,
    query: QueryScope,
    sides: tuple[Segment, Segment],
    goal: str,
    *,
    with_values: bool,
    level: float,
) -> Experiment:
    """Return the experiment in which every user of both sides is observed over the same range.

    Args:
        data: The events, the goal's among them.
        query: The range, with both of its ends, and the zone of its days.
        sides: The treated users and the control.
        goal: The event that counts.
        with_values: Whether the events' values are compared as well.
        level: Level of the intervals.

    Raises:
        QueryError: See `Results.outcome`.
    """
    share = _drawn_share(sides)
    if with_values and is_mixed(data, query.definitions, None):
        raise QueryError(why_not_added(data, query.definitions))
    start, end = query.micros()
    assert start is not None
    assert end is not None
    _check_goal(data, goal)
    campaign = Campaign(
        _START,
        Goal(goal, mode="multiple", value="value" if with_values else None),
        [Action(_START, "webhook", name="Start")],
        name=f"{goal}: “{sides[0].name}” and “{sides[1].name}”",
        attribution_window=timedelta(microseconds=end - start),
        variants=[
            Variant(sides[0].name, share=share),
            Variant(sides[1].name, share=1 - share, control=True),
        ],
    )
    rows = pl.concat([_starts(sides, start), _goals(data, sides, goal, start, end)], how="diagonal")
    rows = rows if with_values else rows.drop("value")
    made = read(Source(campaign, rows, None, ReadOptions())).data.require_users()
    # The log counts as complete up to its newest event: users without an event until then did nothing.
    vars(made)["clocks"] = Clocks(start, min(end, _newest(data)))
    metrics = (*_METRICS, "value_per_user") if with_values else _METRICS
    design = design_of(
        by="variant",
        control=None,
        metrics=metrics,
        window=None,
        level=level,
        adjust="holm",
        sequential=False,
        covariate=None,
        crossovers=None,
        trust=False,
    )
    return run(made, QueryScope(query.definitions, query.time_zone), design)


def _drawn_share(sides: tuple[Segment, Segment]) -> float:
    """Return which share chance drew for the first side.

    Raises:
        QueryError: The two are not the sides of one split.
    """
    one, other = (side.expression or {} for side in sides)
    if one.get("op") != "split" or _without_part(one) != _without_part(other) or one == other:
        raise QueryError(
            f"{sides[0].name!r} and {sides[1].name!r} are not the two sides of one split, so users were not "
            f"assigned to them at random; pass both sides that segment.split(…) of a segment with a rule returns, "
            f"as returned, saved or named"
        )
    if sides[0].name == sides[1].name:
        raise QueryError(f"both sides are called {sides[0].name!r}; use segment.named('…')")
    share = float(one["share"])
    return share if one["part"] == 0 else 1 - share


def _without_part(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in rule.items() if name != "part"}


def _check_goal(data: UserBackend, goal: str) -> None:
    known = collect(data.source_rows.select("event").unique())["event"].drop_nulls()
    if goal not in known:
        raise QueryError.unknown("event", goal, sorted(known))


def _newest(data: UserBackend) -> int:
    """Return how new the source is (epoch µs); times that lie ahead are wrong."""
    times = data.source_rows.filter(nw.col("time") <= to_micros(datetime.now(UTC)))
    return int(collect(times.select(nw.col("time").max())).item() or 0)


def _starts(sides: tuple[Segment, Segment], start: int) -> pl.DataFrame:
    """Return a row for each user of a side that says since when, and which side it is."""
    since = pl.lit(from_micros(start)).alias("timestamp")
    action, event = pl.lit(_START).alias("action_id"), pl.lit("sent").alias("event")
    return pl.concat(
        side.users.select("user_id", action, event, since, pl.lit(side.name).alias("variant"))
        for side in sides
    )


def _goals(
    data: UserBackend, sides: tuple[Segment, Segment], goal: str, start: int, end: int
) -> pl.DataFrame:
    """Return the goal events of the users in the range."""
    rows, time = data.source_rows, nw.col("time")
    found = rows.filter(nw.col("event") == goal, time >= start, time < end)
    names = ("user_id", "event", "time", "event_id", "value")
    theirs = [
        collect(found.join(one._users.ids_beside(data), on="user_id", how="semi").select(*names))
        for one in sides
    ]
    times = pl.col("time").cast(pl.Datetime("us", "UTC")).alias("timestamp")
    return pl.concat(theirs).with_columns(times).drop("time")
