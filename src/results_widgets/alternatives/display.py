"""How a sensitivity shows itself: as text, as HTML, as a chart.

Charts are in a higher layer, so this module cannot import them; they are passed in.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import polars as pl

from results_widgets._handed_in import TORNADO
from results_widgets._written_table import WrittenTable
from results_widgets.alternatives.run import Changed, Found, Line, Ranked, ends_of, most_of, moves
from results_widgets.locales import Locale
from results_widgets.reconciliation.scenario import Number
from results_widgets.reconciliation.words import signed

HEAD: Final = ("Number", "Rule", "Other choice", "Value", "Change")
_NUMBERS: Final = frozenset({3, 4})
NOT_AVAILABLE: Final = "n/a"
UNDER_OTHERS: Final = "Under other usual rules"
THE_SAME: Final = "The same under other usual rules"

Row = tuple[str, ...]


def chart_of(rows: pl.DataFrame, name: str) -> Any:
    """Return the tornado of one number."""
    return TORNADO.get()().tornado_chart(rows, name=name)


def name_of(line: Line) -> str:
    """Return what a number is called."""
    return "Lift (converted users)" if line.metric is None else line.metric.label


def _unit(line: Line) -> str:
    return "rate" if line.metric is None else line.metric.unit


def shown(line: Line, value: Number, locale: Locale) -> str:
    """Return a number of a line as text; a lift in percentage points."""
    if value is None:
        return NOT_AVAILABLE
    return (
        signed(value, "rate", locale) if line.metric is None else locale.value(value, _unit(line))
    )


def range_text(line: Line, low: Number, high: Number, locale: Locale) -> str:
    """Return the least and the greatest of a number: ``12.1 to 15.6 %``; the number alone where both are the same."""
    one, other = shown(line, low, locale), shown(line, high, locale)
    if one == other:
        return one
    sign = locale.percent.partition("{}")[2] if _unit(line) == "rate" else ""
    return f"{one.removesuffix(sign) if other.endswith(sign) else one} to {other}"


def line_of(line: Line, locale: Locale) -> str:
    """Return the range of a number as the dashboard has it under its verdict; empty where there is no number."""
    low, high = ends_of(line)
    if low is None:
        return ""
    text = range_text(line, low, high, locale)
    return f"{UNDER_OTHERS}: {text}" if text != shown(line, low, locale) else THE_SAME


def sentences_of(found: Found, locale: Locale) -> list[str]:
    """Return the range of each of the campaign's numbers, then whether a ranking changes."""
    own = [line for line in found.lines if line.action is None]
    return [*(_range(line, locale) for line in own), *_rankings(found.ranked)]


def _range(line: Line, locale: Locale) -> str:
    if line.own is None:
        return f"{name_of(line)}: n/a."
    most, text = most_of(line), range_text(line, *ends_of(line), locale)
    value = shown(line, line.own, locale)
    if most is None:
        return f"{name_of(line)}: {value} under every usual rule."
    what = f"{most.choice.label[:1].lower()}{most.choice.label[1:]} ({most.choice.words})"
    return f"{name_of(line)}: {value}; under other usual rules {text}. Moved most by the {what}."


def _rankings(ranked: Sequence[Ranked]) -> Iterator[str]:
    own = {one.of: one.names for one in ranked if one.choice is None}
    for of, names in own.items():
        others = [one for one in ranked if one.of == of and one.choice is not None]
        changed = [one for one in others if one.names != names]
        rules = [f"{one.choice.label}: {one.choice.words}" for one in changed if one.choice]
        if not changed:
            yield f"The ranking of the {of} is the same under every usual rule."
        else:
            yield f"The ranking of the {of} changes under {'; '.join(rules)}."


def rows_as_text(found: Found, locale: Locale) -> list[Row]:
    """Return one row of text for each of the campaign's numbers and rules that change it, under `HEAD`."""
    return [
        _row(line, one, locale)
        for line in found.lines
        if line.action is None
        for one in line.changed
        if moves(line, one)
    ]


def _row(line: Line, one: Changed, locale: Locale) -> Row:
    change = None if one.value is None or line.own is None else one.value - line.own
    return (
        name_of(line),
        one.choice.label,
        one.choice.words,
        shown(line, one.value, locale),
        signed(change, _unit(line), locale),
    )


def left_out(found: Found) -> list[str]:
    """Return the rules that cannot be tried on this data, with why, once each."""
    said = {
        f"{one.choice.label}: n/a, {one.why}": None
        for line in found.lines
        for one in line.changed
        if one.why
    }
    return list(said)


def written(found: Found, locale: Locale) -> WrittenTable:
    """Return the sentences, the table of what changes, and what could not be tried."""
    rows = tuple(rows_as_text(found, locale))
    none = () if rows else ("No usual rule changes a number.",)
    notes = (*none, *(f"{one}." for one in left_out(found)))
    said = tuple(sentences_of(found, locale))
    return WrittenTable("Numbers under other rules", HEAD, _NUMBERS, rows, said, notes)


def bars_of(line: Line, locale: Locale) -> pl.DataFrame:
    """Return a bar for each rule that moves a number, those of the rule that moves it most first.

    Returns:
        rule (its label), choice, before, value, kind (``more``, ``less``), said, own (both written).
    """
    moved = [one for one in line.changed if moves(line, one)]
    own = line.own or 0.0
    widest: dict[str, float] = {}
    for one in moved:
        size = abs((one.value or 0.0) - own)
        widest[one.choice.rule] = max(widest.get(one.choice.rule, 0.0), size)
    moved.sort(key=lambda one: (-widest[one.choice.rule], one.choice.rule))
    rows = [
        (
            *(f"{one.choice.label}: {one.choice.words}", own, one.value),
            "more" if (one.value or 0.0) > own else "less",
            *(shown(line, one.value, locale), shown(line, own, locale)),
        )
        for one in moved
    ]
    schema = {"rule": pl.String, "before": pl.Float64, "value": pl.Float64}
    schema |= dict.fromkeys(("kind", "said", "own"), pl.String)
    return pl.DataFrame(rows, schema, orient="row")
