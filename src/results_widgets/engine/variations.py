"""The same data with one rule about its rows or its window changed, as another tool may have counted it.

A query says which users, zone and definitions are meant; what is changed here is below any query: rows
that are left out or counted again, and how long a window is.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import singledispatch

import narwhals as nw
import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.channels import MACHINE_EVENTS
from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.backends.lazy.dataset import LazyBackend
from results_widgets.engine.backends.memory.dataset import LOG, MemoryBackend
from results_widgets.engine.backends.memory.event_log import build_event_log
from results_widgets.engine.encoding.event_codes import EventCodes
from results_widgets.engine.left_out import Told
from results_widgets.errors import QueryError


@dataclass(frozen=True, slots=True)
class Variation:
    """What is changed of the data.

    Attributes:
        window: The attribution window; None: the campaign's own.
        until: Events after it (epoch µs) are left out; None: none are.
        as_people: Events that count as a person's also where a machine made them: ``opened``, ``clicked``.
        repeats: Whether rows that repeat an event id are counted again, as if there were no ids.
    """

    window: timedelta | None = None
    until: int | None = None
    as_people: tuple[str, ...] = ()
    repeats: bool = False

    @property
    def is_none(self) -> bool:
        """Whether nothing is changed."""
        return self == Variation()


def vary(data: UserBackend, variation: Variation) -> UserBackend:
    """Return a backend of the same rows under a variation.

    Raises:
        QueryError: Rows that were counted before can no longer be read, and would have to be.
    """
    if variation.is_none:
        return data
    campaign = data.campaign
    if variation.window is not None:
        campaign = replace(campaign, attribution_window=variation.window)
    made = _varied(data, variation, campaign)
    # What a source reports at all does not change where some of its rows are left aside.
    vars(made)["reported"] = data.reported
    return made


@singledispatch
def _varied(data: UserBackend, variation: Variation, campaign: Campaign) -> UserBackend:
    raise NotImplementedError


@_varied.register
def _(data: MemoryBackend, variation: Variation, campaign: Campaign) -> UserBackend:
    table = data.table
    if variation.repeats:
        _require_all_rows(data)
        named = tuple(name for name in table.columns if name != "event_id")
        table = replace(table, columns=named, shape=_without_ids(table.shape))
        with table.reading():
            log = build_event_log(table, campaign)
    else:
        log = data.log
    kept = log.rows
    if variation.until is not None:
        kept = kept.filter(pl.col("time") <= variation.until)
    if variation.as_people:
        kept = kept.with_columns(_as_people(data.codes, variation.as_people))
    made = MemoryBackend(campaign, table, data.users, told=Told(is_done=True))
    made.cache.put(LOG, replace(log, rows=kept, codes=EventCodes(campaign), table=table))
    return made


@_varied.register
def _(data: LazyBackend, variation: Variation, campaign: Campaign) -> UserBackend:
    rows, columns = data.table.rows, data.table.columns
    if variation.until is not None:
        rows = rows.filter(nw.col("time") <= variation.until)
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


def _without_ids(
    shape: Callable[[pl.LazyFrame], pl.LazyFrame],
) -> Callable[[pl.LazyFrame], pl.LazyFrame]:
    def shaped(frame: pl.LazyFrame) -> pl.LazyFrame:
        found = shape(frame)
        return found.with_columns(
            pl.lit(None, found.collect_schema()["event_id"]).alias("event_id")
        )

    return shaped


def _require_all_rows(data: MemoryBackend) -> None:
    if getattr(data, "lost", ()):
        raise QueryError(
            "rows that were counted before can no longer be read, so they cannot be counted in another "
            "way; read the campaign anew"
        )


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
