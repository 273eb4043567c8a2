"""The event log in memory: the campaign's rows of the event table, encoded into narrow columns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.engine.encoding.event_codes import EventCodes
from results_widgets.engine.encoding.user_ids import (
    CHUNK_ROWS,
    EncodedUsers,
    concat_encoded,
    encode_users,
    group_by_hash,
    map_chunks,
)
from results_widgets.engine.journeys.rules import Rules
from results_widgets.progress import phase
from results_widgets.tables.events import ROW, EventTable

BATCH: Final = 20 << 20
"""Rows whose ids are in memory as text at a time, which bounds the memory that reading takes."""

EVENT_HASH: Final = "_event_hash"


@dataclass(frozen=True, eq=False)
class EventLog:
    """Encoded events, without repeated event ids and without rows that count for nothing.

    Attributes:
        rows: user (UInt32, an index of ``user_ids``), code (Int32, see `EventCodes`), time (Int64,
            epoch µs), row (UInt32, row number in the source), sorted by user and row.
        user_ids: The id of each user number.
        codes: What the codes mean.
        table: The event table that was encoded.
        repeats: How many rows were left out since they repeat the event id of another.
    """

    rows: pl.DataFrame
    user_ids: pl.Series
    codes: EventCodes
    table: EventTable
    repeats: int = field(default=0, kw_only=True)

    def has(self, column: str) -> bool:
        """Whether the source has a column."""
        return self.table.has(column)

    @property
    def height(self) -> int:
        """How many rows there are."""
        return self.rows.height

    @property
    def user_count(self) -> int:
        """How many users have a number."""
        return len(self.user_ids)

    @cached_property
    def occurring(self) -> frozenset[int]:
        """The codes that there are rows of."""
        return frozenset(distinct(self.rows["code"]))

    @property
    def counted_rows(self) -> pl.DataFrame:
        """The rows that metrics count (`EventCodes.counted`), and perhaps others."""
        return self.rows

    @property
    def times(self) -> pl.LazyFrame:
        """The time and code of all rows, in any order."""
        return self.rows.lazy().select("time", "code")

    def walked(self, rules: Rules) -> pl.DataFrame:
        """Return the rows that entries and conversions are found in, and perhaps others.

        Where most rows are goal events, such as a year's purchases, those that can convert no entry are none of them.
        """
        if rules.entries_given or rules.conversions_given:
            return self.rows
        plain = marks(self.codes.plain_goals, self.rows["code"])
        if 2 * plain.sum() < self.height:
            return self.rows
        ends = spans(self.rows.filter(~plain), self.codes, rules.window)
        inside = is_within(self.rows.filter(plain), ends, self.user_count, single=rules.single)
        return self.rows.filter((~plain).scatter(plain.arg_true(), inside))

    def with_rows(self, rows: pl.DataFrame) -> "EventLog":
        """Return a log of some of the rows, with the same users."""
        return replace(self, rows=rows)

    def column(self, name: str, rows: pl.Series) -> pl.Series:
        """Return a source column's values at row numbers, in their order."""
        values = self.table.frame.select(pl.col(name).gather(rows))
        return self.table.collect(values).to_series()


def build_event_log(table: EventTable, campaign: Campaign) -> EventLog:
    """Read and encode the events of one campaign.

    User ids become dense numbers, exactly: rows are sorted by a hash of the id, and ids that share
    a hash are told apart by comparison (see `encode_users`). A campaign that nobody has entered has
    an empty log; `quality` says what the table has instead.
    """
    codes = EventCodes(campaign)
    rows = encode_events(table, campaign, codes)
    hashes: list[pl.DataFrame] = []
    encoded: list[EncodedUsers] = []
    for batch in rows.collect_batches(chunk_size=BATCH, maintain_order=True, engine="streaming"):
        with phase("coding"):
            if EVENT_HASH in batch.columns:
                hashes.append(pl.DataFrame([batch["row"], batch.drop_in_place(EVENT_HASH)]))
            # Removed from the batch: the ids as text take more memory than the encoded rows.
            encoded.append(encode_users(batch.drop_in_place("user_id"), batch))
            del batch
    with phase("coding"):
        if not encoded:
            nobody = rows.clear().collect()
            encoded.append(encode_users(nobody.drop_in_place("user_id"), nobody))
        suspects = rows_with_equal_hashes(hashes) if hashes else None
        log, user_ids = concat_encoded(encoded)
        del encoded
        encoded_rows = log.height
        if suspects is not None:
            log = without_repeats(log, suspects, partial(event_ids, table))
    rows_once = log.select("user", "code", "time", "row")
    return EventLog(rows_once, user_ids, codes, table, repeats=encoded_rows - log.height)


