"""The same data with a changed rule about its rows or its window, as another tool may have counted it.

Users, time zone and definitions belong to the query; the changes here are below any query: rows that are left out
or counted again, and the length of the window.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import singledispatch
from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.channels import MACHINE_EVENTS
from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.backends.lazy.dataset import LazyBackend
from results_widgets.engine.backends.lazy.event_log import breakdown_column
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.backends.memory.event_log import build_event_log
from results_widgets.engine.encoding.event_codes import EventCodes
from results_widgets.engine.frames import Rows
from results_widgets.engine.left_out import Told
from results_widgets.errors import QueryError


@dataclass(frozen=True, slots=True)
class Variation:
    """What is changed of the data.

    Attributes:
        window: The attribution window; None: the campaign's own.
        until: Events after it (epoch µs) are left out; None: none are.
        arrived: Column of the time to use for that; None, and where it is empty: when they happened.
        as_people: Events that count as made by a person even if a machine made them: ``opened``, ``clicked``.
        repeats: Whether rows that repeat an event id are counted again, as if there were no ids.
    """

    window: timedelta | None = None
    until: int | None = None
    arrived: str | None = None
    as_people: tuple[str, ...] = ()
    repeats: bool = False

    @property
    def is_none(self) -> bool:
        """Whether nothing is changed."""
        return self == Variation()


def vary(data: UserBackend, variation: Variation) -> UserBackend:
    """Return a backend of the same rows under a variation.

    Raises:
        QueryError: Rows that were counted earlier would have to be read again, but no longer can be.
    """
    if variation.is_none:
        return data
    campaign = data.campaign
    if variation.window is not None:
        campaign = replace(campaign, attribution_window=variation.window)
    made = _varied(data, variation, campaign)
    # Which events a source reports does not change when some of its rows are left out.
    vars(made)["reported"] = data.reported
    return made


@singledispatch
def _varied(data: UserBackend, variation: Variation, campaign: Campaign) -> UserBackend:
    raise NotImplementedError


@_varied.register
def _(data: MemoryBackend, variation: Variation, campaign: Campaign) -> UserBackend:
    table, log = data.table, data.log
    if variation.repeats:
        named = tuple(name for name in table.columns if name != "event_id")
        table = replace(table, columns=named, shape=_changed(table.shape, _no_id))
    read = table
    if variation.until is not None and variation.arrived is not None:
        # Of rows that repeat an event id, the first to arrive counts, so this comes before repeats are removed.
        came_in = _came_in(variation.arrived, variation.until)
        read = replace(table, shape=_changed(table.shape, came_in))
    if read is not data.table:
        _require_all_rows(data)
        with read.reading():
            log = build_event_log(read, campaign)
    kept = log.rows
    if variation.until is not None and variation.arrived is None:
        kept = kept.filter(pl.col("time") <= variation.until)
    if variation.as_people:
        kept = kept.with_columns(_as_people(data.codes, variation.as_people))
    made = MemoryBackend(campaign, table, data.users, told=Told(is_done=True))
    made.put_log(replace(log.with_rows(kept), codes=EventCodes(campaign), table=table))
    return made


@_varied.register
def _(data: LazyBackend, variation: Variation, campaign: Campaign) -> UserBackend:
    if data.base is not None:
        raise QueryError(_OF_SOME)
    rows, columns = data.table.rows, data.table.columns
    if variation.until is not None:
        rows = _arrived(data, rows, variation.arrived, variation.until)
    if variation.as_people:
        is_theirs = nw.col("event").is_in(list(variation.as_people))
        machine = nw.when(is_theirs).then(nw.lit(value=False)).otherwise(nw.col("machine"))
        rows = rows.with_columns(machine=machine)
    if variation.repeats:
        kind = rows.collect_schema()["event_id"]
        rows = rows.with_columns(event_id=nw.lit(None).cast(kind))
        columns = tuple(name for name in columns if name != "event_id")
    table = replace(data.table, rows=rows, columns=columns)
    return LazyBackend(campaign, table, data.users, told=Told(is_done=True))


_OF_SOME: Final = (
    "within a segment, rows cannot be counted in another way; use the results of all users, without "
    "within(segment)"
)

Shape = Callable[[pl.LazyFrame], pl.LazyFrame]


def _changed(shape: Shape, change: Shape) -> Shape:
    return lambda frame: change(shape(frame))


def _no_id(frame: pl.LazyFrame) -> pl.LazyFrame:
    return frame.with_columns(event_id=pl.lit(None, frame.collect_schema()["event_id"]))


def _came_in(column: str, until: int) -> Shape:
    """Return a table in which rows that arrived later have no user, so that row numbers stay the same."""
    happened = pl.col("timestamp").to_physical()
    in_time = pl.coalesce(pl.col(column).dt.epoch("us"), happened) <= until
    return lambda frame: frame.with_columns(user_id=pl.when(in_time).then("user_id"))


def _require_all_rows(data: MemoryBackend) -> None:
    if data.base is not None:
        raise QueryError(_OF_SOME)
    if getattr(data, "lost", ()):
        raise QueryError(
            "rows counted earlier can no longer be read, so they cannot be counted in another way; read the "
            "campaign again"
        )


def check_arrived(data: UserBackend, column: str) -> None:
    """Check that a column of the events says when each came in.

    Raises:
        QueryError: There is no such column, or it holds no times with a zone.
    """
    if column not in data.columns.breakdowns:
        raise QueryError.unknown("column", column, data.columns.breakdowns)
    kind = data.dtype(column)
    if not isinstance(kind, pl.Datetime) or kind.time_zone is None:
        raise QueryError(
            f"column {column!r} is {kind}, and arrived= needs times with a zone; convert it before the "
            "events are read"
        )


def _arrived(data: LazyBackend, rows: Rows, column: str | None, until: int) -> Rows:
    """Return the rows that had come in by an instant."""
    if column is None:
        return rows.filter(nw.col("time") <= until)
    timed = data.table.engine.with_epoch_micros(
        rows.rename({"time": "_happened"}), breakdown_column(column)
    )
    timed = timed.rename({"time": "_arrived", "_happened": "time"})
    known = nw.when(nw.col("_arrived").is_null()).then("time").otherwise(nw.col("_arrived"))
    return timed.filter(known <= until).drop("_arrived")


def _as_people(codes: EventCodes, events: tuple[str, ...]) -> pl.Expr:
    """Return the codes of a log, those of events that machines made put back to people's."""
    made = {MACHINE_EVENTS[event] for event in events}
    plain = {
        code + shift: code
        for own, shift in codes.by_machine.items()
        for code in own
        if codes.event_of(code + shift) in made
    }
    code = pl.col("code")
    return code.replace(plain) if plain else code
