"""The axes of charts: ticks and labels made here, since Vega knows no time zones but UTC and the browser's."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from results_widgets.locales import ENGLISH, Locale

Spec = dict[str, Any]
"""A Vega-Lite chart, or a part of one, as JSON has it."""

DATASET: Final = "series"
"""The name of a chart's dataset, which the browser and the files of images fill."""

_TICKS: Final = 7


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
    chosen = _ticks(times)
    labels: dict[str, str] = {}
    for at, time in enumerate(chosen):
        labels[str(_millis(time))] = _tick(time, every, chosen[max(0, at - 2) : at], locale)
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
        "labelSeparation": 6,
    }
    return {"field": "time_ms", "type": "temporal", "scale": {"type": "utc"}, "axis": axis}


def _ticks(times: Sequence[datetime]) -> list[datetime]:
    """Return some of the instants: the first and the last, and others with as many between them as has room."""
    step = max(1, -(-len(times) // _TICKS))
    # What stands nearer to the last one than a step would meet its label.
    return [*times[: max(0, len(times) - step) : step], *times[-1:]]


def _tick(time: datetime, every: str, before: Sequence[datetime], locale: Locale) -> str:
    """Return a tick's label, with the year, month or day where that is another than of the two ticks before it.

    One of them may have no room for its label, and the next would seem to be of the month before.
    """
    if every == "1mo":
        is_new_year = not before or any(one.year != time.year for one in before)
        month = locale.short_month_text(time)
        return month if is_new_year else locale.months_short[time.month - 1]
    is_new_month = not before or any(one.month != time.month for one in before)
    if every != "1h":
        return locale.day_of_month_text(time) if is_new_month else f"{time.day}"
    is_new_day = not before or any(one.date() != time.date() for one in before)
    return f"{locale.day_of_month_text(time)} {time:%H:%M}" if is_new_day else f"{time:%H:%M}"


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
