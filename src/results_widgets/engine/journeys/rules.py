"""The rules of entries, conversions and attribution, as expressions that run on every backend.

An entry is a user's stay in the campaign, much like a session: it starts when the user receives a
root action and ends when the attribution window after the last received action has passed, on an
exit, or (goals in single mode) on the first conversion. A received root starts a new entry if

- the user has none before,
- an exit or a counted conversion has happened since the previous root, or
- more than the attribution window has passed since the last received action.

Since only what happened after the previous root matters, one pass of running sums and forward fills
over each user's rows in time order numbers the entries, without recursion. Any other received action
extends the current entry.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import narwhals as nw

from results_widgets.campaign import Campaign
from results_widgets.definitions import Definitions
from results_widgets.engine.calendar import SECOND, to_micros
from results_widgets.engine.encoding.event_codes import EventCodes
from results_widgets.engine.journeys.joins import ENTRY as _ENTRY, KEY_JOIN, EntryJoin, FrameT
from results_widgets.engine.journeys.windows import Windows

RECEIVED: Final = 0
INTERACTED: Final = 1
GOAL: Final = 2
EXITED: Final = 3
"""Roles of a row, in the order in which a user's simultaneous rows are taken."""

NEVER: Final = 2**62

WINDOW: Final = "_window"
FINISH: Final = "_finish"
"""What stands beside rows of several campaigns: the attribution window and the end of their own."""

ENTRY: Final = _ENTRY
"""The columns that identify an entry."""

ENTRY_ID: Final = ("user", "entry_id")
"""The columns that identify an entry where the source numbers entries itself."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings that decide about entries and conversions.

    Attributes:
        window: The attribution window, in µs.
        single: Whether only the first goal event of an entry counts.
        finish: When all entries end because the campaign does, epoch µs, or `NEVER`.
        conversions_given: Whether the source has ``converted`` events, so that none are derived.
        entries_given: Whether the source has entry ids, so that entries are not derived.
    """

    window: int
    single: bool
    finish: int
    conversions_given: bool
    entries_given: bool = False

    @property
    def length(self) -> "int | nw.Expr":
        """The attribution window of a row."""
        return self.window

    @property
    def end(self) -> "int | nw.Expr":
        """When a row's campaign ends."""
        return self.finish

    @property
    def own(self) -> tuple[str, ...]:
        """The columns that rules differ by from row to row."""
        return ()

    @classmethod
    def of(
        cls, campaign: Campaign, *, conversions_given: bool, entries_given: bool = False
    ) -> "Rules":
        """Read the rules from a campaign; for the other two see the attributes."""
        closes = campaign.on_finish == "close_windows" and campaign.finished_at is not None
        return cls(
            window=round(campaign.attribution_window.total_seconds() * SECOND),
            single=campaign.goal.mode == "single",
            finish=to_micros(campaign.finished_at) if closes and campaign.finished_at else NEVER,
            conversions_given=conversions_given,
            entries_given=entries_given,
        )


def roles(
    codes: EventCodes, definitions: Definitions, *, conversions_given: bool
) -> Mapping[int, tuple[int, ...]]:
    """Return the codes that have each role; ``conversions_given`` as in `Rules`."""
    return {
        RECEIVED: (*codes.received, *codes.held_back_roots),
        INTERACTED: codes.interacted(definitions),
        GOAL: codes.named("converted") if conversions_given else codes.goals,
        EXITED: codes.named("exited"),
    }


@dataclass(frozen=True, slots=True)
class RulesByRow(Rules):
    """The rules of several campaigns, whose window and end each row has beside it."""

    @property
    def length(self) -> "int | nw.Expr":
        """See `Rules`."""
        return nw.col(WINDOW)

    @property
    def end(self) -> "int | nw.Expr":
        """See `Rules`."""
        return nw.col(FINISH)

    @property
    def own(self) -> tuple[str, ...]:
        """See `Rules`."""
        return WINDOW, FINISH


