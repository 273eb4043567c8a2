"""A finding as words: sentences, a table of text, notes. Screens, pages and notebooks show the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from results_widgets._text import escape

Cell = str | tuple[str, ...]
"""Text, or steps that follow one another."""

THEN = " → "
"""Stands between two steps."""


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """What was found, written.

    Attributes:
        label: What the table is of.
        heads: Names of its columns.
        numbers: Which of the columns hold numbers, by place.
        rows: Its cells. They hold names from data: text, never markup.
        said: Sentences before it.
        notes: Sentences after it.
    """

    label: str
    heads: tuple[str, ...]
    numbers: frozenset[int]
    rows: tuple[tuple[Cell, ...], ...]
    said: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def to_html(self) -> str:
        """Return it as HTML, as a page and a notebook show it."""
        said = "".join(f'<li dir="auto">{escape(one)}</li>' for one in self.said)
        notes = "".join(f'<p dir="auto">{escape(one)}</p>' for one in self.notes)
        listed = f'<ul class="rw-sentences">{said}</ul>' if said else ""
        return f"{listed}{self._table() if self.rows else ''}{notes}"

    def _table(self) -> str:
        label = escape(self.label)
        number = [' class="rw-num"' if n in self.numbers else "" for n in range(len(self.heads))]
        head = "".join(
            f'<th scope="col"{kind}>{escape(one)}</th>'
            for one, kind in zip(self.heads, number, strict=True)
        )
        rows = "".join(f"<tr>{_cells(row, number)}</tr>" for row in self.rows)
        return (
            f'<div class="rw-wide" role="region" aria-label="{label}" tabindex="0">'
            f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        )

    def to_state(self) -> dict[str, Any]:
        """Return what a screen draws of it, but for the sentences before it."""
        return {
            "label": self.label,
            "heads": list(self.heads),
            "numbers": sorted(self.numbers),
            "rows": [
                [list(one) if isinstance(one, tuple) else one for one in r] for r in self.rows
            ],
            "notes": list(self.notes),
        }


def _cells(row: Sequence[Cell], number: Sequence[str]) -> str:
    return "".join(
        f'<td dir="auto"{kind}>{_cell(one)}</td>' for one, kind in zip(row, number, strict=True)
    )


def _cell(cell: Cell) -> str:
    if isinstance(cell, str):
        return escape(cell)
    # Each step is set apart: written from right to left, it would turn the arrows round.
    return THEN.join(f"<bdi>{escape(one)}</bdi>" for one in cell)
