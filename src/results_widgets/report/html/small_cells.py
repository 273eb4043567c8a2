"""Cell suppression: small counts hidden, and with them whatever would give them away.

Every count is a cell, and a `Sum` says which cells add up to which. A cell from 1 to below the smallest
count to show, `min_cell`, is hidden (primary suppression). Then, as long as a sum gives a hidden cell away
(it is the only unknown of that sum, or the unknowns together are below `min_cell`), the smallest other cell
of the sum is hidden as well (complementary suppression).
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass

Cell = Hashable


@dataclass(frozen=True, slots=True)
class Sum:
    """A total and parts of it; the rest of the total counts as one more unknown."""

    total: Cell
    parts: tuple[Cell, ...]


def hidden_cells(values: Mapping[Cell, float], sums: Sequence[Sum], min_cell: int) -> set[Cell]:
    """Return the cells to hide.

    Args:
        values: Every count that is shown or can be worked out.
        sums: What adds up.
        min_cell: The smallest count to show; 0 is always shown.
    """
    hidden = {cell for cell, value in values.items() if 0 < value < min_cell}
    known = [sum_ for sum_ in sums if {sum_.total, *sum_.parts} <= values.keys()]
    again = True
    while again:
        again = False
        for sum_ in known:
            cell = _cell_to_hide(sum_, values, hidden, min_cell)
            if cell is not None:
                hidden.add(cell)
                again = True
    return hidden


def _cell_to_hide(
    sum_: Sum, values: Mapping[Cell, float], hidden: set[Cell], min_cell: int
) -> Cell | None:
    """Return the cell to hide so that a sum reveals nothing; None if it reveals nothing as it is."""
    rest = values[sum_.total] - sum(values[part] for part in sum_.parts)
    if rest < 0:
        return None
    unknown = [values[part] for part in sum_.parts if part in hidden]
    if rest > 0:
        unknown.append(rest)
    shown = [part for part in sum_.parts if part not in hidden and values[part] > 0]
    if sum_.total in hidden:
        # The parts must not add up to it.
        return None if unknown else min(shown, key=values.__getitem__, default=None)
    is_small = any(value < min_cell for value in unknown) or not hidden.isdisjoint(sum_.parts)
    if not is_small or (len(unknown) > 1 and sum(unknown) >= min_cell):
        return None
    return min([*shown, sum_.total], key=values.__getitem__)


def hide_days(
    lines: Mapping[str, Sequence[float | None]],
    within: Collection[tuple[str, str]],
    totals: Mapping[str, float],
    min_cell: int,
) -> dict[str, list[float | None]]:
    """Return time series without their small counts.

    Args:
        lines: Series of counts by name.
        within: Names of counts, each with that of a count that it is a part of.
        totals: The totals of series, where the page shows them.
        min_cell: The smallest count to show.
    """
    values: dict[Cell, float] = {("total", name): total for name, total in totals.items()}
    sums = []
    for name, line in lines.items():
        values |= {(name, place): n for place, n in enumerate(line) if n is not None}
        if name in totals:
            sums.append(Sum(("total", name), tuple((name, place) for place in range(len(line)))))
    for part, whole in within:
        sums += [Sum((whole, place), ((part, place),)) for place in range(len(lines[part]))]
    hidden = hidden_cells(values, sums, min_cell)
    return {
        name: [None if (name, place) in hidden else n for place, n in enumerate(line)]
        for name, line in lines.items()
    }
