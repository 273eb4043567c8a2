"""The lines of a breakdown: their colours, their names at their ends, and which of them stands out."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from results_widgets._shared import shared
from results_widgets.charts.axes import Spec, colour_parameter

_WORDS: Final[dict[str, Any]] = shared("chart")
LABELLED: Final[int] = _WORDS["labelledLines"]
"""How many lines have their names at their ends; more would not find room there."""
LIFTED: Final = "rw_lifted"
"""The parameter that holds the group that is pointed at; empty: none."""

_ORDER: Final[Sequence[int]] = _WORDS["groupOrder"]
_HEIGHT: Final[int] = _WORDS["labelHeight"]
_WIDTH: Final[int] = _WORDS["labelWidth"]
_COLUMNS: Final[int] = _WORDS["multipleColumns"]
_SPACING: Final[int] = _WORDS["multipleSpacing"]
_MULTIPLE_WIDTH: Final[int] = _WORDS["multipleWidth"]
_MULTIPLE_HEIGHT: Final[int] = _WORDS["multipleHeight"]
_AXIS: Final[int] = _WORDS["multipleAxis"]
_FADED: Final[float] = _WORDS["faded"]


def in_order(groups: Iterable[str]) -> dict[str, int]:
    """Return which of the group colours each group has, in the order that variants take them, too."""
    return {group: _ORDER[place % len(_ORDER)] for place, group in enumerate(groups)}


def group_colour(colours: Sequence[str]) -> Spec:
    """Return the encoding of lines by group: one of each, in the colour of its rows.

    No name of a group is in it: those are the data's own words.

    Args:
        colours: The parameters of the group colours, the first of which is number 1.
    """
    scale = {
        "domain": list(range(len(colours) + 1)),
        "range": [colour_parameter(name) for name in ("rw_muted", *colours)],
    }
    colour = {"field": "colour", "type": "nominal", "scale": scale, "legend": None}
    return {"color": colour, "detail": {"field": "by", "type": "nominal"}, **faded(1)}


def faded(opacity: float) -> Spec:
    """Return the encoding of what steps back while another group is pointed at.

    Args:
        opacity: Where it does not.
    """
    stands = f"!{LIFTED} || datum.by === {LIFTED}"
    return {
        "opacity": {
            "condition": {"test": stands, "value": opacity},
            "value": round(opacity * _FADED, 3),
        }
    }


def group_labels(colours: Sequence[str]) -> Spec:
    """Return the layer of the names at the ends of lines, in the order of their values, none over another.

    Each stands as high as the end of its line, or right below the one above it; what would then stand
    below the plot is moved up.

    Args:
        colours: As for `group_colour`.
    """
    return {
        "transform": _label_places(),
        "mark": {
            "type": "text",
            "align": "left",
            "baseline": "middle",
            "dx": 8,
            "fontSize": 11,
            "fontWeight": 600,
            "limit": _WIDTH,
        },
        "encoding": {
            "x": {"value": "width"},
            "y": {"field": "at", "type": "quantitative", "scale": None, "axis": None},
            "text": {"field": "by", "type": "nominal"},
            **group_colour(colours),
            # A name that steps back could not be read.
            "opacity": {"value": 1},
        },
    }


def _label_places() -> list[Spec]:
    """Return what gives each group's last value, and how far down its name stands as ``at``."""
    height = "(rw_top - rw_bottom)"
    return [
        {"filter": "isValid(datum.value)"},
        {"aggregate": [{"op": "argmax", "field": "time_ms", "as": "end"}], "groupby": ["by"]},
        {"calculate": "datum.end.value", "as": "value"},
        {"calculate": "datum.end.colour", "as": "colour"},
        {
            "window": [{"op": "row_number", "as": "place"}],
            "sort": [{"field": "value", "order": "descending"}, {"field": "by"}],
        },
        {"joinaggregate": [{"op": "count", "as": "labels"}]},
        {
            "calculate": f"height * (rw_top - datum.value) / {height} - {_HEIGHT} * datum.place",
            "as": "own",
        },
        {
            "window": [{"op": "max", "field": "own", "as": "pushed"}],
            "sort": [{"field": "place"}],
            "frame": [None, 0],
        },
        {
            "calculate": f"min(datum.pushed + {_HEIGHT} * datum.place, "
            f"height - {_HEIGHT} * (datum.labels - datum.place))",
            "as": "at",
        },
    ]


def small_multiples(layers: Sequence[Spec]) -> Spec:
    """Return layers as one plot of each group, all with one axis, the largest first and what has no colour last.

    Args:
        layers: What is drawn of each.
    """
    header = {
        "title": None,
        "labelFontSize": 11,
        "labelFontWeight": 600,
        "labelColor": colour_parameter("rw_text"),
        "labelAnchor": "start",
        "labelLimit": _MULTIPLE_WIDTH,
        "labelPadding": 4,
    }
    total = {"op": "sum", "field": "value", "as": "total"}
    sort = {"field": "rank", "op": "min", "order": "descending"}
    return {
        "transform": [
            {"joinaggregate": [total], "groupby": ["by"]},
            {"calculate": "datum.colour ? datum.total : -1", "as": "rank"},
        ],
        "facet": {"field": "by", "type": "nominal", "sort": sort, "header": header},
        "columns": _COLUMNS,
        "spacing": _SPACING,
        "spec": {"width": _MULTIPLE_WIDTH, "height": _MULTIPLE_HEIGHT, "layer": list(layers)},
    }


def with_width(spec: Spec, width: int) -> Spec:
    """Return a chart that is so many pixels wide.

    Args:
        spec: From `charts.series_spec`.
        width: The whole, with its axes.
    """
    if "facet" not in spec:
        return {**spec, "width": width}
    each = (width - _AXIS - _SPACING * (_COLUMNS - 1)) // _COLUMNS
    return {**spec, "spec": {**spec["spec"], "width": each}}
