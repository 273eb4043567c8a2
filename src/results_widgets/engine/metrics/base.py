"""The base numbers: counts, distinct users, sums, medians. They are computed here and nowhere else.

What a metric counts, its declaration says (see `results_widgets.glossary`); what is counted together,
`plan`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.engine.counting.dispatch import summed, tally, tally_both
from results_widgets.engine.counting.group_by import grouped
from results_widgets.engine.frames import small
from results_widgets.engine.metrics.plan import (
    IS_MONEY,
    METRIC,
    OF_USERS,
    OWNER,
    Asked,
    OfColumn,
    Plan,
    SumsPlan,
    plan_of,
)
from results_widgets.engine.money import is_mixed
from results_widgets.engine.query import BUCKET
from results_widgets.engine.scoped import COUNT, SET, SUM, USERS, ScopedRows
from results_widgets.glossary import Difference, Median, Metric, Scope, Total

VALUE: Final = "value"
_MEDIAN: Final = "_median"


def numbers(scoped: ScopedRows, scope: Scope, asked: Iterable[tuple[str, Metric]]) -> pl.DataFrame:
    """Return the base numbers of metrics; ratios have none.

    Args:
        scoped: The rows in range.
        scope: What they are computed for.
        asked: Owners (id of an action or channel; empty: the campaign) and metrics.

    Returns:
        `OWNER`, the grouping's keys, `METRIC`, `VALUE` (Float64; NaN for users that a roll-up does
        not tell), in no order; a number may be missing where there are no rows.
    """
    plan = plan_of(scoped, scope, tuple(asked))
    found = small(pl.concat(_parts(scoped, plan)))
    if not plan.differences:
        return found
    return small(pl.concat([found.lazy(), _less(scoped, found.lazy(), plan.differences)]))


def _parts(scoped: ScopedRows, plan: Plan) -> Iterator[pl.LazyFrame]:
    if plan.of_campaign:
        yield _repeated(scoped, plan.of_campaign)
    for part in plan.tallies:
        count = partial(tally, scoped, part.sets, list(part.unit), part.kind)
        of = (part.kind, part.unit, part.sets)
        yield _named(
            scoped, count() if part.by_name else scoped.cached("tally", count, *of), part.names
        )
    for pairs in plan.pairs:
        both = partial(tally_both, scoped, pairs.pairs, pairs.kind)
        found = scoped.cached("tally both", both, pairs.kind, pairs.pairs)
        yield _named(scoped, found, pairs.names)
    for sums in plan.sums:
        yield _sums(scoped, sums)
    for median in plan.medians:
        frame, keys = _median(scoped, median), scoped.grouping.keys
        yield _tall(frame.lazy(), keys, median.owner, median.metric.key, _MEDIAN)
    yield from (_total(scoped, metric) for metric in plan.totals)


def _tall(
    frame: pl.LazyFrame, keys: list[str], owner: str, metric: str, column: str
) -> pl.LazyFrame:
    """Return a column as the values of one metric."""
    return frame.select(
        pl.lit(owner).alias(OWNER),
        *keys,
        pl.lit(metric).alias(METRIC),
        pl.col(column).cast(pl.Float64).alias(VALUE),
    )


def _named(scoped: ScopedRows, frame: pl.DataFrame, names: pl.DataFrame) -> pl.LazyFrame:
    """Return the numbers of sets as the values of metrics."""
    named = frame.lazy().join(names.lazy(), on=SET)
    columns = [pl.col(name).cast(pl.Float64) for name in (USERS, COUNT) if name in frame.columns]
    value = columns[0]
    if len(columns) > 1:
        value = pl.when(OF_USERS).then(columns[0]).otherwise(columns[1])
    return named.select(OWNER, *scoped.grouping.keys, METRIC, value.alias(VALUE))


def _repeated(scoped: ScopedRows, asked: Asked) -> pl.LazyFrame:
    """Return numbers of the campaign for each owner that divides by them."""
    metrics = dict.fromkeys(metric for _, metric in asked)
    totals = numbers(scoped, "campaign", [("", metric) for metric in metrics]).lazy().drop(OWNER)
    pairs = [(owner, metric.key) for owner, metric in asked]
    owners = pl.LazyFrame(pairs, schema={OWNER: pl.String, METRIC: pl.String}, orient="row")
    return owners.join(totals, on=METRIC).select(OWNER, *scoped.grouping.keys, METRIC, VALUE)


def _sums(scoped: ScopedRows, plan: SumsPlan) -> pl.LazyFrame:
    """Return sums of a column of conversions as the values of metrics; NaN where currencies differ."""
    keys, of = scoped.grouping.keys, (plan.sets, plan.column, plan.kind)
    found = scoped.cached("sums", partial(summed, scoped, *of), *of)
    rows = plan.names.lazy().join(found.lazy(), on=SET)
    value = pl.col(SUM).cast(pl.Float64)
    if is_mixed(scoped.data, scoped.query.definitions, scoped.grouping.by):
        value = pl.when(IS_MONEY).then(float("nan")).otherwise(value)
    return rows.select(OWNER, *keys, METRIC, value.alias(VALUE))


def _median(scoped: ScopedRows, asked: OfColumn) -> pl.DataFrame:
    """Return a median in seconds; cumulative: of all rows up to each interval."""
    measure, keys = asked.metric.measure, scoped.grouping.keys
    assert isinstance(measure, Median)
    if not scoped.data.has_users:
        # A median cannot be computed from the sums of cells.
        return pl.DataFrame(schema=dict.fromkeys([*keys, _MEDIAN], pl.Int64))
    rows = scoped.of_codes(asked.kind, asked.codes)
    seconds = (nw.col(measure.column) / 1_000_000).median().alias(_MEDIAN)
    if not scoped.grouping.cumulative:
        return scoped.collect(grouped(rows, keys, seconds))
    buckets = scoped.collect(rows.select(BUCKET).unique())[BUCKET].sort()
    steady = [key for key in keys if key != BUCKET]
    parts = [
        scoped.collect(
            grouped(rows.filter(nw.col(BUCKET) <= bucket), steady, seconds)
        ).with_columns(pl.lit(bucket, pl.Int64).alias(BUCKET))
        for bucket in buckets
    ]
    return pl.concat(parts) if parts else scoped.collect(grouped(rows, keys, seconds))


def _total(scoped: ScopedRows, metric: Metric) -> pl.LazyFrame:
    """Return metrics of single actions added up, as older definition sets do."""
    measure = metric.measure
    assert isinstance(measure, Total)
    actions, keys = scoped.data.campaign.actions, scoped.grouping.keys
    asked = [
        (a.id, term) for channel, term in measure.terms for a in actions if a.channel == channel
    ]
    if asked:
        rows = numbers(scoped, "action", asked)
    else:
        rows = numbers(
            scoped, "campaign", [("", replace(metric, measure=measure.instead_of))]
        ).clear()
    total = pl.col(VALUE).sum()
    found = rows.lazy().group_by(keys).agg(total) if keys else rows.lazy().select(total)
    return _tall(found, keys, "", metric.key, VALUE)


def _less(scoped: ScopedRows, found: pl.LazyFrame, wanted: Iterable[Metric]) -> pl.LazyFrame:
    """Return the differences of numbers that are there; nothing of the part counts as 0."""
    keys = [*scoped.grouping.keys]
    measures = [(metric.key, metric.measure) for metric in wanted]
    rows = [
        (key, measure.whole.key, measure.part.key)
        for key, measure in measures
        if isinstance(measure, Difference)
    ]
    schema = dict.fromkeys(("_of", METRIC, "_part"), pl.String)
    named = pl.LazyFrame(rows, schema=schema, orient="row")
    part = found.select(OWNER, *keys, _part=METRIC, _less=VALUE)
    joined = found.join(named, on=METRIC).join(
        part, on=[OWNER, *keys, "_part"], how="left", nulls_equal=True
    )
    value = pl.col(VALUE) - pl.col("_less").fill_null(0)
    return joined.select(OWNER, *keys, pl.col("_of").alias(METRIC), value.alias(VALUE))
