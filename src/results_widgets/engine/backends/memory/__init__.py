"""Events held in memory, encoded into narrow Polars columns."""
