"""The event logs of several campaigns of one table, encoded in one pass over it.

Each log is the one that `build_event_log` makes of its campaign alone. Read one by one, every campaign
scans the whole table for its own rows; here the table is scanned, and its users numbered, once for all,
and rows that name no campaign and no action are kept once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from results_widgets.channels import GOAL_EVENTS
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.backends.memory.event_log import (
    EventLog,
    event_ids,
    without_repeats,
)
from results_widgets.engine.backends.memory.purchases import (
    EVENT,
    Parts,
    Purchases,
    ReadTogether,
    TogetherLog,
    Values,
)
from results_widgets.engine.backends.memory.read_table import (
    ACTS,
    WHAT,
    SharedRows,
    read_table,
)
from results_widgets.engine.left_out import LEFT_OUT, ONE_IN
from results_widgets.engine.reasons import folded
from results_widgets.progress import phase
from results_widgets.tables.events import EventTable


def read_together(backends: Sequence[MemoryBackend]) -> None:
    """Encode the events of several campaigns of one table, whose rows and shape are the same for all."""
    table = backends[0].table
    with phase("reading"), table.reading():
        shared = read_table(table, [data.codes for data in backends])
    with phase("coding"), table.reading():
        drafts = [_draft(data, shared) for data in backends]
        kinds = {known: _Bare.of(known, shared) for known in {draft.kinds for draft in drafts}}
        every = [one.suspects for one in drafts] + [one.suspects for one in kinds.values()]
        ids = _Ids(table, [suspects for suspects in every if suspects is not None])
        bare = {
            known: Purchases.of(one.rows, shared.events, len(shared.user_ids), one.suspects, ids)
            for known, one in kinds.items()
        }
        values = _values(backends, drafts, bare)
        for data, draft in zip(backends, drafts, strict=True):
            value = values[data.campaign.goal.value]
            log = _log_of(data, draft, shared, ids, bare[draft.kinds], value)
            data.put_log(log)
            _note_left_out(data, log, draft.named)


@dataclass(frozen=True)
class _Draft:
    """A campaign's rows, perhaps with repeats.

    Attributes:
        rows: user, code, time, row, sorted by user and row: those that name the campaign or an action.
        suspects: The rows whose event id may be another's; None where rows have no ids.
        named: How many rows of the source name the campaign, or none and may be meant for it.
        places: The campaign's code of each event where no action is named, by the event's place; null for others.
        is_whole: Whether the rows are all of the campaign's, since one of the others may repeat one of them.
    """

    rows: pl.DataFrame
    suspects: pl.Series | None
    named: int
    places: pl.Series
    is_whole: bool

    @cached_property
    def kinds(self) -> frozenset[int]:
        """The places of the events that count where no action is named."""
        return frozenset(self.places.is_not_null().arg_true())


@dataclass(frozen=True)
class _Bare:
    """The rows without a campaign and an action that have some events, perhaps with repeats; see `_Draft`."""

    rows: pl.DataFrame
    suspects: pl.Series | None

    @classmethod
    def of(cls, kinds: frozenset[int], shared: SharedRows) -> "_Bare":
        """Return the rows of some kinds of events."""
        found = shared.bare.filter(pl.col(EVENT).is_in(sorted(kinds)))
        suspects = shared.suspects(None, bare=True)
        return cls(found.select("user", "time", "row", EVENT), suspects)


class _Ids:
    """The event ids of the rows that may repeat another's, of all campaigns, read once."""

    def __init__(self, table: EventTable, suspects: list[pl.Series]) -> None:
        rows = pl.concat(suspects).unique().sort() if suspects else pl.Series(dtype=pl.UInt32)
        ids = pl.Series(dtype=pl.String) if rows.is_empty() else event_ids(table, rows)
        self._rows, self._ids = rows, ids

    def __call__(self, rows: pl.Series) -> pl.Series:
        """Return the ids of some of the rows."""
        return self._ids.gather(self._rows.search_sorted(rows))


