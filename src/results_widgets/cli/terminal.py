"""The one place that prints to the terminal: what names of data hold is shown there, not obeyed."""

import sys
from collections.abc import Iterable, Sequence

from results_widgets._text import one_line, visible


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


def _is_number(cell: str) -> bool:
    return not cell or cell[0].isdigit() or cell.startswith(("≈", "–", "-", "+"))
