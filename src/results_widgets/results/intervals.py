"""Wilson's interval of every proportion, in the frames of results."""

from typing import Final

import polars as pl

from results_widgets.engine.metrics.plan import METRIC, OWNER
from results_widgets.engine.metrics.table import metrics_of, owners_of
from results_widgets.engine.statistics import check_level, with_interval, z_of
from results_widgets.glossary import Metric, Scope
from results_widgets.glossary.proportions import is_proportion
from results_widgets.results.session import Session

LEVEL: Final = 0.95
"""Level of the intervals on screen and in reports."""

_PROPORTION: Final = "_proportion"


def has_interval(session: Session, metric: Metric) -> bool:
    """Whether a metric is a proportion of this campaign, so that it has an interval."""
    return is_proportion(metric, converts_once=session.campaign.goal.mode == "single")


def table_with_intervals(
    session: Session, frame: pl.DataFrame, scope: Scope, level: float | None
) -> pl.DataFrame:
    """Add ``low`` and ``high`` to the rows of a table of metrics, null where a metric is no proportion.

    Args:
        session: Whose metrics they are.
        frame: Has `OWNER`, metric, numerator and denominator.
        scope: What the metrics are computed for.
        level: Level of the intervals; None: without.

    Raises:
        QueryError: The level is not between 0 and 1.
    """
    if level is None:
        return frame
    scoped = session.scoped()
    rows = [
        (owner, metric.key, has_interval(session, metric))
        for owner in owners_of(scoped, scope)
        for metric in metrics_of(scoped, scope, owner)
    ]
    schema = {OWNER: pl.String, METRIC: pl.String, _PROPORTION: pl.Boolean}
    known = pl.DataFrame(rows, schema, orient="row")
    named = frame.join(known, on=[OWNER, METRIC], how="left", maintain_order="left")
    z = z_of(check_level(level, "interval"))
    return with_interval(named, z, pl.col(_PROPORTION)).drop(_PROPORTION)


def series_with_intervals(
    session: Session, frame: pl.DataFrame, metric: Metric, level: float | None
) -> pl.DataFrame:
    """Add ``low`` and ``high`` to the rows of a metric over time, null where it is no proportion.

    Raises:
        QueryError: The level is not between 0 and 1.
    """
    if level is None:
        return frame
    z = z_of(check_level(level, "interval"))
    return with_interval(frame, z, pl.lit(has_interval(session, metric)))
