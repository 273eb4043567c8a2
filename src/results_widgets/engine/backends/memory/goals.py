"""Goal events in memory, with their values."""

import polars as pl

from results_widgets.engine.backends.memory.event_log import EventLog


def goals_of(log: EventLog, *, conversions_given: bool) -> pl.DataFrame:
    """Return the goal events in the order of the walk: user, time, value, order (their number).

    Args:
        log: The events.
        conversions_given: As in `journeys.rules.Rules`.
    """
    codes = log.codes.named("converted") if conversions_given else log.codes.goals
    rows = log.rows.filter(pl.col("code").is_in(codes))
    order = ["user", "time", "row"]
    if log.table.has("event_id"):
        # Ranks make text and integers comparable alike; rows without an id come last.
        ranks = log.column("event_id", rows["row"]).rank("dense")
        rows, order = rows.with_columns(tie=ranks), ["user", "time", "tie", "row"]
    rows = rows.sort(order, nulls_last=True)
    value = log.column("value", rows["row"]).alias("value")
    return rows.select("user", "time", value, pl.int_range(pl.len()).alias("order"))