def number_entries(rows: FrameT, windows: Windows, rules: Rules) -> FrameT:
    """Add ``starts`` (whether the row starts an entry), ``entry`` (0-based within the user, null
    before the first) and ``received_at`` (time of the last action received so far).

    Args:
        rows: user, time, role, root (Boolean: may start an entry), and what the windows need.
        windows: Windows per user, in time order.
        rules: The campaign's rules.
    """
    received = nw.col("role") == RECEIVED
    goal = (nw.col("role") == GOAL) & (
        nw.col("time") <= (NEVER if rules.conversions_given else rules.end)
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
    # A separate step, since SQL windows do not nest.
    rows = rows.with_columns(_closed=windows.previous(nw.col("_at_root")))
    first = nw.col("_closed").is_null()
    closed = nw.col("_closers") > nw.col("_closed")
    starts = nw.col("root") & (first | closed | (nw.col("_gap") > rules.length))
    rows = rows.with_columns(starts=starts)
    rows = rows.with_columns(entry=windows.total(nw.col("starts").cast(nw.Int64)) - 1)
    rows = rows.with_columns(entry=nw.when(nw.col("entry") >= 0).then(nw.col("entry")))
    return rows.drop("_closers", "_gap", "_at_root", "_closed")


def number_given_entries(rows: FrameT, windows: Windows, own: Windows, rules: Rules) -> FrameT:
    """Add ``starts`` and ``entry`` by the source's ``entry_id``: the first received row of an id
    starts an entry, and rows without an id belong to the entry started last.

    Args:
        rows: user, role, entry_id, and what the windows need.
        windows: Windows per user, in time order.
        own: Windows per `ENTRY_ID`, in time order.
        rules: The campaign's rules.
    """
    named, role = ~nw.col("entry_id").is_null(), nw.col("role")
    received = named & (role == RECEIVED)
    rows = rows.with_columns(_receipts=own.total(received.cast(nw.Int64)))
    rows = rows.with_columns(starts=received & (nw.col("_receipts") == 1))
    rows = rows.with_columns(_running=windows.total(nw.col("starts").cast(nw.Int64)) - 1)
    begun = nw.when(nw.col("starts")).then(nw.col("_running"))
    rows = rows.with_columns(_own=begun.max().over(*ENTRY_ID))
    # A row with an entry's id from before the entry's start belongs to no entry, unless the source
    # itself calls it a conversion of that entry.
    within = (nw.col("_receipts") > 0) | ((role == GOAL) & nw.lit(rules.conversions_given))
    latest = nw.when(~named & (nw.col("_running") >= 0)).then(nw.col("_running"))
    entry = nw.when(named & within).then(nw.col("_own")).otherwise(latest)
    return rows.with_columns(entry=entry).drop("_receipts", "_running", "_own")


def aggregate_entries(rows: FrameT, rules: Rules) -> FrameT:
    """Return one row per entry: user, entry, started_at, last_action_at, limit (all µs), start_row,
    held_back.

    ``limit`` is the entry's end unless a conversion ends it earlier.
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
    """Return an entry's end, conversions aside, from last_action_at and exited_at."""
    closes = nw.col("last_action_at") + rules.length
    end = rules.end if isinstance(rules.end, nw.Expr) else nw.lit(rules.end)
    return nw.min_horizontal(closes, nw.col("exited_at"), end)


def count_conversions(
    rows: FrameT, entries: FrameT, rules: Rules, join: EntryJoin = KEY_JOIN
) -> FrameT:
    """Return the goal rows that count: those within an entry, in single mode its first one.

    Conversions that the source gives all count, also outside of any entry.
    """
    goals = rows.filter(nw.col("role") == GOAL)
    if rules.conversions_given:
        return goals
    inside = (nw.col("time") >= nw.col("started_at")) & (nw.col("time") <= nw.col("limit"))
    placed = join.left(goals, entries, "started_at", "limit")
    counted = placed.filter(inside).drop("started_at", "limit")
    return join.firsts(counted) if rules.single else counted


def end_entries(
    entries: FrameT, conversions: FrameT, rules: Rules, join: EntryJoin = KEY_JOIN
) -> FrameT:
    """Add ``ended_at``: the limit, or in single mode the conversion's time if that is earlier."""
    if not rules.single:
        return entries.with_columns(ended_at=nw.col("limit"))
    first = join.firsts(conversions).with_columns(_at=nw.col("time"))
    ends = nw.min_horizontal("limit", "_at")
    return join.left(entries, first, "_at").with_columns(ended_at=ends).drop("_at")


def attribute(
    conversions: FrameT, entries: FrameT, *, given: bool, join: EntryJoin = KEY_JOIN
) -> FrameT:
    """Add ``action`` (number, null for none) and ``attributed_by`` (interaction, receipt, source or null).

    Args:
        conversions: The conversions, with interaction and receipt as `credited_touches` finds them.
        entries: All entries.
        given: Whether the action that a conversion's own row names is the one.
        join: How entries are looked up.
    """
    held = entries.filter(nw.col("held_back")).with_columns(_held=nw.lit(True))
    rows = join.left(conversions, held, "_held")
    return credited(rows, given=given, ours=nw.col("_held").is_null()).drop("_held")


def credited(conversions: FrameT, *, given: bool, ours: nw.Expr) -> FrameT:
    """Do what `attribute` does, by whether a conversion's entry was ours: not held back."""
    by = (
        nw.when((nw.col("number") > 0) if given else nw.lit(False))
        .then(nw.lit("source"))
        .otherwise(
            nw.when(ours & ~nw.col("interaction").is_null())
            .then(nw.lit("interaction"))
            .otherwise(nw.when(ours & ~nw.col("receipt").is_null()).then(nw.lit("receipt")))
        )
    )
    rows = conversions.with_columns(attributed_by=by)
    action: nw.Expr = nw.when(nw.col("attributed_by") == "source").then(nw.col("number"))
    action = (
        nw.when(nw.col("attributed_by") == "interaction")
        .then(nw.col("interaction"))
        .otherwise(action)
    )
    action = nw.when(nw.col("attributed_by") == "receipt").then(nw.col("receipt")).otherwise(action)
    return rows.with_columns(action=action)
