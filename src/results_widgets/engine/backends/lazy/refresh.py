"""Refresh on an engine: reuse the encoded rows and append those that are newer than all of them."""

from dataclasses import replace

import narwhals as nw

from results_widgets.engine.backends.base import Backend
from results_widgets.engine.backends.lazy.dataset import LOG, SEEN, LazyBackend
from results_widgets.engine.backends.lazy.event_log import build_event_log
from results_widgets.engine.frames import Rows, collect


def is_unchanged(before: LazyBackend, now: Backend) -> bool:
    """Whether a table is as it was read, by its number of rows and its newest time."""
    seen = before.cache.known(SEEN)
    return isinstance(now, LazyBackend) and seen is not None and seen == now.seen


def extend(before: LazyBackend, now: Backend) -> LazyBackend | None:
    """Take over the encoded rows of an earlier reading of the same table, and encode only newer ones.

    Returns:
        The later backend; None if it has to encode everything: rows were added that are not newer
        than all others, rows are gone, or the table is no longer on an engine.
    """
    newest = None if before.cache.known(LOG) is None else before.seen.newest
    if newest is None or not isinstance(now, LazyBackend):
        return None
    if not now.table.engine.lasting:
        return None
    # Asked before the rows are read, so that those added meanwhile are found by the next refresh.
    _ = now.seen
    time = nw.col("time")
    settled = int(collect(now.table.rows.select((time <= newest).cast(nw.Int64).sum())).item() or 0)
    if settled != before.seen.settled:
        return None
    table = replace(now.table, rows=now.table.rows.filter(time > newest))
    # Rows that were added while the table was read may be missing, so newer ones are all read again.
    old = before.log.rows.filter(time <= newest)
    log = build_event_log(table, now.campaign)
    new = _without_known_ids(log.rows, old, ids=now.table.has("event_id"))
    now.cache.put(LOG, replace(log, rows=now.kept(nw.concat([old, new])), table=now.table))
    return now


def _without_known_ids(new: Rows, old: Rows, *, ids: bool) -> Rows:
    """Drop rows whose event_id an older row has."""
    if not ids:
        return new
    known = old.filter(~nw.col("event_id").is_null()).select("event_id").unique()
    return new.join(known, on="event_id", how="anti")
