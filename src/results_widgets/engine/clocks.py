"""Which times are plausible, so that one wrong clock does not decide axes, freshness and open windows.

A device whose clock is wrong reports events of 1970, 2040 or 2099. Such events count in every total, since they
did happen, but their times are useless: they are left out of time axes and comparisons, and decide neither what is
    newest nor which windows are still open. The rules are in docs/rules.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final

import narwhals as nw

from results_widgets.campaign import Campaign
from results_widgets.engine.calendar import DAY, from_micros, to_micros
from results_widgets.engine.encoding.event_codes import EventCodes
from results_widgets.engine.frames import Rows, collect, time_span, within
from results_widgets.locales import ENGLISH, Locale

FAR: Final = 366 * DAY
"""How far outside the campaign's own dates an event still belongs to it, in µs."""
AHEAD: Final = DAY
"""How far ahead of the moment of reading a clock may be, in µs."""
SILENCE: Final = 731
"""The days without an event that cut earlier events off, where the campaign does not say when it started."""

Edge = int | None


@dataclass(frozen=True, slots=True)
class Clocks:
    """The times of a campaign's events, epoch µs, as far as they are believed.

    Attributes:
        oldest: Time of the oldest event of the campaign.
        newest: Time of the newest.
        start: Events of actions before it are not believed; None: there are none.
        end: Events after it are not believed; None: there are none.
        wrong: How many events are not believed.
        least: The earliest time that is not believed.
        most: The latest.
    """

    oldest: int
    newest: int
    start: Edge = None
    end: Edge = None
    wrong: int = 0
    least: Edge = None
    most: Edge = None

    @property
    def edges(self) -> tuple[Edge, Edge]:
        """The first instant that is believed, and the first one after all that are; None: there is no limit."""
        return self.start, None if self.end is None else self.end + 1

    def merged(self, other: "Clocks") -> "Clocks":
        """Return what is believed of the events of both."""
        both = (self, other)
        starts = [one.oldest if one.start is None else one.start for one in both]
        ends = [one.newest if one.end is None else one.end for one in both]
        return Clocks(
            min(one.oldest for one in both),
            max(one.newest for one in both),
            None if all(one.start is None for one in both) else min(starts),
            None if all(one.end is None for one in both) else max(ends),
            self.wrong + other.wrong,
            min((one.least for one in both if one.least is not None), default=None),
            max((one.most for one in both if one.most is not None), default=None),
        )

    def is_open(self) -> nw.Expr:
        """Whether an entry (last_action_at, ended_at) may still convert at the newest event."""
        return is_open_at(self.newest)

    def note(self, locale: Locale = ENGLISH, min_cell: int = 0) -> str:
        """Return what wrong clocks mean for the numbers, in two sentences; empty without any.

        For fewer events than ``min_cell``, neither their number nor their days are given.
        """
        if not self.wrong or self.least is None or self.most is None:
            return ""
        if self.wrong < min_cell:
            return (
                f"Fewer than {locale.exact(min_cell)} events have times far outside the campaign. They count in "
                f"totals, but are on no time axis."
            )
        first, last = (str(from_micros(at).date()) for at in (self.least, self.most))
        when = first if first == last else f"{first} to {last}"
        told = (
            "1 event has a time far outside the campaign ({}). It counts in totals, but is"
            if self.wrong == 1
            else f"{locale.exact(self.wrong)} events have times far outside the campaign ({{}}). They count in "
            "totals, but are"
        )
        return f"{told.format(when)} on no time axis."


def is_open_at(newest: int | nw.Expr) -> nw.Expr:
    """Return whether an entry (last_action_at, ended_at) may still convert at the time of the newest event."""
    return (nw.col("last_action_at") <= newest) & (nw.col("ended_at") > newest)


def read_clocks(
    source: Callable[[], Rows], codes: EventCodes, rows: Rows, extremes: Rows | None = None
) -> Clocks:
    """Return which times of a campaign's events are believed.

    Args:
        source: Gives all rows of the source: time. Without any event, the results are as new as these.
        codes: What the codes mean.
        rows: The encoded events: time, code.
        extremes: The first and the last of each code, if known.
    """
    of_actions = _of_actions(codes)
    some = (rows if extremes is None else extremes).select("time", own=of_actions)
    rows = rows.select("time", own=of_actions)
    own, time = nw.col("own"), nw.col("time")
    edges = _edges("own", nw.when(own).then(time)) | _edges("all", time)
    found = collect(some.select(**edges)).row(0, named=True)
    if found["all_first"] is None:
        newest = collect(source().select(time.max())).item() or 0
        return Clocks(newest, newest)
    oldest, newest = int(found["all_first"]), int(found["all_last"])
    # Goal events of users without any action may well be older than the campaign.
    has_own = found["own_first"] is not None
    first = int(found["own_first"]) if has_own else oldest
    last = int(found["own_last"]) if has_own else newest
    rows = rows if has_own else rows.with_columns(own=nw.lit(value=True))
    limits = _believed(rows, codes.campaign, first, last, newest)
    return _without_wrong(rows, *limits) if limits != (None, None, None) else Clocks(oldest, newest)


