"""Entries and conversions: one user's events walked in time order.

A received root starts a new entry when there is none yet, when an exit or (single mode) a counted
conversion lies between it and the root before, or when more than the attribution window has passed
since the last action received. What closes an entry before a root is thus looked for only since the
root before, so the walk needs no recursion. Every other received action extends the entry that
runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

import narwhals as nw

from results_widgets.campaign import Campaign
from results_widgets.definitions import Definitions
from results_widgets.engine.calendar import SECOND, to_micros
from results_widgets.engine.encoding.event_codes import EventCodes
from results_widgets.engine.journeys.windows import Windows

FrameT = TypeVar("FrameT", nw.DataFrame[Any], nw.LazyFrame[Any])

RECEIVED: Final = 0
INTERACTED: Final = 1
GOAL: Final = 2
EXITED: Final = 3
"""Roles of a row in the order in which simultaneous rows are walked."""

NEVER: Final = 2**62

ENTRY: Final = ("user", "entry")
"""What names an entry."""

BY_SOURCE: Final = ("user", "entry_id")
"""What names an entry where the source numbers them."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What decides about entries.

    Attributes:
        window: The attribution window, in µs.
        single: Whether only the first goal event of an entry counts.
        finish: When windows close hard, epoch µs, or `NEVER`.
        as_given: Whether the source emits ``converted`` itself.
        by_source: Whether the source numbers entries itself.
    """

    window: int
    single: bool
    finish: int
    as_given: bool
    by_source: bool = False

    @classmethod
    def of(cls, campaign: Campaign, *, as_given: bool, by_source: bool = False) -> "Rules":
        """Read the rules from a campaign; ``as_given``: the source emits ``converted`` itself."""
        closes = campaign.on_finish == "close_windows" and campaign.finished_at is not None
        return cls(
            window=round(campaign.attribution_window.total_seconds() * SECOND),
            single=campaign.goal.mode == "single",
            finish=to_micros(campaign.finished_at) if closes and campaign.finished_at else NEVER,
            as_given=as_given,
            by_source=by_source,
        )


def roles(
    codes: EventCodes, definitions: Definitions, *, as_given: bool
) -> Mapping[int, tuple[int, ...]]:
    """Return the codes that play each role; ``as_given``: the source emits ``converted`` itself."""
    return {
        RECEIVED: (*codes.received, *codes.held_back_roots),
        INTERACTED: codes.interacted(definitions),
        GOAL: codes.named("converted") if as_given else codes.goals,
        EXITED: codes.named("exited"),
    }


class Meeting(Protocol):
    """How rows and their entries meet. Rows without an entry (null) meet none."""

    def bring(self, rows: FrameT, others: FrameT, *columns: str) -> FrameT:
        """Add columns of others, which hold an entry at most once, to the rows of that entry."""

    def firsts(self, rows: FrameT) -> FrameT:
        """Return the first row of each entry, in walk order (``step``)."""


class Joined:
    """Meeting by joins on `ENTRY`, on any engine."""

    def bring(self, rows: FrameT, others: FrameT, *columns: str) -> FrameT:
        """See `Meeting`."""
        return rows.join(others.select(*ENTRY, *columns), on=list(ENTRY), how="left")

    def firsts(self, rows: FrameT) -> FrameT:
        """See `Meeting`."""
        named = rows.filter(~nw.col("entry").is_null())
        first = named.group_by(*ENTRY).agg(step=nw.col("step").min())
        return named.join(first, on=[*ENTRY, "step"], how="inner")


JOINED: Final = Joined()


def number_entries(rows: FrameT, windows: Windows, rules: Rules) -> FrameT:
    """Add ``starts`` (whether the row starts an entry), ``entry`` (0-based within the user, null
    before the first) and ``received_at`` (time of the last action received so far).

    Args:
        rows: user, time, role, root (Boolean: may start an entry), in whatever the windows need.
        windows: Over the user, in walk order.
        rules: The campaign's.
    """
    received = nw.col("role") == RECEIVED
    goal = (nw.col("role") == GOAL) & (
        nw.col("time") <= (NEVER if rules.as_given else rules.finish)
    )
    closes = (nw.col("role") == EXITED) | (goal if rules.single else nw.lit(False))
    time = nw.col("time")
    rows = rows.with_columns(
        received_at=windows.latest(nw.when(received).then(time)),
        _closers=windows.running(closes.cast(nw.Int64)),
    )
    rows = rows.with_columns(
        _gap=time - windows.previous(nw.col("received_at")),
        _at_root=windows.latest(nw.when(nw.col("root")).then(nw.col("_closers"))),
    )
    # A step of its own: windows of an engine do not nest.
    rows = rows.with_columns(_closed=windows.previous(nw.col("_at_root")))
    first = nw.col("_closed").is_null()
    closed = nw.col("_closers") > nw.col("_closed")
    starts = nw.col("root") & (first | closed | (nw.col("_gap") > rules.window))
    rows = rows.with_columns(starts=starts.fill_null(False))
    rows = rows.with_columns(entry=windows.total(nw.col("starts").cast(nw.Int64)) - 1)
    rows = rows.with_columns(entry=nw.when(nw.col("entry") >= 0).then(nw.col("entry")))
    return rows.drop("_closers", "_gap", "_at_root", "_closed")


def number_by_source(rows: FrameT, windows: Windows, own: Windows, rules: Rules) -> FrameT:
    """Add ``starts`` and ``entry`` as the source's ``entry_id`` decides: its first received row
    starts an entry, rows without one join the latest.

    Args:
        rows: user, role, entry_id, in whatever the windows need.
        windows: Over the user, in walk order.
        own: Over `BY_SOURCE`, in walk order.
        rules: The campaign's.
    """
    named, role = ~nw.col("entry_id").is_null(), nw.col("role")
    received = named & (role == RECEIVED)
    rows = rows.with_columns(_receipts=own.total(received.cast(nw.Int64)))
    rows = rows.with_columns(starts=received & (nw.col("_receipts") == 1))
    rows = rows.with_columns(_running=windows.total(nw.col("starts").cast(nw.Int64)) - 1)
    begun = nw.when(nw.col("starts")).then(nw.col("_running"))
    rows = rows.with_columns(_own=begun.max().over(*BY_SOURCE))
    # What carries an entry's id but happened before the entry began lies in no entry; only what the
    # source itself calls a conversion of that entry stays one.
    within = (nw.col("_receipts") > 0) | ((role == GOAL) & nw.lit(rules.as_given))
    latest = nw.when(~named & (nw.col("_running") >= 0)).then(nw.col("_running"))
    entry = nw.when(named & within).then(nw.col("_own")).otherwise(latest)
    return rows.with_columns(entry=entry).drop("_receipts", "_running", "_own")


def sum_up(rows: FrameT, rules: Rules) -> FrameT:
    """Return one row per entry: user, entry, started_at, last_action_at, limit (all µs), start_row,
    held_back.

    ``limit`` is the entry's end as long as no conversion ends it.
    """
    time, role = nw.col("time"), nw.col("role")
    entries = (
        rows.filter(~nw.col("entry").is_null(), role.is_in([RECEIVED, EXITED]))
        .with_columns(
            _received=nw.when(role == RECEIVED).then(time),
            _exited=nw.when(role == EXITED).then(time),
            _start_row=nw.when(nw.col("starts")).then(nw.col("row")),
            _held=(nw.col("starts") & nw.col("held_back")).cast(nw.Int64),
        )
        .group_by("user", "entry")
        .agg(
            started_at=nw.col("_received").min(),
            last_action_at=nw.col("_received").max(),
            exited_at=nw.col("_exited").min(),
            start_row=nw.col("_start_row").min(),
            held_back=nw.col("_held").max(),
        )
    )
    return entries.with_columns(limit=limit(rules), held_back=nw.col("held_back") > 0)


def limit(rules: Rules) -> nw.Expr:
    """Return an entry's end as long as no conversion ends it, from last_action_at and exited_at."""
    closes = nw.col("last_action_at") + rules.window
    return nw.min_horizontal(closes, nw.col("exited_at"), nw.lit(rules.finish))


