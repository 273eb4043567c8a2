"""Altair charts of time series: pure functions from frames to charts.

Colours are Vega parameters that default to the light palette, so that a widget can change them with its
host's theme and a chart on its own still has them. Ticks and labels are made here, because Vega knows no
time zones but UTC and the browser's.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

import altair as alt
import polars as pl

from results_widgets._shared import shared
from results_widgets.engine.calendar import to_micros

PALETTE: Final = {
    "rw_line": "#2f6fdf",
    "rw_previous": "#8b929c",
    "rw_grid": "#e4e7eb",
    "rw_text": "#1b1d21",
    "rw_muted": "#5b626c",
    "rw_surface": "#ffffff",
    "rw_open": "#e4e7eb",
    **{f"rw_group_{n}": colour for n, colour in enumerate(shared("palette")["light"]["groups"], 1)},
}
"""Colour parameters with the values of the light theme; a widget sets them to those of its host's."""

GROUPS: Final = tuple(name for name in PALETTE if name.startswith("rw_group_"))
"""Line colours of a breakdown, distinguishable by colour-blind readers; no more groups are drawn."""

Chart = alt.LayerChart
"""The type of the charts."""

HEIGHT: Final = 190
_TICKS: Final = 7


def series_rows(
    frame: pl.DataFrame, *, every: str, by: str | None, open_from: datetime | None
) -> pl.DataFrame:
    """Return the rows of a chart: time_ms (Float64), start (String: the interval as text), value,
    previous (Float64), by (String), open (Boolean: whether the value may still grow).

    Args:
        frame: From `Results.explore`.
        every: Its interval.
        by: The column it is broken down by.
        open_from: Instant from which on values may still grow, or None.
    """
    # By instant, because local times repeat where clocks go back.
    starts = frame.select(at=pl.col("time").dt.epoch("us"), time="time").unique(
        "at", maintain_order=True
    )
    words = {at: interval_words(time, every) for at, time in starts.iter_rows()}
    at = pl.col("time").dt.epoch("us")
    none = pl.lit(None, pl.Float64)
    return frame.select(
        pl.col("time").dt.epoch("ms").cast(pl.Float64).alias("time_ms"),
        at.replace_strict(words, return_dtype=pl.String).alias("start"),
        pl.col("value"),
        (pl.col("previous") if "previous" in frame.columns else none).alias("previous"),
        (pl.col(by).cast(pl.String).fill_null("unknown") if by else pl.lit(None, pl.String)).alias(
            "by"
        ),
        (at >= to_micros(open_from) if open_from is not None else pl.lit(False)).alias("open"),
    )


def interval_words(start: datetime, every: str) -> str:
    """Return an interval as text, in the zone of its start."""
    day = f"{start:%a} {start.day} {start:%b %Y}"
    if every == "1h":
        end = (start.astimezone(ZoneInfo("UTC")) + timedelta(hours=1)).astimezone(start.tzinfo)
        return f"{day}, {start:%H:%M}–{end:%H:%M} {start:%Z}"
    if every == "1w":
        last = start + timedelta(days=6)
        first = f"{start.day}" if start.month == last.month else f"{start.day} {start:%b}"
        return f"{first}–{last.day} {last:%b %Y}"
    return f"{start:%B %Y}" if every == "1mo" else day


