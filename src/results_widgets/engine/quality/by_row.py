"""The checks that look at one row at a time, all counted in one pass over the kinds of rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import narwhals as nw

from results_widgets.channels import GOAL_EVENTS
from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.calendar import from_micros, to_micros
from results_widgets.engine.frames import Rows, collect
from results_widgets.engine.left_out import kinds_of_rows
from results_widgets.engine.quality.code import literal
from results_widgets.engine.quality.finding import Found

_NEEDED = ("user_id", "event", "time")
"""Columns that every row must have a value in."""


@dataclass(frozen=True, slots=True)
class _Check:
    """A check of single rows.

    Attributes:
        name: The finding's.
        found: Whether a row, or a kind of rows, is one of them.
        example: The column whose value is shown as an example.
        flag: A column that a row must have set as well: ``early``, ``late``, ``worthless``, ``repeated_hour``;
            empty for none.
    """

    name: str
    found: nw.Expr
    example: str
    flag: str = ""

    @property
    def of_row(self) -> nw.Expr:
        """Whether a single row is one of them."""
        return self.found & nw.col(self.flag) if self.flag else self.found


def find_by_row(data: UserBackend, least: int) -> Iterator[tuple[str, Found]]:
    """Yield what each check of single rows found."""
    flags, ours = _flags(data), _ours(data)
    goals = nw.col("event").is_in(list(data.campaign.goal.events))
    given = nw.col("event") == "converted"
    totals = {"all": nw.lit(value=True), "goals": ours & goals, "given": ours & given}
    checks = _checks(data)
    counted = [_total(one.found, one.flag or "rows") for one in checks]
    kinds = kinds_of_rows(data.source_rows, **flags).with_columns(
        *(one.fill_null(False).alias(f"_{name}") for name, one in totals.items())
    )
    sums = [one.alias(f"check_{i}") for i, one in enumerate(counted)]
    whole = [_total(nw.col(f"_{name}"), "rows").alias(name) for name in totals]
    worth = [_total(nw.col(f"_{name}"), "worthless").alias(f"worth_{name}") for name in totals]
    found = collect(kinds.select(*sums, *whole, *worth)).row(0, named=True)
    sizes = {name: int(size or 0) for name, size in found.items()}
    met = [one for i, one in enumerate(checks) if sizes[f"check_{i}"]]
    examples = _examples(data, flags, met, least)
    for i, one in enumerate(checks):
        yield one.name, Found(sizes[f"check_{i}"], sizes["all"], examples.get(one.name))
    yield "goal without value", _worthless(data, sizes)


def _worthless(data: UserBackend, sizes: Mapping[str, int]) -> Found:
    """Return the goal events, or the source's own conversions, that lack a value that the events have a column of."""
    goal = data.campaign.goal
    column = goal.value or "value"
    name, events = ("given", ["converted"]) if sizes["given"] else ("goals", list(goal.events))
    if not data.columns.has(column):
        return Found(0, sizes[name])
    places = {"converts": literal(events), "value": literal(column)}
    return Found(
        sizes[f"worth_{name}"], sizes[name], events[0] if sizes[f"worth_{name}"] else None, places
    )


def _flags(data: UserBackend) -> Mapping[str, nw.Expr]:
    """Return the properties of a row that do not follow from its kind."""
    started, time = data.campaign.started_at, nw.col("time")
    early = nw.lit(value=False) if started is None else time < to_micros(started)
    return {
        "early": early.fill_null(False),
        "late": (time > to_micros(datetime.now(UTC))).fill_null(False),
        "worthless": nw.col("value").is_null(),
        "repeated_hour": nw.col("repeated_hour").fill_null(False),
    }


def _total(found: nw.Expr, column: str) -> nw.Expr:
    return nw.when(found.fill_null(False)).then(nw.col(column)).otherwise(nw.lit(0)).sum()


