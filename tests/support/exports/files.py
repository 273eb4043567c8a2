"""Small exports, written by hand."""

import csv
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

import results_widgets as rw


def write_lines(path: Path, records: Iterable[Any]) -> None:
    """Write JSON lines."""
    path.write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")


def write_table(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write rows with the same fields as CSV."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0]])
        writer.writeheader()
        writer.writerows(rows)


def read_lines(folder: Path, *records: Any, vendor: str | None = None) -> rw.Export:
    """Read records as an export of one file of JSON lines."""
    write_lines(folder / "events.jsonl", records)
    return rw.read_export(folder, vendor)


def became(export: rw.Export) -> set[tuple[str, str | None, str | None, int]]:
    """Return what each name became: name, channel, event (None: left over) and rows."""
    named = export.report().drop_nulls("name").select("name", "channel", "event", "rows")
    return {*named.iter_rows()}


def counts(export: rw.Export, campaign: str, *metrics: str) -> dict[str, float | None]:
    """Return metrics of a campaign's only channel; its goal is nobody's."""
    goal = pl.DataFrame({"user_id": ["nobody"], "timestamp": [datetime(2026, 3, 9, tzinfo=UTC)]})
    results = export.results(
        campaign,
        goal="order",
        goal_events=goal,
        window="3d",
        time_zone="UTC",
        naive_time_zone="UTC",
    )
    found = dict(results.channels().select("metric", "value").iter_rows())
    return {metric: found[metric] for metric in metrics}
