"""The base numbers: counts, distinct users, sums, medians. Each is computed here and nowhere else.

What a metric counts, its declaration says (see `results_widgets.glossary`). Metrics that count the
same kind of rows are counted together, in as few passes as their units allow.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.engine.counting.dispatch import summed, tally, tally_both
from results_widgets.engine.counting.group_by import grouped
from results_widgets.engine.frames import collect
from results_widgets.engine.metrics.rows import RowCodes
from results_widgets.engine.query import BUCKET
from results_widgets.engine.scoped import (
    COUNT,
    DAY_KEY,
    SET,
    STILL_OPEN,
    SUM,
    USERS,
    CodeSet,
    Kind,
    ScopedRows,
)
from results_widgets.glossary import (
    Count,
    Difference,
    Events,
    Median,
    Metric,
    RoleEvents,
    Scope,
    Sum,
    Total,
    Users,
)

OWNER: Final = "_owner"
METRIC: Final = "metric"
VALUE: Final = "value"

_OF_USERS: Final = "_of_users"
_NAMES: Final = {SET: pl.Int64, OWNER: pl.String, METRIC: pl.String, _OF_USERS: pl.Boolean}
_ENTRIES: Final[tuple[CodeSet, ...]] = ((0, STILL_OPEN), (STILL_OPEN,))

Asked = Iterable[tuple[str, Metric]]
"""Owners (id of an action or channel; empty: the campaign) and metrics."""

Unit = tuple[str, ...]
"""Columns whose distinct values are counted; none: only rows are."""


def numbers(scoped: ScopedRows, scope: Scope, asked: Asked) -> pl.DataFrame:
    """Return the base numbers of metrics; ratios have none.

    Args:
        scoped: The rows in range.
        scope: What they are computed for.
        asked: Owners and metrics.

    Returns:
        `OWNER`, the grouping's keys, `METRIC`, `VALUE` (Float64; NaN for users that a roll-up does
        not tell), in no order; a number may be missing where there are no rows.
    """
    wanted = {(owner, one.key): one for owner, m in asked for one in m.parts()}
    repeated = scope != "campaign"
    of_campaign = {k: one for k, one in wanted.items() if repeated and one.scope == "campaign"}
    own = {key: one for key, one in wanted.items() if key not in of_campaign}
    frames = [*_repeated(scoped, of_campaign), *_counted(scoped, scope, own)]
    frames += _of_columns(scoped, scope, own)
    frames += [_total(scoped, m, m.measure) for m in own.values() if isinstance(m.measure, Total)]
    found = pl.concat(frames)
    differences = {m.key: m.measure for m in own.values() if isinstance(m.measure, Difference)}
    if not differences:
        return found
    keys = scoped.grouping.keys
    return pl.concat([found, *(_less(found, key, of, keys) for key, of in differences.items())])


def _tall(
    frame: pl.DataFrame, keys: list[str], owner: str, metric: str, column: str
) -> pl.DataFrame:
    """Return a column as the values of one metric."""
    return frame.select(
        pl.lit(owner).alias(OWNER),
        *keys,
        pl.lit(metric).alias(METRIC),
        pl.col(column).cast(pl.Float64).alias(VALUE),
    )


def _repeated(
    scoped: ScopedRows, wanted: Mapping[tuple[str, str], Metric]
) -> Iterator[pl.DataFrame]:
    """Yield numbers of the campaign for each owner that divides by them."""
    if not wanted:
        return
    metrics = {metric.key: metric for metric in wanted.values()}
    totals = numbers(scoped, "campaign", [("", metric) for metric in metrics.values()]).drop(OWNER)
    owners = pl.DataFrame(
        list(wanted), schema=[(OWNER, pl.String), (METRIC, pl.String)], orient="row"
    )
    yield owners.join(totals, on=METRIC).select(OWNER, *scoped.grouping.keys, METRIC, VALUE)


# ------------------------------------------------------------------------- rows and distinct users


@dataclass(slots=True)
class _Tally:
    """Sets of codes that are counted in one pass, and which metrics are whose number of which set.

    Attributes:
        kind: Which rows.
        by_name: Whether they are events by their names: too many sets to keep.
        unit: What is counted beside rows.
        names: Of each set, the owner, the metric, and whether it is the number of users.
    """

    kind: Kind
    by_name: bool
    unit: Unit
    names: dict[CodeSet, list[tuple[str, str, bool]]] = field(default_factory=dict)

    def add(self, codes: CodeSet, owner: str, metric: Metric) -> None:
        """Have a set counted for a metric."""
        of_users = isinstance(metric.measure, Users)
        self.names.setdefault(codes, []).append((owner, metric.key, of_users))

    def answered(self, scoped: ScopedRows) -> pl.DataFrame:
        """Count, and name the numbers."""
        # In one order, so that whoever asks for the same finds it kept.
        sets = _ENTRIES if self.kind == "entries" else tuple(sorted(self.names))

        def count() -> pl.DataFrame:
            return tally(scoped, sets, list(self.unit), self.kind)

        of = (self.kind, self.unit, sets)
        frame = count() if self.by_name else scoped.cached("tally", count, *of)
        places = {codes: place for place, codes in enumerate(sets)}
        rows = [(places[codes], *name) for codes, names in self.names.items() for name in names]
        return _named(scoped, frame, rows)


def _named(
    scoped: ScopedRows, frame: pl.DataFrame, rows: list[tuple[int, str, str, bool]]
) -> pl.DataFrame:
    """Return the numbers of sets as the values of metrics."""
    named = frame.join(pl.DataFrame(rows, schema=_NAMES, orient="row"), on=SET)
    columns = [pl.col(name).cast(pl.Float64) for name in (USERS, COUNT) if name in named.columns]
    value = columns[0]
    if len(columns) > 1:
        value = pl.when(_OF_USERS).then(columns[0]).otherwise(columns[1])
    return named.select(OWNER, *scoped.grouping.keys, METRIC, value.alias(VALUE))


def _counted(
    scoped: ScopedRows, scope: Scope, wanted: Mapping[tuple[str, str], Metric]
) -> Iterator[pl.DataFrame]:
    """Yield the numbers of rows and of distinct users."""
    codes = RowCodes(scoped, scope)
    pairs: dict[tuple[CodeSet, CodeSet], list[tuple[str, str]]] = {}
    tallies: dict[tuple[Kind, bool, Unit], _Tally] = {}
    # Users first: rows are counted in the same pass.
    for (owner, _), metric in sorted(wanted.items(), key=lambda one: one[1].unit != "users"):
        measure = metric.measure
        if not isinstance(measure, Count | Users):
            continue
        rows = measure.rows
        if isinstance(rows, RoleEvents) and rows.of == "both":
            pairs.setdefault(codes.pair(rows, owner), []).append((owner, metric.key))
            continue
        kind, own = codes.of(rows, owner)
        key = (kind, isinstance(rows, Events), _unit(scoped, metric, kind))
        if isinstance(measure, Count) and kind != "entries" and _has_users(scoped, kind, own):
            key = next((known for known in tallies if known[:2] == key[:2]), key)
        tallies.setdefault(key, _Tally(*key)).add(own, owner, metric)
    yield from (one.answered(scoped) for one in tallies.values())
    if pairs:
        yield _both(scoped, pairs)


def _unit(scoped: ScopedRows, metric: Metric, kind: Kind) -> Unit:
    if metric.counts_days(scoped.query.definitions):
        return "user", DAY_KEY
    # All numbers of entries come from one pass, whichever of them is asked for.
    return ("user",) if isinstance(metric.measure, Users) or kind == "entries" else ()


def _has_users(scoped: ScopedRows, kind: Kind, codes: CodeSet) -> bool:
    """Whether rows can be counted beside users at no cost: exits have no bit in users' masks."""
    return kind != "events" or scoped.data.codes.channel_codes.issuperset(codes)


