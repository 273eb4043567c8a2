"""The event logs of several campaigns of one table, encoded in one pass over it.

Each log is the one that `build_event_log` makes of its campaign alone. Read one by one, every campaign
scans the whole table for its own rows; here the table is scanned, and its users numbered, once for all.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.channels import GOAL_EVENTS, MACHINE_OPENED
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.backends.memory.event_log import (
    BATCH,
    EVENT_HASH,
    EventLog,
    event_ids,
    rows_with_equal_hashes,
    usable,
    without_repeats,
)
from results_widgets.engine.encoding.user_ids import EncodedUsers, concat_encoded, encode_users
from results_widgets.engine.frames import collect
from results_widgets.engine.left_out import LEFT_OUT, ONE_IN
from results_widgets.engine.reasons import folded
from results_widgets.progress import phase
from results_widgets.tables.events import ROW, EventTable

_CAMPAIGN: Final = "_campaign"
_ACTION: Final = "_action"
_EVENT: Final = "_event"
_ACTS: Final = "_acts"


@dataclass(frozen=True, eq=False)
class TogetherLog(EventLog):
    """The log of a campaign that was read with others.

    Attributes:
        values: The values of the goal events of all of them.
        reading: What is one and the same of all campaigns that were read together.
    """

    values: "_Values"
    reading: object

    def column(self, name: str, rows: pl.Series) -> pl.Series:
        """See `EventLog`."""
        found = self.values.at(rows) if name == "value" else None
        return super().column(name, rows) if found is None else found


class _Values:
    """The values of rows that may be conversions of any campaign, read once when the first asks for some."""

    def __init__(self, table: EventTable, rows: pl.Series) -> None:
        self._table, self._rows = table, rows
        self._values: pl.Series | None = None

    def at(self, rows: pl.Series) -> pl.Series | None:
        """Return the values at row numbers, in their order; None if others are among them."""
        if rows.is_empty():
            return None
        if self._values is None:
            found = self._table.frame.select(pl.col("value").gather(self._rows))
            self._values = self._table.collect(found).to_series()
        places = self._rows.search_sorted(rows).clip(0, len(self._rows) - 1)
        return self._values.gather(places) if (self._rows.gather(places) == rows).all() else None


@dataclass
class _Shared:
    """The rows of all campaigns, encoded once.

    Attributes:
        campaigns: The campaigns' ids; a row's campaign is a place among them, null for none.
        actions: The ids of all their actions, likewise.
        events: The names of all their events, likewise.
        parts: The rows by campaign: user, time, row, action, event, machine and a hash of the event id.
        user_ids: The id of each user number.
        unusable: How many rows of each campaign have no user, event or time.
        reading: What tells this reading from others.
    """

    campaigns: list[str]
    actions: list[str]
    events: list[str]
    parts: Mapping[int | None, pl.DataFrame] = field(default_factory=dict)
    user_ids: pl.Series = field(default_factory=pl.Series)
    unusable: dict[int | None, int] = field(default_factory=dict)
    reading: object = field(default_factory=object)


def read_together(backends: Sequence[MemoryBackend]) -> None:
    """Encode the events of several campaigns of one table, whose rows and shape are the same for all."""
    table = backends[0].table
    with phase("reading"), table.reading():
        shared = _read(table, backends)
    with phase("coding"), table.reading():
        drafts = [_draft(data, shared) for data in backends]
        ids = _Ids(table, [draft.suspects for draft in drafts if draft.suspects is not None])
        values = _values(backends, drafts)
        for data, draft in zip(backends, drafts, strict=True):
            log = _log_of(data, draft, shared, ids, values[data.campaign.goal.value])
            data.put_log(log)
            _note_left_out(data, log, draft.named)


@dataclass(frozen=True)
class _Draft:
    """A campaign's rows, perhaps with repeats.

    Attributes:
        rows: user, code, time, row, sorted by user and row.
        suspects: The rows whose event id may be another's; None where rows have no ids.
        named: How many rows of the source name the campaign, or none and may be meant for it.
    """

    rows: pl.DataFrame
    suspects: pl.Series | None
    named: int


class _Ids:
    """The event ids of the rows that may repeat another's, of all campaigns, read once."""

    def __init__(self, table: EventTable, suspects: list[pl.Series]) -> None:
        rows = pl.concat(suspects).unique().sort() if suspects else pl.Series(dtype=pl.UInt32)
        ids = pl.Series(dtype=pl.String) if rows.is_empty() else event_ids(table, rows)
        self._rows, self._ids = rows, ids

    def __call__(self, rows: pl.Series) -> pl.Series:
        """Return the ids of some of the rows."""
        return self._ids.gather(self._rows.search_sorted(rows))


