"""Numbers kept in a file, and which of them moved since, by how much and why."""

import json
from pathlib import Path
from typing import Any, Final

import narwhals as nw
import polars as pl

from results_widgets import __version__
from results_widgets.engine.data import count
from results_widgets.engine.zones import from_micros
from results_widgets.errors import QueryError
from results_widgets.files import write_whole
from results_widgets.report.fingerprint import fingerprint
from results_widgets.results import Results

_FORMAT: Final = "results-widgets snapshot 1"
_SCHEMA: Final = {"scope": pl.String, "owner": pl.String, "metric": pl.String, "value": pl.Float64}
_KEYS: Final = ["scope", "owner", "metric"]


def write_snapshot(results: Results, path: str | Path) -> Path:
    """Write every number of results, and how they were looked at, as JSON.

    Raises:
        OSError: The file cannot be written; nothing is left behind.
    """
    about = {
        "format": _FORMAT,
        "toolkit": __version__,
        "campaign": results.campaign.id,
        "newest": results.newest,
        "events": _rows(results, None),
        "input": fingerprint(results),
        **_look(results),
        "numbers": [list(row) for row in _numbers(results).iter_rows()],
    }
    return write_whole(path, json.dumps(about, ensure_ascii=False, indent=1).encode())


def diff(results: Results, snapshot: str | Path) -> pl.DataFrame:
    """Return the numbers that moved since a snapshot; see `Results.diff`.

    Raises:
        QueryError: The file is no snapshot, or one of another campaign.
    """
    kept = _read(Path(snapshot), results)
    before = pl.DataFrame(kept["numbers"], schema=_SCHEMA, orient="row")
    both = before.rename({"value": "before"}).join(
        _numbers(results).rename({"value": "after"}),
        on=_KEYS,
        how="full",
        coalesce=True,
        nulls_equal=True,
    )
    moved = both.filter(pl.col("before").ne_missing(pl.col("after")))
    change = pl.col("after") - pl.col("before")
    why = pl.lit(_why(results, kept), pl.String).alias("why")
    return moved.with_columns(change.alias("change"), why).sort(_KEYS, nulls_last=False)


def _numbers(results: Results) -> pl.DataFrame:
    none = pl.lit(None, pl.String)
    frames = [
        results.overview().select(
            scope=pl.lit("campaign"), owner=none, metric="metric", value="value"
        ),
        results.channels().select(
            scope=pl.lit("channel"), owner="channel", metric="metric", value="value"
        ),
        results.actions().select(
            scope=pl.lit("action"), owner="action_id", metric="metric", value="value"
        ),
    ]
    return pl.concat(frames)


def _look(results: Results) -> dict[str, Any]:
    lens = results.lens
    return {
        "definitions": repr(results.definitions),
        "campaign_rules": repr(results.campaign),
        "time_zone": results.time_zone,
        "start": None if lens.start is None else str(lens.start),
        "end": None if lens.end is None else str(lens.end),
        "developers": lens.developers,
    }


def _rows(results: Results, until: int | None) -> int:
    rows = results._data.events(None)
    return count(rows if until is None else rows.filter(nw.col("time") <= until))


def _read(path: Path, results: Results) -> dict[str, Any]:
    try:
        kept: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise QueryError(f"{path} cannot be read as a snapshot ({error})") from None
    if not isinstance(kept, dict) or kept.get("format") != _FORMAT:
        raise QueryError(f"{path} is no snapshot; write one with results.snapshot(path)")
    if kept["campaign"] != results.campaign.id:
        raise QueryError(
            f"{path} is a snapshot of campaign {kept['campaign']!r}, these results are of "
            f"{results.campaign.id!r}"
        )
    known: dict[str, Any] = kept
    return known


def _why(results: Results, kept: dict[str, Any]) -> str:
    """Return what changed since, in words; all of it may have moved a number."""
    names = {
        "definitions": "changed definitions",
        "campaign_rules": "changed campaign",
        "time_zone": "other time zone",
        "start": "other range",
        "end": "other range",
        "developers": "developers",
    }
    now = _look(results)
    found = [words for name, words in names.items() if kept[name] != now[name]]
    known = _rows(results, kept["newest"])
    if (new := _rows(results, None) - known) > 0:
        found.append(f"{new:,} new events")
    if (late := known - kept["events"]) > 0:
        at = from_micros(kept["newest"], results.time_zone)
        found.append(f"{late:,} late events, from before {at:%Y-%m-%d %H:%M %Z}")
    elif late < 0:
        found.append(f"{-late:,} events gone")
    if not found and kept["toolkit"] != __version__:
        found.append(f"toolkit {kept['toolkit']} before, {__version__} now")
    if not found:
        found.append("changed events" if kept["input"] != fingerprint(results) else "nothing known")
    return ", ".join(dict.fromkeys(found))
