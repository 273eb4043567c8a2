"""The campaign's own rows of the event table, coded into a few narrow columns and held in memory."""

from dataclasses import dataclass

import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.channels import MACHINE_OPENED
from results_widgets.engine.codes import Codes
from results_widgets.events import ROW, EventTable


@dataclass(frozen=True, eq=False)
class Log:
    """Coded events.

    Attributes:
        rows: user (UInt32, a place in ``user_ids``), time (Int64, epoch µs), code (Int32, see
            `Codes`), row (UInt32, place in the source); duplicates of an event_id and rows that
            count for nothing are left out.
        user_ids: The users' own ids, one each.
        codes: The code book.
        table: The event table behind it.
    """

    rows: pl.DataFrame
    user_ids: pl.Series
    codes: Codes
    table: EventTable

    def column(self, name: str, rows: pl.Series) -> pl.Series:
        """Return a source column's values at places of the source, in that order."""
        return self.table.frame.select(pl.col(name).gather(rows)).collect().to_series()


def build_log(table: EventTable, campaign: Campaign) -> Log:
    """Read the events of one campaign and code them.

    Users become dense numbers by a dictionary (Polars' Categorical for text, ranks for integers),
    so two users can never share a number.
    A campaign that nobody has entered yet has an empty log; `quality` says what the table holds
    instead.
    """
    codes = Codes(campaign)
    schema = table.frame.collect_schema()
    columns = [
        pl.col("user_id"),
        _code(codes, table).alias("code"),
        pl.col("timestamp").to_physical().alias("time"),
        ROW,
    ]
    if table.has("event_id"):
        known = pl.col("event_id").is_not_null()
        columns.append(pl.when(known).then(pl.col("event_id").hash()).alias("event_hash"))
    rows = table.frame.filter(of_campaign(campaign, table), *usable()).select(columns)
    coded, user_ids = _dense_users(
        rows.filter(pl.col("code").is_in(codes.known)), schema["user_id"]
    )
    if table.has("event_id"):
        coded = _without_repeats(coded, table)
    return Log(coded.rename({ROW: "row"}), user_ids, codes, table)


def of_campaign(campaign: Campaign, table: EventTable) -> pl.Expr:
    """Rows that belong to the campaign or to none."""
    if not table.has("campaign_id"):
        return pl.lit(True)
    return pl.col("campaign_id").is_null() | (pl.col("campaign_id") == campaign.id)


def usable() -> list[pl.Expr]:
    """Conditions without which a row cannot be placed."""
    return [pl.col(name).is_not_null() for name in ("user_id", "event", "timestamp")]


def _code(codes: Codes, table: EventTable) -> pl.Expr:
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


def _dense_users(rows: pl.LazyFrame, dtype: pl.DataType) -> tuple[pl.DataFrame, pl.Series]:
    if not isinstance(dtype, pl.String):
        return _ranked(rows.collect())
    named = pl.col("user_id").cast(pl.Categorical(pl.Categories.random())).alias("user")
    coded = rows.select(named, pl.all().exclude("user_id")).collect()
    ids = coded["user"].unique()
    known = pl.DataFrame({"user": ids.to_physical(), "user_id": ids.cast(pl.String)}).sort("user")
    coded = coded.with_columns(pl.col("user").to_physical())
    if known.height and known["user"][-1] + 1 != known.height:
        # The dictionary may hold users whose every row was left out; numbers stay dense.
        coded = coded.with_columns((pl.col("user").rank("dense") - 1).cast(pl.UInt32))
    return coded, known["user_id"]


def _ranked(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    user = (pl.col("user_id").rank("dense") - 1).cast(pl.UInt32).alias("user")
    return rows.select(user, pl.all().exclude("user_id")), rows["user_id"].unique().sort()


def _without_repeats(coded: pl.DataFrame, table: EventTable) -> pl.DataFrame:
    # Equal ids have equal hashes, so only rows whose hash repeats need their ids looked at: exact,
    # and cheap.
    # Sorting numbers finds the repeated ones in a tenth of the time that a hash table takes.
    ordered_hashes = coded["event_hash"].drop_nulls().sort()
    repeated = ordered_hashes.filter(ordered_hashes == ordered_hashes.shift(1)).unique()
    suspects = coded.filter(pl.col("event_hash").is_in(repeated.implode()))
    coded = coded.drop("event_hash")
    if suspects.is_empty():
        return coded
    ids = table.frame.select(pl.col("event_id").gather(suspects[ROW])).collect().to_series()
    ordered = suspects.select("time", ROW).with_columns(ids.alias("event_id")).sort("time", ROW)
    repeats = ordered.filter(~pl.col("event_id").is_first_distinct()).select(ROW)
    return coded.filter(~pl.col(ROW).is_in(repeats[ROW].implode()))
