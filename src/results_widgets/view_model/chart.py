"""The chart of what is selected, as the browser takes it and as an Altair chart."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import polars as pl

from results_widgets import charts
from results_widgets.engine.calendar import from_micros
from results_widgets.glossary import Metric
from results_widgets.results import Results
from results_widgets.view_model.selection import Selection
from results_widgets.view_model.values import Wire, to_bytes, zone_label

# Conversions of an entry may still come as long as its window is open; other numbers only while
# their interval lasts.
MATURING: Final = (
    "conversions",
    "unique_converters",
    "conversion_rate",
    "goal_value",
    "value_per_user",
    "conversions_attributed",
)


@dataclass(frozen=True, slots=True)
class _Plot:
    """A selected metric, ready to be drawn."""

    metric: Metric
    title: str
    times: list[datetime]
    rows: pl.DataFrame
    shown: int
    groups: int


def _plot(results: Results, selection: Selection) -> _Plot:
    metric = results.describe(selection.metric, selection.action, selection.channel)
    if selection.by is not None:
        results._session.check_shared(selection.by)
    frame = results.explore(
        selection.metric,
        selection.action,
        selection.channel,
        selection.every,
        selection.cumulative,
        selection.by,
        "previous" if selection.compare else None,
    )
    frame, shown, groups = _largest(frame, selection.by)
    open_from = _open_from(results, metric, selection)
    rows = charts.series_rows(frame, every=selection.every, by=selection.by, open_from=open_from)
    times = frame["time"].unique().sort().to_list()
    return _Plot(metric, _title(results, metric, selection), times, rows, shown, groups)


def chart_wire(results: Results, selection: Selection) -> tuple[Wire, bytes]:
    """Return the chart of the selected metric and its rows; without rows, why a roll-up has none."""
    keys = ("metric", "action", "channel", "every", "cumulative", "by", "compare")
    key = {name: getattr(selection, name) for name in keys}
    metric = results.describe(selection.metric, selection.action, selection.channel)
    why = results._session.missing_users(metric, selection.every)
    if results.is_rolled_up and metric.unit == "seconds":
        why = "sums of cells say nothing of the times between events; ask the results they were made from"
    if why:
        title = _title(results, metric, selection)
        return {"key": key, "title": title, "missing": f"{why[0].upper()}{why[1:]}."}, b""
    plot = _plot(results, selection)
    wire: Wire = {
        "key": key,
        "title": plot.title,
        "caption": " · ".join(_caption(results, selection, plot)),
        "zone_label": zone_label(
            results.time_zone, from_micros(results._session.newest, results.time_zone)
        ),
        "spec": _chart(plot, selection, inline=False).to_dict(),
    }
    return wire, to_bytes(plot.rows)


def chart_of(results: Results, selection: Selection) -> charts.Chart:
    """Return the chart of the selected metric with its rows in it."""
    return _chart(_plot(results, selection), selection, inline=True)


def _chart(plot: _Plot, selection: Selection, *, inline: bool) -> charts.Chart:
    return charts.series_chart(
        plot.rows,
        plot.times,
        every=selection.every,
        unit=plot.metric.unit,
        description=plot.title,
        inline=inline,
    )


def _caption(results: Results, selection: Selection, plot: _Plot) -> Iterator[str]:
    yield f"{_interval_words(selection.every)} in {results.time_zone}"
    if bool(plot.rows["open"].any()):
        yield "hatched: may still grow"
    if selection.compare:
        has = plot.rows["previous"].null_count() < plot.rows.height
        yield (
            "dashed: period before"
            if has
            else "choose a range to compare it with the period before"
        )
    if plot.shown < plot.groups:
        yield f"the {plot.shown} largest of {plot.groups} groups"


def _largest(frame: pl.DataFrame, by: str | None) -> tuple[pl.DataFrame, int, int]:
    if by is None:
        return frame, 0, 0
    totals = (
        frame.group_by(by)
        .agg(pl.col("value").sum())
        .sort("value", by, descending=[True, False], nulls_last=True)
    )
    kept = totals.head(len(charts.GROUPS)).select(by)
    chosen = frame.join(kept, on=by, how="semi", nulls_equal=True, maintain_order="left")
    return chosen, kept.height, totals.height


def _open_from(results: Results, metric: Metric, selection: Selection) -> datetime | None:
    # In UTC: a week before is not always a week before on the wall.
    campaign, newest = results.campaign, from_micros(results._session.newest)
    if campaign.status == "finished" and (
        campaign.on_finish == "close_windows" or metric.key not in MATURING
    ):
        return None
    window = campaign.attribution_window if metric.key in MATURING else timedelta()
    if campaign.status == "finished":
        # The data may end long after the last window closed: then nothing is open.
        return None if results.open_entries() == 0 else newest - window
    lengths = {
        "1h": timedelta(hours=1),
        "1d": timedelta(days=1),
        "1w": timedelta(weeks=1),
        "1mo": timedelta(days=28),
    }
    return newest - max(window, lengths[selection.every])


def _title(results: Results, metric: Metric, selection: Selection) -> str:
    of = ""
    if selection.action is not None:
        of = f", {results.campaign.action_by_id[selection.action].label}"
    elif selection.channel is not None:
        of = f", {results.campaign.channels[selection.channel].label}"
    words = {"1h": "hour", "1d": "day", "1w": "week", "1mo": "month"}[selection.every]
    return f"{metric.label}{of}, {'cumulative by' if selection.cumulative else 'per'} {words}"


def _interval_words(every: str) -> str:
    return {"1h": "Hours", "1d": "Days", "1w": "Weeks", "1mo": "Months"}[every]
