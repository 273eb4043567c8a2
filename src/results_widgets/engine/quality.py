"""What is wrong with the events: counted, listed, and said whether the rows were kept."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from results_widgets.channels import GOAL_EVENTS
from results_widgets.engine.data import Data
from results_widgets.engine.log import of_campaign, usable
from results_widgets.engine.memory import InMemory, in_memory
from results_widgets.engine.zones import to_micros
from results_widgets.sources import Problem


@dataclass(frozen=True, slots=True)
class Check:
    """One check: which rows it finds, an example of what is in them, and what happens to them."""

    name: str
    text: str
    kept: bool
    found: pl.Expr
    example: str


def quality(data: Data) -> pl.DataFrame:
    """Return check, rows (Int64), kept (Boolean), example, text (String); a row also where nothing is wrong."""
    held = in_memory(data, "quality()")
    found = [*_by_row(held), *_by_log(held)]
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


def _checks(data: InMemory) -> list[Check]:
    return [*_unusable(), *_unknown(data), *_out_of_time(data)]


def _unusable() -> list[Check]:
    user, event, time = (pl.col(name).is_null() for name in ("user_id", "event", "timestamp"))
    unread = "timestamp is missing, cannot be read, or lies outside the years 1900 to 2199"
    return [
        Check("no user", "user_id is missing", False, user, "event"),
        Check("no event", "event is missing", False, event, "action_id"),
        Check("no time", unread, False, time, "event"),
    ]


def _unknown(data: InMemory) -> list[Check]:
    ours, known_action, known_pair, free = _known(data)
    other = ~of_campaign(data.campaign, data.table)
    stranger = ours & pl.col("action_id").is_not_null() & ~known_action & ~free
    named = (known_action | pl.col("action_id").is_null()).fill_null(True)
    silent = "the action's channel does not know this event, and it is no goal"
    return [
        Check("other campaign", "campaign_id is another campaign's", False, other, "campaign_id"),
        Check(
            "unknown action", "action_id is no action of the campaign", False, stranger, "action_id"
        ),
        Check("unknown event", silent, False, ours & named & ~free & ~known_pair, "event"),
    ]


def _out_of_time(data: InMemory) -> list[Check]:
    ours, _, known_pair, _ = _known(data)
    started, time = data.campaign.started_at, pl.col("timestamp").to_physical()
    early = time < to_micros(started) if started is not None else pl.lit(False)
    late = time > to_micros(datetime.now(UTC))
    before = "an action's event lies before the campaign's start"
    return [
        Check("before the campaign", before, True, ours & known_pair & early, "timestamp"),
        Check(
            "in the future",
            "timestamp lies after the moment of reading",
            True,
            ours & late,
            "timestamp",
        ),
    ]


def _known(data: InMemory) -> tuple[pl.Expr, pl.Expr, pl.Expr, pl.Expr]:
    """Return whether a row is ours, its action known, its event known there, its event one that needs no action."""
    campaign, action, event = data.campaign, pl.col("action_id"), pl.col("event")
    ours = of_campaign(campaign, data.table) & pl.all_horizontal(*usable())
    pairs = [
        (action == one.id) & event.is_in(list(campaign.channels[one.channel].events))
        for one in campaign.actions
    ]
    free = event.is_in([*campaign.goal.events, *GOAL_EVENTS])
    known_action = action.is_in([one.id for one in campaign.actions])
    return ours, known_action, pl.any_horizontal(*pairs).fill_null(False), free


def _by_row(data: InMemory) -> Iterator[tuple[object, ...]]:
    checks = _checks(data)
    counts = [
        c.found.fill_null(False).sum().cast(pl.Int64).alias(f"{i}") for i, c in enumerate(checks)
    ]
    examples = [
        pl.col(c.example)
        .filter(c.found.fill_null(False))
        .drop_nulls()
        .first()
        .cast(pl.String)
        .alias(f"e{i}")
        for i, c in enumerate(checks)
    ]
    row = (
        data.table.frame.filter(data.readable)
        .select(*counts, *examples)
        .collect()
        .row(0, named=True)
    )
    for index, check in enumerate(checks):
        yield check.name, row[f"{index}"], check.kept, row[f"e{index}"], check.text


def _by_log(data: InMemory) -> Iterator[tuple[object, ...]]:
    yield (
        "repeated event id",
        _repeated(data),
        False,
        None,
        "event_id is there more than once; it is counted once",
    )
    count, user = _untouched(data)
    yield (
        "interaction without receipt",
        count,
        True,
        user,
        "a user interacted with an action never received before",
    )
    count, user = _in_the_middle(data)
    yield (
        "action without entry",
        count,
        True,
        user,
        "the data starts in the middle: counted in actions and channels only",
    )
    count, user = _unknown_users(data)
    yield (
        "unknown user",
        count,
        True,
        user,
        "users of the events that the users table does not have",
    )
    count, user = _two_variants(data)
    yield "two variants", count, True, user, "users seen in more than one variant"


def _repeated(data: InMemory) -> int:
    if not data.table.has("event_id"):
        return 0
    ids = data.table.frame.filter(
        of_campaign(data.campaign, data.table), *usable(), pl.col("event_id").is_not_null()
    )
    counts = ids.select(rows=pl.len(), ids=pl.col("event_id").n_unique()).collect()
    return int(counts["rows"][0]) - int(counts["ids"][0])


def _untouched(data: InMemory) -> tuple[int, str | None]:
    rows, codes = data.log.rows.lazy(), data.codes
    owned = rows.with_columns(action=pl.col("code") // codes.width)
    touches = [
        codes.code(number, event)
        for number, action in enumerate(codes.actions, 1)
        for event in data.campaign.channels[action.channel].interacted
    ]
    first = (
        owned.filter(pl.col("code").is_in(codes.received))
        .group_by("user", "action")
        .agg(first=pl.col("time").min())
    )
    touched = owned.filter(pl.col("code").is_in(touches)).join(
        first, on=["user", "action"], how="left"
    )
    return _counted(
        data, touched.filter(pl.col("first").is_null() | (pl.col("first") > pl.col("time")))
    )


def _in_the_middle(data: InMemory) -> tuple[int, str | None]:
    rows, codes = data.log.rows.lazy(), data.codes
    roots = (
        rows.filter(pl.col("code").is_in(codes.roots))
        .group_by("user")
        .agg(first=pl.col("time").min())
    )
    received = rows.filter(pl.col("code").is_in(codes.received)).join(roots, on="user", how="left")
    return _counted(
        data, received.filter(pl.col("first").is_null() | (pl.col("time") < pl.col("first")))
    )


def _unknown_users(data: InMemory) -> tuple[int, str | None]:
    if data.users is None:
        return 0, None
    missing = (
        data.log.user_ids.to_frame().join(data.users, on="user_id", how="anti").sort("user_id")
    )
    return missing.height, None if missing.is_empty() else str(missing["user_id"][0])


def _two_variants(data: InMemory) -> tuple[int, str | None]:
    if not data.table.has("variant"):
        return 0, None
    rows = data.log.rows.with_columns(
        variant=data.values("variant", data.log.rows["user"], data.log.rows["row"])
    )
    known = rows.lazy().filter(pl.col("variant").is_not_null())
    return _counted(
        data, known.group_by("user").agg(pl.col("variant").n_unique()).filter(pl.col("variant") > 1)
    )


def _counted(data: InMemory, rows: pl.LazyFrame) -> tuple[int, str | None]:
    users = rows.select("user").collect()["user"]
    first = data.log.user_ids.gather(users.unique()).min()
    return len(users), None if first is None else str(first)
