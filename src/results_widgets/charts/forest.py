"""The chart of an experiment: a forest plot."""

import json
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from results_widgets.charts import PALETTE
from results_widgets.charts.axes import Spec, colour_parameter, vega_numbers
from results_widgets.locales import Locale

if TYPE_CHECKING:
    from altair import FacetChart

_RELATIVE: Final = ("relative", "relative_low", "relative_high")

_VERDICTS: Final[dict[str, tuple[Any, str]]] = {
    "better": (colour_parameter("rw_group_3"), "triangle-up"),
    "worse": (colour_parameter("rw_group_2"), "triangle-down"),
    "no difference shown": (colour_parameter("rw_muted"), "circle"),
    "too early": (colour_parameter("rw_muted"), "square"),
    "not comparable": (colour_parameter("rw_muted"), "cross"),
}
"""Colour and shape of each verdict: never colour alone."""


def forest_chart(
    table: pl.DataFrame, *, level: float, description: str, locale: Locale
) -> "FacetChart":
    """Return a forest plot as an Altair chart: each metric's and arm's difference with its interval.

    Shares and means stand on one axis, since differences are relative to the control's value. What
    has no interval has no line.

    Args:
        table: From `Experiment.table`.
        level: Level of the intervals.
        description: What the chart shows, for screen readers.
        locale: How numbers are written.
    """
    import altair as alt

    name = pl.concat_str(pl.col("channel").fill_null(""), "metric", separator=" ").str.strip_chars()
    rows = table.select("arm", *_RELATIVE, "verdict", name=name)
    axis = _axis(level, locale)
    low, point = ({"field": n, "type": "quantitative", "axis": axis} for n in _RELATIVE[1::-1])
    y = {"field": "arm", "type": "nominal", "title": None, "axis": {"domain": False}}
    tips = [{"field": n, "type": "nominal"} for n in ("name", "arm", "verdict")]
    tips += [{"field": n, "type": "quantitative", "format": "+.1%"} for n in _RELATIVE]
    colour, shape = _verdict("color", 0), _verdict("shape", 1)
    none = {"type": "rule", "strokeDash": [3, 3], "color": colour_parameter("rw_muted")}
    rule, mark = {"type": "rule", "strokeWidth": 2}, {"type": "point", "filled": True, "size": 60}
    header = {"labelAngle": 0, "labelAlign": "left", "labelColor": colour_parameter("rw_text")}
    order = {"sort": rows["name"].unique(maintain_order=True).to_list(), "title": None}
    row = {"field": "name", "type": "nominal", "header": header, **order}
    layers = [
        {"mark": none, "encoding": {"x": {"datum": 0}}},
        {"mark": rule, "encoding": {"x": low, "x2": {"field": _RELATIVE[2]}, "y": y, **colour}},
        {"mark": mark, "encoding": {"x": point, "y": y, "tooltip": tips, **colour, **shape}},
    ]
    return alt.FacetChart.from_dict(
        {
            "description": description,
            "data": {"name": "experiment", "values": rows.to_dicts()},
            "params": [{"name": name, "value": value} for name, value in PALETTE.items()],
            "facet": {"row": row},
            "spec": {"layer": layers},
            "resolve": {"scale": {"y": "independent"}},
            "config": {
                "background": "transparent",
                "view": {"stroke": None},
                "locale": {"number": vega_numbers(locale)},
            },
        }
    )


def _axis(level: float, locale: Locale) -> Spec:
    """Return the axis of differences relative to the control."""
    before, after = (json.dumps(part) for part in locale.percent.split("{}"))
    return {
        "labelExpr": f"{before} + format(datum.value * 100, '+,.2~f') + {after}",
        "title": f"Difference relative to the control, with its {locale.whole_rate(level)} interval",
        "titleFontWeight": "normal",
        "domain": False,
        "titleColor": colour_parameter("rw_muted"),
        "labelColor": colour_parameter("rw_muted"),
    }


def _verdict(channel: str, place: int) -> Spec:
    scale = {"domain": list(_VERDICTS), "range": [look[place] for look in _VERDICTS.values()]}
    return {channel: {"field": "verdict", "type": "nominal", "title": None, "scale": scale}}
