"""The users of an experiment: the arm of each, and since when, found where the events are."""

from collections.abc import Sequence
from typing import Final

import narwhals as nw

from results_widgets.engine.frames import BY, Rows
from results_widgets.engine.scoped import ScopedRows

HELD_BACK: Final = "held_back"
"""The arm of those from whom the first action was withheld."""

ALL: Final = "all"
"""All treatments together."""

TREATED: Final = "treated"
"""The arm of everyone else, where there are no variants."""


def roots_of(scoped: ScopedRows) -> Rows:
    """Return the rows in range that may start an entry, received or held back, and the arm they name.

    Returns:
        user, time, arm (null if they name none).
    """
    codes = scoped.data.codes
    rows = scoped.events.filter(nw.col("code").is_in(codes.roots))
    held = nw.col("code").is_in(codes.held_back_roots)
    return rows.select("user", "time", arm=_arm(scoped, held))


def later_values(scoped: ScopedRows) -> Rows:
    """Return all rows in range that name an arm, whether or not they start an entry: user, time, arm."""
    held = nw.col("code").is_in(scoped.data.codes.held_back_roots)
    rows = scoped.events.select("user", "time", arm=_arm(scoped, held))
    return rows.filter(~nw.col("arm").is_null())


def units_of(scoped: ScopedRows, arms: Sequence[str], *, trusted: bool) -> Rows:
    """Return the users with an entry in the range, one row each.

    The arm is that of the row that starts the user's first entry; if it names none, the first one
    that a later root names or, in a comparison that is not random but trusted, any row. Arms are
    numbers here, which are grouped faster than names.

    Args:
        scoped: The rows, grouped by the column that names arms; by nothing where only the held back
            and everyone else are told apart.
        arms: The arms, sorted by name.
        trusted: Whether the arm may come from rows that start no entry.

    Returns:
        user, arm (its place among the arms, null if none is known), first (µs: start of the first
        entry), crossed (Boolean: whether the user's roots name two arms).
    """
    codes, arm, time = scoped.data.codes, nw.col("arm"), nw.col("time")
    held = nw.col("code").is_in(codes.held_back_roots)
    rows = scoped.events.select("user", "time", "code", arm=_place(scoped, held, arms))
    rows = rows.filter(arm != _NONE)
    roots = rows.filter(nw.col("code").is_in(codes.roots))
    named = roots.group_by("user").agg(_least=arm.min(), _most=arm.max())
    # A time and an arm in one number, so that the least of them is the arm at the earliest time.
    later = (rows if trusted else roots).with_columns(_key=time * _ARMS + arm)
    earliest = later.group_by("user").agg(_key=nw.col("_key").min())
    units = _first_entries(scoped, arms).join(named, on="user", how="left")
    units = units.join(earliest, on="user", how="left")
    known = nw.when(arm != _NONE).then(arm).otherwise(nw.col("_key") % _ARMS)
    crossed = (nw.col("_least") != nw.col("_most")).fill_null(False)
    return units.select("user", "first", arm=known, crossed=crossed)


def _first_entries(scoped: ScopedRows, arms: Sequence[str]) -> Rows:
    """Return each user's first entry in the range: user, first, arm (`_NONE` if its start names none)."""
    place = _place(scoped, nw.col("held_back"), arms)
    entries = scoped.entries.select("user", "started_at", _key=nw.col("entry") * _ARMS + place)
    # Entries are numbered as they start, so the first has the least of either.
    found = entries.group_by("user").agg(
        first=nw.col("started_at").min(), _key=nw.col("_key").min()
    )
    return found.select("user", "first", arm=nw.col("_key") % _ARMS)


def _place(scoped: ScopedRows, held: nw.Expr, arms: Sequence[str]) -> nw.Expr:
    """Return the place of the arm that a row names, `_NONE` if it names none."""
    own, found = _arm(scoped, held), nw.lit(_NONE)
    for place, arm in enumerate(arms):
        found = nw.when(own == arm).then(nw.lit(place)).otherwise(found)
    return found.cast(nw.Int64)


def _arm(scoped: ScopedRows, held: nw.Expr) -> nw.Expr:
    own = nw.lit(TREATED) if scoped.grouping.by is None else nw.col(BY).cast(nw.String)
    return nw.when(held).then(nw.lit(HELD_BACK)).otherwise(own)


_ARMS: Final = 64
"""More arms than there may be."""
_NONE: Final = _ARMS - 1
"""The place of no arm."""
