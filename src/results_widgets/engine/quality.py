"""What is wrong with the events: counted, listed, and said whether the rows were kept."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.channels import GOAL_EVENTS
from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.calendar import from_micros, to_micros
from results_widgets.engine.frames import BY, Rows, collect
from results_widgets.sources import Problem

_USABLE: Final = ("user_id", "event", "time")
"""Columns without which a row cannot be placed."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check: which rows it finds, an example of what is in them, and what happens to them."""

    name: str
    text: str
    kept: bool
    found: nw.Expr
    example: str


def quality(data: UserBackend) -> pl.DataFrame:
    """Return check, rows (Int64), kept (Boolean), example, text (String); a row also where nothing is wrong."""
    found = [*_by_row(data), *_by_log(data)]
    return pl.DataFrame(
        found,
        schema={
            "check": pl.String,
            "rows": pl.Int64,
            "kept": pl.Boolean,
            "example": pl.String,
            "text": pl.String,
        },
        orient="row",
    )


def unread_files(problems: Sequence[Problem]) -> tuple[object, ...]:
    """Return the row about files that cannot be read; its number is that of the files."""
    text = "files that cannot be read now: what was read of them before still counts"
    if not problems:
        return "unread file", 0, False, None, text
    first = problems[0]
    return "unread file", len(problems), False, str(first.path), f"{text}; the first {first.reason}"


def _checks(data: UserBackend) -> list[Check]:
    return [*_unusable(), *_unknown(data), *_out_of_time(data)]


def _unusable() -> list[Check]:
    user, event, time = (nw.col(name).is_null() for name in _USABLE)
    unread = (
        "timestamp is missing, cannot be read, lies outside the years 1900 to 2199, or in an hour "
        "that a clock change skips"
    )
    return [
        Check("no user", "user_id is missing", False, user, "event"),
        Check("no event", "event is missing", False, event, "action_id"),
        Check("no time", unread, False, time, "event"),
    ]


def _unknown(data: UserBackend) -> list[Check]:
    ours, known_action, known_pair, free = _known(data)
    action = nw.col("action_id")
    stranger = ours & ~action.is_null() & ~known_action & ~free
    silent = "the action's channel does not know this event, and it is no goal"
    named = (known_action | action.is_null()) & ~free & ~known_pair
    return [
        Check(
            "other campaign",
            "campaign_id is another campaign's",
            False,
            ~_of_campaign(data),
            "campaign_id",
        ),
        Check(
            "unknown action", "action_id is no action of the campaign", False, stranger, "action_id"
        ),
        Check("unknown event", silent, False, ours & named, "event"),
    ]


def _out_of_time(data: UserBackend) -> list[Check]:
    ours, _, known_pair, _ = _known(data)
    started, time = data.campaign.started_at, nw.col("time")
    early = time < to_micros(started) if started is not None else nw.lit(False)
    late = time > to_micros(datetime.now(UTC))
    before = "an action's event lies before the campaign's start"
    future = "timestamp lies after the moment of reading"
    return [
        Check("before the campaign", before, True, ours & known_pair & early, "time"),
        Check("in the future", future, True, ours & late, "time"),
    ]


def _of_campaign(data: UserBackend) -> nw.Expr:
    own = nw.col("campaign_id")
    return own.is_null() | (own == data.campaign.id)


def _ours(data: UserBackend) -> nw.Expr:
    """Whether a row can be placed, and belongs to the campaign or to none."""
    known = (~nw.col(name).is_null() for name in _USABLE)
    return nw.all_horizontal(_of_campaign(data), *known, ignore_nulls=False)


def _known(data: UserBackend) -> tuple[nw.Expr, nw.Expr, nw.Expr, nw.Expr]:
    """Return whether a row is ours, its action known, its event known there, its event one that needs no action."""
    campaign, action, event = data.campaign, nw.col("action_id"), nw.col("event")
    by_channel: dict[str, list[str]] = {}
    for one in campaign.actions:
        by_channel.setdefault(one.channel, []).append(one.id)
    pairs = [
        action.is_in(ids) & event.is_in(list(campaign.channels[channel].events))
        for channel, ids in by_channel.items()
    ]
    known_pair = nw.any_horizontal(*pairs, ignore_nulls=False).fill_null(False)
    known_action = action.is_in([one.id for one in campaign.actions]).fill_null(False)
    return _ours(data), known_action, known_pair, event.is_in([*campaign.goal.events, *GOAL_EVENTS])


