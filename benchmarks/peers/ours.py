"""The package itself."""

from pathlib import Path

import polars as pl

import results_widgets as rw
from benchmarks.peers.workload import TOTALS, ZONE, Numbers


def first_paint(folder: Path) -> Numbers:
    """Everything a dashboard needs to appear."""
    results = rw.load(folder, time_zone=ZONE)
    overview = dict(results.overview().select("metric", "value").iter_rows())
    numbers: Numbers = {key: overview[key] for key in TOTALS}
    plain = pl.col("numerator").is_null() & (pl.col("value") > 0)
    skipped = ("users_received", "entries_reached", "conversions_attributed", "value_attributed")
    for owner, frame in (("action_id", results.actions()), ("channel", results.channels())):
        rows = frame.filter(plain, ~pl.col("metric").is_in(skipped))
        rows = rows.filter(~pl.col("metric").str.contains("machine"))
        for name, metric, value in rows.select(owner, "metric", "value").iter_rows():
            numbers[f"{owner} {name} {metric}"] = value
    flow = results.flow()
    for action, conversions in flow.nodes.select("action_id", "conversions_attributed").iter_rows():
        numbers[f"attributed {action}"] = conversions
    for target, users in flow.edges.select("target", "users").iter_rows():
        numbers[f"both {target}"] = users
    for time, value in results.explore("engaged").iter_rows():
        if value:
            numbers[f"engaged on {time.date()}"] = value
    return numbers
