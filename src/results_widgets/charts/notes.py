"""Notes on a chart that stands alone: a dashed line on the interval of each, and its words above the plot.

A widget's page draws them itself (js/src/features/explore/notes.ts), by the same rules: notes that would
meet are one, with somebody's own words before what the campaign tells.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from results_widgets._shared import shared
from results_widgets.charts.axes import Spec, colour_parameter

Note = dict[str, Any]
"""Of a note ``at`` (ms), ``text`` and ``kind``."""
_Noted = tuple[datetime, list[Note]]

_LETTER: Final = 6.6
_TRIANGLE: Final = 12
_WIDEST: Final = 150
_MOST: Final = int((_WIDEST - _TRIANGLE) / _LETTER)
_GAP: Final = 8
_AXIS: Final = 48
_ABOVE: Final = -6
_SEND_LINES: Final[int] = shared("chart")["sendLines"]


@dataclass(slots=True)
class _Flag:
    """Notes that stand together: where the first is, and all of them by their intervals."""

    x: float
    starts: list[datetime]
    notes: list[Note] = field(default_factory=list)

    @property
    def label(self) -> str:
        own = next((one for one in self.notes if one["kind"] == "own"), None)
        others = len(self.notes) - 1
        if own is None and others:
            return f"{len(self.notes)} notes"
        text = str((self.notes[0] if own is None else own)["text"])
        more = f" +{others}" if others else ""
        room = _MOST - len(more)
        # The number stays where the text is cut.
        return f"{text if len(text) <= room else f'{text[: room - 1].strip()}…'}{more}"

    @property
    def width(self) -> float:
        return min(_WIDEST, _TRIANGLE + _LETTER * len(self.label))

    def left(self, wide: float) -> float:
        return self.x if self.x + self.width <= wide else max(0.0, self.x - self.width)


def with_notes(
    spec: Spec, notes: Sequence[Note], times: Sequence[datetime], every: str, width: int
) -> Spec:
    """Return a chart with notes on those of its intervals that have some; small plots have none.

    Args:
        spec: From `series_spec`.
        notes: What is noted, by time.
        times: Starts of the chart's intervals, in order.
        every: The interval.
        width: How wide the chart will be, in pixels.
    """
    noted = noted_intervals(notes, times, every)
    if not noted or "layer" not in spec:
        return spec
    wide = float(width - _AXIS)
    length = (times[-1] - times[0]).total_seconds() or 1.0
    flags: list[_Flag] = []
    for start, here in noted:
        x = (start - times[0]).total_seconds() / length * wide
        flags.append(_Flag(x, [start], [*here]))
        while len(flags) > 1 and _meet(flags[-2], flags[-1], wide):
            last = flags.pop()
            flags[-1].starts += last.starts
            flags[-1].notes += last.notes
    return {**spec, "layer": [*spec["layer"], *_layers(noted, flags, wide)]}


def _meet(one: _Flag, other: _Flag, wide: float) -> bool:
    return one.left(wide) + one.width + _GAP > other.left(wide)


def noted_intervals(
    notes: Sequence[Note], times: Sequence[datetime], every: str
) -> list[tuple[datetime, list[Note]]]:
    """Return the intervals that have notes, with those; notes of other days are left out."""
    starts = [round(time.timestamp() * 1000) for time in times]
    found: dict[datetime, list[Note]] = {}
    for note in notes:
        place = bisect_right(starts, note["at"]) - 1
        if place >= 0 and _is_in(note["at"], times[place], every):
            found.setdefault(times[place], []).append(note)
    return sorted(found.items())


def _is_in(at: int, start: datetime, every: str) -> bool:
    moment = datetime.fromtimestamp(at / 1000, start.tzinfo)
    if every == "1h":
        return at < start.timestamp() * 1000 + 3_600_000
    if every == "1mo":
        return (moment.year, moment.month) == (start.year, start.month)
    days = 7 if every == "1w" else 1
    return moment.date() < start.date() + timedelta(days=days)


def _layers(noted: Sequence[_Noted], flags: Sequence[_Flag], wide: float) -> Iterator[Spec]:
    x = {"field": "at", "type": "temporal", "scale": {"type": "utc"}, "title": None}
    lines = [
        {"at": _millis(start), "notes": " · ".join(one["text"] for one in here)}
        for start, here in _lined(noted)
    ]
    yield {
        "data": {"values": lines},
        "mark": {"type": "rule", "strokeDash": [2, 2], "color": colour_parameter("rw_muted")},
        "encoding": {"x": x, "tooltip": {"field": "notes", "type": "nominal"}},
    }
    colour = colour_parameter("rw_muted")
    triangle = {"type": "point", "shape": "triangle-down", "size": 30, "filled": True, "opacity": 1}
    yield {
        "data": {"values": [{"at": _millis(flag.starts[0])} for flag in flags]},
        "mark": {**triangle, "y": _ABOVE - 3, "color": colour},
        "encoding": {"x": x},
    }
    for is_left, align in ((True, "left"), (False, "right")):
        labels = [
            {"at": _millis(flag.starts[0]), "label": flag.label}
            for flag in flags
            if (flag.x + flag.width <= wide) is is_left
        ]
        if labels:
            text = {"type": "text", "align": align, "dx": 7 if is_left else -7, "y": _ABOVE}
            yield {
                "data": {"values": labels},
                "mark": {**text, "fontSize": 11, "color": colour_parameter("rw_text")},
                "encoding": {"x": x, "text": {"field": "label", "type": "nominal"}},
            }


def _lined(noted: Sequence[_Noted]) -> Sequence[_Noted]:
    """Return the intervals whose notes have a line: those of many first sends would hatch the plot."""
    others = [(at, here) for at, here in noted if any(one["kind"] != "first" for one in here)]
    return others if len(noted) - len(others) > _SEND_LINES else noted


def _millis(time: datetime) -> int:
    return round(time.timestamp() * 1000)
