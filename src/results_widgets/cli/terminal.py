"""The one place that prints to the terminal: what names of data hold is shown there, not obeyed."""

import re
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Final

from results_widgets._text import one_line, visible
from results_widgets.engine.money import why_not_added
from results_widgets.locales import DASH
from results_widgets.results import Results
from results_widgets.results.formatting import NOT_AVAILABLE
from results_widgets.results.opening import window_note
from results_widgets.view_model.status import attribution_note, clock_note, left_out_text

_PLAIN_WIDTH: Final = 80
_LEAST_WIDTH: Final = 60
_MOST_WIDTH: Final = 110
_LEAST_CELL: Final = 13
_NAMES: Final = frozenset({"action", "arm", "campaign", "channel", "metric"})
"""Heads of columns of names, which may begin with a digit."""


def say(text: str = "") -> None:
    """Print a text."""
    print(visible(text))


def complain(text: str) -> None:
    """Print an error or a remark, beside the output."""
    print(f"results-widgets: {visible(text)}", file=sys.stderr)


def say_folded(text: str) -> None:
    """Print a text in lines that fit the terminal."""
    say(textwrap.fill(visible(text), terminal_width()))


def is_terminal() -> bool:
    """Whether somebody reads what is printed, and not a program."""
    return sys.stdout.isatty()


def terminal_width() -> int:
    """Return how many columns there are to print in: the terminal's, 80 where the output is read by a program."""
    if not is_terminal():
        return _PLAIN_WIDTH
    return max(_LEAST_WIDTH, min(_MOST_WIDTH, shutil.get_terminal_size().columns))


def print_table(title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table under a title; columns of numbers are aligned to the right, long texts folded in a terminal."""
    lines = [list(header), *([one_line(cell) for cell in row] for row in rows)]
    columns = range(len(header))
    numeric = [
        header[i].lower() not in _NAMES and all(_is_number(line[i]) for line in lines[1:])
        for i in columns
    ]
    longest = [max(len(line[i]) for line in lines) for i in columns]
    words = [max(len(word) for line in lines for word in line[i].split(" ")) for i in columns]
    least = [longest[i] if numeric[i] else max(words[i], _LEAST_CELL) for i in columns]
    # A program that reads the output finds each row in one line.
    folds = is_terminal()
    widths = _fitted(longest, least, terminal_width() - 2 * len(longest)) if folds else longest
    say(f"\n{title}")
    for index, line in enumerate(lines):
        for row in zip_longest(*map(_folded, line, widths), fillvalue=""):
            cells = [
                cell.rjust(width) if is_numeric else cell.ljust(width)
                for cell, width, is_numeric in zip(row, widths, numeric, strict=True)
            ]
            print("  " + "  ".join(cells).rstrip())
        if index == 0:
            print("  " + "  ".join("-" * width for width in widths))


def _fitted(widths: Sequence[int], least: Sequence[int], room: int) -> list[int]:
    """Return the widths of columns of which the widest give way until all fit, but none below its least."""
    found = list(widths)
    while sum(found) > room:
        place = max(range(len(found)), key=lambda n: found[n] if found[n] > least[n] else 0)
        if found[place] <= least[place]:
            break
        found[place] -= 1
    return found


def _folded(text: str, width: int) -> list[str]:
    # Only at spaces: a narrow one, which does not break, stands between a number and its unit.
    return (
        textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
        if len(text) > width
        else [text]
    )


def print_notes(results: Results) -> None:
    """Print what must be known about the numbers: rows left out, window, clocks, currencies."""
    session = results._session
    notes = (
        left_out_text(results),
        window_note(results.campaign),
        session.data.clocks.note(session.locale),
        clock_note(results),
        attribution_note(results),
        why_not_added(session.data, results.definitions),
    )
    for note in filter(None, notes):
        say(
            f"\n{textwrap.fill(note, terminal_width(), initial_indent='! ', subsequent_indent='  ')}"
        )


def _is_number(cell: str) -> bool:
    # With a sign, a currency or what marks an estimate before it.
    return not cell or cell in (DASH, NOT_AVAILABLE) or re.match(r"\W*\d", cell) is not None
