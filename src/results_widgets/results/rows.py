"""Entries and conversions, one row each."""

import polars as pl

from results_widgets.results.session import HasSession


def entries(self: HasSession) -> pl.DataFrame:
    """Return the entries that start in the range.

    Returns:
        user_id (the events' own type): Who entered.
        entry (Int64): Number of the entry within the user, from 0.
        started_at (Datetime µs UTC): When the user received a first action.
        last_action_at (Datetime µs UTC): When the user last received one in this entry.
        ended_at (Datetime µs UTC): When the attribution window ends.
        held_back (Boolean): Whether the first action was withheld, so that the entry belongs to the
            control group.

    Examples:
        >>> results.entries().select("user_id", "entry", "started_at").head(2)
        shape: (2, 3)
        ┌──────────┬───────┬─────────────────────────────┐
        │ user_id  ┆ entry ┆ started_at                  │
        │ ---      ┆ ---   ┆ ---                         │
        │ str      ┆ i64   ┆ datetime[μs, UTC]           │
        ╞══════════╪═══════╪═════════════════════════════╡
        │ u0000001 ┆ 0     ┆ 2026-03-29 16:39:00.645 UTC │
        │ u0000002 ┆ 0     ┆ 2026-03-31 15:33:14.390 UTC │
        └──────────┴───────┴─────────────────────────────┘
    """
    session = self._session
    found = session.data.require_users().collect_with_ids(session.scoped().entries)
    times = [_instant(name) for name in ("started_at", "last_action_at", "ended_at")]
    return found.select("user_id", "entry", *times, "held_back").sort("user_id", "entry")


def conversions(self: HasSession) -> pl.DataFrame:
    """Return the conversions that happen in the range; with the entry clock, those of entries that start in it.

    Returns:
        user_id (the events' own type): Who converted.
        entry (Int64): Number of the entry within the user, from 0.
        converted_at (Datetime µs UTC): When.
        action_id (String): The action it is attributed to; null if there is none.
        attributed_by (String): ``interaction``, ``receipt`` or ``source``.
        value (Float64): The goal's value.
        held_back (Boolean): Whether the entry was held back; false outside of any entry.

    Examples:
        >>> results.conversions().select("user_id", "action_id", "attributed_by", "value").head(2)
        shape: (2, 4)
        ┌──────────┬─────────────┬───────────────┬───────┐
        │ user_id  ┆ action_id   ┆ attributed_by ┆ value │
        │ ---      ┆ ---         ┆ ---           ┆ ---   │
        │ str      ┆ str         ┆ str           ┆ f64   │
        ╞══════════╪═════════════╪═══════════════╪═══════╡
        │ u0000009 ┆ we-miss-you ┆ interaction   ┆ 56.23 │
        │ u0000012 ┆ reminder    ┆ interaction   ┆ 27.67 │
        └──────────┴─────────────┴───────────────┴───────┘
    """
    session = self._session
    found = session.data.require_users().collect_with_ids(session.scoped().listed_conversions)
    ids = {number: action.id for number, action in enumerate(session.campaign.actions, 1)}
    numbers = pl.col("action").cast(pl.Int64)
    action = numbers.replace_strict(ids, default=None, return_dtype=pl.String)
    return found.sort("user_id", "time", "row").select(
        "user_id",
        "entry",
        _instant("time").alias("converted_at"),
        action.alias("action_id"),
        "attributed_by",
        "value",
        "held_back",
    )


def _instant(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Datetime("us", "UTC"))