def _by_row(data: UserBackend) -> Iterator[tuple[object, ...]]:
    checks = _checks(data)
    counted = [check.found.fill_null(False).cast(nw.Int64).sum() for check in checks]
    found = collect(data.source_rows.select(one.alias(f"{i}") for i, one in enumerate(counted)))
    counts = [int(count or 0) for count in found.row(0)]
    examples = _examples(data, [one for one, count in zip(checks, counts, strict=True) if count])
    for check, count in zip(checks, counts, strict=True):
        yield check.name, count, check.kept, examples.get(check.name), check.text


def _examples(data: UserBackend, checks: Sequence[Check]) -> Mapping[str, str]:
    """Return an example of what each check finds: the least, since engines know no first."""
    if not checks:
        return {}
    least = [nw.when(one.found).then(nw.col(one.example)).min().alias(one.name) for one in checks]
    found = collect(data.source_rows.select(least)).row(0, named=True)
    timed = {one.name for one in checks if one.example == "time"}
    return {
        name: str(from_micros(value) if name in timed else value)
        for name, value in found.items()
        if value is not None
    }


def _by_log(data: UserBackend) -> Iterator[tuple[object, ...]]:
    repeated = "event_id is there more than once; it is counted once"
    yield "repeated event id", _repeated(data), False, None, repeated
    by_user = {
        "interaction without receipt": (
            _untouched(data),
            "a user interacted with an action never received before",
        ),
        "action without entry": (
            _in_the_middle(data),
            "the data starts in the middle: counted in actions and channels only",
        ),
        "unknown user": (
            data.unknown_users,
            "users of the events that the users table does not have",
        ),
        "two variants": (_two_variants(data), "users seen in more than one variant"),
    }
    for check, (rows, text) in by_user.items():
        count, user = (0, None) if rows is None else data.count_with_example(rows)
        yield check, count, True, user, text


def _repeated(data: UserBackend) -> int:
    if not data.columns.has("event_id"):
        return 0
    ids = data.source_rows.filter(_ours(data), ~nw.col("event_id").is_null())
    counts = collect(ids.select(rows=nw.len(), ids=nw.col("event_id").n_unique()))
    # SQL has nothing to say of no rows.
    return int(counts["rows"][0]) - int(counts["ids"][0] or 0)


def _untouched(data: UserBackend) -> Rows:
    codes = data.codes
    owned = data.events(None).with_columns(action=nw.col("code") // codes.width)
    touches = [
        codes.code(number, event)
        for number, action in enumerate(codes.actions, 1)
        for event in data.campaign.channels[action.channel].interacted
    ]
    received = owned.filter(nw.col("code").is_in(codes.received))
    first = received.group_by("user", "action").agg(first=nw.col("time").min())
    touched = owned.filter(nw.col("code").is_in(touches))
    touched = touched.join(first, on=["user", "action"], how="left")
    return touched.filter(nw.col("first").is_null() | (nw.col("first") > nw.col("time")))


def _in_the_middle(data: UserBackend) -> Rows:
    rows, codes = data.events(None), data.codes
    roots = rows.filter(nw.col("code").is_in(codes.roots))
    first = roots.group_by("user").agg(first=nw.col("time").min())
    received = rows.filter(nw.col("code").is_in(codes.received)).join(first, on="user", how="left")
    return received.filter(nw.col("first").is_null() | (nw.col("time") < nw.col("first")))


def _two_variants(data: UserBackend) -> Rows | None:
    if not data.columns.has("variant"):
        return None
    known = data.events("variant").filter(~nw.col(BY).is_null())
    seen = known.group_by("user").agg(nw.col(BY).n_unique().alias("variants"))
    return seen.filter(nw.col("variants") > 1)
