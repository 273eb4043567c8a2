"""The chart of a reconciliation: one waterfall for each number, from ours to theirs."""

from typing import TYPE_CHECKING, Any, Final

import polars as pl

from results_widgets.charts import PALETTE
from results_widgets.charts.axes import Spec, colour_parameter

if TYPE_CHECKING:
    from altair import FacetChart

_KINDS: Final = {
    "more": colour_parameter("rw_line"),
    "less": colour_parameter("rw_group_2"),
    "total": colour_parameter("rw_text"),
}
"""Colour of a step that adds, of one that takes away, and of the two numbers; a step's sign is written beside it."""

_WIDTH: Final = 420


def waterfall_chart(rows: pl.DataFrame, *, description: str) -> "FacetChart":
    """Return waterfalls as an Altair chart, each number on an axis of its own, which need not start at 0.

    Args:
        rows: name (of the number), cause, before and value (the number before and after it), step, kind
            (``total``, ``more``, ``less``), said (the number or change as text) and place (of the cause).
        description: What the chart shows, for screen readers.
    """
    import altair as alt

    names = rows["name"].unique(maintain_order=True).to_list()
    header = {"labelAngle": 0, "labelAlign": "left", "labelAnchor": "start", "labelOrient": "top"}
    header |= {"labelColor": colour_parameter("rw_text"), "labelFontWeight": "bold", "title": None}
    return alt.FacetChart.from_dict(
        {
            "description": description,
            "data": {"name": "reconciliation", "values": rows.to_dicts()},
            "params": [{"name": name, "value": value} for name, value in PALETTE.items()],
            "facet": {"field": "name", "type": "nominal", "sort": names, "header": header},
            "columns": 1,
            "spec": {
                "width": _WIDTH,
                "height": {"step": 20},
                "layer": _layers(rows),
            },
            "resolve": {
                "scale": {"x": "independent", "y": "independent"},
                "axis": {"x": "independent", "y": "independent"},
            },
            "config": {"background": "transparent", "view": {"stroke": None}},
        }
    )


def _shared(rows: pl.DataFrame) -> Spec:
    """Return what the encodings of all layers have: the causes in their order, colours and tooltips."""
    axis = {"domain": False, "ticks": False, "labelLimit": 240}
    kinds = {"domain": list(_KINDS), "range": list(_KINDS.values())}
    tips = (("cause", "Cause"), ("said", "Change"))
    return {
        "y": {
            "field": "cause",
            "type": "nominal",
            "sort": rows.sort("place")["cause"].unique(maintain_order=True).to_list(),
            "title": None,
            "axis": {**axis, "labelColor": colour_parameter("rw_text")},
        },
        "color": {"field": "kind", "type": "nominal", "legend": None, "scale": kinds},
        "tooltip": [{"field": name, "type": "nominal", "title": title} for name, title in tips],
    }


def _number(field: str) -> Spec:
    """Return the encoding of a number; it is written beside its mark, so the axis need not start at 0."""
    grid = colour_parameter("rw_grid")
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"zero": False, "nice": True, "padding": 24},
        "title": None,
        "axis": {"domain": False, "labels": False, "ticks": False, "gridColor": grid},
    }


def _layers(rows: pl.DataFrame) -> list[dict[str, Any]]:
    """Return the bars of steps, the marks of the two numbers, and what is written beside both."""
    shared = _shared(rows)
    is_total, is_step = ({"filter": f"datum.kind {how} 'total'"} for how in ("===", "!=="))
    beside = {"align": "left", "dx": 6, "baseline": "middle", "fontSize": 11}
    # To the right of a bar, whichever way it goes.
    end = {"calculate": "max(datum.before, datum.value)", "as": "end"}
    return [
        {
            "transform": [is_step],
            "mark": {"type": "bar", "height": 10},
            "encoding": {"x": _number("before"), "x2": {"field": "value"}, **shared},
        },
        {
            "transform": [is_total],
            "mark": {"type": "tick", "thickness": 3, "size": 14},
            "encoding": {"x": _number("value"), **shared},
        },
        {
            "transform": [end],
            "mark": {"type": "text", **beside},
            "encoding": {
                "x": _number("end"),
                "text": {"field": "said", "type": "nominal"},
                **shared,
                "color": {"value": colour_parameter("rw_text")},
            },
        },
    ]
