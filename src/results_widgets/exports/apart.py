"""Splits an export's rows by campaign in one pass, so that each campaign then reads only its own."""

from collections.abc import Collection
from dataclasses import replace
from typing import Final

import polars as pl

from results_widgets.exports.reading import Reading
from results_widgets.exports.spool import Spool

_ROW: Final = "_row"
_TOGETHER: Final = 100_000


class Apart:
    """An export whose campaigns are read one after another.

    Args:
        reading: The export.
        goals: Names of goal events, as the export writes them.
    """

    def __init__(self, reading: Reading, goals: Collection[str]) -> None:
        self._reading = reading
        schema = {**reading.rows.collect_schema(), _ROW: pl.Int64}
        # Goal events may belong to the users of any campaign, whatever campaign they name.
        is_goal = pl.col("is_goal") | pl.col("name").is_in([*goals]).fill_null(value=False)
        self._goals, self._own = Spool(schema), Spool(schema, sorted_by="campaign_id")
        first = 0
        for rows in reading.rows.collect_batches(
            chunk_size=_TOGETHER, maintain_order=True, engine="streaming"
        ):
            numbers = pl.int_range(first, first + rows.height, dtype=pl.Int64, eager=True)
            numbered = rows.with_columns(numbers.alias(_ROW))
            self._goals.add(numbered.filter(is_goal))
            self._own.add(numbered.filter(~is_goal, pl.col("event").is_not_null()))
            first += rows.height

    def of(self, campaign: str) -> Reading:
        """Return the export with the rows of one campaign, and those that may be its goal."""
        own = self._own.rows().filter(pl.col("campaign_id") == campaign)
        rows = pl.concat([self._goals.rows(), own]).sort(_ROW).drop(_ROW)
        return replace(self._reading, rows=rows)
