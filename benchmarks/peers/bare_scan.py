"""The floor: the columns that the first paint needs, read and nothing else."""

from pathlib import Path

import polars as pl

from benchmarks.peers.workload import Numbers, read_workload

COLUMNS = (
    "user_id",
    "campaign_id",
    "action_id",
    "event",
    "timestamp",
    "event_id",
    "machine",
    "value",
)


def first_paint(folder: Path) -> Numbers:
    """Read the columns; there are no numbers to compare."""
    pl.scan_parquet(read_workload(folder).events).select(COLUMNS).collect()
    return {}