def _checks(data: UserBackend) -> list[_Check]:
    user, event, time = (nw.col(name).is_null() for name in _NEEDED)
    action, is_action = nw.col("action_id"), ~nw.col("action_id").is_null()
    ours, known_action, known_pair = _ours(data), _known_action(data), _known_pair(data)
    # Goal and lifecycle events need no action, and may name one that the campaign does not know.
    needs_action = ~nw.col("event").is_in([*data.campaign.goal.events, *GOAL_EVENTS])
    no_action = ours & is_action & ~known_action & needs_action
    no_event = ours & (known_action | action.is_null()) & needs_action & ~known_pair
    return [
        _Check("no user", user, "event"),
        _Check("no event", event, "action_id"),
        _Check("no time", time, "event"),
        _Check("other campaign", ~_of_campaign(data), "campaign_id"),
        _Check("unknown action", no_action, "action_id"),
        _Check("unknown event", no_event, "event"),
        _Check("before the campaign", ours & known_pair, "time", "early"),
        _Check("in the future", ours, "time", "late"),
        _Check("repeated hour", ours, "time", "repeated_hour"),
    ]


def _of_campaign(data: UserBackend) -> nw.Expr:
    own = nw.col("campaign_id")
    return own.is_null() | (own == data.campaign.id)


def _ours(data: UserBackend) -> nw.Expr:
    """Whether a row is complete, and names this campaign or none."""
    return nw.all_horizontal(_of_campaign(data), *complete(), ignore_nulls=False)


def complete() -> Iterator[nw.Expr]:
    """Yield the conditions that a row has all that it needs."""
    yield from (~nw.col(name).is_null() for name in _NEEDED)


def _known_action(data: UserBackend) -> nw.Expr:
    ids = [one.id for one in data.campaign.actions]
    return nw.col("action_id").is_in(ids).fill_null(False)


def _known_pair(data: UserBackend) -> nw.Expr:
    """Whether the channel of a row's action knows its event."""
    pairs = [
        nw.col("action_id").is_in(ids) & nw.col("event").is_in(list(channel.events))
        for channel, ids in data.campaign.actions_by_channel
    ]
    return nw.any_horizontal(*pairs, ignore_nulls=False).fill_null(False)


def _examples(
    data: UserBackend, flags: Mapping[str, nw.Expr], checks: list[_Check], least: int
) -> Mapping[str, str]:
    """Return one value that each check found: the lowest one, since engines know no first row."""
    if not checks:
        return {}
    rows = data.source_rows.with_columns(**flags)
    if least == 1:
        lowest = [
            nw.when(one.of_row).then(nw.col(one.example)).min().alias(one.name) for one in checks
        ]
        found = collect(rows.select(lowest)).row(0, named=True)
    else:
        found = {one.name: _lowest_shared(rows, one, least) for one in checks}
    timed = {one.name for one in checks if one.example == "time"}
    return {
        name: str(from_micros(value) if name in timed else value)
        for name, value in found.items()
        if value is not None
    }


def _lowest_shared(rows: Rows, check: _Check, least: int) -> Any:
    """Return the lowest value that a check found and so many users have; None if there is none."""
    found = rows.filter(check.of_row, ~nw.col("user_id").is_null())
    pairs = found.select("user_id", value=nw.col(check.example)).unique()
    users = pairs.group_by("value").agg(users=nw.len()).filter(nw.col("users") >= least)
    return collect(users.select(nw.col("value").min())).item()


def count_repeated(data: UserBackend) -> int:
    """Return how many rows of the campaign repeat the event id of another."""
    if not data.columns.has("event_id"):
        return 0
    ids = data.source_rows.filter(_ours(data), ~nw.col("event_id").is_null())
    counts = collect(ids.select(rows=nw.len(), ids=nw.col("event_id").n_unique()))
    # SQL has nothing to say of no rows.
    return int(counts["rows"][0]) - int(counts["ids"][0] or 0)
