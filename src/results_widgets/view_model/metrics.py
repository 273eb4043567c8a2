"""The ``_metrics`` trait: one Arrow table with every number of the screen that is not a time series."""

from typing import Final

import polars as pl

from results_widgets.results import Results
from results_widgets.results.intervals import LEVEL
from results_widgets.results.scope import compared
from results_widgets.view_model.applicable import applicable

_KEYS: Final = ("scope", "action_id", "channel", "metric")
_NUMBERS: Final = ("value", "numerator", "denominator", "low", "high", "previous")


def metrics_frame(results: Results) -> pl.DataFrame:
    """Return the rows of ``_metrics``, in the order of the glossary, of what applies to the campaign.

    Columns: ``scope`` (campaign, channel or action), ``action_id``, ``channel``, ``metric`` (String);
    ``value``, ``numerator``, ``denominator``, ``low`` and ``high`` (95 % Wilson interval of a proportion),
    ``previous`` (value in the period of equal length before a bounded range, at equal age) (Float64).
    """
    current, found = _all_scopes(results), compared(results)
    if found is None:
        current = current.with_columns(previous=pl.lit(None, pl.Float64))
    else:
        earlier = _all_scopes(found[0]).select(*_KEYS, previous="value")
        current = current.join(
            earlier, on=_KEYS, how="left", nulls_equal=True, maintain_order="left"
        )
    applies = applicable(results)
    silent = [metric.key for metric in results._session.metrics() if not applies(metric)]
    return current.filter(~pl.col("metric").is_in(silent)).select(*_KEYS, *_NUMBERS)


def _all_scopes(results: Results) -> pl.DataFrame:
    none = pl.lit(None, pl.String)
    frames = {
        "campaign": results.overview(interval=LEVEL).with_columns(
            none.alias("action_id"), none.alias("channel")
        ),
        "channel": results.channels(interval=LEVEL).with_columns(none.alias("action_id")),
        "action": results.actions(interval=LEVEL).drop("action"),
    }
    columns = (*_KEYS[1:], *_NUMBERS[:-1])
    return pl.concat(
        [frame.select(pl.lit(scope).alias("scope"), *columns) for scope, frame in frames.items()]
    )