def encode_events(table: EventTable, campaign: Campaign, codes: EventCodes) -> pl.LazyFrame:
    """Return the rows that count, lazily: user_id, code, time, row and, if the source has an
    event_id, a hash of it.
    """
    columns = [
        pl.col("user_id"),
        pl.col("timestamp").to_physical().alias("time"),
        pl.col(ROW).alias("row"),
        *_numbers(codes),
    ]
    hashed = []
    if table.has("event_id"):
        known = pl.col("event_id").is_not_null()
        columns.append(pl.when(known).then(pl.col("event_id").hash()).alias(EVENT_HASH))
        hashed = [EVENT_HASH]
    if machine := table.has("machine"):
        columns.append(pl.col("machine"))
    rows = table.frame.filter(of_campaign(campaign, table), *usable()).select(columns)
    encoded = codes.encode(nw.from_native(rows), machine=machine)
    found: pl.LazyFrame = encoded.select("user_id", "code", "time", "row", *hashed).to_native()
    return found


def _numbers(codes: EventCodes) -> list[pl.Expr]:
    """Return the numbers of a row's action and event, as `EventCodes.encode` takes them."""
    actions = pl.Enum([action.id for action in codes.actions])
    action = pl.col("action_id").cast(actions, strict=False).to_physical().cast(pl.Int32) + 1
    names = pl.Enum(codes.named_events)
    event = pl.col("event").cast(names, strict=False).to_physical().cast(pl.Int32)
    return [action.alias("_action"), event.alias("_event")]


def of_campaign(campaign: Campaign, table: EventTable) -> pl.Expr:
    """Return the condition that a row names the campaign or none."""
    if not table.has("campaign_id"):
        return pl.lit(True)
    return pl.col("campaign_id").is_null() | (pl.col("campaign_id") == campaign.id)


def usable() -> list[pl.Expr]:
    """Return the conditions on columns without which a row has no user, event or time."""
    return [pl.col(name).is_not_null() for name in ("user_id", "event", "timestamp")]


def sort_by_user(rows: pl.DataFrame) -> pl.DataFrame:
    """Return a log's rows sorted by user and row; they mostly are already."""
    order = pl.col("user").cast(pl.UInt64) * 2**32 + pl.col("row")

    def in_order(start: int) -> bool:
        # One row more, to compare the last one with the next chunk's first.
        return rows.slice(start, CHUNK_ROWS + 1).select(order).to_series().is_sorted()

    return rows if all(map_chunks(in_order, rows.height)) else rows.sort("user", "row")


def rows_with_equal_hashes(hashes: list[pl.DataFrame]) -> pl.Series:
    """Return the rows whose event_id has the same hash as another row's; nulls equal nothing.

    The list is emptied, since the hashes and their sort take most of the memory at this point.
    """
    known = pl.concat([part.drop_nulls() for part in hashes], rechunk=True)
    hashes.clear()
    order = group_by_hash(known.drop_in_place(EVENT_HASH))
    equal = ~pl.col("fresh") | ~pl.col("fresh").shift(-1, fill_value=True)
    return known["row"].gather(order.filter(equal)["place"])


