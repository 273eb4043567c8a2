"""Events in memory, encoded into narrow Polars columns."""
