"""How a reconciliation shows itself: as text, as HTML, as a chart.

Charts are in a higher layer, so this module cannot import them; they are passed in.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import polars as pl

from results_widgets._handed_in import WATERFALL
from results_widgets._text import escape, in_columns
from results_widgets._written_table import WrittenTable
from results_widgets.locales import Locale
from results_widgets.reconciliation.frames import verdict
from results_widgets.reconciliation.trial import Trial
from results_widgets.reconciliation.waterfall import REST, Line, Step
from results_widgets.reconciliation.words import label_of, shown, signed

HEAD: Final = ("Action", "Metric", "Ours", "Theirs", "Difference", "Explained", "Rest", "Verdict")
STEPS: Final = ("Cause", "Change", "Number", "Their rule")
_NUMBERS: Final = frozenset(range(2, 7))
_NOTHING: Final = {
    "one": "Not shown: {} number that is 0 on both sides.",
    "other": "Not shown: {} numbers that are 0 on both sides.",
}
_WIDTH: Final = 200
_HEIGHT: Final = 12
_LEAST: Final = 1.5

Row = tuple[str, ...]


def chart_of(rows: pl.DataFrame, description: str) -> Any:
    """Return the waterfalls of numbers."""
    return WATERFALL.get()().waterfall_chart(rows, description=description)


def rows_as_text(lines: Sequence[Line], locale: Locale) -> list[Row]:
    """Return one row of text for each number, under `HEAD`."""
    found = []
    for line in lines:
        unit, rest, apart = line.given.metric.unit, line.rest, line.difference
        explained = None if rest is None or apart is None else apart - rest
        found.append(
            (
                line.given.owner,
                line.given.metric.label,
                *(shown(value, unit, locale) for value in (line.ours, line.theirs)),
                *(signed(value, unit, locale) for value in (apart, explained, rest)),
                verdict(line),
            )
        )
    return found


def as_text(sentences: Sequence[str], lines: Sequence[Line], locale: Locale) -> str:
    """Return sentences with the table under them."""
    return "\n".join([*sentences, "", *in_columns([HEAD, *rows_as_text(lines, locale)])])


# ---------------------------------------------------------------------------------------- as HTML


def as_html(
    sentences: Sequence[str], lines: Sequence[Line], trials: Sequence[Trial], locale: Locale
) -> str:
    """Return sentences, the table, and the waterfall of each number that differs; text is escaped.

    Rows of 0 on both sides are only counted, below it: an action that sent nothing would fill the table with them.
    """
    told = [line for line in lines if line.ours != 0 or line.theirs != 0]
    left_out = len(lines) - len(told)
    notes = (locale.counted(left_out, _NOTHING),) if left_out else ()
    rows = tuple(rows_as_text(told, locale))
    table = WrittenTable("Numbers side by side", HEAD, _NUMBERS, rows, tuple(sentences), notes)
    parts = [table.to_html()]
    parts += [
        waterfall_html(one, trials, locale) for one in lines if one.steps and not one.is_equal
    ]
    return "".join(parts)


def steps_as_text(
    line: Line, trials: Sequence[Trial], locale: Locale
) -> Iterator[tuple[Step | None, Row]]:
    """Yield the rows of a number's waterfall under `STEPS`, each with its step; a cause that changes nothing of
    it has none.
    """
    unit = line.given.metric.unit
    yield None, ("Ours", "", shown(line.ours, unit, locale), "")
    for step in line.steps:
        if step.change != 0 or step.cause == REST:
            change, value = signed(step.change, unit, locale), shown(step.value, unit, locale)
            yield step, (label_of(step.cause, trials), change, value, step.text)
    yield None, ("Theirs", "", shown(line.theirs, unit, locale), "")


def waterfall_html(line: Line, trials: Sequence[Trial], locale: Locale) -> str:
    """Return the way from ours to theirs as a table, with a bar for each step that changes the number."""
    scale, before, body = _Scale(line), line.ours or 0.0, ""
    for step, (cause, change, value, text) in steps_as_text(line, trials, locale):
        is_first = not body
        if step is None:
            bar = scale.mark(line.ours if is_first else line.theirs)
        else:
            bar = scale.bar(step, before)
            before = before if step.value is None else step.value
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in (cause, change, value))
        kind = ' class="rw-rest"' if step is not None and step.cause == REST else ""
        body += f"<tr{kind}>{cells}<td>{bar}</td><td>{escape(text)}</td></tr>"
    head = "".join(f"<th>{escape(name)}</th>" for name in (*STEPS[:3], "", STEPS[3]))
    caption = f'<caption><span dir="auto">{escape(line.given.words)}</span></caption>'
    return (
        f'<table class="rw-waterfall">{caption}<thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


class _Scale:
    """Where numbers of a waterfall stand in its pictures, which all have the same axis."""

    def __init__(self, line: Line) -> None:
        values = [line.ours or 0.0, *(one.value or 0.0 for one in line.steps)]
        self._low, high = min(values), max(values)
        self._span = high - self._low or 1.0

    def _at(self, value: float) -> float:
        return 2 + (value - self._low) / self._span * (_WIDTH - 4)

    def mark(self, value: float | None) -> str:
        """Return the picture of a number as it stands."""
        x = self._at(value or 0.0) - 1
        return _svg(f'<rect class="rw-total" x="{x:.1f}" y="0" width="2" height="{_HEIGHT}"/>')

    def bar(self, step: Step, before: float) -> str:
        """Return the picture of a step: a bar from the number before it to the one after."""
        if not step.change or step.value is None:
            return _svg("")
        left, right = sorted((self._at(before), self._at(step.value)))
        width = max(right - left, _LEAST)
        kind = "rw-more" if step.change > 0 else "rw-less"
        size = f'x="{left:.1f}" y="2" width="{width:.1f}" height="{_HEIGHT - 4}"'
        return _svg(f'<rect class="{kind}" {size}/>')


def _svg(content: str) -> str:
    size = f'width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
    return f'<svg class="rw-step" {size} fill="currentColor" aria-hidden="true">{content}</svg>'


STYLE: Final = """
.rw-reconcile table { border-collapse: collapse; margin: 0 0 16px; font-variant-numeric: tabular-nums; }
.rw-reconcile caption { padding: 4px 0; font-weight: 600; text-align: left; }
.rw-reconcile th, .rw-reconcile td { padding: 3px 14px 3px 0; text-align: left; vertical-align: baseline; }
.rw-reconcile .rw-num { text-align: right; }
.rw-reconcile .rw-wide { overflow-x: auto; }
.rw-reconcile .rw-rest td { font-style: italic; }
.rw-reconcile .rw-step { display: block; max-width: none; }
.rw-reconcile .rw-more { fill: #2f6fdf; }
.rw-reconcile .rw-less { fill: #b3590c; }
"""
"""How it looks wherever it is shown by itself; totals have the colour of the text."""
