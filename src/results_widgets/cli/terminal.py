"""The one place that prints to the terminal: what names of data hold is shown there, not obeyed."""

import sys
import textwrap
from collections.abc import Iterable, Sequence
from typing import Final

from results_widgets._text import one_line, visible
from results_widgets.engine.money import why_not_added
from results_widgets.results import Results
from results_widgets.results.opening import window_note
from results_widgets.view_model.status import clock_note, left_out_text

_WIDTH: Final = 100


def say(text: str = "") -> None:
    """Print a text."""
    print(visible(text))


def complain(text: str) -> None:
    """Print an error or a remark, beside the output."""
    print(f"results-widgets: {visible(text)}", file=sys.stderr)


def print_table(title: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table under a title; columns of numbers are aligned to the right."""
    lines = [list(header), *([one_line(cell) for cell in row] for row in rows)]
    columns = range(len(header))
    widths = [max(len(line[i]) for line in lines) for i in columns]
    numeric = [all(_is_number(line[i]) for line in lines[1:]) for i in columns]
    say(f"\n{title}")
    for index, line in enumerate(lines):
        cells = [
            cell.rjust(width) if is_numeric else cell.ljust(width)
            for cell, width, is_numeric in zip(line, widths, numeric, strict=True)
        ]
        print("  " + "  ".join(cells).rstrip())
        if index == 0:
            print("  " + "  ".join("-" * width for width in widths))


def print_notes(results: Results) -> None:
    """Print what must be known about the numbers: rows left out, window, clocks, currencies."""
    session = results._session
    notes = (
        left_out_text(results),
        window_note(results.campaign),
        session.data.clocks.note(session.locale),
        clock_note(results),
        why_not_added(session.data, results.definitions),
    )
    for note in filter(None, notes):
        say(f"\n{textwrap.fill(note, _WIDTH, initial_indent='! ', subsequent_indent='  ')}")


def _is_number(cell: str) -> bool:
    return not cell or cell[0].isdigit() or cell.startswith(("≈", "–", "-", "+"))
