"""Which entry an event belongs to, and its place at the start of that entry.

An event belongs to the entry that its user started last, at or before it, whether or not the window
is over: a late open is still one of that entry. Where the source numbers entries itself, an event that
names an entry belongs to that one from its start on.
"""

from typing import Final, Literal

import narwhals as nw

from results_widgets.engine.frames import Rows

ENTRY_ID: Final = "entry_id"

Outcome = Literal["converted", "engaged"]
"""What an entry may have: a conversion, or an interaction."""


def place_at_start(events: Rows, entries: Rows) -> Rows:
    """Put events at the start of their entries; those that belong to none are left out.

    Args:
        events: user, time, any other columns.
        entries: user, entry, started_at; `ENTRY_ID` where the source numbers entries, and then the
            events have it, too.

    Returns:
        The events with ``entry``, and as ``time`` the start of the entry; without `ENTRY_ID`.
    """
    if ENTRY_ID not in entries.collect_schema().names():
        return _in_latest(events, entries)
    named = ~nw.col(ENTRY_ID).is_null()
    own = events.filter(named).join(entries, on=["user", ENTRY_ID], how="inner")
    placed = _at_start(own.filter(nw.col("time") >= nw.col("started_at"))).drop(ENTRY_ID)
    others = events.filter(~named).drop(ENTRY_ID)
    latest = _in_latest(others, entries.drop(ENTRY_ID))
    return nw.concat([placed, latest.select(*placed.collect_schema().names())])


def _in_latest(events: Rows, entries: Rows) -> Rows:
    """Put events at the start of the entry that their user started last."""
    following = nw.col("started_at").shift(-1).over("user", order_by=["started_at", "entry"])
    spans = entries.with_columns(_until=following)
    joined = events.join(spans, on="user", how="inner")
    until = nw.col("_until").is_null() | (nw.col("time") < nw.col("_until"))
    return _at_start(joined.filter(nw.col("time") >= nw.col("started_at"), until)).drop("_until")


def _at_start(rows: Rows) -> Rows:
    return rows.with_columns(time=nw.col("started_at")).drop("started_at")
