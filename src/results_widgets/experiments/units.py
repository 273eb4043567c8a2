"""The users of an experiment: the arm of each, and since when, found where the events are."""

from typing import Final

import narwhals as nw

from results_widgets.engine.frames import BY, Rows
from results_widgets.engine.scoped import ScopedRows

HELD_BACK: Final = "held_back"
"""The arm of those from whom the first action was withheld."""

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


def units_of(scoped: ScopedRows, *, trusted: bool) -> Rows:
    """Return the users with an entry in the range, one row each.

    The arm is that of the row that starts the user's first entry; if it names none, the first one
    that a later root names or, in a comparison that is not random but trusted, any row.

    Args:
        scoped: The rows, grouped by the column that names arms; by nothing where only the held back
            and everyone else are told apart.
        trusted: Whether the arm may come from rows that start no entry.

    Returns:
        user, arm (null if none is known), first (µs: start of the first entry), crossed (Boolean:
        whether the user's roots name two arms).
    """
    roots = roots_of(scoped)
    named = roots.filter(~nw.col("arm").is_null())
    arms = named.group_by("user").agg(
        _least=nw.col("arm").min(), _most=nw.col("arm").max(), time=nw.col("time").min()
    )
    later = later_values(scoped) if trusted else named
    earliest = later.group_by("user").agg(time=nw.col("time").min())
    fallback = later.join(earliest, on=["user", "time"], how="inner")
    fallback = fallback.group_by("user").agg(_later=nw.col("arm").min())
    units = _first_entries(scoped).join(
        arms.select("user", "_least", "_most"), on="user", how="left"
    )
    units = units.join(fallback, on="user", how="left")
    crossed = (nw.col("_least") != nw.col("_most")).fill_null(False)
    return units.select("user", "first", arm=nw.coalesce("arm", "_later"), crossed=crossed)


def _first_entries(scoped: ScopedRows) -> Rows:
    """Return each user's first entry in the range: user, first, arm."""
    entries = scoped.entries.select(
        "user", "entry", first=nw.col("started_at"), arm=_arm(scoped, nw.col("held_back"))
    )
    least = entries.group_by("user").agg(entry=nw.col("entry").min())
    return entries.join(least, on=["user", "entry"], how="inner").drop("entry")


def _arm(scoped: ScopedRows, held: nw.Expr) -> nw.Expr:
    own = nw.lit(TREATED) if scoped.grouping.by is None else nw.col(BY).cast(nw.String)
    return nw.when(held).then(nw.lit(HELD_BACK)).otherwise(own)
