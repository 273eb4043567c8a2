"""Why rows of the events are left out, where enough rows are that it must be reported."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.channels import GOAL_EVENTS
from results_widgets.engine.cache import Key
from results_widgets.engine.encoding.event_codes import EventCodes
from results_widgets.engine.frames import Rows, collect, count
from results_widgets.engine.reasons import NOT_A_WORD, LeftOut, Reason, folded
from results_widgets.errors import warn_caller

LEFT_OUT: Final = Key[LeftOut | None]("left out")
"""The cached note on rows that are left out."""

ONE_IN: Final = 20
"""If more than one in this many rows is left out, it is reported."""

_VALUES: Final = 200
"""How many of the commonest values are looked through for a name that is nearly known."""
_RARE: Final = 20
_ALIKE: Final = 0.75

_UNNAMED, _FOREIGN, _COUNTED = "unnamed", "foreign", "counted"
_NEARLY: Final = ("goal", "event", _UNNAMED)
"""Why rows are left out whose event may be nearly the goal's."""


class Told:
    """The warnings already given, so that each is given once.

    Args:
        is_done: Whether to stay silent because another holder of the same rows already warns.
    """

    def __init__(self, *, is_done: bool = False) -> None:
        self._is_done = is_done
        self._texts: set[str] = set()

    def tell(self, find: Callable[[], LeftOut | None]) -> None:
        """Warn of rows that are left out; only the first call looks whether there are any."""
        if self._is_done:
            return
        self._is_done = True
        found = find()
        if found is not None and found.key not in self._texts:
            self._texts.add(found.key)
            warn_caller(f"events: {found.text()}")

    def take_over(self, before: "Told") -> None:
        """Take over what was told of the same data, read earlier."""
        self._texts |= before._texts


def find_left_out(
    source: Callable[[], Rows], codes: EventCodes, events: Rows, read: int, counted: int
) -> LeftOut | None:
    """Return the rows that are left out, if they must be reported; else None.

    The rows are read again only if the numbers of rows do not settle it.

    Args:
        source: Gives the source's rows, see `UserBackend.source_rows`: to plan them takes longer than most answers.
        codes: Which events the campaign knows.
        events: The encoded rows.
        read: How many rows the source has.
        counted: How many of them count.
    """
    goals = events.filter(nw.col("code").is_in([*codes.goals, *codes.named("converted")]))
    has_goals = not collect(goals.select("time").head(1)).is_empty()
    if counted and has_goals and ONE_IN * (read - counted) <= read:
        return None
    rows = source()
    found = count_left_out(rows, codes)
    if not found.counted or ONE_IN * found.rows > found.named:
        return found
    goal = None if has_goals else _nearly_goal(_with_reasons(rows, codes), codes)
    if goal is None:
        return None
    return replace(found, reason=goal, goal=codes.campaign.goal.events[0])


def count_left_out(rows: Rows, codes: EventCodes) -> LeftOut:
    """Return how many rows are left out, however few, and most often why."""
    sizes, unnamed, counting = _sizes(rows, codes)
    left = sum(sizes.values())
    reason = _commonest(_with_reasons(rows, codes), codes.campaign, sizes, unnamed)
    return LeftOut(left, left + counting, counting, reason)


def share_counted(rows: Rows, codes: EventCodes) -> float | None:
    """Return the share of counted rows among those that name the campaign, its actions or its goal; None without any.

    Rows that repeat an event id are not left out: the event counts, once.
    """
    sizes, _, counting = _sizes(rows, codes)
    named = sum(sizes.values()) + counting
    return counting / named if named else None


def kinds_of_rows(rows: Rows, **sums: nw.Expr) -> Rows:
    """Return the kinds of rows, of which there are few: campaign_id, action_id, event, user_id and time (0, or null
    where a row has none), rows (how many there are) and the sums of some columns.
    """
    has = (
        nw.when(~nw.col(one).is_null()).then(nw.lit(0)).alias(one) for one in ("user_id", "time")
    )
    keys = ("campaign_id", "action_id", "event")
    flagged = rows.select(*keys, *has, **{name: one.cast(nw.Int64) for name, one in sums.items()})
    totals = {name: nw.col(name).sum() for name in sums}
    return flagged.group_by(*keys, "user_id", "time").agg(rows=nw.len(), **totals)


def _sizes(rows: Rows, codes: EventCodes) -> tuple[dict[str, int], int, int]:
    """Return how many rows are left out by reason, how many name nothing, and how many count."""
    # Text is compared once for each kind, not for each row.
    kinds = _with_reasons(kinds_of_rows(rows), codes, "rows")
    found = collect(kinds.group_by("reason").agg(rows=nw.col("rows").sum()))
    sizes: dict[str, int] = {reason: int(size) for reason, size in found.iter_rows()}
    unnamed, foreign = (sizes.pop(name, 0) for name in (_UNNAMED, _FOREIGN))
    counting = sizes.pop(_COUNTED, 0)
    if not counting and foreign:
        # If no row has the campaign's id, the others may belong to it under another id.
        sizes["campaign"] = sizes.get("campaign", 0) + foreign
    return sizes, unnamed, counting


