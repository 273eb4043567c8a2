"""The axes of charts: ticks and labels made here, since Vega knows no time zones but UTC and the browser's."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from results_widgets.locales import ENGLISH, UNITS, Locale

Spec = dict[str, Any]
"""A Vega-Lite chart, or a part of one, as JSON has it."""

_TICKS: Final = 7
_SHORTENED: Final = 100_000
"""From which number on it is shortened; as in the browser."""


def colour_parameter(name: str) -> Spec:
    """Return a colour of the palette, as the parameter has it when the chart is drawn."""
    return {"expr": name}


def interval_words(start: datetime, every: str, locale: Locale = ENGLISH) -> str:
    """Return an interval as text, in the zone of its start."""
    if every == "1mo":
        return locale.month_text(start)
    if every == "1w":
        return locale.week_text(start.date())
    day = locale.weekday_and_day(start)
    if every == "1d":
        return day
    end = (start.astimezone(ZoneInfo("UTC")) + timedelta(hours=1)).astimezone(start.tzinfo)
    return f"{day}, {start:%H:%M}–{end:%H:%M} {start:%Z}"


def time_axis(times: Sequence[datetime], every: str, locale: Locale) -> Spec:
    """Return the axis of the instants, with ticks at some of them, in the zone of these."""
    chosen = list(times)[:: max(1, -(-len(times) // _TICKS))]
    labels, before = {}, None
    for time in chosen:
        labels[str(_millis(time))] = _tick(time, every, before, locale)
        before = time
    axis = {
        "values": [_millis(time) for time in chosen],
        "labelExpr": f"{json.dumps(labels)}[toString(toNumber(datum.value))]",
        "grid": False,
        "title": None,
        "labelFontSize": 11,
        "labelColor": colour_parameter("rw_muted"),
        "domainColor": colour_parameter("rw_grid"),
        "tickColor": colour_parameter("rw_grid"),
        "labelOverlap": "greedy",
        "labelFlush": True,
    }
    return {"field": "time_ms", "type": "temporal", "scale": {"type": "utc"}, "axis": axis}


def _tick(time: datetime, every: str, before: datetime | None, locale: Locale) -> str:
    if every == "1mo":
        is_new_year = before is None or before.year != time.year
        month = locale.short_month_text(time)
        return month if is_new_year else locale.months_short[time.month - 1]
    is_new_month = before is None or before.month != time.month
    if every != "1h":
        return locale.day_of_month_text(time) if is_new_month else f"{time.day}"
    same = before is not None and before.date() == time.date()
    return f"{time:%H:%M}" if same else f"{locale.day_of_month_text(time)} {time:%H:%M}"


def value_axis(unit: str, locale: Locale) -> Spec:
    """Return the axis of the values of a unit."""
    axis = {
        "labelExpr": value_label(unit, locale),
        "tickCount": 4,
        "title": None,
        "domain": False,
        "ticks": False,
        "labelFontSize": 11,
        "labelColor": colour_parameter("rw_muted"),
        "gridColor": colour_parameter("rw_grid"),
    }
    scale = {"zero": True, "nice": True}
    return {"type": "quantitative", "title": None, "scale": scale, "axis": axis}


def value_label(unit: str, locale: Locale) -> str:
    """Return the Vega expression that writes a tick of the value axis, as the screen writes its numbers."""
    if unit == "rate":
        before, after = (json.dumps(part) for part in locale.percent.split("{}"))
        return f"{before} + format(datum.value * 100, ',.2~f') + {after}"
    label = "format(datum.value, ',.2~f')"
    # The largest is asked first, so it is written last.
    for size, least, name in _times(locale) if unit == "seconds" else _sizes(locale):
        larger = f"format(datum.value / {size}, ',.4~r') + {json.dumps(name)}"
        label = f"abs(datum.value) >= {least} ? {larger} : {label}"
    return label


def _sizes(locale: Locale) -> list[tuple[float, float, str]]:
    """Return by what numbers are divided, from which on, and what stands behind them then; the smallest first."""
    # 999,960 would round to 1,000 k: let it be 1 M.
    return [
        (one["size"], max(one["size"] * 0.99995, _SHORTENED), one["behind"])
        for one in locale.compact
    ]


def _times(locale: Locale) -> list[tuple[float, float, str]]:
    named = zip(UNITS, locale.durations, strict=True)
    return [(size, size, name) for size, name in sorted(named)]


def vega_numbers(locale: Locale) -> dict[str, object]:
    """Return how Vega is to write numbers, whatever it is told where it runs."""
    return {
        "decimal": locale.decimal,
        "thousands": locale.group,
        "grouping": [3],
        "currency": ["", ""],
    }


def _millis(time: datetime) -> int:
    return round(time.timestamp() * 1000)
