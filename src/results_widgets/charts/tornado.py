"""The tornado of a number: what each usual other rule makes of it, the widest bar on top."""

from typing import TYPE_CHECKING, Final

import polars as pl

from results_widgets.charts import PALETTE
from results_widgets.charts.axes import Spec, colour_parameter

if TYPE_CHECKING:
    from altair import LayerChart

_KINDS: Final = {"more": colour_parameter("rw_line"), "less": colour_parameter("rw_group_2")}
"""Colour of a rule that makes a number greater, and of one that makes it less; the number is written beside it."""

_WIDTH: Final = 420


def tornado_chart(rows: pl.DataFrame, *, name: str) -> "LayerChart":
    """Return a tornado as an Altair chart; its axis need not start at 0.

    Args:
        rows: rule (with its choice), before (the number as it is), value (under the rule), kind (``more``,
            ``less``), said and own (value and number as text), in their order.
        name: What the number is called.
    """
    import altair as alt

    own, text = rows["own"][0], {"value": colour_parameter("rw_text")}
    x, y = _numbers(), _rules(rows)
    layers = [
        {"mark": {"type": "bar", "height": 10}, "encoding": {**_ends(x), "y": y, **_kinds()}},
        {
            "mark": {"type": "tick", "thickness": 2, "size": 20},
            "encoding": {"x": {"field": "before", **x}, "y": y, "color": text},
        },
        *(_label(kind, x, y, text) for kind in _KINDS),
    ]
    return alt.LayerChart.from_dict(
        {
            "description": f"{name}, {own} as it is, under each usual other rule.",
            "title": {
                "text": f"{name}: {own}",
                "anchor": "start",
                "color": colour_parameter("rw_text"),
            },
            "data": {"name": "sensitivity", "values": rows.to_dicts()},
            "params": [{"name": key, "value": value} for key, value in PALETTE.items()],
            "width": _WIDTH,
            "height": {"step": 20},
            "layer": layers,
            "config": {"background": "transparent", "view": {"stroke": None}},
        }
    )


def _numbers() -> Spec:
    """Return the axis of the numbers, which are written beside their bars."""
    grid = colour_parameter("rw_grid")
    axis = {"domain": False, "labels": False, "ticks": False, "gridColor": grid}
    scale = {"zero": False, "nice": True, "padding": 48}
    return {"type": "quantitative", "title": None, "axis": axis, "scale": scale}


def _rules(rows: pl.DataFrame) -> Spec:
    """Return the axis of the rules, in their order."""
    names = {"labelLimit": 320, "labelColor": colour_parameter("rw_text")}
    axis = {"domain": False, "ticks": False, **names}
    return {
        "field": "rule",
        "type": "nominal",
        "sort": rows["rule"].to_list(),
        "title": None,
        "axis": axis,
    }


def _ends(x: Spec) -> Spec:
    tips = (("rule", "Rule"), ("said", "Number"), ("own", "As it is"))
    return {
        "x": {"field": "before", **x},
        "x2": {"field": "value"},
        "tooltip": [{"field": name, "type": "nominal", "title": title} for name, title in tips],
    }


def _kinds() -> Spec:
    scale = {"domain": list(_KINDS), "range": list(_KINDS.values())}
    return {"color": {"field": "kind", "type": "nominal", "legend": None, "scale": scale}}


def _label(kind: str, x: Spec, y: Spec, colour: Spec) -> Spec:
    """Return the numbers written beyond the ends of their bars."""
    side = {"align": "left", "dx": 5} if kind == "more" else {"align": "right", "dx": -5}
    return {
        "transform": [{"filter": f"datum.kind === '{kind}'"}],
        "mark": {"type": "text", "baseline": "middle", "fontSize": 11, **side},
        "encoding": {
            "x": {"field": "value", **x},
            "y": y,
            "text": {"field": "said", "type": "nominal"},
            "color": colour,
        },
    }