def _with_reasons(rows: Rows, codes: EventCodes, *kept: str) -> Rows:
    """Add to rows why each is left out (``reason``), the value that is to blame, and the event's channel."""
    campaign = codes.campaign
    user, own, action, event, time = (
        nw.col(name) for name in ("user_id", "campaign_id", "action_id", "event", "time")
    )
    free = [*campaign.goal.events, *GOAL_EVENTS]
    pairs = [
        action.is_in(ids) & event.is_in(list(channel.events))
        for channel, ids in campaign.actions_by_channel
    ]
    known_pair = nw.any_horizontal(*pairs, ignore_nulls=False).fill_null(False)
    known_action = action.is_in([one.id for one in campaign.actions]).fill_null(False)
    is_free, others = event.is_in(free).fill_null(False), (own != campaign.id).fill_null(False)
    goals = [folded(name) for name in campaign.goal.events]
    near_goal = _fold(event).is_in(goals).fill_null(False)
    named = ~own.is_null() | ~action.is_null() | is_free | near_goal
    reasons = [
        ("unnamed", ~named),
        ("campaign", others & (_fold(own) == folded(campaign.id)).fill_null(False)),
        ("foreign", others),
        ("user", user.is_null()),
        ("time", time.is_null()),
        ("no event", event.is_null()),
        ("counted", is_free | known_pair),
        ("goal", near_goal & ~known_action),
        ("action", ~action.is_null() & ~known_action),
    ]
    reason, value = nw.lit("event"), event
    for name, is_so in reversed(reasons):
        reason = nw.when(is_so).then(nw.lit(name)).otherwise(reason)
        column = {"campaign": own, "foreign": own, "action": action}.get(name, event)
        value = nw.when(is_so).then(column).otherwise(value)
    channel = nw.lit("")
    for of, ids in campaign.actions_by_channel:
        is_so = action.is_in(ids).fill_null(False)
        channel = nw.when(is_so).then(nw.lit(of.id)).otherwise(channel)
    return rows.select("user_id", *kept, reason=reason, value=value, channel=channel)


def _fold(text: nw.Expr) -> nw.Expr:
    return text.str.to_lowercase().str.replace_all(NOT_A_WORD, "")


def _commonest(rows: Rows, campaign: Campaign, sizes: Mapping[str, int], unnamed: int) -> Reason:
    """Return the commonest reason, with its commonest value."""
    if not sizes:
        return Reason("nothing", unnamed, known=campaign.goal.events)
    name = max(sorted(sizes), key=lambda one: sizes[one])
    if name in ("user", "time", "no event"):
        return Reason(name, sizes[name])
    meant = [name, _FOREIGN] if name == "campaign" else [name]
    value, channel, value_rows = _values(rows, meant).row(0)
    known = _known_names(campaign, name, channel)
    label = campaign.channels[channel].label if channel else ""
    if value is not None and ONE_IN * value_rows < sizes[name] and sizes[name] > _RARE:
        # Values hardly repeat, so quoting one is no help, and it may be about a single user.
        value = None
    if value is None:
        return Reason(name, sizes[name], None, value_rows, label, known)
    near, users = _nearest(value, known, campaign, name), _users_of(rows, meant, value)
    return Reason(name, sizes[name], value, value_rows, label, known, near, users)


def _users_of(rows: Rows, reasons: Sequence[str], value: str) -> int:
    """Return how many users have a value that is to blame."""
    own = rows.filter(nw.col("reason").is_in(reasons), nw.col("value") == value)
    return count(own.filter(~nw.col("user_id").is_null()).select("user_id").unique())


def _values(rows: Rows, reasons: Sequence[str]) -> pl.DataFrame:
    """Return the commonest values that are to blame: value, channel, rows."""
    keys = ["value", "channel"] if "event" in reasons else ["value"]
    found = rows.filter(nw.col("reason").is_in(reasons)).group_by(*keys).agg(rows=nw.len())
    most = collect(found.sort("rows", "value", descending=[True, False]).head(_VALUES))
    if "channel" not in most.columns:
        most = most.with_columns(channel=pl.lit(""))
    order = ["rows", "value", "channel"]
    return most.sort(order, descending=[True, False, False]).select("value", "channel", "rows")


def _known_names(campaign: Campaign, reason: str, channel: str) -> tuple[str, ...]:
    """Return the names that are known where a value is not."""
    if reason == "campaign":
        return (campaign.id,)
    if reason == "action":
        return tuple(one.id for one in campaign.actions)
    if reason == "event" and channel:
        return campaign.channels[channel].events
    return campaign.goal.events


def _nearest(value: str, known: Sequence[str], campaign: Campaign, reason: str) -> str:
    """Return the known name that a value may stand for; empty if none is near."""
    labels = {
        "campaign": {campaign.label: campaign.id},
        "action": {one.label: one.id for one in campaign.actions},
    }.get(reason, {})
    return nearest(value, known) or labels.get(nearest(value, labels), "")


def nearest(value: str, known: Iterable[str]) -> str:
    """Return the known name nearest to a value, or to a word of it; empty if none is near."""
    names = list(known)
    words = (_alike(word, names) for word in re.split(r"[\W_]+", value) if word)
    return _alike(value, names) or next(filter(None, words), "")


def _alike(value: str, known: Iterable[str]) -> str:
    """Return the known name that is spelt as a value, or nearly, whatever its case and blanks; else empty."""
    names = {folded(name): name for name in known}
    close = get_close_matches(folded(value), names, n=1, cutoff=_ALIKE)
    return names[close[0]] if close else ""


def _nearly_goal(rows: Rows, codes: EventCodes) -> Reason | None:
    """Return the commonest event that is nearly the goal's; None if there is none."""
    known = codes.campaign.goal.events
    for value, channel, size in _values(rows, _NEARLY).iter_rows():
        near = "" if value is None or channel else _alike(value, known)
        if near:
            users = _users_of(rows, _NEARLY, value)
            return Reason("goal", size, value, size, "", known, near, users)
    return None
