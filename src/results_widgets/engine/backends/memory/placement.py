"""Events in memory at the start of their entries."""

from collections.abc import Sequence

import narwhals as nw
import polars as pl

from results_widgets.engine.backends.memory.event_log import EventLog
from results_widgets.engine.backends.memory.journeys import Journeys
from results_widgets.engine.frames import collect
from results_widgets.engine.journeys.placement import ENTRY_ID, place_at_start


def placed_events(log: EventLog, journeys: Journeys, codes: Sequence[int]) -> pl.DataFrame:
    """Return the events with some codes: user, entry, time (of the entry's start), code, row."""
    events = log.counted_rows.filter(pl.col("code").is_in(list(codes)))
    events = events.select("user", "time", "code", "row")
    entries = journeys.entries
    spans = entries.select("user", "entry", "started_at")
    if journeys.rules.entries_given:
        events = events.with_columns(log.column(ENTRY_ID, events["row"]).alias(ENTRY_ID))
        own = log.column(ENTRY_ID, entries["start_row"])
        spans = spans.with_columns(own.alias(ENTRY_ID))
    return collect(place_at_start(nw.from_native(events.lazy()), nw.from_native(spans.lazy())))


def engaged_entries(log: EventLog, journeys: Journeys, codes: Sequence[int]) -> pl.LazyFrame:
    """Return the entries with an interaction, as some codes say, once each: user, entry."""
    if journeys.rules.entries_given:
        return placed_events(log, journeys, codes).select("user", "entry").unique().lazy()
    # Both are sorted by user, and say so here: groups are then runs of rows.
    spans = journeys.entries.lazy().select("user", "entry", "started_at").set_sorted("user")
    is_only = pl.all_horizontal(pl.col("user").ne_missing(pl.col("user").shift(n)) for n in (1, -1))
    only, several = spans.filter(is_only), spans.filter(~is_only)
    rows = log.counted_rows.lazy().set_sorted("user")
    events = rows.filter(pl.col("code").is_in(list(codes))).select("user", "time")
    # Whether a user's only entry has one is told by the latest: most users have one entry, and to
    # place each of their events would take several times as long.
    latest = events.group_by("user").agg(pl.col("time").max())
    engaged = only.join(latest, on="user").filter(pl.col("time") >= pl.col("started_at"))
    theirs = events.join(several, on="user", how="semi")
    placed = place_at_start(nw.from_native(theirs), nw.from_native(several)).to_native()
    parts = [engaged.select("user", "entry"), placed.select("user", "entry").unique()]
    return pl.concat(pl.collect_all(parts)).lazy()
