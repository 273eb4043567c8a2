"""Which numbers have changed since a snapshot, by how much, and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from results_widgets._version import __version__
from results_widgets.campaign.secrets import shared_campaign
from results_widgets.definitions import Definitions
from results_widgets.report.snapshot.file import (
    NUMBERS,
    SCOPE,
    all_numbers,
    count_events,
    read_snapshot,
    scope_of,
)
from results_widgets.results import Results

_KEYS: Final = ["scope", "owner", "metric"]


def diff(results: Results, snapshot: str | Path) -> pl.DataFrame:
    """Return the numbers that have changed since a snapshot; see `Results.diff`.

    Raises:
        QueryError: The file is not a snapshot, or one of another campaign.
    """
    before = read_snapshot(Path(snapshot), results)
    numbers = pl.DataFrame(before["numbers"], schema=NUMBERS, orient="row")
    changed = _changed_numbers(numbers, results)
    return changed.with_columns(why=_explanations(changed, list(_changes(results, before))))


def _changed_numbers(before: pl.DataFrame, results: Results) -> pl.DataFrame:
    both = before.rename({"value": "before"}).join(
        all_numbers(results).rename({"value": "after"}),
        on=_KEYS,
        how="full",
        coalesce=True,
        nulls_equal=True,
    )
    changed = both.filter(pl.col("before").ne_missing(pl.col("after")))
    change = (pl.col("after") - pl.col("before")).alias("change")
    return changed.with_columns(change).sort(_KEYS, nulls_last=False)


@dataclass(frozen=True, slots=True)
class _Change:
    """One thing that has changed, and the results with it and all changes before it."""

    text: str
    results: Results


def _changes(results: Results, before: Mapping[str, Any]) -> Iterator[_Change]:
    """Yield what has changed, in order: events up to the snapshot's newest, newer events, then the scope.

    Each one's results include one more change, so that the effects on a number add up to its change.
    """
    scope, current = dict(before["look"]), scope_of(results)
    newest = before["newest"]
    old = count_events(results, newest)
    new = count_events(results, None) - old
    text = _change_of_old_events(before, old - before["events"])
    until = results._session.data.require_users().source_until(newest)
    if until is not None:
        # Other engines explain the effects of old and of new events together.
        yield _Change(text, _in_scope(results, scope, until if new else None))
        text = ""
    if new:
        text = ", ".join(filter(None, [text, f"{new:,} new {_events(new)}"]))
        yield _Change(text, _in_scope(results, scope))
    for name, text_of_change in SCOPE.items():
        if scope[name] != current[name]:
            scope[name] = current[name]
            yield _Change(text_of_change, _in_scope(results, scope))


def _change_of_old_events(before: Mapping[str, Any], late: int) -> str:
    """Return what may have changed among the events up to the snapshot's newest."""
    if late:
        events = _events(abs(late))
        return f"{late:,} late {events}" if late > 0 else f"{-late:,} {events} gone"
    if before["toolkit"] != __version__:
        return f"toolkit {before['toolkit']} before, {__version__} now"
    return "changed events or users"


def _events(count: int) -> str:
    return "event" if count == 1 else "events"


def _in_scope(
    results: Results, scope: Mapping[str, Any], events: pl.LazyFrame | None = None
) -> Results:
    """Return the results in another scope, of these events instead of their own if given."""
    other, source = results, results._session.source
    if events is not None:
        # These are normalised, and so are the users that go with them.
        users = results._session.data.require_users().users_table
        other = Results(scope["campaign"], events, None if users is None else users.to_native())
    elif scope["campaign"] != shared_campaign(results.campaign):
        other = Results(scope["campaign"], source.events, source.users, **source.options.arguments)
    other = other.with_definitions(Definitions.from_dict(scope["definitions"], "look.definitions"))
    other = other.in_time_zone(scope["time_zone"]).between(*scope["range"])
    return other.analytics(developers=scope["developers"]).with_clock(scope["clock"])


def _explanations(changed: pl.DataFrame, changes: list[_Change]) -> pl.Series:
    """Return, for each number that has changed, the effect of each change."""
    if changed.is_empty():
        return pl.Series(dtype=pl.String)
    keys = changed.select(_KEYS)
    values = [changed["before"].to_list()]
    for change in changes[:-1]:
        numbers = all_numbers(change.results)
        found = keys.join(numbers, on=_KEYS, how="left", nulls_equal=True, maintain_order="left")
        values.append(found["value"].to_list())
    values.append(changed["after"].to_list())
    explanations = []
    for row in zip(*values, strict=True):
        effects = map(_effect, changes, row, row[1:])
        explanations.append("; ".join(filter(None, effects)))
    return pl.Series(explanations, dtype=pl.String)


def _effect(change: _Change, before: float | None, after: float | None) -> str:
    if before == after:
        return ""
    if before is None or after is None:
        return change.text
    return f"{change.text}: {after - before:+,.6g}"
