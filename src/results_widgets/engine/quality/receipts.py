"""The checks that compare what a user did with a message with when it was received."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import narwhals as nw

from results_widgets.campaign import Campaign
from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.calendar import DAY, SECOND
from results_widgets.engine.frames import Rows, collect
from results_widgets.engine.quality.code import SOON_SECONDS, pair
from results_widgets.engine.quality.finding import Found
from results_widgets.engine.quality.tallies import Tallies

_MINUTE: Final = 60 * SECOND
_SOON: Final = SOON_SECONDS * SECOND

SKEWED_ROWS: Final = 10
"""Fewest early events that are evidence of a wrong clock."""
SKEWED_SHARE: Final = 0.05
"""Smallest share of a channel's events that do."""
_MOST: Final = 0.95
"""Least share of the early events that a corrected clock must move after their receipt."""
_STEP: Final = 15
"""Zones differ by quarters of an hour."""

_Group = tuple[str, str]
"""A channel and one of its events."""


def find_by_receipt(data: UserBackend, tallies: Tallies) -> Iterator[tuple[str, Found]]:
    """Yield what the checks found that compare events with the receipt of their message."""
    owned = _owned(data)
    received = owned.filter(nw.col("code").is_in(data.codes.received))
    first = received.group_by("user", "action").agg(first=nw.col("time").min())
    followed = owned.filter(nw.col("code").is_in([*tallies.followed]))
    joined = followed.join(first, on=["user", "action"], how="left")
    early = nw.col("first") > nw.col("time")
    wrong = joined.filter(nw.col("first").is_null() | early)
    with data.materialised(wrong) as found:
        touched = found.filter(nw.col("code").is_in(tallies.answered))
        among = tallies.of(tallies.answered)
        yield "interaction without receipt", _found(data, touched, among)
        yield "interaction before receipt", _found(data, touched.filter(early), among)
        yield "clock skew", _skew(data.campaign, found.filter(early), tallies)
    quick = _quick_clicks(owned, tallies)
    yield "click within seconds", _found(data, quick, tallies.of(tallies.clicked))
    middle = _in_the_middle(data, received)
    yield "action without entry", _found(data, middle, tallies.of(data.codes.received))


def _owned(data: UserBackend) -> Rows:
    return data.events(None).with_columns(action=nw.col("code") // data.codes.width)


def _found(data: UserBackend, rows: Rows, among: int) -> Found:
    return Found(*_swapped(data.count_with_example(rows), among))


def _swapped(counted: tuple[int, str | None], among: int) -> tuple[int, int, str | None]:
    return counted[0], among, counted[1]


def _skew(campaign: Campaign, early: Rows, tallies: Tallies) -> Found:
    """Return the early events of channels whose clock is not that of the sends."""
    lead = nw.col("first") - nw.col("time")
    minutes = early.filter(lead <= DAY).select("code", minute=lead // _MINUTE)
    counted = collect(minutes.group_by("code", "minute").agg(rows=nw.len()))
    leads: dict[_Group, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for code, minute, rows in counted.iter_rows():
        leads[tallies.followed[code]][int(minute)] += int(rows)
    totals: dict[_Group, int] = defaultdict(int)
    for code, group in tallies.followed.items():
        totals[group] += tallies.of([code])
    rows_of = {group: sum(found.values()) for group, found in leads.items()}
    skewed = sorted(
        (-rows, group)
        for group, rows in rows_of.items()
        if rows >= SKEWED_ROWS and rows >= SKEWED_SHARE * totals[group]
    )
    if not skewed:
        return Found(0, sum(totals.values()))
    groups = [group for _, group in skewed]
    channel, event = groups[0]
    typical = quantile(leads[groups[0]], 0.5)
    example = f"{channel} {event}, typically {typical} min early"
    places = {"shifts": _shifts(campaign, {one: leads[one] for one in groups})}
    among = sum(totals[group] for group in groups)
    return Found(sum(rows_of[group] for group in groups), among, example, places)


def _shifts(campaign: Campaign, leads: dict[_Group, dict[int, int]]) -> str:
    """Return how much later each channel's events are, as code."""
    lines = []
    for (channel, event), minutes in sorted(leads.items()):
        ids = [action.id for action in campaign.actions if action.channel == channel]
        later = _STEP * (quantile(minutes, _MOST) // _STEP + 1)
        lines.append(f"when({pair(ids, [event])})\n    .then(pl.duration(minutes={later}))")
    return f"pl.{'.'.join(lines)}\n    .otherwise(pl.duration())"


def quantile(counts: dict[int, int], share: float) -> int:
    """Return the least value that at least such a share of counted values does not exceed."""
    total, so_far = sum(counts.values()), 0
    for value in sorted(counts):
        so_far += counts[value]
        if so_far >= share * total:
            return value
    raise AssertionError("there is no value")


def _quick_clicks(owned: Rows, tallies: Tallies) -> Rows:
    """Return the clicks within seconds of the message being sent or delivered."""
    keys = ["user", "action"]
    clicks = owned.filter(nw.col("code").is_in(tallies.clicked))
    arrived = owned.filter(nw.col("code").is_in(tallies.arrived))
    arrived = arrived.join(clicks.select(*keys).unique(), on=keys, how="semi")
    at = arrived.select(*keys, at=nw.col("time")).unique()
    # Equal slots are joined, not all pairs: a user may have the same message and click on it often.
    slot = nw.col("at") // _SOON
    slots = nw.concat([at.with_columns(slot=slot), at.with_columns(slot=slot + 1)])
    timed = clicks.select(*keys, "time").unique().with_columns(slot=nw.col("time") // _SOON)
    after = nw.col("time") - nw.col("at")
    quick = timed.join(slots, on=[*keys, "slot"], how="inner").filter(after >= 0, after <= _SOON)
    return clicks.join(quick.select(*keys, "time").unique(), on=[*keys, "time"], how="semi")


def _in_the_middle(data: UserBackend, received: Rows) -> Rows:
    """Return the rows of actions received before their user's first entry."""
    roots = data.events(None).filter(nw.col("code").is_in(data.codes.roots))
    first = roots.group_by("user").agg(first=nw.col("time").min())
    rows = received.join(first, on="user", how="left")
    return rows.filter(nw.col("first").is_null() | (nw.col("time") < nw.col("first")))
