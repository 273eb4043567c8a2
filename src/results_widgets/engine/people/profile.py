"""The attributes of some users compared with the rest, and the events of one user."""

from contextlib import ExitStack
from itertools import pairwise
from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.frames import Rows, collect
from results_widgets.engine.people.reach import active, own_events
from results_widgets.engine.statistics import benjamini_hochberg, newcombe, p_value

_OF_EVENTS: Final = (
    *("platform", "os", "device", "country", "region", "city", "locale", "language"),
    *("app_version", "variant"),
)
"""Columns of events that describe the user rather than the event."""

_LEVEL: Final = 0.05
_FEW_VALUES: Final = 8
OTHER: Final = "(other)"

_SCHEMA: Final = {
    "attribute": pl.String,
    "value": pl.String,
    "segment": pl.Int64,
    "rest": pl.Int64,
    "share": pl.Float64,
    "rest_share": pl.Float64,
    "difference": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "p_value": pl.Float64,
}


def profile(
    data: UserBackend, segment: Rows, everyone: Rows, values: int, min_users: int
) -> pl.DataFrame:
    """Compare the users of a segment with the rest of everyone (each ``user_id``); see `Segment.profile`."""
    rows: list[tuple[object, ...]] = []
    with ExitStack() as held:
        names, wide = _attributes(
            data, held.enter_context(data.materialised(_both(segment, everyone)))
        )
        people = held.enter_context(data.materialised(wide))
        sizes = _sizes(people)
        for column, name in enumerate(names):
            few = _as_few(data, people, f"_{column}")
            counts = _counts(few, values, min_users, sizes)
            rows += _compared(name, counts, sizes)
    found = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    known = found["p_value"].is_not_null()
    adjusted = iter(benjamini_hochberg(found["p_value"].drop_nulls().to_list()))
    found = found.with_columns(
        pl.Series("p_adjusted", [next(adjusted) if p else None for p in known], dtype=pl.Float64)
    )
    found = found.with_columns(differs=(pl.col("p_adjusted") < _LEVEL).fill_null(False))
    order = pl.col("differs"), pl.col("difference").abs(), pl.col("attribute"), pl.col("value")
    return found.sort(*order, descending=[True, True, False, False], nulls_last=True)


def _both(segment: Rows, everyone: Rows) -> Rows:
    """Return the users of the segment and the rest of everyone: user_id, _inside (1 or 0)."""
    rest = everyone.join(segment, on="user_id", how="anti")
    sides = [(segment, 1), (rest, 0)]
    return nw.concat(
        [side.select("user_id", _inside=nw.lit(place).cast(nw.Int64)) for side, place in sides]
    )


def _attributes(data: UserBackend, people: Rows) -> tuple[list[str], Rows]:
    """Return the names of all attributes, and a row per user: _inside and each attribute, by number."""
    ids = people.select("user_id")
    parts: list[tuple[Rows, dict[str, nw.Expr]]] = []
    known = list(data.attributes)
    if data.users_table is not None:
        parts.append((data.users_table, {name: nw.col(name) for name in known}))
    # A column that nothing can be grouped by, such as durations, has no shares either.
    usable = {*data.columns.breakdowns}
    seen = [name for name in _OF_EVENTS if name in usable and name not in known]
    if seen:
        parts.append((data.latest_values(ids, seen), {name: nw.col(name) for name in seen}))
    made = own_events(data).group_by("user_id").agg(nw.len().cast(nw.Int64).alias("_made"))
    parts.append((made, {"own events": nw.col("_made").fill_null(0)}))
    lately = active(data).with_columns(_active=nw.lit(True))
    parts.append((lately, {"active in the last 7 days": nw.col("_active").fill_null(False)}))
    names: list[str] = []
    for rows, columns in parts:
        own = {name: said for name, said in columns.items() if name not in names}
        numbered = {name: f"_{len(names) + place}" for place, name in enumerate(own)}
        filled = {numbered[name]: said for name, said in own.items()}
        before = people.collect_schema().names()
        people = people.join(rows, on="user_id", how="left").with_columns(**filled)
        people = people.select(*before, *filled)
        names += own
    return names, people.drop("user_id")


def _sizes(people: Rows) -> tuple[int, int]:
    inside = nw.col("_inside")
    found = collect(people.select(_inside=inside.sum(), _all=nw.len())).row(0)
    n, every = (int(count or 0) for count in found)
    return n, every - n


