"""Cell suppression: small counts hidden, and with them whatever would give them away.

Every count is a cell, and a `Sum` says which cells add up to which. A cell from 1 to below the least
count is hidden (primary suppression). Then, as long as a sum gives a hidden cell away (it is the only
unknown of that sum, or the unknowns together are fewer than the least count), the smallest other
cell of the sum is hidden as well (complementary suppression).
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

Cell = Hashable


@dataclass(frozen=True, slots=True)
class Sum:
    """A total and parts of it; the rest of the total counts as one more unknown."""

    total: Cell
    parts: tuple[Cell, ...]


def hidden_cells(values: Mapping[Cell, float], sums: Sequence[Sum], least: int) -> set[Cell]:
    """Return the cells to hide.

    Args:
        values: Every count that is shown or can be worked out.
        sums: What adds up.
        least: The smallest count to show; 0 is always shown.
    """
    hidden = {cell for cell, value in values.items() if 0 < value < least}
    known = [
        one for one in sums if one.total in values and all(part in values for part in one.parts)
    ]
    again = True
    while again:
        again = False
        for one in known:
            more = _given_away(one, values, hidden, least)
            if more is not None:
                hidden.add(more)
                again = True
    return hidden


def _given_away(
    one: Sum, values: Mapping[Cell, float], hidden: set[Cell], least: int
) -> Cell | None:
    """Return the cell to hide so that a sum reveals nothing; None if it reveals nothing as it is."""
    rest = values[one.total] - sum(values[part] for part in one.parts)
    if rest < 0:
        return None
    unknown = [values[part] for part in one.parts if part in hidden]
    if rest > 0:
        unknown.append(rest)
    shown = [part for part in one.parts if part not in hidden and values[part] > 0]
    if one.total in hidden:
        # The parts must not add up to it.
        return None if unknown else min(shown, key=values.__getitem__, default=None)
    small = any(value < least for value in unknown) or any(part in hidden for part in one.parts)
    if not small or (len(unknown) > 1 and sum(unknown) >= least):
        return None
    return min([*shown, one.total], key=values.__getitem__)


def hide_days(
    lines: Mapping[str, Sequence[float | None]],
    rates: Mapping[str, tuple[str, str]],
    totals: Mapping[str, float],
    least: int,
) -> dict[str, list[float | None]]:
    """Return time series without their small counts.

    Args:
        lines: Series of counts by name.
        rates: Rates by name: the names of the counts they are made of.
        totals: The totals of series, where the page shows them.
        least: The smallest count to show.
    """
    values: dict[Cell, float] = {("total", name): total for name, total in totals.items()}
    sums = []
    for name, line in lines.items():
        values |= {(name, place): n for place, n in enumerate(line) if n is not None}
        if name in totals:
            sums.append(Sum(("total", name), tuple((name, place) for place in range(len(line)))))
    for top, bottom in rates.values():
        sums += [Sum((bottom, place), ((top, place),)) for place in range(len(lines[top]))]
    hidden = hidden_cells(values, sums, least)
    return {
        name: [None if (name, place) in hidden else n for place, n in enumerate(line)]
        for name, line in lines.items()
    }