def _both(
    scoped: ScopedRows, wanted: Mapping[tuple[CodeSet, CodeSet], list[tuple[str, str]]]
) -> pl.DataFrame:
    """Return the numbers of users with rows of both sets."""
    pairs = tuple(sorted(wanted))
    frame = scoped.cached("tally both", lambda: tally_both(scoped, pairs), pairs)
    rows = [(place, *name, True) for place, pair in enumerate(pairs) for name in wanted[pair]]
    return _named(scoped, frame, rows)


# ---------------------------------------------------------------------- sums, medians, what is made


def _sum(
    scoped: ScopedRows, codes: CodeSet, owner: str, metric: Metric, measure: Sum
) -> pl.DataFrame:
    frame = summed(scoped, codes, measure.column)
    return _tall(frame, scoped.grouping.keys, owner, metric.key, SUM)


def _median(
    scoped: ScopedRows, codes: CodeSet, owner: str, metric: Metric, measure: Median
) -> pl.DataFrame:
    """Return a median in seconds; cumulative: of all rows up to each interval."""
    keys, name = scoped.grouping.keys, "_median"
    if not scoped.data.has_users:
        # Sums of cells say nothing of their middle.
        nothing = pl.DataFrame(schema=dict.fromkeys([*keys, name], pl.Int64))
        return _tall(nothing, keys, owner, metric.key, name)
    rows = scoped.conversions
    if not scoped.is_every_conversion(codes):
        rows = rows.filter(nw.col("action").fill_null(0).is_in(list(codes)))
    seconds = (nw.col(measure.column) / 1_000_000).median().alias(name)
    if not scoped.grouping.cumulative:
        return _tall(collect(grouped(rows, keys, seconds)), keys, owner, metric.key, name)
    buckets = collect(rows.select(BUCKET).unique())[BUCKET].sort()
    steady = [key for key in keys if key != BUCKET]
    parts = [
        collect(grouped(rows.filter(nw.col(BUCKET) <= bucket), steady, seconds)).with_columns(
            pl.lit(bucket, pl.Int64).alias(BUCKET)
        )
        for bucket in buckets
    ]
    frame = pl.concat(parts) if parts else collect(grouped(rows, keys, seconds))
    return _tall(frame, keys, owner, metric.key, name)


