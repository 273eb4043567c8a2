"""Charts of time series: pure functions from frames to Vega-Lite, and to Altair where it is asked for.

Colours are Vega parameters that default to the light palette, so that a widget can change them with its
host's theme and a chart on its own still has them. Ticks and labels are made here, because Vega knows no
time zones but UTC and the browser's.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

import polars as pl

from results_widgets._shared import shared
from results_widgets.charts.axes import (
    DATASET as DATASET,
    Spec,
    colour_parameter,
    interval_words,
    time_axis,
    vega_numbers,
)
from results_widgets.charts.groups import (
    LABELLED,
    LIFTED,
    faded,
    group_colour,
    group_labels,
    in_order,
    small_multiples,
    with_width as with_width,
)
from results_widgets.charts.values import AXIS_PARAMETERS, value_axis, value_parameters
from results_widgets.engine.calendar import to_micros
from results_widgets.locales import ENGLISH, Locale

if TYPE_CHECKING:
    from altair import FacetChart, LayerChart

    Chart = LayerChart | FacetChart

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

HEIGHT: Final[int] = shared("chart")["plotHeight"]

BEHIND: Final = {"denominator": "_base", "low": "_low", "high": "_high"}
"""Columns behind a rate, and what they are called in a series that is drawn: no column of the data is called so."""

_NUMBERS: Final = ("value", "previous", *BEHIND.values(), "forecast_low", "forecast_high")
_MOST_BANDS: Final = 4


_NEXT: Final = {
    "window": [{"op": "lead", "field": "open", "as": "next_open"}],
    "sort": [{"field": "time_ms"}],
    "groupby": ["by"],
}
_IS_FINAL: Final = "!datum.open"
_IS_OPEN: Final = "datum.open || datum.next_open"


def series_rows(
    frame: pl.DataFrame,
    *,
    every: str,
    by: str | None,
    open_from: datetime | None,
    locale: Locale = ENGLISH,
    colours: Mapping[str, int] | None = None,
) -> pl.DataFrame:
    """Return the rows of a chart.

    They are time_ms (Float64), start (String: the interval as text), previous_start (String: the interval
    that it is compared with), by (String), colour (Float64: which of the
    group colours, 0: none), open (Boolean: whether the value may still grow), and, each Float64 and null where there
    is none: value, previous, base (what a rate is taken of), low, high (its interval), forecast_low, forecast_high.

    Args:
        frame: From `Results.explore`, with `BEHIND` and forecasts as far as they are known.
        every: Its interval.
        by: The column it is broken down by.
        open_from: Instant from which on values may still grow, or None.
        locale: How the intervals are written.
        colours: Which of the group colours each group has, from 1; without them, in the order of their names.
    """
    # By instant, because local times repeat where clocks go back.
    at = pl.col("time").dt.epoch("us")
    words = _words_of(frame["time"], every, locale)
    before = pl.lit(None, pl.String)
    if "previous_time" in frame.columns:
        earlier = _words_of(frame["previous_time"].drop_nulls(), every, locale)
        then = pl.col("previous_time").dt.epoch("us")
        before = then.replace_strict(earlier, default=None, return_dtype=pl.String)
    numbers = (
        (pl.col(name) if name in frame.columns else pl.lit(None, pl.Float64)).alias(name.strip("_"))
        for name in _NUMBERS
    )
    rows = frame.select(
        pl.col("time").dt.epoch("ms").cast(pl.Float64).alias("time_ms"),
        at.replace_strict(words, return_dtype=pl.String).alias("start"),
        before.alias("previous_start"),
        *numbers,
        (pl.col(by).cast(pl.String).fill_null("unknown") if by else pl.lit(None, pl.String)).alias(
            "by"
        ),
        (at >= to_micros(open_from) if open_from is not None else pl.lit(False)).alias("open"),
    )
    known = in_order(rows["by"].drop_nulls().unique().sort()) if colours is None else colours
    colour = pl.col("by").replace_strict(known, default=0.0, return_dtype=pl.Float64)
    return rows.with_columns(pl.when(pl.col("by").is_not_null()).then(colour).alias("colour"))


def _words_of(times: pl.Series, every: str, locale: Locale) -> dict[int, str]:
    """Return intervals as text, by their starts in µs."""
    return {to_micros(time): interval_words(time, every, locale) for time in times.unique()}


def series_spec(
    rows: pl.DataFrame,
    times: Sequence[datetime],
    *,
    every: str,
    unit: str,
    description: str,
    ripens: bool = False,
    words: str = "",
    locale: Locale = ENGLISH,
) -> Spec:
    """Return the Vega-Lite spec of a line chart of a series, whose rows are the dataset ``series``.

    It is built as plain JSON values: Altair would hold every part of every chart against Vega-Lite's
    schema, which takes longer than the numbers in it; the tests do that for each kind of chart.

    Args:
        rows: From `series_rows`.
        times: Starts of the intervals, in the zone of the labels.
        every: The interval, for the labels.
        unit: The metric's unit in the glossary, for the axis.
        description: What the chart shows, for screen readers.
        ripens: Whether values grow while windows are open, so that the line is dashed there.
        words: What the axis says besides numbers, as `value_parameters` takes it.
        locale: How the axes are written.
    """
    x, y = time_axis(times, every, locale), value_axis(locale)
    groups = rows["by"].drop_nulls().n_unique()
    layers = [_open_windows()] if bool(rows["open"].any()) else []
    if rows["previous"].null_count() < rows.height:
        # One line per group, all in one colour.
        detail = {"detail": {"field": "by", "type": "nominal"}, **faded(1)} if groups else {}
        before = {"x": x, "y": {"field": "previous", **y}, "color": _fixed("rw_previous"), **detail}
        layers.append(_line(before, width=1.5, dash=[3, 3]))
    own = group_colour(GROUPS) if groups else {"color": _fixed("rw_line")}
    now = {"x": x, "y": {"field": "value", **y}, **own}
    has_bands = unit == "rate" and groups <= _MOST_BANDS
    layers += _bands(now) if has_bands else []
    layers += _ripening(now) if ripens else [_line(now, point=len(times) == 1)]
    if 0 < groups <= LABELLED:
        layers.append(group_labels(GROUPS))
    fit = {"type": "fit-x", "contains": "padding"}
    one = {"width": "container", "height": HEIGHT, "autosize": fit, "layer": layers}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": description,
        "data": {"name": DATASET},
        "params": [
            *({"name": name, "value": value} for name, value in PALETTE.items()),
            {"name": LIFTED, "value": ""},
            *value_parameters(unit, words, bands=has_bands, is_small=groups > LABELLED),
        ],
        **(small_multiples(layers) if groups > LABELLED else one),
        "config": _config(locale),
    }


def _config(locale: Locale) -> Spec:
    return {
        "background": "transparent",
        "locale": {"number": vega_numbers(locale)},
        "view": {"stroke": None},
        # Vega would tell screen readers every axis and mark in English, with the clock of UTC; the chart's
        # own description, its keys and its table tell them in words.
        "axis": {"aria": False},
        "mark": {"aria": False},
    }


def as_rate(spec: Spec) -> Spec:
    """Return the spec of a count as that of a rate: with its axis, and its bands.

    Args:
        spec: From `series_spec`, of a count of no groups.
    """
    layers = spec["layer"]
    place = next(
        i for i, one in enumerate(layers) if one["encoding"].get("y", {}).get("field") == "value"
    )
    others = [one for one in spec["params"] if one["name"] not in AXIS_PARAMETERS]
    return {
        **spec,
        "params": [*others, *value_parameters("rate", bands=True)],
        "layer": [*layers[:place], *_bands(layers[place]["encoding"]), *layers[place:]],
    }


def altair_chart(spec: Spec, rows: pl.DataFrame) -> "Chart":
    """Return a spec as an Altair chart that has the rows inside."""
    # Altair takes a third of a second to import, and widgets draw without it.
    import altair as alt

    data = {"name": DATASET, "values": rows.to_dicts()}
    # Altair writes the schema itself, and a layer read as part of a spec has no methods.
    whole = {name: part for name, part in spec.items() if name != "$schema"}
    if "facet" in spec:
        return alt.FacetChart.from_dict({**whole, "data": data})
    chart = alt.LayerChart.from_dict({**whole, "data": data})
    chart.layer = [alt.Chart.from_dict(layer, validate=False) for layer in spec["layer"]]
    return chart


def _bands(encoding: Spec) -> list[Spec]:
    """Return the area between the ends of a rate's intervals, paler where values may still grow."""
    ends = {"y": {**encoding["y"], "field": "low"}, "y2": {"field": "high"}}
    grouped = "detail" in encoding
    return [
        {
            "transform": [_NEXT, {"filter": which}],
            "mark": {"type": "area", "opacity": opacity, "line": False},
            "encoding": {**encoding, **ends, **(faded(opacity) if grouped else {})},
        }
        for which, opacity in ((_IS_FINAL, 0.14), (_IS_OPEN, 0.07))
    ]


def _ripening(encoding: Spec) -> list[Spec]:
    """Return a line that is dashed from its last final point on."""
    lines = [_line(encoding), _line(encoding, dash=[4, 4])]
    return [
        {"transform": [_NEXT, {"filter": which}], **line}
        for which, line in zip((_IS_FINAL, _IS_OPEN), lines, strict=True)
    ]


def _line(
    encoding: Spec, *, width: float = 2, dash: Sequence[int] = (), point: bool = False
) -> Spec:
    mark = {
        "type": "line",
        "strokeWidth": width,
        "interpolate": "linear",
        "strokeDash": list(dash),
        "point": point,
    }
    return {"mark": mark, "encoding": encoding}


def _open_windows() -> Spec:
    start = {"aggregate": "min", "field": "time_ms", "type": "temporal", "scale": {"type": "utc"}}
    return {
        "transform": [{"filter": "datum.open"}],
        "mark": {"type": "rect", "opacity": 0.5, "color": colour_parameter("rw_open")},
        "encoding": {"x": start, "x2": {"value": "width"}},
    }


def _fixed(name: str) -> Spec:
    return {"value": colour_parameter(name)}