def _as_few(data: UserBackend, people: Rows, column: str) -> Rows:
    """Return _inside and ``value``: the attribute as categories; many different numbers as ranges."""
    kind, own = people.collect_schema()[column], nw.col(column)
    if kind in (nw.Date, nw.Datetime):
        return people.select("_inside", value=own.dt.year())
    if not kind.is_numeric():
        return people.select("_inside", value=own if kind == nw.Boolean else own.cast(nw.String))
    # In SQL an aggregate of no rows is null.
    if int(collect(people.select(own.n_unique())).item() or 0) <= _FEW_VALUES:
        return people.select("_inside", value=own)
    # What is not a number was read as missing.
    people = people.select("_inside", value=own.cast(nw.Float64))
    labels = _ranges(data, people)
    if not labels:
        return people
    value, (*lower, last) = nw.col("value"), labels
    found = nw.lit(last[1])
    for edge, label in reversed(lower):
        found = nw.when(value <= edge).then(nw.lit(label)).otherwise(found)
    return people.select("_inside", value=nw.when(~value.is_null()).then(found))


def _ranges(data: UserBackend, people: Rows) -> list[tuple[float, str]]:
    """Return the upper edge and name of up to four ranges with about equally many users each."""
    value = nw.col("value")
    count, most = collect(people.select(_count=value.count(), _most=value.max())).row(0)
    if not count:
        return []
    places = [int(share * (count - 1)) for share in (0.25, 0.5, 0.75)]
    edges = sorted(
        {cut for cut in data.values_at_ranks(people, "value", places, count) if cut != most}
    )
    if not edges:
        return []
    shown = [f"{edge:.6g}" for edge in edges]
    names = [f"up to {shown[0]}"]
    names += [f"over {low}, up to {high}" for low, high in pairwise(shown)]
    return list(zip([*edges, most], [*names, f"over {shown[-1]}"], strict=True))


def _counts(rows: Rows, values: int, min_users: int, sizes: tuple[int, int]) -> pl.DataFrame:
    """Return value, segment and rest: the most frequent values, and the others together."""
    inside = nw.col("_inside")
    counts = rows.group_by("value").agg(segment=inside.sum(), _all=nw.len())
    ranked = counts.sort("_all", "value", descending=[True, False], nulls_last=True)
    found = collect(ranked.head(max(values, _FEW_VALUES) + 1)).select(
        pl.col("value").cast(pl.String),
        pl.col("segment").cast(pl.Int64),
        rest=(pl.col("_all").cast(pl.Int64) - pl.col("segment").cast(pl.Int64)),
    )
    # Ties are ordered by the value as text, whatever its type was.
    total = pl.col("segment") + pl.col("rest")
    found = found.sort(total, "value", descending=[True, False], nulls_last=True)
    # Users without a value cannot be identified by it.
    first = found[:values].filter((total >= min_users) | pl.col("value").is_null())
    if first.height == found.height:
        return found
    others = [
        size - int(first[side].sum()) for side, size in zip(("segment", "rest"), sizes, strict=True)
    ]
    rare = pl.DataFrame([[OTHER, *others]], schema=first.schema, orient="row")
    return pl.concat([first, rare])


def _compared(name: str, counts: pl.DataFrame, sizes: tuple[int, int]) -> list[tuple[object, ...]]:
    n, m = sizes
    rows: list[tuple[object, ...]] = []
    for value, k, j in counts.iter_rows():
        share, rest = (k / n if n else None), (j / m if m else None)
        if share is None or rest is None:
            rows.append((name, value, k, j, share, rest, None, None, None, None))
            continue
        low, high = newcombe(k, n, j, m)
        rows.append((name, value, k, j, share, rest, share - rest, low, high, p_value(k, n, j, m)))
    return rows


def timeline(data: UserBackend, time_zone: str, user_id: str | int) -> pl.DataFrame:
    """Return one user's events in order; see `Segment.timeline`."""
    table, campaign = data.columns, data.campaign
    actions = {action.id: action.label for action in campaign.actions}
    channels = {action.id: action.channel for action in campaign.actions}
    # Events at the same instant keep the order of the source.
    own = data.source_rows_of_user(user_id).sort("timestamp", nulls_last=True, maintain_order=True)
    first = ("timestamp", "event")
    further = [
        name
        for name in table.columns
        if name not in {*first, "user_id"} and own[name].null_count() < own.height
    ]
    ours = pl.col("action_id")
    if table.has("campaign_id"):
        mine = pl.col("campaign_id").is_null() | (pl.col("campaign_id") == campaign.id)
        ours = pl.when(mine).then(ours)
    return own.select(
        pl.col("timestamp").dt.convert_time_zone(time_zone),
        "event",
        ours.replace_strict(actions, default=None, return_dtype=pl.String).alias("action"),
        ours.replace_strict(channels, default=None, return_dtype=pl.String).alias("channel"),
        *(name for name in further if name not in ("action", "channel")),
    )
