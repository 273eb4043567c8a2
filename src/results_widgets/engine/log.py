"""The campaign's own rows of the event table, coded into a few narrow columns and held in memory."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.channels import MACHINE_OPENED
from results_widgets.engine.codes import Codes
from results_widgets.events import ROW, EventTable
from results_widgets.progress import phase

Numbered = tuple[pl.DataFrame, pl.Series]
"""Rows sorted by user (UInt32), users as in the source; and the users' own ids, by number."""

_BATCH: Final = 20 << 20
"""Rows whose ids are held as text at one time: what bounds the memory that reading takes."""

_EVENT_HASH: Final = "_event_hash"


@dataclass(frozen=True, eq=False)
class Log:
    """Coded events.

    Attributes:
        rows: user (UInt32, a place in ``user_ids``), time (Int64, epoch µs), code (Int32, see
            `Codes`), row (UInt32, place in the source), sorted by user and row; duplicates of an
            event_id and rows that count for nothing are left out.
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

    Users become dense numbers, exactly: a hash only brings the rows of one user side by side; where
    one user ends and the next begins is told by the ids themselves (see `number_users`).
    A campaign that nobody has entered yet has an empty log; `quality` says what the table holds
    instead.
    """
    codes = Codes(campaign)
    rows = coded(table, campaign, codes)
    hashes: list[pl.DataFrame] = []
    numbered: list[Numbered] = []
    for batch in rows.collect_batches(chunk_size=_BATCH, maintain_order=True, engine="streaming"):
        with phase("coding"):
            if _EVENT_HASH in batch.columns:
                hashes.append(pl.DataFrame([batch["row"], batch.drop_in_place(_EVENT_HASH)]))
            # Taken out, for the ids as text take more memory than all that is kept.
            numbered.append(number_users(batch.drop_in_place("user_id"), batch))
    with phase("coding"):
        if not numbered:
            nobody = rows.clear().collect()
            numbered.append(number_users(nobody.drop_in_place("user_id"), nobody))
        suspects = _sharing(hashes) if hashes else None
        del hashes
        log, user_ids = joined(numbered)
        del numbered
        if suspects is not None:
            log = _without_repeats(log, suspects, table)
    return Log(log.select("user", "code", "time", "row"), user_ids, codes, table)


def coded(table: EventTable, campaign: Campaign, codes: Codes) -> pl.LazyFrame:
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


def number_users(ids: pl.Series, rows: pl.DataFrame, hashes: pl.Series | None = None) -> Numbered:
    """Number the users and sort the rows by them, those of one user as they stood.

    Args:
        ids: The users' ids (String or whole numbers), row by row.
        rows: Further columns.
        hashes: A hash of each id (UInt64), alike for like ids; None: Polars' own.
    """
    ids = ids.rechunk()
    order, known = _told_apart(side_by_side(ids.hash() if hashes is None else hashes), ids)
    del ids
    number = (pl.col("fresh").cum_sum() - 1).cast(pl.UInt32).set_sorted().alias("user")
    users, place = order.select(number).to_series(), order["place"]
    del order
    # In one piece only when it is its turn, so that not all columns are there twice at a time.
    with ThreadPoolExecutor(pl.thread_pool_size()) as pool:
        rest = pool.map(lambda name: rows[name].rechunk().gather(place), rows.columns)
    return pl.DataFrame([users, *rest]), known


def places_of(ids: pl.Series, among: pl.Series) -> pl.Series:
    """Return where each id stands among others (UInt32), null where it does not; each side has its ids once.

    Half a join on text, and a part of its time.
    """
    count = len(ids)
    place = pl.int_range(count + len(among), dtype=pl.UInt32, eager=True).alias("place")
    both = pl.concat([ids.rename("id"), among.rename("id")], rechunk=True)
    rows, _ = number_users(both, place.to_frame())
    met = pl.col("user") == pl.col("user").shift(-1)
    pairs = rows.select("place", other=pl.col("place").shift(-1) - count, met=met).filter("met")
    nowhere = pl.repeat(None, count, dtype=pl.UInt32, eager=True)
    return nowhere.scatter(pairs["place"], pairs["other"])


def by_user(rows: pl.DataFrame) -> pl.DataFrame:
    """Return a log's rows sorted by user and row, as they mostly are already."""
    place = rows.select(pl.col("user").cast(pl.UInt64) * 2**32 + pl.col("row")).to_series()
    return rows if place.is_sorted() else rows.sort("user", "row")