def _of_columns(
    scoped: ScopedRows, scope: Scope, wanted: Mapping[tuple[str, str], Metric]
) -> Iterator[pl.DataFrame]:
    """Yield sums and medians."""
    codes = RowCodes(scoped, scope)
    for (owner, _), metric in wanted.items():
        measure = metric.measure
        if not isinstance(measure, Sum | Median):
            continue
        kind, own = codes.of(measure.rows, owner)
        if kind != "conversions":
            raise ValueError(f"{metric.key}: only conversions have columns, not {kind}")
        if isinstance(measure, Sum):
            yield _sum(scoped, own, owner, metric, measure)
        else:
            yield _median(scoped, own, owner, metric, measure)


def _total(scoped: ScopedRows, metric: Metric, measure: Total) -> pl.DataFrame:
    """Return metrics of single actions added up, as older definition sets do."""
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
    found = rows.group_by(keys).agg(total) if keys else rows.select(total)
    return _tall(found, keys, "", metric.key, VALUE)


def _less(found: pl.DataFrame, key: str, measure: Difference, keys: list[str]) -> pl.DataFrame:
    """Return the differences of numbers that are there; nothing of the part counts as 0."""
    on = [OWNER, *keys]
    whole = found.filter(pl.col(METRIC) == measure.whole.key)
    part = found.filter(pl.col(METRIC) == measure.part.key).select(*on, _part=VALUE)
    joined = whole.join(part, on=on, how="left", nulls_equal=True)
    value = pl.col(VALUE) - pl.col("_part").fill_null(0)
    return joined.select(*on, pl.lit(key).alias(METRIC), value.alias(VALUE))
