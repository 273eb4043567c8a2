"""Attribution in words: what those who are credited are called, and the paths to conversion."""

from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from results_widgets._text import told_apart
from results_widgets._written_table import Cell, WrittenTable
from results_widgets.campaign import Campaign
from results_widgets.locales import Locale

NOBODY: Final = "None"
"""Stands for what no touch leads to."""

_SHOWN: Final = 20
_NUMBERS: Final = ("conversions", "share", "value")
_HEADS: Final = ("Path", "Conversions", "Share", "Value")


def owner_names(campaign: Campaign) -> dict[str, str]:
    """Return what a campaign's actions, its channels and itself are called, by their ids."""
    names = {id_: channel.label for id_, channel in campaign.channels.items()}
    names |= told_apart({action.id: action.label for action in campaign.actions})
    return names | {campaign.id: campaign.label}


def written_paths(found: pl.DataFrame, campaign: Campaign, locale: Locale) -> WrittenTable:
    """Return the most frequent paths as a table; the others are added up in its last row.

    Args:
        found: What `Results.paths` returns.
        campaign: Whose actions and channels the paths lead through.
        locale: How numbers are written.
    """
    names = owner_names(campaign)
    # A goal without amounts has a column of nothing.
    width = len(_HEADS) - int((found["value"].fill_null(0.0) == 0).all())
    # A single one more takes the row that would stand for it.
    cut = _SHOWN if found.height > _SHOWN + 1 else found.height
    rows = [
        _row(tuple(names.get(one, one) for one in path) or NOBODY, numbers, locale)
        for path, *numbers in found[:cut].select("path", *_NUMBERS).iter_rows()
    ]
    rest = found[cut:]
    if rest.height:
        sums = rest.select(pl.col(_NUMBERS).sum()).row(0)
        rows.append(_row(f"{locale.exact(rest.height)} other paths", sums, locale))
    written = tuple(row[:width] for row in rows)
    numbers = frozenset(range(1, width))
    notes = tuple(_notes(found))
    return WrittenTable("Paths to conversion", _HEADS[:width], numbers, written, notes=notes)


def _notes(found: pl.DataFrame) -> Iterator[str]:
    if found.is_empty():
        yield "Nobody has converted."
    elif found["value"].is_null().all():
        yield "Amounts in several currencies are not added up."


def _row(path: Cell, numbers: Sequence[float | None], locale: Locale) -> tuple[Cell, ...]:
    told = zip(numbers, ("count", "rate", "amount"), strict=True)
    return path, *(locale.value(one, unit) for one, unit in told)