def side_by_side(values: pl.Series) -> pl.DataFrame:
    """Bring like values together by one sort of plain numbers: a value's upper bits above its place.

    Values that agree in the upper bits come to lie among each other, rare as they are.

    Args:
        values: Numbers whose upper bits tell them apart (UInt64).

    Returns:
        place (UInt32), ascending among like values, and fresh (Boolean): whether the upper bits
        differ from those before.
    """
    low = (1 << max(len(values) - 1, 0).bit_length()) - 1
    value, place = pl.col("value"), pl.int_range(pl.len(), dtype=pl.UInt64)
    packed = values.alias("value").to_frame().select((value & (2**64 - 1 - low)) | place)
    del values
    # A series is sorted on all cores, an expression on one.
    ordered = packed.drop_in_place("value").sort().to_frame()
    return ordered.select(
        place=(value & low).cast(pl.UInt32),
        fresh=((value ^ value.shift(1)) > low).fill_null(value=True),
    )


def _told_apart(order: pl.DataFrame, ids: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
    """Part users whose hashes agree in the upper bits, so that ``fresh`` tells where a user begins.

    Returns:
        The order so, and the users' ids.
    """
    named = ids.gather(order["place"])
    clashes = ((named != named.shift(1)) & ~order["fresh"]).arg_true()
    if clashes.is_empty():
        return order, named.filter(order["fresh"])
    starts = order["fresh"].arg_true()
    ends = starts.shift(-1, fill_value=order.height)
    runs = (starts.search_sorted(clashes, side="right") - 1).unique().sort()
    spans = pl.int_ranges(starts.gather(runs), ends.gather(runs), dtype=pl.UInt32, eager=True)
    mixed = pl.DataFrame({"run": runs, "at": spans}).explode("at")
    place = order["place"].gather(mixed["at"])
    apart = mixed.select("run", place, ids.gather(place).alias("id")).sort("run", "id", "place")
    fresh = apart.select(differs("run") | differs("id")).to_series()
    order = pl.DataFrame(
        {
            "place": order["place"].scatter(mixed["at"], apart["place"]),
            "fresh": order["fresh"].scatter(mixed["at"], fresh),
        }
    )
    return order, ids.gather(order.filter("fresh")["place"])


def differs(*columns: str) -> pl.Expr:
    """Whether a row differs from the one before."""
    before = (pl.col(name).ne_missing(pl.col(name).shift(1)) for name in columns)
    return (pl.int_range(pl.len()) == 0) | pl.any_horizontal(before)


def joined(parts: Sequence[Numbered]) -> Numbered:
    """Join rows of several sources, in that order, under common numbers.

    Users of the first part keep their numbers; those that only later parts know come after.
    """
    if len(parts) == 1:
        return parts[0]
    every = pl.concat([ids for _, ids in parts])
    places = pl.DataFrame({"place": pl.int_range(len(every), dtype=pl.UInt32, eager=True)})
    same, _ = number_users(every, places)
    firsts = same.filter(differs("user"))["place"]
    numbers = (firsts.rank("ordinal") - 1).cast(pl.UInt32).gather(same["user"])
    by_place = pl.zeros(len(every), pl.UInt32, eager=True).scatter(same["place"], numbers)
    moved, start = [], 0
    for rows, ids in parts:
        moved.append(by_place.slice(start, len(ids)).gather(rows["user"]))
        start += len(ids)
    users = pl.concat(moved, rechunk=True).alias("user")
    place = side_by_side(users.cast(pl.UInt64) * 2**32)["place"]
    # Column by column, so that no more than one is there twice.
    rest = [
        pl.concat([rows[name] for rows, _ in parts], rechunk=True).gather(place)
        for name in parts[0][0].columns
        if name != "user"
    ]
    rows = pl.DataFrame([users.gather(place).set_sorted(), *rest])
    return rows, every.gather(firsts.sort())


def _sharing(hashes: Sequence[pl.DataFrame]) -> pl.Series:
    """Return the rows whose event_id shares its hash with another; null hashes share nothing."""
    known = pl.concat(part.drop_nulls() for part in hashes)
    order = side_by_side(known[_EVENT_HASH].rechunk())
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
