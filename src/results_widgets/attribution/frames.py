"""The frames of attribution: credit by model and owner, and paths with their counts."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from results_widgets.attribution.models import Model, credited
from results_widgets.attribution.paths import Paths

_NUMBERS: Final = ("conversions", "value")


def attribution_frame(paths: Paths, models: Sequence[Model], half_life: int) -> pl.DataFrame:
    """Return model, owner, conversions, value, share: every owner under every model, null for none last.

    Args:
        paths: The conversions with their touches.
        models: The models, in their order.
        half_life: In µs.
    """
    places = pl.Series("owner", [*range(len(paths.owners.names)), None], pl.Int64)
    total = paths.found.conversions.height
    share = pl.col("conversions") / total if total else pl.lit(None, pl.Float64)
    found = [
        places.to_frame()
        .join(
            credited(paths, model, half_life),
            on="owner",
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )
        .select(pl.lit(model).alias("model"), "owner", pl.col(_NUMBERS).fill_null(0.0))
        for model in models
    ]
    return pl.concat(found).with_columns(paths.owners.named("owner"), share=share)


def paths_frame(paths: Paths, *, repeats: bool) -> pl.DataFrame:
    """Return path, conversions, value, share: the most frequent path first.

    Args:
        paths: The conversions with their touches.
        repeats: Whether an owner stands in a path for every touch, or once for those that follow one another.
    """
    touches = paths.touches
    if not repeats:
        again = (pl.col("owner") == pl.col("owner").shift(1)) & (pl.col("place") > 0)
        touches = touches.filter(~again.fill_null(False))
    named = touches.select("conversion", paths.owners.named("owner").alias("path"))
    own = named.group_by("conversion", maintain_order=True).agg("path")
    every = paths.found.conversions.join(own, on="conversion", how="left")
    nothing = pl.lit([], pl.List(pl.String))
    counted = every.group_by(pl.col("path").fill_null(nothing)).agg(
        conversions=pl.len().cast(pl.Int64), value=pl.col("value").sum()
    )
    share = pl.col("conversions") / pl.col("conversions").sum()
    order = pl.col("path").list.join(" > ")
    return counted.with_columns(share=share).sort(
        pl.col("conversions"), order, descending=[True, False]
    )