def _read(table: EventTable, backends: Sequence[MemoryBackend]) -> _Shared:
    every = [data.codes for data in backends]
    names = (name for codes in every for name in codes.events if name != MACHINE_OPENED)
    shared = _Shared(
        _once(data.campaign.id for data in backends),
        _once(action.id for codes in every for action in codes.actions),
        _once(names),
    )
    encoded: list[EncodedUsers] = []
    rows = _rows(table, shared)
    for batch in rows.collect_batches(chunk_size=BATCH, maintain_order=True, engine="streaming"):
        with phase("coding"):
            for campaign, size in _counts(batch.filter(~pl.col("_usable"))):
                shared.unusable[campaign] = shared.unusable.get(campaign, 0) + size
            kept = batch.filter("_usable").drop("_usable")
            encoded.append(encode_users(kept.drop_in_place("user_id"), kept))
    log, shared.user_ids = concat_encoded(encoded)
    parts = log.partition_by(_CAMPAIGN, maintain_order=True, include_key=True)
    shared.parts = {part[_CAMPAIGN][0]: part.drop(_CAMPAIGN) for part in parts}
    return shared


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _rows(table: EventTable, shared: _Shared) -> pl.LazyFrame:
    """Return the rows that name one of the campaigns or none, with places instead of names."""

    def place(column: str, among: list[str]) -> pl.Expr:
        known = pl.col(column).cast(pl.Enum(among), strict=False)
        return known.to_physical().cast(pl.Int32)

    hashes = []
    if table.has("event_id"):
        known = pl.col("event_id").is_not_null()
        hashes.append(pl.when(known).then(pl.col("event_id").hash()).alias(EVENT_HASH))
    own = pl.col("campaign_id")
    rows = table.frame.filter(own.is_null() | own.is_in(shared.campaigns))
    return rows.select(
        "user_id",
        pl.col("timestamp").to_physical().alias("time"),
        pl.col(ROW).alias("row"),
        place("campaign_id", shared.campaigns).alias(_CAMPAIGN),
        place("action_id", shared.actions).alias(_ACTION),
        place("event", shared.events).alias(_EVENT),
        pl.col("action_id").is_not_null().alias(_ACTS),
        *(["machine"] if table.has("machine") else []),
        *hashes,
        pl.all_horizontal(usable()).alias("_usable"),
    )


def _counts(rows: pl.DataFrame) -> Iterator[tuple[int | None, int]]:
    yield from rows.group_by(_CAMPAIGN).len().iter_rows()


def _draft(data: MemoryBackend, shared: _Shared) -> _Draft:
    codes, key = data.codes, shared.campaigns.index(data.campaign.id)
    own, free = shared.parts.get(key), shared.parts.get(None)
    parts = [part for part in (own, free) if part is not None]
    if not parts:
        parts = [next(iter(shared.parts.values())).clear()]
    numbers = {action.id: number for number, action in enumerate(codes.actions, 1)}
    events = {name: place for place, name in enumerate(codes.events) if name != MACHINE_OPENED}
    rows = pl.concat([_coded(data, part, shared, numbers, events) for part in parts])
    rows = rows.sort("user", "row") if len(parts) > 1 else rows
    suspects = None
    if EVENT_HASH in rows.columns:
        suspects = rows_with_equal_hashes([rows.select("row", EVENT_HASH)])
    named = _named(data, shared, key)
    return _Draft(rows.select("user", "code", "time", "row"), suspects, named)


