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
    events = log.rows.filter(pl.col("code").is_in(list(codes)))
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
    return placed_events(log, journeys, codes).select("user", "entry").unique().lazy()
