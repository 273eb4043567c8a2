"""Events that name no campaign take that of another event of their message, where the message has an id."""

from typing import Any, Final

import polars as pl

from results_widgets.exports.fields import as_text
from results_widgets.exports.shaping import Key, Tally

COLUMN: Final = "message_id"
"""Further column of rows that a vendor with `Vendor.by_message` has."""

_MARK: Final = "\0message "
_FILLED: Final = ("campaign_id", "campaign_name", "action_id", "action_name")
_EXAMPLE: Final = "names no campaign"


def campaign_or_message(campaign: Any, message: Any) -> Any:
    """Return a campaign, or where there is none what stands for that of the message until all is read."""
    if campaign not in (None, "") or isinstance(message, dict | list):
        return campaign
    id_ = as_text(message)
    return None if id_ is None else f"{_MARK}{id_}"


def of_messages(rows: pl.LazyFrame, tallies: dict[Key, Tally]) -> pl.LazyFrame:
    """Return rows with the campaigns of their messages; those of messages without one are left over.

    Args:
        rows: The rows; see `shaping.SCHEMA`.
        tallies: What each name became, in which those left over are counted anew.
    """
    waits = pl.col("campaign_id").str.starts_with(_MARK).fill_null(False)
    waiting = rows.filter(waits).select(COLUMN).unique().collect()
    if waiting.is_empty():
        return rows
    has_campaign = ~waits & pl.col("campaign_id").is_not_null() & pl.col("event").is_not_null()
    told = rows.filter(has_campaign).join(waiting.lazy(), on=COLUMN, how="semi")
    first = [pl.col(name).sort_by("time").first() for name in _FILLED]
    told = told.group_by(COLUMN).agg(first).collect().lazy()
    joined = rows.join(told, on=COLUMN, how="left", suffix="_told", maintain_order="left")
    lost = waits & pl.col("campaign_id_told").is_null()
    _recount(joined.filter(lost), tallies)
    filled = [pl.when(waits).then(f"{name}_told").otherwise(name).alias(name) for name in _FILLED]
    nothing = [pl.when(~lost).then(name).alias(name) for name in ("channel", "event")]
    return joined.with_columns(*filled, *nothing).select(rows.collect_schema().names())


def _recount(lost: pl.LazyFrame, tallies: dict[Key, Tally]) -> None:
    """Count rows as left over that were counted as events."""
    counted = lost.group_by("name", "channel", "event").len().collect().sort("name", "event")
    for name, channel, event, left in counted.iter_rows():
        rest = left
        for key, tally in [*tallies.items()]:
            if key[:3] != (name, channel, event) or not rest:
                continue
            moved = min(rest, tally.rows)
            tally.rows -= moved
            rest -= moved
            note = f"{_EXAMPLE}; {key[4]}" if key[4] else _EXAMPLE
            tallies.setdefault(
                (name, None, None, False, note), Tally(0, tally.example)
            ).rows += moved
