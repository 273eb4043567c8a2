"""What is wrong with the events: how many rows each check finds, one of them, and whether they count."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import narwhals as nw
import polars as pl

from results_widgets.channels import GOAL_EVENTS
from results_widgets.definitions import Definitions
from results_widgets.engine.alike import count_alike
from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.calendar import from_micros, to_micros
from results_widgets.engine.frames import BY, Rows, collect, count as count_rows
from results_widgets.engine.left_out import count_left_out
from results_widgets.sources import Problem

SCHEMA: Final = {
    "check": pl.String,
    "rows": pl.Int64,
    "share": pl.Float64,
    "kept": pl.Boolean,
    "example": pl.String,
    "text": pl.String,
}

_NEEDED: Final = ("user_id", "event", "time")
"""Columns that every row must have a value in."""

Found = tuple[str, int, bool, str | None, str]
"""A check, how many rows it found, whether they count, one of them, and what they are."""


@dataclass(frozen=True, slots=True)
class Check:
    """A check of single rows.

    Attributes:
        name: Its name.
        text: What the rows are.
        kept: Whether they count all the same.
        found: Whether a row is one of them.
        example: The column whose value is shown as an example.
    """

    name: str
    text: str
    kept: bool
    found: nw.Expr
    example: str


def quality(data: UserBackend, least: int = 1) -> pl.DataFrame:
    """Return check, rows, share (of all rows), kept, example and text; checks that find nothing are listed, too.

    Args:
        data: The events.
        least: Fewest users of a value that is an example; from 2 on, users are no examples.
    """
    logged = [
        (name, count, kept, example if least == 1 else None, text)
        for name, count, kept, example, text in _by_log(data)
    ]
    found = [*_by_row(data, least), *logged]
    read, _ = data.source_size
    rows = [(name, count, count / read if read else None, *rest) for name, count, *rest in found]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def outside_entries(data: UserBackend, definitions: Definitions) -> pl.DataFrame:
    """Return the row of the check for what belongs to no entry, which the clock of entries leaves out."""
    counted = data.events(None).filter(nw.col("code").is_in(data.codes.counted))
    events = count_rows(counted) - count_rows(data.placed_events(definitions, None))
    conversions = count_rows(data.conversions(definitions, None).filter(nw.col("entry").is_null()))
    read, _ = data.source_size
    rows = events + conversions
    text = "outside any entry, so there is no day of entry to count it on: left out by the clock of entries"
    row = ("outside any entry", rows, rows / read if read else None, False, None, text)
    return pl.DataFrame([row], schema=SCHEMA, orient="row")


def share_kept(data: UserBackend) -> float | None:
    """Return which share of the rows that name the campaign, its actions or its goal counts; None without any.

    Rows that repeat an event id are not left out: the event counts, once.
    """
    left = count_left_out(data.source_rows, data.codes)
    return None if left.named == 0 else 1 - left.rows / left.named


def unread_files(problems: Sequence[Problem]) -> pl.DataFrame:
    """Return the row of the check for files that cannot be read; it counts files, not rows."""
    text = "files that cannot be read now: what was read of them before still counts"
    example = None
    if problems:
        example, text = str(problems[0].path), f"{text}; the first {problems[0].reason}"
    row = ("unread file", len(problems), None, False, example, text)
    return pl.DataFrame([row], schema=SCHEMA, orient="row")


def _checks(data: UserBackend) -> list[Check]:
    return [*_incomplete(), *_unknown(data), *_outside_dates(data)]


def _incomplete() -> list[Check]:
    user, event, time = (nw.col(name).is_null() for name in _NEEDED)
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
    action, event = nw.col("action_id"), nw.col("event")
    ours, known_action = _ours(data), _known_action(data)
    # Goal and lifecycle events need no action, and may name one that the campaign does not know.
    needs_action = ~event.is_in([*data.campaign.goal.events, *GOAL_EVENTS])
    other = "campaign_id is another campaign's"
    no_action = ours & ~action.is_null() & ~known_action & needs_action
    no_event = ours & (known_action | action.is_null()) & needs_action & ~_known_pair(data)
    not_known = "the action's channel does not know this event, and it is not the goal"
    return [
        Check("other campaign", other, False, ~_of_campaign(data), "campaign_id"),
        Check(
            "unknown action",
            "action_id is no action of the campaign",
            False,
            no_action,
            "action_id",
        ),
        Check("unknown event", not_known, False, no_event, "event"),
    ]


def _outside_dates(data: UserBackend) -> list[Check]:
    started, time = data.campaign.started_at, nw.col("time")
    early = time < to_micros(started) if started is not None else nw.lit(value=False)
    late = time > to_micros(datetime.now(UTC))
    before = "an action's event lies before the campaign's start"
    future = "timestamp lies after the moment of reading"
    return [
        Check("before the campaign", before, True, _ours(data) & _known_pair(data) & early, "time"),
        Check("in the future", future, True, _ours(data) & late, "time"),
    ]


def _of_campaign(data: UserBackend) -> nw.Expr:
    own = nw.col("campaign_id")
    return own.is_null() | (own == data.campaign.id)


def _ours(data: UserBackend) -> nw.Expr:
    """Whether a row is complete, and names this campaign or none."""
    complete = (~nw.col(name).is_null() for name in _NEEDED)
    return nw.all_horizontal(_of_campaign(data), *complete, ignore_nulls=False)


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


def _by_row(data: UserBackend, least: int) -> Iterator[Found]:
    """Yield the checks that look at one row at a time, all counted in one pass."""
    checks = _checks(data)
    counted = [check.found.fill_null(False).cast(nw.Int64).sum() for check in checks]
    found = collect(data.source_rows.select(one.alias(f"{i}") for i, one in enumerate(counted)))
    counts = [int(count or 0) for count in found.row(0)]
    met = [one for one, count in zip(checks, counts, strict=True) if count]
    examples = _examples(data, met, least)
    for check, count in zip(checks, counts, strict=True):
        yield check.name, count, check.kept, examples.get(check.name), check.text


def _examples(data: UserBackend, checks: Sequence[Check], least: int) -> Mapping[str, str]:
    """Return one value that each check found: the lowest one, since engines know no first row."""
    if not checks:
        return {}
    if least == 1:
        lowest = [
            nw.when(one.found).then(nw.col(one.example)).min().alias(one.name) for one in checks
        ]
        found = collect(data.source_rows.select(lowest)).row(0, named=True)
    else:
        found = {one.name: _lowest_shared(data, one, least) for one in checks}
    timed = {one.name for one in checks if one.example == "time"}
    return {
        name: str(from_micros(value) if name in timed else value)
        for name, value in found.items()
        if value is not None
    }


def _lowest_shared(data: UserBackend, check: Check, least: int) -> Any:
    """Return the lowest value that a check found and so many users have; None if there is none."""
    rows = data.source_rows.filter(check.found, ~nw.col("user_id").is_null())
    pairs = rows.select("user_id", value=nw.col(check.example)).unique()
    users = pairs.group_by("value").agg(users=nw.len()).filter(nw.col("users") >= least)
    return collect(users.select(nw.col("value").min())).item()


def _by_log(data: UserBackend) -> Iterator[Found]:
    """Yield the checks that compare rows with one another."""
    clocks = data.clocks
    first = None if clocks.least is None else str(from_micros(clocks.least))
    far = "time far outside the campaign: counted in totals, on no time axis, not taken for the newest"
    yield "wrong clock", clocks.wrong, True, first, far
    yield (
        "repeated event id",
        _repeated(data),
        False,
        None,
        "event_id is there more than once; it is counted once",
    )
    text = "equal to another row in all but event_id: perhaps the same event twice; each counts"
    count, user = count_alike(data)
    yield "repeated but for its id", count, True, user, text
    by_user = {
        "interaction without receipt": (
            _untouched(data),
            "a user interacted with an action never received before",
        ),
        "action without entry": (
            _in_the_middle(data),
            "received before any entry, as where the data starts in the middle: counted in actions and channels only",
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
    """Return the rows of interactions with actions that the user had not received by then."""
    codes = data.codes
    owned = data.events(None).with_columns(action=nw.col("code") // codes.width)
    touches = [
        code
        for number, action in enumerate(codes.actions, 1)
        for event in data.campaign.channels[action.channel].interacted
        for code in codes.made_by_anyone(number, event)
    ]
    received = owned.filter(nw.col("code").is_in(codes.received))
    first = received.group_by("user", "action").agg(first=nw.col("time").min())
    touched = owned.filter(nw.col("code").is_in(touches))
    touched = touched.join(first, on=["user", "action"], how="left")
    return touched.filter(nw.col("first").is_null() | (nw.col("first") > nw.col("time")))


def _in_the_middle(data: UserBackend) -> Rows:
    """Return the rows of actions received before their user's first entry."""
    rows, codes = data.events(None), data.codes
    roots = rows.filter(nw.col("code").is_in(codes.roots))
    first = roots.group_by("user").agg(first=nw.col("time").min())
    received = rows.filter(nw.col("code").is_in(codes.received)).join(first, on="user", how="left")
    return received.filter(nw.col("first").is_null() | (nw.col("time") < nw.col("first")))


def _two_variants(data: UserBackend) -> Rows | None:
    """Return the users with more than one variant; None where the events have no variants."""
    if not data.columns.has("variant"):
        return None
    known = data.events("variant").filter(~nw.col(BY).is_null())
    seen = known.group_by("user").agg(nw.col(BY).n_unique().alias("variants"))
    return seen.filter(nw.col("variants") > 1)
