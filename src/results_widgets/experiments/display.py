"""How an experiment shows itself: as text, as HTML, as a chart.

Charts lie above this room, so it cannot import them: they are handed in with `chart_with`.
"""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any, Final

import polars as pl

from results_widgets._text import one_line
from results_widgets.locales import Locale

_charts: Callable[[], Any] | None = None

_COLUMNS: Final = (
    *("metric", "channel", "arm", "ripe_users", "value", "control_ripe_users", "control_value"),
    *("difference", "low", "high", "p_adjusted", "verdict"),
)


def chart_with(load: Callable[[], Any]) -> None:
    """Say how to load the module that draws charts; it is loaded when the first one is drawn."""
    global _charts  # noqa: PLW0603 - one hook per process
    _charts = load


def chart_of(table: pl.DataFrame, level: float, description: str, locale: Locale) -> Any:
    """Return a forest plot of an experiment's table."""
    assert _charts is not None, "import results_widgets, not a part of it"
    return _charts().forest_chart(table, level=level, description=description, locale=locale)


def header() -> tuple[str, ...]:
    """Return the columns of `rows_as_text`."""
    return tuple(name.replace("_", " ") for name in _COLUMNS)


def rows_as_text(table: pl.DataFrame, locale: Locale) -> list[tuple[str, ...]]:
    """Return the table's most important columns as text."""
    return [
        tuple(_text(name, value, locale) for name, value in zip(_COLUMNS, row, strict=True))
        for row in table.select(_COLUMNS).iter_rows()
    ]


def as_text(sentences: Sequence[str], table: pl.DataFrame, locale: Locale) -> str:
    """Return sentences with the table under them."""
    lines = [header(), *rows_as_text(table, locale)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rows = (
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
    return "\n".join([*sentences, "", *rows])


def as_html(sentences: Sequence[str], table: pl.DataFrame, locale: Locale) -> str:
    """Return the same as HTML, in the host's own style of tables."""
    told = "".join(f"<p>{escape(text)}</p>" for text in sentences)
    head = "".join(f"<th>{escape(name)}</th>" for name in header())
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
        for row in rows_as_text(table, locale)
    )
    return f"{told}<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _text(name: str, value: object, locale: Locale) -> str:
    if value is None:
        return "" if name == "channel" else "\u2013"
    if isinstance(value, float):
        text = locale.number(value, 4, 4)
        return f"+{text}" if name in ("difference", "low", "high") and value >= 0 else text
    return locale.exact(value) if isinstance(value, int) else one_line(str(value))
