"""Events in memory at the start of their entries."""

from collections.abc import Sequence

import narwhals as nw
import polars as pl

from results_widgets.engine.backends.memory.event_log import EventLog
from results_widgets.engine.backends.memory.journeys import Journeys
from results_widgets.engine.encoding.user_ids import differs
from results_widgets.engine.frames import collect
from results_widgets.engine.journeys.placement import ENTRY_ID, place_at_start


def placed_events(log: EventLog, journeys: Journeys, codes: Sequence[int]) -> pl.DataFrame:
    """Return the events with some codes: user, entry, time (of the entry's start), code, row."""
    events = log.counted_rows.filter(pl.col("code").is_in(list(codes)))
    events = events.select("user", "time", "code", "row")
    if not journeys.rules.entries_given:
        return _in_latest(events, journeys.entries)
    entries = journeys.entries
    events = events.with_columns(log.column(ENTRY_ID, events["row"]).alias(ENTRY_ID))
    own = log.column(ENTRY_ID, entries["start_row"])
    spans = entries.select("user", "entry", "started_at", own.alias(ENTRY_ID))
    return collect(place_at_start(nw.from_native(events.lazy()), nw.from_native(spans.lazy())))


def _in_latest(events: pl.DataFrame, entries: pl.DataFrame) -> pl.DataFrame:
    """Put events at the start of the entry that their user started last, by its place and not by a join."""
    at = entry_at(entries, events["user"], events["time"])
    spans = entries.select("entry", "started_at").rechunk()
    placed = events.select("user", "code", "row").with_columns(at.alias("at")).drop_nulls("at")
    entry, time = (spans[name].gather(placed["at"]) for name in ("entry", "started_at"))
    return placed.select("user", entry, time.alias("time"), "code", "row")


def entries_converted(journeys: Journeys) -> pl.Series:
    """Return whether each entry has a conversion (Boolean)."""
    within = journeys.conversions.filter(pl.col("entry").is_not_null())
    return _marked(journeys.entries, _places(journeys.entries, within))


def entries_engaged(log: EventLog, journeys: Journeys, codes: Sequence[int]) -> pl.Series:
    """Return whether each entry has an interaction, as some codes say (Boolean)."""
    entries = journeys.entries
    if journeys.rules.entries_given:
        return _marked(entries, _places(entries, placed_events(log, journeys, codes)))
    events = log.counted_rows.filter(pl.col("code").is_in(list(codes)))
    return _marked(entries, entry_at(entries, events["user"], events["time"]).drop_nulls())


def entry_at(entries: pl.DataFrame, users: pl.Series, times: pl.Series) -> pl.Series:
    """Return the place of the entry that each user started last, at or before a time; null if there is none.

    Places are looked up by user, and among the entries of one by halving: nearly all users have one entry,
    and a join would take several times as long.

    Args:
        entries: The entries, sorted by user and start.
        users: Users.
        times: A time of each.
    """
    first, last = _spans(entries, users)
    started = entries["started_at"]
    several = (first < last).fill_null(False).arg_true()
    if not several.is_empty():
        spans = (one.gather(several) for one in (first, last))
        first = first.scatter(several, _halved(started, times.gather(several), *spans))
    begun = started.gather(first) <= times
    return pl.select(pl.when(begun).then(first)).to_series()


def _halved(started: pl.Series, times: pl.Series, low: pl.Series, high: pl.Series) -> pl.Series:
    """Return the last of some places that started by a time, or the first; places are sorted by start."""
    while (low < high).any():
        middle = (low + high + 1) // 2
        begun = started.gather(middle) <= times
        spans = pl.select(
            low=pl.when(begun).then(middle).otherwise(low),
            high=pl.when(begun).then(high).otherwise(middle - 1),
        )
        low, high = spans["low"], spans["high"]
    return low


def _spans(entries: pl.DataFrame, users: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return the places of the first and the last entry of each user (Int64), null for who has none."""
    own, tops = entries["user"], (entries["user"].max(), users.max())
    size = 1 + max((top for top in tops if isinstance(top, int)), default=-1)
    nowhere = pl.repeat(None, size, dtype=pl.Int64, eager=True)
    starts = entries.select(differs("user").arg_true().cast(pl.Int64)).to_series()
    ends = starts.shift(-1, fill_value=entries.height) - 1
    theirs = own.gather(starts)
    first, last = (nowhere.clone().scatter(theirs, places) for places in (starts, ends))
    return first.gather(users), last.gather(users)


def _places(entries: pl.DataFrame, rows: pl.DataFrame) -> pl.Series:
    """Return the places of the entries of some rows: those of a user are numbered from 0, one after the other."""
    return _spans(entries, rows["user"])[0] + rows["entry"]


def _marked(entries: pl.DataFrame, places: pl.Series) -> pl.Series:
    return pl.repeat(False, entries.height, dtype=pl.Boolean, eager=True).scatter(places, True)
