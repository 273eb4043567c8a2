"""The campaign's own rows of the event table, coded into a few narrow columns and held in memory."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.channels import MACHINE_OPENED
from results_widgets.engine.encoding.event_codes import EventCodes
from results_widgets.engine.encoding.user_ids import (
    PIECE,
    UserNumbers,
    in_pieces,
    joined,
    number_users,
    side_by_side,
)
from results_widgets.progress import phase
from results_widgets.tables.events import ROW, EventTable

_BATCH: Final = 20 << 20
"""Rows whose ids are held as text at one time: what bounds the memory that reading takes."""

_EVENT_HASH: Final = "_event_hash"


@dataclass(frozen=True, eq=False)
class Log:
    """Coded events.

    Attributes:
        rows: user (UInt32, a place in ``user_ids``), time (Int64, epoch µs), code (Int32, see
            `EventCodes`), row (UInt32, place in the source), sorted by user and row; duplicates of an
            event_id and rows that count for nothing are left out.
        user_ids: The users' own ids, one each.
        codes: The code book.
        table: The event table behind it.
    """

    rows: pl.DataFrame
    user_ids: pl.Series
    codes: EventCodes
    table: EventTable

    def column(self, name: str, rows: pl.Series) -> pl.Series:
        """Return a source column's values at places of the source, in that order."""
        return self.table.frame.select(pl.col(name).gather(rows)).collect().to_series()


def build_event_log(table: EventTable, campaign: Campaign) -> Log:
    """Read the events of one campaign and code them.

    Users become dense numbers, exactly: a hash only brings the rows of one user side by side; where
    one user ends and the next begins is told by the ids themselves (see `number_users`).
    A campaign that nobody has entered yet has an empty log; `quality` says what the table holds
    instead.
    """
    codes = EventCodes(campaign)
    rows = coded(table, campaign, codes)
    hashes: list[pl.DataFrame] = []
    numbered: list[UserNumbers] = []
    for batch in rows.collect_batches(chunk_size=_BATCH, maintain_order=True, engine="streaming"):
        with phase("coding"):
            if _EVENT_HASH in batch.columns:
                hashes.append(pl.DataFrame([batch["row"], batch.drop_in_place(_EVENT_HASH)]))
            # Taken out, for the ids as text take more memory than all that is kept.
            numbered.append(number_users(batch.drop_in_place("user_id"), batch))
            del batch
    with phase("coding"):
        if not numbered:
            nobody = rows.clear().collect()
            numbered.append(number_users(nobody.drop_in_place("user_id"), nobody))
        suspects = _sharing(hashes) if hashes else None
        log, user_ids = joined(numbered)
        del numbered
        if suspects is not None:
            log = _without_repeats(log, suspects, table)
    return Log(log.select("user", "code", "time", "row"), user_ids, codes, table)


def coded(table: EventTable, campaign: Campaign, codes: EventCodes) -> pl.LazyFrame:
    """Return the rows that count, lazily: user_id, code, time, row and, if the source has an
    event_id, a hash of it.
    """
    columns = [
        pl.col("user_id"),
        _code(codes, table).alias("code"),
        pl.col("timestamp").to_physical().alias("time"),
        pl.col(ROW).alias("row"),
    ]
    if table.has("event_id"):
        known = pl.col("event_id").is_not_null()
        columns.append(pl.when(known).then(pl.col("event_id").hash()).alias(_EVENT_HASH))
    rows = table.frame.filter(of_campaign(campaign, table), *usable()).select(columns)
    return rows.filter(pl.col("code").is_in(codes.known))


def of_campaign(campaign: Campaign, table: EventTable) -> pl.Expr:
    """Rows that belong to the campaign or to none."""
    if not table.has("campaign_id"):
        return pl.lit(True)
    return pl.col("campaign_id").is_null() | (pl.col("campaign_id") == campaign.id)


def usable() -> list[pl.Expr]:
    """Conditions without which a row cannot be placed."""
    return [pl.col(name).is_not_null() for name in ("user_id", "event", "timestamp")]


def _code(codes: EventCodes, table: EventTable) -> pl.Expr:
    actions = pl.Enum([action.id for action in codes.actions])
    action = pl.col("action_id").cast(actions, strict=False).to_physical().cast(pl.Int32) + 1
    names = pl.Enum([name for name in codes.events if name != MACHINE_OPENED])
    event = pl.col("event").cast(names, strict=False).to_physical().cast(pl.Int32)
    # A goal or lifecycle event may name an action that the campaign does not know; it counts all
    # the same.
    number = pl.when(pl.col("action_id").is_null()).then(0).otherwise(action.fill_null(0))
    code = number * codes.width + event
    if not table.has("machine"):
        return code
    by_machine = pl.col("machine") & code.is_in(codes.machine_opens)
    return pl.when(by_machine).then(code + codes.machine_shift).otherwise(code)


def by_user(rows: pl.DataFrame) -> pl.DataFrame:
    """Return a log's rows sorted by user and row, as they mostly are already."""
    place = pl.col("user").cast(pl.UInt64) * 2**32 + pl.col("row")

    def in_order(start: int) -> bool:
        # And the first of the next piece.
        return rows.slice(start, PIECE + 1).select(place).to_series().is_sorted()

    return rows if all(in_pieces(in_order, rows.height)) else rows.sort("user", "row")


def _sharing(hashes: list[pl.DataFrame]) -> pl.Series:
    """Return the rows whose event_id shares its hash with another; null hashes share nothing.

    The hashes are taken out of the list: with what sorting takes, they are most of the memory here.
    """
    known = pl.concat([part.drop_nulls() for part in hashes], rechunk=True)
    hashes.clear()
    order = side_by_side(known.drop_in_place(_EVENT_HASH))
    alike = ~pl.col("fresh") | ~pl.col("fresh").shift(-1, fill_value=True)
    return known["row"].gather(order.filter(alike)["place"])


def _without_repeats(rows: pl.DataFrame, suspects: pl.Series, table: EventTable) -> pl.DataFrame:
    """Leave out what repeats the event_id of an earlier row.

    Like ids have like hashes, so only the ids of rows that share a hash need be looked at: exact,
    and cheap.
    """
    if suspects.is_empty():
        return rows
    found = rows.select("time", "row").filter(_marked(suspects, rows["row"]))
    ids = table.frame.select(pl.col("event_id").gather(found["row"])).collect().to_series()
    ordered = found.with_columns(ids).sort("time", "row")
    repeats = ordered.filter(~pl.col("event_id").is_first_distinct())["row"]
    return rows.filter(~_marked(repeats, rows["row"]))


def _marked(some: pl.Series, rows: pl.Series) -> pl.Series:
    """Return which rows are among some: a look-up by place, quicker than a hash table."""
    top = rows.max()
    marks = pl.repeat(False, 1 + (top if isinstance(top, int) else 0), eager=True)
    return marks.scatter(some, True).gather(rows)
