"""Goal events in memory, with their values."""

import polars as pl

from results_widgets.engine.backends.memory.event_log import EventLog


def goals_of(log: EventLog, *, conversions_given: bool) -> pl.DataFrame:
    """Return the goal events in the order of the walk: user, time, value, order (their number), code, row,
    event_id (text).

    Args:
        log: The events.
        conversions_given: As in `journeys.rules.Rules`.
    """
    codes = log.codes.named("converted") if conversions_given else log.codes.goals
    rows = log.rows.filter(pl.col("code").is_in(codes))
    order = ["user", "time", "row"]
    event_id = pl.lit(None, pl.String).alias("event_id")
    if log.table.has("event_id"):
        ids = log.column("event_id", rows["row"])
        # Ranks make text and integers comparable alike; rows without an id come last.
        rows = rows.with_columns(ids.cast(pl.String).alias("event_id"), tie=ids.rank("dense"))
        event_id, order = pl.col("event_id"), ["user", "time", "tie", "row"]
    rows = rows.sort(order, nulls_last=True)
    value = log.column("value", rows["row"]).alias("value")
    number = pl.int_range(pl.len()).alias("order")
    return rows.select("user", "time", value, number, "code", "row", event_id)
