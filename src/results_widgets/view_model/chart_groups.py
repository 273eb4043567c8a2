"""Which groups of a breakdown a chart draws, in which order, and in which colours."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from results_widgets import charts
from results_widgets.charts.groups import in_order
from results_widgets.glossary import Count, Metric, Sum
from results_widgets.results import Results
from results_widgets.results.sharing import names_by_users

_RANK: Final = "_rank"


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups that are drawn.

    Attributes:
        frame: Their rows, by time, and at each time the largest group first; the sum of the other groups is last.
        shown: How many groups have a line of their own.
        all: How many groups there are.
        is_summed: Whether the others have a line, too: their sum.
    """

    frame: pl.DataFrame
    shown: int = 0
    all: int = 0
    is_summed: bool = False


def drawn_groups(frame: pl.DataFrame, by: str | None, metric: Metric) -> Groups:
    """Return the largest groups, and the sum of the others where such numbers add up over groups.

    A row counts for one group only, but a user may be in several, so distinct users of groups cannot be summed.
    """
    if by is None:
        return Groups(frame)
    frame = frame.with_columns(pl.col(by).cast(pl.String))
    totals = (
        frame.group_by(by)
        .agg(pl.col("value").sum())
        .sort("value", by, descending=[True, False], nulls_last=True)
        .with_row_index(_RANK)
        .drop("value")
    )
    most, adds = len(charts.GROUPS), isinstance(metric.measure, Count | Sum)
    is_summed = adds and totals.height > most
    kept = totals.head(most - 1 if is_summed else most)
    rows = frame.join(kept, on=by, how="inner", nulls_equal=True)
    if is_summed:
        rest = frame.join(kept, on=by, how="anti", nulls_equal=True)
        rows = pl.concat([rows, _summed(rest, by, totals.height - kept.height)], how="diagonal")
    return Groups(
        rows.sort("time", _RANK, nulls_last=True).drop(_RANK), kept.height, totals.height, is_summed
    )


def _summed(rest: pl.DataFrame, by: str, count: int) -> pl.DataFrame:
    """Return the sum of groups as one group."""
    numbers = [name for name in ("value", "previous") if name in rest.columns]
    known = (
        pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name) for name in numbers
    )
    when = [pl.col(name).first() for name in rest.columns if name == "previous_time"]
    return (
        rest.group_by("time").agg(*known, *when).with_columns(pl.lit(f"{count} others").alias(by))
    )


def value_colours(results: Results, by: str) -> Mapping[str, int]:
    """Return the colour of each value of a column: the same whatever is drawn of it, and of which days.

    Variants have them in the order of the campaign, as in its flow; other values by how many users have
    them in all the data.
    """
    if by == "variant" and results.campaign.variants:
        return in_order(variant.label for variant in results.campaign.variants)
    return in_order(names_by_users(results._session.data, by))
