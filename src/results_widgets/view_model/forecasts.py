"""Forecasts of a line's open intervals: their values once all windows are closed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import polars as pl

from results_widgets.engine.calendar import check_every, from_micros, to_micros
from results_widgets.engine.query import Grouping
from results_widgets.experiments.forecast import Forecast, forecasts
from results_widgets.glossary import Metric
from results_widgets.glossary.campaign import CONVERSION_RATE, CONVERTED_RATE
from results_widgets.glossary.names import MetricKey
from results_widgets.keys import Every
from results_widgets.results import Results
from results_widgets.results.intervals import has_interval

_FORECAST: Final = (CONVERTED_RATE.key, CONVERSION_RATE.key)


def first_open(results: Results, metric: Metric, starts: Sequence[datetime]) -> datetime | None:
    """Return the start of the first interval whose value may still grow; None if all are final.

    An interval may grow while it is not over or, of a metric that matures, while a window of an entry
    in it is open; windows that later actions extend are treated as having the usual length.

    Args:
        results: The results that the series comes from.
        metric: The metric.
        starts: The starts of the intervals, in order.
    """
    session, campaign = results._session, results.campaign
    closes = campaign.on_finish == "close_windows" or not metric.matures
    # The data of a finished campaign may end long after the last window closed: then nothing is open.
    if campaign.status == "finished" and (closes or results.open_entries() == 0):
        return None
    # In UTC: where clocks change, a week before is not the same time of day.
    until = from_micros(session.newest)
    if metric.matures:
        until -= campaign.attribution_window
    if not starts or from_micros(session.span()[1]) < until:
        return None
    return max((start for start in starts if start <= until), default=starts[0])


def with_forecasts(
    results: Results, frame: pl.DataFrame, metric: Metric, every: str, open_from: datetime
) -> pl.DataFrame:
    """Add ``forecast_low`` and ``forecast_high`` to a series: the 95 % interval of its final value.

    Only the share of entries that convert has a forecast, and only in intervals with open entries; a roll-up has
    no entries.

    Args:
        results: The results that the series comes from.
        frame: From `Results.explore`, without a breakdown and not cumulative.
        metric: The metric.
        every: The interval.
        open_from: From `first_open`.
    """
    found = _forecasts(results, metric, every)
    at = pl.col("time").dt.epoch("us")
    is_open = at >= to_micros(open_from)
    columns = {}
    for place, name in enumerate(("forecast_low", "forecast_high")):
        ends = {start: both[place] for start, both in found.items()}
        known = at.replace_strict(ends, default=None, return_dtype=pl.Float64) if ends else None
        columns[name] = pl.lit(None, pl.Float64) if known is None else pl.when(is_open).then(known)
    return frame.with_columns(**columns)


def forecast_places(results: Results, every: Every) -> dict[str, list[tuple[int, float, float]]]:
    """Return the same by metric: the place of each such interval on the time axis, and both ends."""
    return {key: places for key in _FORECAST if (places := _places(results, MetricKey(key), every))}


def _places(results: Results, key: MetricKey, every: Every) -> list[tuple[int, float, float]]:
    metric = results._session.describe(key)
    if not (found := _forecasts(results, metric, every)):
        return []
    starts = results.explore(key, every=every)["time"].to_list()
    open_from = first_open(results, metric, starts)
    return [
        (place, *found[to_micros(start)])
        for place, start in enumerate(starts)
        if open_from is not None and start >= open_from and to_micros(start) in found
    ]


def _forecasts(results: Results, metric: Metric, every: str) -> dict[int, tuple[float, float]]:
    """Return the ends of the forecast of each interval with open entries, by its start in epoch µs."""
    session = results._session
    is_known = metric.key in _FORECAST and has_interval(session, metric)
    if session.is_rolled_up or not is_known or not results.open_entries():
        return {}
    scoped = session.scoped(Grouping(every=check_every(every)))
    found = session.cached("forecasts", every, compute=lambda: forecasts(scoped))
    waiting = {bucket: one for bucket, one in found.items() if one.waiting}
    starts = scoped.data.calendar(scoped.query).starts(list(waiting), every)
    pairs = zip(starts, map(_ends, waiting.values()), strict=True)
    return {start: ends for start, ends in pairs if ends is not None}


def _ends(found: Forecast) -> tuple[float, float] | None:
    _, low, high = found.ends()
    return None if low is None or high is None else (low, high)