def event_ids(table: EventTable, rows: pl.Series) -> pl.Series:
    """Return the event_id of each row of a table, in the order of the row numbers given."""
    return table.collect(table.frame.select(pl.col("event_id").gather(rows))).to_series()


def without_repeats(
    rows: pl.DataFrame, suspects: pl.Series, ids_of: Callable[[pl.Series], pl.Series]
) -> pl.DataFrame:
    """Drop rows that repeat the event_id of an earlier row.

    Equal ids have equal hashes, so ids need comparing only among the suspects: rows with equal
    hashes.
    """
    if suspects.is_empty():
        return rows
    found = rows.select("time", "row").filter(is_among(suspects, rows["row"]))
    ordered = found.with_columns(ids_of(found["row"]).alias("event_id")).sort("time", "row")
    repeats = ordered.filter(~pl.col("event_id").is_first_distinct())["row"]
    return rows.filter(~is_among(repeats, rows["row"]))


def is_among(some: pl.Series, rows: pl.Series) -> pl.Series:
    """Return which rows are among some others, by a lookup table, which is faster than hashing."""
    top = rows.max()
    most = top if isinstance(top, int) else 0
    marks = pl.repeat(False, 1 + most, eager=True)
    return marks.scatter(some.filter(some <= most), True).gather(rows)


def spans(rows: pl.DataFrame, codes: EventCodes, window: int) -> pl.DataFrame:
    """Return when each user received the first root, and when the last window ends: user, first, last.

    Beside them stands whether roots were received at several instants (``again``).

    Args:
        rows: The events; those that only may be goals are not needed.
        codes: What the codes mean.
        window: The attribution window, in µs.
    """
    roots, received = [*codes.roots], [*codes.received, *codes.held_back_roots]
    code, time = pl.col("code"), pl.col("time")
    root = time.filter(code.is_in(roots))
    found = (
        rows.filter(code.is_in([*roots, *received]))
        .group_by("user")
        .agg(first=root.min(), last=time.max() + window, again=root.min() < root.max())
    )
    return found.drop_nulls("first")


def is_within(rows: pl.DataFrame, ends: pl.DataFrame, users: int, *, single: bool) -> pl.Series:
    """Return whether each row, which is only a goal event, may convert an entry of its user.

    It does not outside of the user's span, nor where the user has none. Where one goal event of an entry counts,
    and all of a user's roots were received at one instant, only the first in the span does.

    Args:
        rows: user, time; sorted by user.
        ends: The spans; see `spans`.
        users: How many users there are.
        single: Whether one goal event of an entry counts.
    """
    user, time = rows["user"], rows["time"]
    first, last = (
        pl.repeat(empty, users, dtype=pl.Int64, eager=True).scatter(ends["user"], ends[name])
        for name, empty in (("first", 2**62), ("last", -(2**62)))
    )
    inside = (time >= first.gather(user)) & (time <= last.gather(user))
    if not single:
        return inside
    found = rows.select("user", "time").filter(inside)
    earliest = found.group_by("user").agg(pl.col("time").min())
    once = earliest.join(ends.filter(~pl.col("again")), on="user", how="semi")
    # Of several at one instant their ids decide which is the first.
    until = last.scatter(once["user"], once["time"])
    return inside.scatter(inside.arg_true(), found["time"] <= until.gather(found["user"]))


def marks(some: Sequence[int], codes: pl.Series) -> pl.Series:
    """Return which codes are among some; there are few different ones, so they are looked up, not hashed."""
    top = codes.max()
    known = range(1 + (top if isinstance(top, int) else -1))
    return pl.Series([code in some for code in known], dtype=pl.Boolean).gather(codes)


def distinct(codes: pl.Series) -> pl.Series:
    """Return which codes occur; there are few codes but many rows, so they are marked, not hashed."""
    top = codes.max()
    marks = pl.repeat(False, 1 + (top if isinstance(top, int) else -1), eager=True)
    return marks.scatter(codes, True).arg_true()
