"""The axis of a chart's values: where it ends, its steps, and how its ticks are written.

All of it is Vega expressions over the rows that are drawn, since the rows change while the chart stays: a zoom,
one line of several, or a saved page that fills one chart with many lines.
"""

import json
from collections.abc import Sequence
from typing import Final

from results_widgets._shared import shared
from results_widgets.charts.axes import DATASET, Spec, colour_parameter
from results_widgets.locales import UNITS, Locale

_SHORTENED: Final = 100_000
"""From which number on it is shortened; as in the browser."""

_WORDS: Final = shared("chart")
_DURATIONS: Final[Sequence[int]] = _WORDS["durationSteps"]
_INTERVALS: Final[int] = _WORDS["axisIntervals"]
_FEW_INTERVALS: Final[int] = _WORDS["multipleIntervals"]
_DAY: Final = 86_400
_FACTORS: Final = ((50**0.5, 10), (10**0.5, 5), (2**0.5, 2))
"""Steps of 1, 2 and 5 times a power of ten: from which remainder on which is taken, as d3 takes them."""
_WHOLE: Final = "indexof(['count', 'users', 'entries'], rw_unit) >= 0"

AXIS_PARAMETERS: Final = (
    "rw_unit",
    "rw_words",
    "rw_least",
    "rw_most",
    "rw_gap",
    "rw_size",
    "rw_ten",
    "rw_step",
    "rw_bottom",
    "rw_top",
)
"""Names of the parameters that the axis of values is made of; a saved page sets the first two."""


def value_parameters(
    unit: str, words: str = "", *, bands: bool, is_small: bool = False
) -> list[Spec]:
    """Return the parameters of the axis of values.

    Args:
        unit: The metric's unit in the glossary.
        words: How amounts are written, ``"${}"``, or what a rate above 100 % says at the top of its axis,
            ``"per entry"``; empty: amounts have no currency, and rates are per cent throughout.
        bands: Whether the ends of intervals are drawn, so that the axis must hold them.
        is_small: Whether it is the axis of small plots, which has room for few ticks.
    """
    fields = ["value", "previous", *(["low", "high"] if bands else [])]

    def end(place: int) -> str:
        # Nothing at all has no ends.
        ends = (f"(extent(pluck(data('{DATASET}'), '{field}'))[{place}] || 0)" for field in fields)
        return ", ".join(("0", *ends))

    expressions = {
        "rw_least": f"min({end(0)})",
        "rw_most": f"max({end(1)})",
        "rw_gap": f"((rw_most - rw_least) || 1) / {_FEW_INTERVALS if is_small else _INTERVALS}",
        "rw_size": f"rw_unit === 'seconds' && rw_gap > {_DAY} ? {_DAY} : 1",
        "rw_ten": "pow(10, floor(log(rw_gap / rw_size) / LN10 + 1e-9))",
        "rw_step": _step(),
        # Rounding must not add a step to a value that stands on one.
        "rw_bottom": "floor(rw_least / rw_step + 1e-9) * rw_step",
        "rw_top": "max(ceil(rw_most / rw_step - 1e-9), rw_bottom < 0 ? 0 : 1) * rw_step",
    }
    return [
        {"name": "rw_unit", "value": unit},
        {"name": "rw_words", "value": words},
        *({"name": name, "expr": expression} for name, expression in expressions.items()),
    ]


def _step() -> str:
    """Return the distance of two ticks: of durations in their units, of what is counted never part of one."""
    factor = "1"
    for least, size in reversed(_FACTORS):
        factor = f"rw_gap / rw_size / rw_ten >= {least:.6f} ? {size} : {factor}"
    plain = f"rw_ten * ({factor})"
    known = str(_DAY)
    for step in reversed(_DURATIONS[:-1]):
        known = f"rw_gap <= {step} ? {step} : {known}"
    whole = f"{_WHOLE} || rw_unit === 'seconds' ? max(1, {plain}) : {plain}"
    return f"rw_unit === 'seconds' && rw_size === 1 ? ({known}) : rw_size * ({whole})"


def value_axis(locale: Locale) -> Spec:
    """Return the axis of the values, by the parameters of `value_parameters`."""
    axis = {
        "labelExpr": _label(locale),
        "values": {"expr": "sequence(rw_bottom, rw_top + rw_step / 2, rw_step)"},
        "title": None,
        "domain": False,
        "ticks": False,
        "labelFontSize": 11,
        "labelColor": colour_parameter("rw_muted"),
        "gridColor": colour_parameter("rw_grid"),
    }
    ends = {"domainMin": {"expr": "rw_bottom"}, "domainMax": {"expr": "rw_top"}}
    scale = {**ends, "zero": False, "nice": False}
    return {"type": "quantitative", "title": None, "scale": scale, "axis": axis}


def _label(locale: Locale) -> str:
    """Return the expression that writes a tick of any unit, as the screen writes its numbers."""
    before, after = (json.dumps(part) for part in locale.percent.split("{}"))
    share = f"{before} + format(datum.value * 100, ',.2~f') + {after}"
    pattern = "rw_unit === 'amount' && rw_words || '{}'"
    number = f"(datum.value < 0 ? '\u2212' : '') + replace({pattern}, '{{}}', {_number(locale)})"
    # One unit for a whole axis; its words stand once, in a line of their own, since they are wider than numbers.
    is_top = "rw_unit === 'rate' && datum.value > rw_top - rw_step / 2"
    return (
        f"rw_unit === 'rate' && !(rw_words && rw_most > 1) ? {share} : "
        f"rw_unit === 'seconds' ? ({_duration(locale)}) : "
        f"{is_top} ? [{number}, rw_words] : {number}"
    )


def _number(locale: Locale) -> str:
    """Return the expression that writes a tick without its sign."""
    size = "abs(datum.value)"
    label = f"format({size}, ',.2~f')"
    # 999,960 would round to 1,000 k: let it be 1 M. The largest is asked first, so it is written last.
    for one in locale.compact:
        least = max(one["size"] * 0.99995, _SHORTENED)
        larger = f"format({size} / {one['size']}, ',.4~r') + {json.dumps(one['behind'])}"
        label = f"{size} >= {least} ? {larger} : {label}"
    return f"({label})"


def _duration(locale: Locale) -> str:
    """Return days, hours, minutes and seconds of a tick, those of them that are not 0."""
    parts, within = [], ""
    for size, name in zip(UNITS, locale.durations, strict=True):
        count = f"floor((datum.value{within}) / {size})"
        parts.append(f"({count} > 0 ? format({count}, ',') + {json.dumps(name)} + ' ' : '')")
        within = f" % {size}"
    return f"datum.value === 0 ? '0' : slice({' + '.join(parts)}, 0, -1)"