def _named(data: MemoryBackend, shared: _Shared, key: int) -> int:
    """Return how many rows name the campaign, or none but an action, or an event that may be its goal."""
    own, free = shared.parts.get(key), shared.parts.get(None)
    named = shared.unusable.get(key, 0) + shared.unusable.get(None, 0)
    named += 0 if own is None else own.height
    if free is None:
        return named
    goals = {folded(name) for name in data.campaign.goal.events}
    meant = [
        n for n, name in enumerate(shared.events) if name in GOAL_EVENTS or folded(name) in goals
    ]
    return named + int(free.select((pl.col(_ACTS) | pl.col(_EVENT).is_in(meant)).sum()).item())


def _values(
    backends: Sequence[MemoryBackend], drafts: Sequence[_Draft]
) -> Mapping[str | None, _Values]:
    """Return the values of what may be conversions, by the column that campaigns have them in."""
    tables: dict[str | None, EventTable] = {}
    rows: dict[str | None, list[pl.Series]] = {}
    for data, draft in zip(backends, drafts, strict=True):
        column = data.campaign.goal.value
        tables.setdefault(column, data.table)
        goals = [*data.codes.goals, *data.codes.named("converted")]
        own = draft.rows.filter(pl.col("code").is_in(goals))["row"]
        rows.setdefault(column, []).append(own)
    return {
        column: _Values(tables[column], pl.concat(own).unique().sort())
        for column, own in rows.items()
    }


def _log_of(
    data: MemoryBackend, draft: _Draft, shared: _Shared, ids: _Ids, values: _Values
) -> EventLog:
    rows, suspects = draft.rows, draft.suspects
    log = rows if suspects is None else without_repeats(rows, suspects, ids)
    users = log["user"]
    # Numbers of its own users only, in the same order.
    fresh = (users != users.shift(1)).fill_null(True)
    own = shared.user_ids.gather(users.filter(fresh))
    number = (fresh.cum_sum() - 1).cast(pl.UInt32).alias("user").set_sorted()
    once = log.with_columns(number).select("user", "code", "time", "row")
    repeats = rows.height - log.height
    return TogetherLog(
        *(once, own, data.codes, data.table),
        repeats=repeats,
        values=values,
        reading=shared.reading,
    )


def _coded(
    data: MemoryBackend,
    part: pl.DataFrame,
    shared: _Shared,
    numbers: Mapping[str, int],
    events: Mapping[str, int],
) -> pl.DataFrame:
    """Return the rows of a part that count for a campaign, with their codes."""
    tables = {
        _ACTION: pl.Series([numbers.get(one) for one in shared.actions], dtype=pl.Int32),
        _EVENT: pl.Series([events.get(one) for one in shared.events], dtype=pl.Int32),
    }
    own = part.with_columns(table.gather(part[name]).alias(name) for name, table in tables.items())
    found = data.codes.encode(nw.from_native(own.lazy()), machine="machine" in part.columns)
    hashes = [EVENT_HASH] if EVENT_HASH in part.columns else []
    return collect(found.select("user", "code", "time", "row", *hashes))


def _note_left_out(data: MemoryBackend, log: EventLog, named: int) -> None:
    """Note that no more than a few rows are left out, where their numbers say so.

    Those of other campaigns are none; else their rows are looked at again, as for a campaign alone.
    """
    goals = [*data.codes.goals, *data.codes.named("converted")]
    counted = log.rows.height + log.repeats
    has_goals = log.rows["code"].is_in(goals).any()
    if counted and has_goals and ONE_IN * (named - counted) <= named:
        data.cache.put(LEFT_OUT, None)
