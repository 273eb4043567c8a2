"""The ``_parts`` trait: clicks by link, and messages that were suppressed or failed by reason."""

from typing import Final

import polars as pl

from results_widgets.glossary import Scope, detail_keys
from results_widgets.results import Results

_SCOPES: Final[tuple[Scope, ...]] = ("channel", "action")
_MAX_ROWS: Final = 12


def breakdowns_state(results: Results) -> dict[str, object]:
    """Return the value of ``_parts``: by ``channel:id`` and ``action:id``, a table per column.

    A table has its ``metrics``, at most twelve ``rows`` (name and values by metric, the largest
    first), and the number of rows ``left`` out.
    """
    state: dict[str, dict[str, object]] = {}
    for column, metrics in detail_keys(results.campaign.channels.values()).items():
        if column not in results.breakdowns:
            continue
        for scope in _SCOPES:
            frame = results._session.parts(scope, column, metrics)
            for owner, table in _tables(frame, column, metrics).items():
                state.setdefault(f"{scope}:{owner}", {})[column] = table
    return {**state}


def _tables(frame: pl.DataFrame, column: str, metrics: tuple[str, ...]) -> dict[str, object]:
    """Return the table of each channel or action by its id."""
    known = frame.filter(pl.col(column).is_not_null(), pl.col("value") > 0)
    tables: dict[str, object] = {}
    for (owner,), group in known.partition_by("owner", as_dict=True, maintain_order=True).items():
        totals = (
            group.group_by(column)
            .agg(pl.col("value").sum())
            .sort("value", column, descending=[True, False])
        )
        names = totals.head(_MAX_ROWS)[column].to_list()
        values = {(row["metric"], row[column]): row["value"] for row in group.to_dicts()}
        tables[str(owner)] = {
            "metrics": [m for m in metrics if any(metric == m for metric, _ in values)],
            "rows": [
                {"name": str(name), "values": {m: values.get((m, name)) for m in metrics}}
                for name in names
            ],
            "left": totals.height - len(names),
        }
    return tables
