"""Events without a campaign get the campaign of another event of the same message, if the message has an id."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Final

import polars as pl

from results_widgets.exports.shaping import Key, Tally
from results_widgets.exports.spool import Change, Spool, parts_of
from results_widgets.exports.vendor import MessageId

COLUMN: Final = "message_id"
"""Further column, with the id of the message, of most vendors that have `Vendor.by_message`."""

WAITS: Final = "\0message"
"""Placeholder for the campaign of an event without one, until everything is read."""

_ID: Final = "_message"
_FILLED: Final = ("campaign_id", "campaign_name", "action_id", "action_name")
_WAITS: Final = pl.col("campaign_id").eq_missing(WAITS)
_NOTE: Final = "names no campaign, and neither does another event of its message"


def campaign_or_wait(campaign: Any) -> Any:
    """Return a campaign, or where there is none what stands for that of the message until all is read."""
    return WAITS if campaign in (None, "") else campaign


def of_messages(rows: Spool, tallies: dict[Key, Tally], by: Sequence[MessageId]) -> Spool:
    """Return rows with the campaigns of their messages; those of messages without one are left over.

    As many messages as memory holds are looked at together; where more wait, the rows are gone through again.

    Args:
        rows: The rows; see `shaping.SCHEMA`.
        tallies: What each name became, in which those left over are counted anew.
        by: Where the message's id stands; the first that finds a campaign counts.
    """
    if not _count(rows):
        return rows
    for same in by:
        rows = rows.changed(_changes(rows, same))
    acts = pl.col("event").is_not_null()
    _recount(rows.rows().filter(_WAITS, acts), tallies)
    left = [pl.when(~_WAITS).then(name).alias(name) for name in (*_FILLED, "channel", "event")]
    return rows.changed([lambda some: some.with_columns(left)])


def _count(rows: Spool) -> int:
    return int(rows.rows().select(_WAITS.sum()).collect(engine="streaming").item())


def _changes(rows: Spool, same: MessageId) -> Iterator[Change]:
    """Yield what gives those that wait the campaign of the message that a column names, message by message."""
    id_ = pl.col(same.column)
    if same.cut:
        id_ = id_.str.replace(f"{same.cut}.*$", "")
    parts = parts_of(_count(rows))
    for part in range(parts):
        here = pl.col(_ID).hash(seed=0) % parts == part if parts > 1 else pl.col(_ID).is_not_null()
        told = _told(rows.rows().with_columns(id_.alias(_ID)).filter(here))
        if not told.is_empty():
            yield partial(_taken, id_, told.lazy(), [*rows.schema])


def _taken(id_: pl.Expr, told: pl.LazyFrame, names: list[str], rows: pl.LazyFrame) -> pl.LazyFrame:
    """Return rows of which those that wait have what was told of their message."""
    joined = rows.with_columns(id_.alias(_ID))
    joined = joined.join(told, on=_ID, how="left", maintain_order="left")
    is_told = _WAITS & pl.col("_campaign_id").is_not_null()
    taken = [pl.when(is_told).then(f"_{name}").otherwise(name).alias(name) for name in _FILLED]
    return joined.with_columns(taken).select(names)


def _told(rows: pl.LazyFrame) -> pl.DataFrame:
    """Return what the first event of each message that waits, and that names a campaign, says of it."""
    waiting = rows.filter(_WAITS, pl.col(_ID).is_not_null()).select(_ID).unique()
    waiting = waiting.collect(engine="streaming").lazy()
    says = rows.filter(~_WAITS, pl.col("campaign_id").is_not_null(), pl.col("event").is_not_null())
    told = says.select(_ID, "time", *_FILLED).join(waiting, on=_ID, how="semi")
    by_time = ("time", "campaign_id", "action_id")
    first = [pl.col(name).sort_by(by_time).first().alias(f"_{name}") for name in _FILLED]
    return told.group_by(_ID).agg(first).collect(engine="streaming")


def _recount(lost: pl.LazyFrame, tallies: dict[Key, Tally]) -> None:
    """Count rows as left over that were counted as events."""
    counted = lost.group_by("name", "channel", "event").len().collect(engine="streaming")
    for name, channel, event, left in counted.sort("name", "event").iter_rows():
        rest = left
        for key, tally in [*tallies.items()]:
            if key[:3] != (name, channel, event) or not rest:
                continue
            moved = min(rest, tally.rows)
            tally.rows -= moved
            rest -= moved
            note = f"{_NOTE}; {key[4]}" if key[4] else _NOTE
            tallies.setdefault(
                (name, None, None, False, note), Tally(0, tally.example)
            ).rows += moved