def count_conversions(
    rows: FrameT, entries: FrameT, rules: Rules, meeting: Meeting = JOINED
) -> FrameT:
    """Return the goal rows that count; single mode keeps the first of each entry.

    Conversions given by the source are taken as they are, also outside of any entry.
    """
    goals = rows.filter(nw.col("role") == GOAL)
    if rules.as_given:
        return goals
    inside = (nw.col("time") >= nw.col("started_at")) & (nw.col("time") <= nw.col("limit"))
    placed = meeting.bring(goals, entries, "started_at", "limit")
    counted = placed.filter(inside).drop("started_at", "limit")
    return meeting.firsts(counted) if rules.single else counted


def end_entries(
    entries: FrameT, conversions: FrameT, rules: Rules, meeting: Meeting = JOINED
) -> FrameT:
    """Add ``ended_at``: the limit, or in single mode the conversion where it comes first."""
    if not rules.single:
        return entries.with_columns(ended_at=nw.col("limit"))
    first = meeting.firsts(conversions).with_columns(_at=nw.col("time"))
    ends = nw.min_horizontal("limit", "_at")
    return meeting.bring(entries, first, "_at").with_columns(ended_at=ends).drop("_at")


def last_touches(rows: FrameT, windows: Windows) -> FrameT:
    """Add ``interaction`` and ``receipt``: numbers of the last action interacted with and received,
    up to each row.

    Args:
        rows: The rows of converting entries, with number (of the action), role, held_back.
        windows: Over the entry, in walk order.
    """
    number, role = nw.col("number"), nw.col("role")
    received = (role == RECEIVED) & ~nw.col("held_back")
    return rows.with_columns(
        interaction=windows.latest(nw.when(role == INTERACTED).then(number)),
        receipt=windows.latest(nw.when(received).then(number)),
    )


def attribute(
    conversions: FrameT, entries: FrameT, rules: Rules, meeting: Meeting = JOINED
) -> FrameT:
    """Add ``action`` (number, null for none) and ``attributed_by`` (interaction, receipt, source or null)."""
    held = entries.filter(nw.col("held_back")).with_columns(_held=nw.lit(True))
    rows = meeting.bring(conversions, held, "_held")
    ours = nw.col("_held").is_null()
    given = (nw.col("number") > 0) if rules.as_given else nw.lit(False)
    by = (
        nw.when(given)
        .then(nw.lit("source"))
        .otherwise(
            nw.when(ours & ~nw.col("interaction").is_null())
            .then(nw.lit("interaction"))
            .otherwise(nw.when(ours & ~nw.col("receipt").is_null()).then(nw.lit("receipt")))
        )
    )
    rows = rows.with_columns(attributed_by=by)
    action: nw.Expr = nw.when(nw.col("attributed_by") == "source").then(nw.col("number"))
    action = (
        nw.when(nw.col("attributed_by") == "interaction")
        .then(nw.col("interaction"))
        .otherwise(action)
    )
    action = nw.when(nw.col("attributed_by") == "receipt").then(nw.col("receipt")).otherwise(action)
    return rows.with_columns(action=action).drop("_held")
