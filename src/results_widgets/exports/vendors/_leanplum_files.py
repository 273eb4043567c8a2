"""Leanplum's files: which parts of an export are complete, what the API says of messages, tables joined to sessions."""

import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import polars as pl

from results_widgets.exports.fields import as_text
from results_widgets.exports.records import records_of_table
from results_widgets.exports.spool import Spool
from results_widgets.exports.vendor import Files, Placed, Record

TABLES: Final = ("sessions", "events", "eventparameters", "experiments", "states", "userattributes")
"""The tables of a CSV export."""

_COLUMNS: Final[dict[str, frozenset[str]]] = {
    "sessions": frozenset(("sessionId", "userId")),
    "events": frozenset(("eventId", "sessionId", "eventName")),
    "eventparameters": frozenset(("eventId", "name", "value")),
    "experiments": frozenset(("experimentId", "sessionId", "variantId")),
    "states": frozenset(("stateId", "sessionId", "stateName")),
    "userattributes": frozenset(("sessionId", "name", "value")),
}
_PART: Final = re.compile(r"(?P<job>.*-output)(?P<table>[a-z]*)-(?:\d+|manifest)\b")
_BATCH: Final = 50_000


def table_of(record: Record) -> str | None:
    """Return which table of a CSV export a row is of."""
    return next((name for name in TABLES if _COLUMNS[name] <= record.keys()), None)


@dataclass(frozen=True)
class Messages:
    """What the API says of messages and A/B tests.

    Attributes:
        by_id: The messages.
        tests: The A/B tests.
    """

    by_id: dict[str, Record] = field(default_factory=dict)
    tests: dict[str, Record] = field(default_factory=dict)

    def add(self, record: Record) -> bool:
        """Take an answer of ``getMessages``, ``getMessage``, ``getAbTests`` or ``getAbTest``; False if it is none."""
        found = False
        for answer in _answers(record):
            for name, known in (("message", self.by_id), ("abTest", self.tests)):
                listed = [*_list(answer.get(f"{name}s")), *_list(answer.get(name))]
                for one in listed:
                    if isinstance(one, dict) and one.get("id") is not None:
                        known[str(one["id"])] = one
                        found = True
        return found


def _answers(record: Record) -> list[Record]:
    response = record.get("response")
    answers = [one for one in _list(response) if isinstance(one, dict)]
    if "messageType" in record and "id" in record:
        return [{"message": record}]
    if "variants" in record and "id" in record:
        return [{"abTest": record}]
    return [record, *answers]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def complete(files: Files) -> list[str]:
    """Return the files that belong to finished jobs; where there are manifests, parts without one are refused."""
    manifests = [path for path in files.paths if "manifest" in Path(path).name]
    if not manifests:
        return list(files.paths)
    listed = {path: _named_in(path) for path in manifests}
    kept = []
    for path in files.paths:
        part = _PART.match(Path(path).name)
        if path in listed:
            continue
        if part is None or _is_listed(path, part, listed):
            kept.append(path)
        else:
            files.refuse(Placed({}, path), "a part without a manifest: its job did not finish")
    return kept


def _is_listed(path: str, part: re.Match[str], listed: dict[str, set[str]]) -> bool:
    for manifest, names in listed.items():
        own = _PART.match(Path(manifest).name)
        same_folder = Path(manifest).parent == Path(path).parent
        same_job = (
            own is not None and own["job"] == part["job"] and own["table"] in ("", part["table"])
        )
        if not (same_folder and same_job):
            continue
        if not names or Path(path).name.removesuffix(".gz") in names:
            return True
    return False


def _named_in(path: str) -> set[str]:
    """Return the names of the parts that a manifest lists, whatever its shape."""
    try:
        waiting = [json.loads(Path(path).read_text(encoding="utf-8"))]
    except (OSError, ValueError):
        return set()
    found: set[str] = set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str) and _PART.match(one.rpartition("/")[2]):
            found.add(one.rpartition("/")[2].removesuffix(".gz"))
    return found


_SESSION: Final = (
    *("sessionId", "userId", "deviceId", "isDeveloper", "country", "region", "city", "locale"),
    *("client", "appVersion", "osName", "systemName"),
)
_EVENT: Final = ("eventId", "sessionId", "eventName", "start", "value", "info")


@dataclass(frozen=True)
class Tables:
    """The tables of a CSV export, kept on disk where they are large, and joined to single events."""

    spools: dict[str, Spool] = field(default_factory=dict)
    _rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)

    def add(self, table: str, placed: Placed) -> tuple[()]:
        """Take a row, of which nothing is to be said yet."""
        columns = {"sessions": _SESSION, "events": _EVENT}.get(table, (*sorted(_COLUMNS[table]),))
        values = [as_text(placed.record.get(name)) for name in columns]
        rows = self._rows.setdefault(table, [])
        rows.append((*values, placed.file, placed.line))
        if table not in self.spools:
            kinds = dict.fromkeys((*columns, "file"), pl.String)
            self.spools[table] = Spool({**kinds, "line": pl.Int64})
        if len(rows) >= _BATCH:
            self._flush(table)
        return ()

    def _flush(self, table: str) -> None:
        spool = self.spools[table]
        rows = self._rows.pop(table, [])
        spool.add(pl.DataFrame(rows, schema=spool.schema, orient="row"))

    def _table(self, name: str) -> pl.LazyFrame | None:
        if name not in self.spools:
            return None
        self._flush(name)
        return self.spools[name].rows()

    def users(self) -> Iterator[Record]:
        """Return sessions with their user's attributes."""
        sessions, attributes = self._table("sessions"), self._table("userattributes")
        if sessions is None:
            return
        sessions = sessions.unique("sessionId", keep="first", maintain_order=True)
        if attributes is not None:
            pairs = pl.struct("name", "value").alias("userAttributes")
            own = (
                attributes.unique(["sessionId", "name"], keep="last")
                .group_by("sessionId")
                .agg(pairs)
            )
            sessions = sessions.join(own, on="sessionId", how="left", maintain_order="left")
        for placed in _kept(sessions):
            pairs_of = placed.record.get("userAttributes") or []
            yield {
                **placed.record,
                "userAttributes": {one["name"]: one["value"] for one in pairs_of},
            }

    def events(self) -> Iterator[Placed]:
        """Return events with their session, parameters and experiments."""
        events, sessions = self._table("events"), self._table("sessions")
        if events is None:
            return
        if sessions is None:
            sessions = pl.DataFrame(schema=dict.fromkeys(_SESSION, pl.String)).lazy()
        sessions = sessions.select(_SESSION).unique("sessionId", keep="first")
        sessions = sessions.with_columns(has_session=pl.lit(True))
        found = events.join(sessions, on="sessionId", how="left", maintain_order="left")
        for name, key, pair in (
            ("eventparameters", "eventId", ("name", "value")),
            ("experiments", "sessionId", ("experimentId", "variantId")),
        ):
            table = self._table(name)
            if table is not None:
                own = table.unique([key, *pair]).group_by(key).agg(pl.struct(pair).alias(name))
                found = found.join(own, on=key, how="left", maintain_order="left")
        for placed in _kept(found):
            record = placed.record
            yield Placed(record, str(record["file"] or ""), int(record["line"] or 0))


def _kept(rows: pl.LazyFrame) -> Iterator[Placed]:
    """Return the rows of a query that is computed once."""
    with tempfile.TemporaryDirectory(prefix="results-widgets-") as folder:
        path = Path(folder, "joined.parquet")
        rows.sink_parquet(path)
        yield from records_of_table(pl.scan_parquet(path, glob=False))
