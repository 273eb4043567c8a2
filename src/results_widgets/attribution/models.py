"""The models: how much of each conversion goes to each of its touches."""

from typing import Final, Literal

import polars as pl

from results_widgets.attribution.markov import removal_shares
from results_widgets.attribution.paths import Paths

Model = Literal[
    "last_interaction",
    "last_touch",
    "first_touch",
    "linear",
    "time_decay",
    "position",
    "last_click",
    "markov",
    "shapley",
]
"""How conversions are credited to touches."""

_ENDS: Final = 0.4
"""What the first and the last touch each get by position."""


def credited(paths: Paths, model: Model, half_life: int) -> pl.DataFrame:
    """Return what each owner is credited with under a model.

    Args:
        paths: The conversions and their touches.
        model: The model.
        half_life: Age in µs at which a touch weighs half as much, where the model says so.

    Returns:
        owner (its place; null for none), conversions, value.
    """
    if model == "markov":
        return _by_shares(paths, removal_shares(paths))
    touches, credit = paths.touches, pl.col("credit")
    if model == "shapley":
        # The value of a coalition is the number of conversions that touched nobody else. Such a game is a
        # sum of one unanimity game for each conversion, whose Shapley value is an equal part for each member.
        touches = touches.unique(["conversion", "owner"])
        touches = touches.with_columns(credit=1 / pl.len().over("conversion"))
    else:
        touches = touches.with_columns(credit=_weight(model, half_life).cast(pl.Float64))
    parts = touches.filter(credit > 0).select("conversion", "owner", "credit")
    if model == "last_interaction":
        parts = _as_given(paths, parts)
    rest = paths.found.conversions.select("conversion").join(parts, on="conversion", how="anti")
    none = rest.with_columns(owner=pl.lit(None, pl.Int64), credit=pl.lit(1.0))
    return _summed(paths, pl.concat([parts, none]))


def _as_given(paths: Paths, parts: pl.DataFrame) -> pl.DataFrame:
    """Return parts with those of conversions that the source itself attributes as it does."""
    given = paths.found.conversions.filter(pl.col("given").is_not_null())
    own = given.select("conversion", owner=paths.owners.of_action("given"), credit=pl.lit(1.0))
    return pl.concat([parts.join(own, on="conversion", how="anti"), own])


def _summed(paths: Paths, parts: pl.DataFrame) -> pl.DataFrame:
    value = paths.found.conversions["value"][parts["conversion"]]
    rows = parts.with_columns(value=value * parts["credit"])
    return rows.group_by("owner").agg(
        conversions=pl.col("credit").sum(), value=pl.col("value").sum()
    )


def _by_shares(paths: Paths, shares: list[float]) -> pl.DataFrame:
    """Return the touched conversions and their value, divided among the owners; the others go to none."""
    touched = paths.found.conversions["conversion"].is_in(paths.touches["conversion"].implode())
    values = paths.found.conversions["value"]
    own = [(place, share, share) for place, share in enumerate(shares)]
    schema = {"owner": pl.Int64, "conversions": pl.Float64, "value": pl.Float64}
    found = pl.DataFrame(own, schema, orient="row").with_columns(
        pl.col("conversions") * touched.sum(), pl.col("value") * values.filter(touched).sum()
    )
    none = (None, float((~touched).sum()), values.filter(~touched).sum())
    return pl.concat([found, pl.DataFrame([none], schema, orient="row")])


def _weight(model: Model, half_life: int) -> pl.Expr:
    """Return a touch's part of its conversion."""
    place, left = pl.col("place"), pl.col("left")
    count = place + left + 1
    if model == "first_touch":
        return place == 0
    if model == "last_touch":
        return left == 0
    if model == "linear":
        return 1 / count
    if model == "position":
        ends = pl.when(count == 1).then(1.0).when(count == 2).then(0.5).otherwise(_ENDS)  # noqa: PLR2004
        middle = (1 - 2 * _ENDS) / (count - 2)
        return pl.when((place == 0) | (left == 0)).then(ends).otherwise(middle)
    if model == "time_decay":
        # Since the last touch, so that the weights of old touches do not all round to 0.
        older = pl.col("age") - pl.when(left == 0).then("age").backward_fill()
        raw = (-older / half_life * pl.lit(2.0).log()).exp()
        return raw / raw.sum().over("conversion")
    chosen = pl.col("clicked" if model == "last_click" else "interacted")
    latest = pl.when(chosen).then(place).max().over("conversion")
    otherwise = None if model == "last_click" else place + left
    return (
        place == pl.coalesce(latest, pl.lit(otherwise) if otherwise is None else otherwise)
    ).fill_null(False)
