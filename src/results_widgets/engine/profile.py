"""Who some users are, against others; and what one user did."""

from itertools import pairwise
from typing import Final

import polars as pl

from results_widgets.engine.compare import benjamini_hochberg, newcombe, p_value
from results_widgets.engine.data import Data
from results_widgets.engine.memory import InMemory
from results_widgets.engine.reach import active, own_events

_OF_EVENTS: Final = (
    *("platform", "os", "device", "country", "region", "city", "locale", "language"),
    *("app_version", "variant"),
)
"""Columns of events that say something about the user rather than about the event."""

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
    data: InMemory, segment: pl.DataFrame, everyone: pl.DataFrame, values: int
) -> pl.DataFrame:
    """Compare the users of a segment with the rest of everyone; see `Segment.profile`."""
    rest = everyone.join(segment, on="user_id", how="anti")
    people = pl.concat(
        [
            segment.select("user_id", _inside=pl.lit(True)),
            rest.select("user_id", _inside=pl.lit(False)),
        ]
    )
    sizes = segment.height, rest.height
    rows: list[tuple[object, ...]] = []
    for name, column in _attributes(data, people):
        frame = people.select("_inside", value=_as_text(column))
        rows += _compared(name, _counts(frame, values), sizes)
    found = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    known = found["p_value"].is_not_null()
    adjusted = iter(benjamini_hochberg(found["p_value"].drop_nulls().to_list()))
    found = found.with_columns(
        pl.Series("p_adjusted", [next(adjusted) if p else None for p in known], dtype=pl.Float64)
    )
    found = found.with_columns(differs=(pl.col("p_adjusted") < _LEVEL).fill_null(False))
    order = pl.col("differs"), pl.col("difference").abs(), pl.col("attribute"), pl.col("value")
    return found.sort(*order, descending=[True, True, False, False], nulls_last=True)


def _attributes(data: InMemory, people: pl.DataFrame) -> list[tuple[str, pl.Series]]:
    """Return every attribute with its values in the order of the people."""
    ids = people.select("user_id")
    found: list[tuple[str, pl.Series]] = []
    if data.users is not None:
        own = ids.join(data.users, on="user_id", how="left", maintain_order="left")
        found += [(name, own[name]) for name in own.columns if name != "user_id"]
    table, names = data.table, {name for name, _ in found}
    seen = [name for name in _OF_EVENTS if table.has(name) and name not in names]
    newest = [pl.col(name).drop_nulls().last() for name in seen]
    wanted = ids.lazy()
    rows = table.frame.join(wanted, on="user_id", how="semi").select("user_id", "timestamp", *seen)
    latest = rows.sort("timestamp", maintain_order=True).group_by("user_id").agg(newest)
    own = own_events(data).to_native()
    made = own.group_by("user_id").agg(pl.len().cast(pl.Int64).alias("own events"))
    lately = active(data).to_native().with_columns(pl.lit(True).alias("active in the last 7 days"))
    for frame in (latest, made, lately):
        joined = wanted.join(frame, on="user_id", how="left", maintain_order="left").collect()
        found += [
            (name, joined[name]) for name in joined.columns if name not in {"user_id", *names}
        ]
    zero = {"own events": 0, "active in the last 7 days": False}
    return [
        (name, column.fill_null(zero[name]) if name in zero else column) for name, column in found
    ]


def _as_text(column: pl.Series) -> pl.Series:
    kind = column.dtype
    if isinstance(kind, pl.Date | pl.Datetime):
        return column.dt.year().cast(pl.String)
    if kind.is_nested() or kind == pl.Binary:
        # Lists have no shares of their own; whether there is one does.
        return (
            pl.Series(column.name, ["known"])
            .extend_constant("known", len(column))
            .head(len(column))
            .zip_with(column.is_not_null(), pl.Series([None], dtype=pl.String))
        )
    if kind.is_numeric() and column.n_unique() > _FEW_VALUES:
        return _ranges(column.cast(pl.Float64))
    return column.cast(pl.String)


def _ranges(column: pl.Series) -> pl.Series:
    """Put numbers into up to four ranges that hold about as many users each."""
    column = column.fill_nan(None)
    cuts = [column.quantile(share, "lower") for share in (0.25, 0.5, 0.75)]
    edges = sorted({cut for cut in cuts if cut is not None and cut != column.max()})
    if not edges:
        return column.cast(pl.String)
    shown = [f"{edge:.6g}" for edge in edges]
    labels = [f"up to {shown[0]}"]
    labels += [f"over {low}, up to {high}" for low, high in pairwise(shown)]
    labels += [f"over {shown[-1]}"]
    value, found = pl.col("value"), pl.lit(labels[-1])
    for edge, label in reversed(list(zip(edges, labels, strict=False))):
        found = pl.when(value <= edge).then(pl.lit(label)).otherwise(found)
    frame = column.rename("value").to_frame()
    return frame.select(pl.when(value.is_not_null()).then(found)).to_series()


def _counts(frame: pl.DataFrame, values: int) -> pl.DataFrame:
    counts = frame.group_by("value").agg(
        segment=pl.col("_inside").sum().cast(pl.Int64),
        rest=(~pl.col("_inside")).sum().cast(pl.Int64),
    )
    total = pl.col("segment") + pl.col("rest")
    ranked = counts.sort(total, "value", descending=[True, False], nulls_last=True)
    if ranked.height <= values:
        return ranked
    rest = ranked[values:].select(pl.lit(OTHER).alias("value"), pl.sum("segment", "rest"))
    return pl.concat([ranked[:values], rest])


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


def timeline(data: Data, time_zone: str, user_id: str | int) -> pl.DataFrame:
    """Return one user's events in order; see `Segment.timeline`."""
    table, campaign = data.columns, data.campaign
    actions = {action.id: action.label for action in campaign.actions}
    channels = {action.id: action.channel for action in campaign.actions}
    # The source's order settles equal instants.
    own = data.rows_of_user(user_id).sort("timestamp", nulls_last=True, maintain_order=True)
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