def _draft(data: MemoryBackend, shared: SharedRows) -> _Draft:
    codes, key = data.codes, shared.campaigns.index(data.campaign.id)
    parts = [part for part in (shared.parts.get(key), shared.parts.get(None)) if part is not None]
    parts = parts or [shared.bare.clear()]
    numbers, known = shared.codes_of(codes)
    is_whole = shared.may_repeat_bare(key)
    parts = [*parts, shared.bare] if is_whole else parts
    rows = pl.concat([_coded(part, shared.width, numbers, known) for part in parts])
    rows = rows.sort("user", "row") if len(parts) > 1 else rows
    suspects, places = shared.suspects(key, bare=is_whole), known.gather_every(2)
    named = _named(data, shared, key)
    return _Draft(rows, suspects, named, places.head(len(shared.events)), is_whole)


def _coded(part: pl.DataFrame, width: int, numbers: pl.Series, known: pl.Series) -> pl.DataFrame:
    """Return the rows of a part that count for a campaign; see `SharedRows.codes_of`."""
    what = part[WHAT]
    code = known.gather(numbers.gather(what // width) * width + what % width)
    rows = part.select("user", code.alias("code"), "time", "row")
    return rows.filter(code.is_not_null()) if code.null_count() else rows


def _named(data: MemoryBackend, shared: SharedRows, key: int) -> int:
    """Return how many rows name the campaign, or none but an action, or an event that may be its goal."""
    own = shared.parts.get(key)
    goals = {folded(name) for name in data.campaign.goal.events}
    meant = [
        n for n, name in enumerate(shared.events) if name in GOAL_EVENTS or folded(name) in goals
    ]
    counted = shared.free.filter(pl.col(ACTS) | pl.col(EVENT).is_in(meant))["len"].sum()
    unusable = shared.unusable.get(key, 0) + shared.unusable.get(None, 0)
    return unusable + (0 if own is None else own.height) + int(counted)


def _values(
    backends: Sequence[MemoryBackend],
    drafts: Sequence[_Draft],
    bare: Mapping[frozenset[int], Purchases],
) -> Mapping[str | None, Values]:
    """Return the values of what may be conversions, by the column that campaigns have them in."""
    tables: dict[str | None, EventTable] = {}
    rows: dict[str | None, list[pl.Series]] = {}
    shared: dict[str | None, set[frozenset[int]]] = {}
    for data, draft in zip(backends, drafts, strict=True):
        column = data.campaign.goal.value
        tables.setdefault(column, data.table)
        goals = [*data.codes.goals, *data.codes.named("converted")]
        own = draft.rows.filter(pl.col("code").is_in(goals))["row"]
        rows.setdefault(column, []).append(own)
        shared.setdefault(column, set()).add(draft.kinds)
    for column, kinds in shared.items():
        rows[column] += [
            part["row"] for one in kinds for part in (bare[one].goals, bare[one].lifecycle)
        ]
    return {
        column: Values(tables[column], pl.concat(own).unique().sort())
        for column, own in rows.items()
    }


def _log_of(
    data: MemoryBackend,
    draft: _Draft,
    shared: SharedRows,
    ids: _Ids,
    bare: Purchases,
    values: Values,
) -> EventLog:
    rows, suspects = draft.rows, draft.suspects
    once = rows if suspects is None else without_repeats(rows, suspects, ids)
    repeats = rows.height - once.height
    if not draft.is_whole:
        parts = Parts.of(once, bare, draft.places, shared.user_ids)
        return TogetherLog(
            *(parts, data.codes, data.table),
            repeats=repeats + bare.repeats,
            values=values,
            reading=shared.reading,
        )
    users = once["user"]
    # Numbers of its own users only, in the same order.
    fresh = (users != users.shift(1)).fill_null(True)
    own = shared.user_ids.gather(users.filter(fresh))
    number = (fresh.cum_sum() - 1).cast(pl.UInt32).alias("user").set_sorted()
    return ReadTogether(
        *(once.with_columns(number), own, data.codes, data.table),
        repeats=repeats,
        values=values,
        reading=shared.reading,
    )


def _note_left_out(data: MemoryBackend, log: EventLog, named: int) -> None:
    """Note that no more than a few rows are left out, where their numbers say so.

    Those of other campaigns are none; else their rows are looked at again, as for a campaign alone.
    """
    goals = [*data.codes.goals, *data.codes.named("converted")]
    counted = log.height + log.repeats
    has_goals = not log.occurring.isdisjoint(goals)
    if counted and has_goals and ONE_IN * (named - counted) <= named:
        data.cache.put(LEFT_OUT, None)
