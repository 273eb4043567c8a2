"""Numbers kept in a file, and which of them moved since, by how much and why."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import narwhals as nw
import polars as pl

from results_widgets._io import write_whole
from results_widgets._json import Node, parse_file, shown
from results_widgets._version import __version__
from results_widgets.campaign import Campaign
from results_widgets.definitions import Definitions
from results_widgets.engine.frames import count
from results_widgets.errors import QueryError
from results_widgets.report.fingerprint import fingerprint
from results_widgets.results import Results

_FORMAT: Final = "results-widgets snapshot 2"
_SCHEMA: Final = {"scope": pl.String, "owner": pl.String, "metric": pl.String, "value": pl.Float64}
_FIELDS: Final = ("format", "toolkit", "campaign", "newest", "events", "input", "look", "numbers")
_KEYS: Final = ["scope", "owner", "metric"]
_LOOK: Final = {
    "campaign": "changed campaign",
    "definitions": "changed definitions",
    "time_zone": "other time zone",
    "range": "other range",
    "developers": "developers",
}


def write_snapshot(results: Results, path: str | Path) -> Path:
    """Write every number of results, and how they were looked at, as JSON.

    Raises:
        OSError: The file cannot be written; nothing is left behind.
    """
    about = {
        "format": _FORMAT,
        "toolkit": __version__,
        "campaign": results.campaign.id,
        "newest": results._session.newest,
        "events": _rows(results, None),
        "input": fingerprint(results),
        "look": _look(results),
        "numbers": [list(row) for row in _numbers(results).iter_rows()],
    }
    return write_whole(path, json.dumps(about, ensure_ascii=False, indent=1).encode())


def diff(results: Results, snapshot: str | Path) -> pl.DataFrame:
    """Return the numbers that moved since a snapshot; see `Results.diff`.

    Raises:
        QueryError: The file is no snapshot, or one of another campaign.
    """
    kept = _read(Path(snapshot), results)
    moved = _compared(pl.DataFrame(kept["numbers"], schema=_SCHEMA, orient="row"), results)
    return moved.with_columns(why=_told(moved, list(_steps(results, kept))))


def _compared(before: pl.DataFrame, results: Results) -> pl.DataFrame:
    both = before.rename({"value": "before"}).join(
        _numbers(results).rename({"value": "after"}),
        on=_KEYS,
        how="full",
        coalesce=True,
        nulls_equal=True,
    )
    moved = both.filter(pl.col("before").ne_missing(pl.col("after")))
    change = (pl.col("after") - pl.col("before")).alias("change")
    return moved.with_columns(change).sort(_KEYS, nulls_last=False)


@dataclass(frozen=True, slots=True)
class _Step:
    """One thing that changed since, and the results once it (and what comes before it) has."""

    words: str
    view: Results


def _steps(results: Results, kept: Mapping[str, Any]) -> Iterator[_Step]:
    """Yield what changed, in order: the events up to the newest of then, newer ones, and how the
    numbers are looked at.

    Each view takes one change more, so that the parts of a number's change add up to the whole.
    """
    then, now = kept["look"], _look(results)
    look, newest = dict(then), kept["newest"]
    known = _rows(results, newest)
    new = _rows(results, None) - known
    words = _older(kept, known - kept["events"])
    until = results._session.data.require_users().source_until(newest)
    if until is not None:
        # On other engines what older and what newer events did is told together.
        yield _Step(words, _seen(results, look, until if new else None))
        words = ""
    if new:
        yield _Step(", ".join(filter(None, [words, f"{new:,} new events"])), _seen(results, look))
    for name, changed in _LOOK.items():
        if then[name] != now[name]:
            look[name] = now[name]
            yield _Step(changed, _seen(results, look))


def _older(kept: Mapping[str, Any], late: int) -> str:
    """Return what may have happened to the events up to the newest of then."""
    if late:
        return f"{abs(late):,} {'late events' if late > 0 else 'events gone'}"
    if kept["toolkit"] != __version__:
        return f"toolkit {kept['toolkit']} before, {__version__} now"
    return "changed events or users"


def _seen(results: Results, look: Mapping[str, Any], events: pl.LazyFrame | None = None) -> Results:
    """Return results looked at as then, of these events instead of their own."""
    view, source = results, results._session.source
    if events is not None:
        # These are normalised, and so are the users that go with them.
        users = results._session.data.require_users().users_table
        view = Results(look["campaign"], events, None if users is None else users.to_native())
    elif look["campaign"] != results.campaign.to_dict():
        view = Results(look["campaign"], source.events, source.users, **source.options.arguments)
    view = view.with_definitions(Definitions.from_dict(look["definitions"], "look.definitions"))
    view = view.in_time_zone(look["time_zone"]).between(*look["range"])
    return view.analytics(developers=look["developers"])


def _told(moved: pl.DataFrame, steps: list[_Step]) -> pl.Series:
    """Return, for each number that moved, what moved it and by how much."""
    if moved.is_empty():
        return pl.Series(dtype=pl.String)
    keys = moved.select(_KEYS)
    values = [moved["before"].to_list()]
    for step in steps[:-1]:
        numbers = _numbers(step.view)
        found = keys.join(numbers, on=_KEYS, how="left", nulls_equal=True, maintain_order="left")
        values.append(found["value"].to_list())
    values.append(moved["after"].to_list())
    told = []
    for line in zip(*values, strict=True):
        effects = map(_effect, steps, line, line[1:])
        told.append("; ".join(filter(None, effects)))
    return pl.Series(told, dtype=pl.String)


def _effect(step: _Step, before: float | None, after: float | None) -> str:
    if before == after:
        return ""
    if before is None or after is None:
        return step.words
    return f"{step.words}: {after - before:+,.6g}"


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
    """Return how results are looked at, as JSON gives it back."""
    query = results._session.query
    look = {
        "campaign": results.campaign.to_dict(),
        "definitions": results.definitions.to_dict(),
        "time_zone": results.time_zone,
        "range": [None if edge is None else edge.isoformat() for edge in (query.start, query.end)],
        "developers": query.developers,
    }
    found: dict[str, Any] = json.loads(json.dumps(look))
    return found


def _rows(results: Results, until: int | None) -> int:
    rows = results._session.data.require_users().events(None)
    return count(rows if until is None else rows.filter(nw.col("time") <= until))


def _read(path: Path, results: Results) -> dict[str, Any]:
    kept = parse_file(path, QueryError.at)
    if not isinstance(kept, dict) or kept.get("format") != _FORMAT:
        raise QueryError(f"{path} is no snapshot; write one with results.snapshot(path)")
    node = Node(kept, str(path), _FIELDS, QueryError.at)
    campaign = node.text("campaign")
    if campaign != results.campaign.id:
        raise QueryError(
            f"{path} is a snapshot of campaign {campaign!r}, these results are of "
            f"{results.campaign.id!r}"
        )
    return {
        "toolkit": node.text("toolkit"),
        "newest": node.integer("newest"),
        "events": node.integer("events"),
        "look": _read_look(node.child("look", _LOOK)),
        "numbers": node.each("numbers", _read_number),
    }


def _read_look(node: Node) -> dict[str, Any]:
    """Return how results were looked at, with the fields that this version writes."""
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
