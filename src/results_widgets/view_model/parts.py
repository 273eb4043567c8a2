"""What a channel's or an action's numbers are made of: clicks per link, and the reasons of what was not sent."""

from typing import Final

import polars as pl

from results_widgets.glossary import Scope
from results_widgets.results import Results

PARTS: Final = {
    "link": ("clicked", "unique_clicked"),
    "reason": ("suppressed", "bounced", "failed"),
}
"""Columns that numbers fall apart by, and the numbers."""
SCOPES: Final[tuple[Scope, ...]] = ("channel", "action")
_MOST: Final = 12


def parts_wire(results: Results) -> dict[str, object]:
    """Return, by ``channel:id`` and ``action:id``, rows of part (link or reason), name and values.

    At most twelve names for each owner and part, the largest first; ``left`` counts the others.
    """
    wire: dict[str, object] = {}
    for part, metrics in PARTS.items():
        if part not in results.breakdowns:
            continue
        for scope in SCOPES:
            for key, rows in _rows(
                results._session.parts(scope, part, metrics), part, metrics
            ).items():
                wire.setdefault(f"{scope}:{key}", {})[part] = rows  # type: ignore[index]
    return wire


def _rows(frame: pl.DataFrame, part: str, metrics: tuple[str, ...]) -> dict[str, object]:
    wanted = frame.filter(pl.col(part).is_not_null(), pl.col("value") > 0)
    found: dict[str, object] = {}
    for (key,), group in wanted.partition_by("owner", as_dict=True, maintain_order=True).items():
        totals = (
            group.group_by(part)
            .agg(pl.col("value").sum())
            .sort("value", part, descending=[True, False])
        )
        names = totals.head(_MOST)[part].to_list()
        values = {(row["metric"], row[part]): row["value"] for row in group.to_dicts()}
        found[str(key)] = {
            "metrics": [m for m in metrics if any(metric == m for metric, _ in values)],
            "rows": [
                {"name": str(name), "values": {m: values.get((m, name)) for m in metrics}}
                for name in names
            ],
            "left": totals.height - len(names),
        }
    return found
