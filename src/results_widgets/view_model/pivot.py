"""The totals of a breakdown's table: everyone in each interval, and each group in the whole range."""

import re
from typing import Final

import polars as pl

from results_widgets.charts import BEHIND
from results_widgets.disclosure import SYNCED_USERS
from results_widgets.engine.query import Grouping
from results_widgets.errors import QueryError
from results_widgets.results import Results
from results_widgets.results.over_time import explored, undivided
from results_widgets.view_model.chart import drawn_series
from results_widgets.view_model.interval_choice import chosen_interval
from results_widgets.view_model.selection import CHART_FIELDS, Selection
from results_widgets.view_model.serialization import State
from results_widgets.view_model.shared_values import shared_groups

_NUMBERS: Final = (pl.col("value"), pl.col("denominator").alias("base"))
_UNKNOWN: Final = "unknown"
"""What rows without a group are called on screen."""


def totals_state(
    results: Results, selection: Selection, code: str, min_users: int = SYNCED_USERS
) -> State:
    """Return the totals of the selected metric's groups, each counted separately, since distinct users of two days
    cannot be summed.

    Args:
        results: The results as selected.
        selection: The selected metric; it has a breakdown.
        code: The call that gives the rows of the line.
        min_users: Fewest users of a group that is shown.

    Returns:
        ``key`` (the selection's `CHART_FIELDS`), ``periods`` (``time_ms``, ``value`` and ``base`` of everyone in each
        interval), ``groups`` (``by``, ``value`` and ``base`` of each group drawn, in the whole range), ``all``
        (``value`` and ``base`` of everyone in the whole range), and ``code``, which gives the same table.
        Everyone includes the groups that are not drawn. The base is what a rate is taken of.

    Raises:
        QueryError: No breakdown is selected, or the metric cannot be computed.
    """
    if selection.by is None:
        raise QueryError("nothing is broken down; choose a column first")
    asked = (selection.metric, selection.action, selection.channel)
    every = chosen_interval(results, selection).every
    periods = explored(results._session, Grouping(None, every, selection.cumulative), asked)
    timed = periods.with_columns(time_ms=pl.col("time").dt.epoch("ms").cast(pl.Float64))
    return {
        "key": {name: getattr(selection, name) for name in CHART_FIELDS},
        "periods": timed.select("time_ms", *_NUMBERS).to_dicts(),
        "groups": _groups(results, selection, every, min_users),
        "all": undivided(results._session, None, asked).select(_NUMBERS).to_dicts()[0],
        "code": pivot_snippet(code, selection.by),
    }


def pivot_snippet(code: str, by: str) -> str:
    """Return the expression that gives a breakdown as intervals by groups, with the total of each interval.

    A comparison has columns of its own.

    Args:
        code: The call of `Results.explore` that gives it as rows.
        by: The column of the groups.
    """
    everyone = re.sub(rf", by={re.escape(repr(by))}(?=[,)])", "", code)
    values = ["value", "previous"] if ", compare=" in code else "value"
    pivot = f".pivot({by!r}, index='time', values={values!r})"
    return f"{code}{pivot}.join({everyone}.select('time', total='value'), on='time')"


def _groups(
    results: Results, selection: Selection, every: str, min_users: int
) -> list[dict[str, object]]:
    """Return by, value and base of each group that is drawn, in the whole range."""
    by, session = str(selection.by), results._session
    asked = (selection.metric, selection.action, selection.channel)
    whole = (
        undivided(session, by, asked)
        .drop("numerator")
        .rename({"denominator": BEHIND["denominator"]})
    )
    # The groups of a single instant: the rules for what may be shown are those of a line.
    found = shared_groups(
        results, whole.with_columns(time=pl.lit(0)), session.describe(*asked), by, min_users
    ).with_columns(pl.col(by).cast(pl.String))
    drawn = drawn_series(results, selection, every, min_users)
    names = drawn.frame[by].unique(maintain_order=True).to_list()
    values = {
        name: (value, base)
        for name, value, base in found.select(by, "value", BEHIND["denominator"]).iter_rows()
    }
    rows = [(name, *values.get(name, (None, None))) for name in names]
    if drawn.is_summed:
        rest = [
            value for name, (value, _) in values.items() if name not in names and value is not None
        ]
        rows[-1] = (names[-1], sum(rest), None)
    return [
        {"by": _UNKNOWN if name is None else name, "value": value, "base": base}
        for name, value, base in rows
    ]