def series_chart(
    rows: pl.DataFrame,
    times: Sequence[datetime],
    *,
    every: str,
    unit: str,
    description: str,
    inline: bool = True,
) -> Chart:
    """Return a line chart of a series.

    Args:
        rows: From `series_rows`.
        times: Starts of the intervals, in the zone of the labels.
        every: The interval, for the labels.
        unit: The metric's unit in the glossary, for the axis.
        description: What the chart shows, for screen readers.
        inline: Whether the data is in the chart; otherwise it names a dataset, ``series``.
    """
    base = alt.Chart(_values(rows) if inline else alt.NamedData(name="series")).encode(
        x=_time_axis(times, every)
    )
    y = alt.Y("value:Q", title=None, scale=alt.Scale(zero=True, nice=True), axis=_value_axis(unit))
    grouped = rows["by"].null_count() < rows.height
    layers = [_open_windows(base)] if bool(rows["open"].any()) else []
    if rows["previous"].null_count() < rows.height:
        # One line per group, all in one colour.
        before = base.encode(detail="by:N") if grouped else base
        layers.append(
            _line(before, y.copy(), alt.value(alt.expr("rw_previous")), "previous", dash=[3, 3])
        )
    colour: Any
    if grouped:
        colour = alt.Color(
            "by:N",
            title=None,
            scale=alt.Scale(range=[alt.expr(name) for name in GROUPS]),
            legend=alt.Legend(
                orient="bottom", symbolType="stroke", columns=4, labelColor=alt.expr("rw_text")
            ),
        )
    else:
        colour = alt.value(alt.expr("rw_line"))
    layers.append(_line(base, y, colour, "value", point=len(times) == 1))
    chart = (
        alt.layer(*layers)
        .add_params(*(alt.param(name=name, value=value) for name, value in PALETTE.items()))
        .properties(width="container", height=HEIGHT, description=description)
        .configure(
            background="transparent",
            view=alt.ViewConfig(stroke=None),
            autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        )
    )
    return cast("Chart", chart)


def _values(rows: pl.DataFrame) -> alt.InlineData:
    return alt.InlineData(values=rows.to_dicts(), name="series")


def _line(
    base: alt.Chart,
    y: alt.Y,
    colour: Any,
    field: str,
    *,
    dash: Sequence[int] = (),
    point: bool = False,
) -> alt.Chart:
    mark: dict[str, Any] = {
        "strokeWidth": 1.5 if dash else 2,
        "interpolate": "linear",
        "strokeDash": list(dash),
        "point": point,
    }
    y["shorthand"] = f"{field}:Q"
    return cast("alt.Chart", base.mark_line(**mark).encode(y=y, color=colour))


def _open_windows(base: alt.Chart) -> alt.Chart:
    rect = base.transform_filter("datum.open").mark_rect(opacity=0.5, color=alt.expr("rw_open"))
    x = alt.X("min(time_ms):T", scale=alt.Scale(type="utc"))
    return cast("alt.Chart", rect.encode(x=x, x2=alt.value("width")))


def _time_axis(times: Sequence[datetime], every: str) -> alt.X:
    chosen = list(times)[:: max(1, -(-len(times) // _TICKS))]
    labels, before = {}, None
    for time in chosen:
        labels[str(_millis(time))] = _tick(time, every, before)
        before = time
    axis = alt.Axis(
        values=[_millis(time) for time in chosen],
        labelExpr=f"{json.dumps(labels)}[toString(toNumber(datum.value))]",
        grid=False,
        title=None,
        labelFontSize=11,
        labelColor=alt.expr("rw_muted"),
        domainColor=alt.expr("rw_grid"),
        tickColor=alt.expr("rw_grid"),
        labelOverlap="greedy",
        labelFlush=True,
    )
    return alt.X("time_ms:T", scale=alt.Scale(type="utc"), axis=axis)


def _tick(time: datetime, every: str, before: datetime | None) -> str:
    if every == "1mo":
        return f"{time:%b %Y}" if before is None or before.year != time.year else f"{time:%b}"
    fresh = before is None or before.month != time.month
    day = f"{time.day} {time:%b}" if fresh else f"{time.day}"
    if every != "1h":
        return day
    same = before is not None and before.date() == time.date()
    return f"{time:%H:%M}" if same else f"{time.day} {time:%b} {time:%H:%M}"


def _value_axis(unit: str) -> alt.Axis:
    formats = {"rate": "%", "amount": "~s", "seconds": "~s"}
    return alt.Axis(
        format=formats.get(unit, "~s"),
        tickCount=4,
        title=None,
        domain=False,
        ticks=False,
        labelFontSize=11,
        labelColor=alt.expr("rw_muted"),
        gridColor=alt.expr("rw_grid"),
    )


def _millis(time: datetime) -> int:
    return round(time.timestamp() * 1000)
