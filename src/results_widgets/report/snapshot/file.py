"""A snapshot: every number of some results, and what they were computed from, as JSON."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, get_args

import narwhals as nw
import polars as pl

from results_widgets._io import check_output, write_whole
from results_widgets._json import Node, parse_file, shown
from results_widgets._seal import CHANGED
from results_widgets._version import __version__
from results_widgets.campaign import Campaign
from results_widgets.campaign.secrets import shared_campaign
from results_widgets.definitions import Definitions
from results_widgets.engine.fingerprint import fingerprint
from results_widgets.engine.frames import count
from results_widgets.engine.query import Clock
from results_widgets.errors import QueryError
from results_widgets.results import Results

_FORMAT: Final = "results-widgets snapshot 3"
_UNSEALED: Final = "results-widgets snapshot 2"
"""The format before snapshots had a digest; it is read as well."""
_SEAL: Final = "sha256"
_FIELDS: Final = (
    *("format", "toolkit", "campaign", "newest", "events", "input", "look", "numbers", _SEAL),
)
SCOPE: Final = {
    "campaign": "changed campaign",
    "definitions": "changed definitions",
    "time_zone": "other time zone",
    "range": "other range",
    "developers": "developers",
    "clock": "other clock",
}
"""What numbers depend on beside the events, and what a change of it is called."""
NUMBERS: Final = {"scope": pl.String, "owner": pl.String, "metric": pl.String, "value": pl.Float64}
"""Columns of a snapshot's numbers; the owner is the id of a channel or action."""


def write_snapshot(results: Results, path: str | Path) -> Path:
    """Write every number of the results, and their scope, as JSON.

    Raises:
        OSError: The file cannot be written; nothing is left behind.
    """
    check_output(path)
    snapshot = {
        "format": _FORMAT,
        "toolkit": __version__,
        "campaign": results.campaign.id,
        "newest": results._session.newest,
        "events": count_events(results, None),
        "input": fingerprint(results._session.source, results._session.reading),
        "look": scope_of(results),
        "numbers": [list(row) for row in all_numbers(results).iter_rows()],
    }
    sealed = {**snapshot, _SEAL: _digest(snapshot)}
    return write_whole(path, json.dumps(sealed, ensure_ascii=False, indent=1).encode())


def _digest(snapshot: Mapping[str, object]) -> str:
    """Return the SHA-256 of everything else in a snapshot, so that a change of it is noticed."""
    rest = {name: value for name, value in snapshot.items() if name != _SEAL}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def all_numbers(results: Results) -> pl.DataFrame:
    """Return every number of the results, with the columns of `NUMBERS`."""
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


def scope_of(results: Results) -> dict[str, Any]:
    """Return what the numbers depend on beside the events, by the keys of `SCOPE`, as it is read from JSON."""
    query = results._session.query
    scope = {
        "campaign": shared_campaign(results.campaign),
        "definitions": results.definitions.to_dict(),
        "time_zone": results.time_zone,
        "range": [None if edge is None else edge.isoformat() for edge in (query.start, query.end)],
        "developers": query.developers,
        "clock": query.clock,
    }
    found: dict[str, Any] = json.loads(json.dumps(scope))
    return found


def count_events(results: Results, until: int | None) -> int:
    """Return the number of events up to an instant (epoch µs), or of all."""
    rows = results._session.data.require_users().events(None)
    return count(rows if until is None else rows.filter(nw.col("time") <= until))


def read_snapshot(path: Path, results: Results) -> dict[str, Any]:
    """Return a snapshot of the results' campaign.

    Raises:
        QueryError: The file is not a snapshot, or one of another campaign.
    """
    content = parse_file(path, QueryError.at)
    if not isinstance(content, dict) or content.get("format") not in (_FORMAT, _UNSEALED):
        raise QueryError(f"{path} is not a snapshot; write one with results.snapshot(path)")
    is_older = content["format"] == _UNSEALED and _SEAL not in content
    if not is_older and content.get(_SEAL) != _digest(content):
        raise QueryError(f"{path}: {CHANGED}; write the snapshot again")
    node = Node(content, str(path), _FIELDS, QueryError.at)
    campaign = node.text("campaign")
    if campaign != results.campaign.id:
        raise QueryError(
            f"{path} is a snapshot of campaign {campaign!r}, but these results are of {results.campaign.id!r}"
        )
    return {
        "toolkit": node.text("toolkit"),
        "newest": node.integer("newest"),
        "events": node.integer("events"),
        "look": _read_scope(node.child("look", SCOPE)),
        "numbers": node.each("numbers", _read_number),
    }


def _read_scope(node: Node) -> dict[str, Any]:
    """Return the scope as `scope_of` does, with the fields that this version writes."""
    definitions = Definitions.from_dict(node.value.get("definitions"), node.at("definitions"))
    edges = node.each("range", _read_edge)
    if len(edges) != len(("start", "end")):
        raise node.error("range", f"expected a start and an end, found {len(edges)}")
    return {
        "campaign": Campaign.from_json(node.mapping("campaign")).to_dict(),
        "definitions": definitions.to_dict(),
        "time_zone": node.text("time_zone"),
        "range": list(edges),
        "developers": node.flag("developers"),
        # Earlier snapshots know one clock.
        "clock": node.choice("clock", get_args(Clock), "event"),
    }


def _read_edge(value: object, path: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise QueryError.at(path, f"expected a day or a time as text, or null, found {shown(value)}")


def _read_number(value: object, path: str) -> tuple[str, str | None, str, float | None]:
    match value:
        case [
            str(scope),
            str() | None as owner,
            str(metric),
            int() | float() | None as number,
        ]:
            return scope, owner, metric, None if number is None else float(number)
    raise QueryError.at(path, f"expected scope, owner, metric and value, found {shown(value)}")