def active_span(
    rows: Rows, conversions: Rows, codes: EventCodes, clocks: Clocks
) -> tuple[int, int]:
    """Return the first and last time that is believed (epoch µs) of action events, exits and conversions."""
    both = (rows.filter(_of_actions(codes)), conversions)
    found = time_span(within(some, "time", *clocks.edges) for some in both)
    return found or (clocks.newest, clocks.newest)


def _of_actions(codes: EventCodes) -> nw.Expr:
    return (nw.col("code") >= codes.width) | nw.col("code").is_in(codes.named("exited"))


def _edges(name: str, time: nw.Expr) -> dict[str, nw.Expr]:
    return {f"{name}_first": time.min(), f"{name}_last": time.max()}


def _believed(
    rows: Rows, campaign: Campaign, first: int, last: int, newest: int
) -> tuple[Edge, Edge, Edge]:
    """Return from when to when events of actions are believed, and until when goal events are.

    Limits that most events contradict are ignored: then the campaign's dates, or the clock of this machine, are wrong.
    """
    time, own = nw.col("time"), rows.filter(nw.col("own"))
    start, finish = _declared(campaign)
    now = to_micros(datetime.now(UTC)) + AHEAD
    ends = [
        edge
        for edge in (finish, now)
        if edge is not None and last > edge and _are_few(own, time > edge)
    ]
    end = min(ends, default=None)
    goals_end = now if newest > now and _are_few(rows, time > now) else None
    if start is not None:
        is_early = first < start and _are_few(own, time < start)
        return (start if is_early else None), end, goals_end
    if (last if end is None else end) - first < SILENCE * DAY:
        return None, end, goals_end
    days = own if end is None else own.filter(time <= end)
    counts = collect(days.select(day=time // DAY).group_by("day").agg(rows=nw.len()))
    return _after_silence(counts.sort("day").rows()), end, goals_end


def _declared(campaign: Campaign) -> tuple[Edge, Edge]:
    """Return the campaign's own dates with `FAR` on either side; None where it has none."""
    started, finished = campaign.started_at, campaign.finished_at
    window = campaign.attribution_window // timedelta(microseconds=1)
    start = None if started is None else to_micros(started) - FAR
    return start, None if finished is None else to_micros(finished) + window + FAR


def _are_few(rows: Rows, wrong: nw.Expr) -> bool:
    """Whether an expression holds for at most half of the rows."""
    found = collect(rows.select(wrong=wrong.cast(nw.Int64).sum(), rows=nw.len())).row(0)
    return 2 * int(found[0]) <= int(found[1])


def _after_silence(days: Sequence[tuple[int, int]]) -> Edge:
    """Return when the last silence ends that has no more events before it than after it; None without any.

    Args:
        days: Each day with events (days since 1970, ascending) and how many it has.
    """
    total, before, start = sum(rows for _, rows in days), 0, None
    for (day, rows), (following, _) in pairwise(days):
        before += rows
        if following - day > SILENCE and 2 * before <= total:
            start = following * DAY
    return start


def _without_wrong(rows: Rows, start: Edge, end: Edge, goals_end: Edge) -> Clocks:
    """Return the edges of the times that are believed, and what is known of the others."""
    time, own = nw.col("time"), nw.col("own")
    early = own & (time < start) if start is not None else nw.lit(value=False)
    late = own & (time > end) if end is not None else nw.lit(value=False)
    ahead = ~own & (time > goals_end) if goals_end is not None else nw.lit(value=False)
    rows = rows.with_columns(wrong=early | late | ahead)
    wrong = nw.col("wrong")
    within = ~wrong if start is None else ~wrong & (time >= start)
    found = collect(
        rows.select(
            **_edges("right", nw.when(within).then(time)),
            **_edges("wrong", nw.when(wrong).then(time)),
            wrong=wrong.cast(nw.Int64).sum(),
        )
    ).row(0, named=True)
    if found["right_first"] is None:
        # Half are too early and half too late: it is not known which are wrong.
        first, last = collect(rows.select(first=time.min(), last=time.max())).row(0)
        return Clocks(int(first), int(last))
    return Clocks(
        int(found["right_first"]),
        int(found["right_last"]),
        start,
        end,
        int(found["wrong"]),
        found["wrong_first"],
        found["wrong_last"],
    )
