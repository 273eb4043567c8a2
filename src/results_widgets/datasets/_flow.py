"""Simulation of the generated campaign for a block of users: entries, messages, responses, purchases."""

from typing import TYPE_CHECKING, Final

import polars as pl

from results_widgets.channels import CHANNELS
from results_widgets.datasets._behaviour import BEHAVIOUR, GOAL, LANES, UNSUBSCRIBED, Step
from results_widgets.datasets._dice import Dice, seal
from results_widgets.datasets._people import (
    BY_HOUR,
    DAY,
    DAYS,
    FIRST_DAY,
    HISTORY_DAYS,
    HOUR,
    MILLISECOND,
    SECOND,
    STARTED_AT,
    day_weights,
    micros,
    to_instant,
    wait_for_morning,
)

if TYPE_CHECKING:
    from results_widgets.campaign import Action, Campaign

SLOTS: Final = 256
"""Events possible in one entry; an ``event_id`` is the entry's key times this, plus the event's slot."""
STRIDE: Final = 24
"""Slots per action, for at most ten actions; the slots after those are named below."""
HELD_BACK: Final = 248
EXITED: Final = 249
ORGANIC: Final = (250, 251, 252)

_RETURNS: Final = 0.17
_SHOPS: Final = 0.15
_QUEUE: Final = 20 * 60 * SECOND

# Salts of random numbers that belong to no step; those of a step start at its slot times eight.
_DAY, _HOUR, _WITHIN, _BACK, _BACK_AFTER = range(50_000, 50_005)
_ORGANIC_SALT: Final = 60_000
_QUEUE_SALT: Final = 70_000
_LANE_SALT: Final = 80_000

_FIRST: Final = (FIRST_DAY.toordinal() - 719_163) * DAY
_TRAITS: Final = ("boost", "ios", "arm", "offset", "turn", "offset_after")


def play(crowd: pl.DataFrame, campaign: "Campaign", seed: int) -> pl.DataFrame:
    """Return the events of the users of ``crowd`` (see `people`), unordered.

    Columns: key (entry), slot, at (epoch microseconds), link, reason, machine. The caller drops events
    after the end of the data.
    """
    crowd = crowd.with_columns(day=Dice(crowd["dice"]).choose(_DAY, day_weights()))
    first = _Round(_entries(crowd, 0, seed), campaign)
    back = _returning(crowd, first.exits)
    second = _Round(_entries(back, 1, seed), campaign)
    return pl.concat([*first.rows, *second.rows, *_organic(crowd)], how="diagonal")


class _Round:
    """One entry of each user, simulated action by action."""

    def __init__(self, entries: pl.DataFrame, campaign: "Campaign") -> None:
        self.rows: list[pl.DataFrame] = []
        self.exits = pl.DataFrame(schema={"key": pl.Int64, "exit_at": pl.Int64})
        self._variants = [variant.id for variant in campaign.variants]
        self._by_id = campaign.action_by_id
        self._reached: dict[str, dict[str, pl.DataFrame]] = {}
        self.rows.append(_rows(entries.filter("held"), HELD_BACK))
        self._roots = entries.filter(~pl.col("held"))
        for number, action in enumerate(campaign.actions):
            self._send(number, action)
        self.rows.append(_rows(self.exits.rename({"exit_at": "at"}), EXITED))

    def _send(self, number: int, action: "Action") -> None:
        audience = self._audience(number, action)
        links = [str(link) for link in _listed(action.copy.get("links"))]
        reached: dict[str, pl.DataFrame] = {}
        for place, step in enumerate(BEHAVIOUR[action.channel]):
            source = pl.concat([reached[name] for name in step.after]) if step.after else audience
            taken = _take(source, step, number, place)
            reached[step.name] = taken
            slot = number * STRIDE + place
            self.rows.append(_rows(taken, slot, step, links if step.linked else None))
            if step.event == UNSUBSCRIBED:
                self._leave(taken)
        self._reached[action.id] = reached

    def _leave(self, taken: pl.DataFrame) -> None:
        leaving = taken.select("key", exit_at=pl.col("at") + SECOND)
        self.exits = pl.concat([self.exits, leaving]).group_by("key").agg(pl.col("exit_at").min())

    def _audience(self, number: int, action: "Action") -> pl.DataFrame:
        """Return who receives an action, and when; users who have exited do not."""
        if action.parent is None or action.trigger is None:
            return self._roots
        delay = round(action.delay.total_seconds()) * SECOND
        event = action.trigger.removeprefix("not_")
        parent = self._by_id[action.parent]
        if event == action.trigger:
            audience = self._first(parent, event)
        else:
            answered = self._first(parent, event).select("key", answered="at")
            audience = (
                self._first(parent, CHANNELS[parent.channel].received)
                .join(answered, on="key", how="left", maintain_order="left")
                .filter(pl.col("answered").is_null() | (pl.col("answered") > pl.col("at") + delay))
                .drop("answered")
            )
        if action.variant is not None:
            audience = audience.filter(pl.col("arm") == self._variants.index(action.variant))
        lag = (Dice(audience["dice"]).uniform(_QUEUE_SALT + number) * _QUEUE).cast(pl.Int64)
        at = wait_for_morning(audience["at"] + delay, audience, lag)
        return (
            audience.with_columns(at=at // MILLISECOND * MILLISECOND)
            .join(self.exits, on="key", how="left", maintain_order="left")
            .filter(pl.col("exit_at").is_null() | (pl.col("at") < pl.col("exit_at")))
            .drop("exit_at")
        )

    def _first(self, action: "Action", event: str) -> pl.DataFrame:
        """Return the first event of this name in each entry."""
        frames = [
            self._reached[action.id][step.name]
            for step in BEHAVIOUR[action.channel]
            if step.event == event
        ]
        if len(frames) == 1:
            return frames[0]
        return pl.concat(frames).sort("at", "key").unique("key", keep="first", maintain_order=True)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _take(source: pl.DataFrame, step: Step, number: int, place: int) -> pl.DataFrame:
    """Return the rows of ``source`` for which the step happens, with its time."""
    if source.is_empty():
        return source
    salt = (number * STRIDE + place) * 8
    lane = LANES.index(step.lane)
    draw = Dice(source["dice"]).uniform(_LANE_SALT + number * 8 + lane if lane else salt)
    happens = (draw >= step.low) & (
        draw < source["boost"] * step.high if step.willing else draw < step.high
    )
    taken = source.filter(happens & source["ios"] if step.ios_only else happens)
    if not step.wait or taken.is_empty():
        return taken
    dice = Dice(taken["dice"])
    wait = (dice.exponential(salt + 1, step.wait * 1000) + 1).cast(pl.Int64) * MILLISECOND
    at = taken["at"] + wait
    if step.awake:
        at = wait_for_morning(at, taken, dice.below(salt + 2, 2 * HOUR // 1000) * MILLISECOND)
    return taken.with_columns(at=at)


def _rows(
    taken: pl.DataFrame, slot: int, step: Step | None = None, links: list[str] | None = None
) -> pl.DataFrame:
    columns = [pl.col("key"), pl.lit(slot, dtype=pl.Int64).alias("slot"), pl.col("at")]
    if step is not None and step.machine is not None:
        columns.append(pl.lit(step.machine).alias("machine"))
    for name, values in (("link", links), ("reason", list(step.reasons) if step else None)):
        if values:
            # The first links are clicked most.
            odds = [1.0 / (place + 1) for place in range(len(values))]
            code = Dice(taken["dice"]).choose(slot * 8 + 4, odds)
            columns.append(pl.lit(pl.Series(values)).gather(code).alias(name))
    return taken.select(columns)


def _entries(crowd: pl.DataFrame, number: int, seed: int) -> pl.DataFrame:
    """Return entry ``number`` of each user, on the user's ``day`` at an hour of local daytime."""
    key = crowd["user"] * 2 + number
    sealed = seal(key, seed)
    at = to_instant(_FIRST + crowd["day"] * DAY + _time_of_day(Dice(sealed), 0), crowd)
    late = at + DAY  # entries before the start of the campaign move by a day
    at = late.zip_with(at < micros(STARTED_AT), at)
    return crowd.select("held", *_TRAITS).with_columns(key=key, dice=sealed, at=at)


def _time_of_day(dice: Dice, salt: int) -> pl.Series:
    hour = dice.choose(_HOUR + salt, [float(weight) for weight in BY_HOUR])
    return hour * HOUR + dice.below(_WITHIN + salt, HOUR // MILLISECOND) * MILLISECOND


def _returning(crowd: pl.DataFrame, exits: pl.DataFrame) -> pl.DataFrame:
    """Return the users who enter again, 10 to 26 days later, without those who exited."""
    left = exits.select(user=pl.col("key") // 2)
    dice = Dice(crowd["dice"])
    again = crowd["day"] + dice.below(_BACK_AFTER, 17) + 10
    back = crowd.with_columns(day=again).filter((dice.uniform(_BACK) < _RETURNS) & (again < DAYS))
    return back.join(left, on="user", how="anti", maintain_order="left")


def _organic(crowd: pl.DataFrame) -> list[pl.DataFrame]:
    """Return purchases independent of any message, before and during the campaign."""
    found = []
    for place, slot in enumerate(ORGANIC):
        dice, salt = Dice(crowd["dice"]), _ORGANIC_SALT + place * 10
        buyers = crowd.filter(dice.uniform(salt) < _SHOPS * crowd["affinity"])
        dice = Dice(buyers["dice"])
        day = dice.below(salt + 1, HISTORY_DAYS + DAYS) - HISTORY_DAYS
        at = to_instant(_FIRST + day * DAY + _time_of_day(dice, salt), buyers)
        found.append(_rows(buyers.select(key=pl.col("user") * 2, at=at), slot))
    return found


def names_by_slot(campaign: "Campaign") -> tuple[list[str | None], list[str | None]]:
    """Return the event and the action of each slot; goal and exit events belong to no action."""
    events: list[str | None] = [None] * SLOTS
    actions: list[str | None] = [None] * SLOTS
    for number, action in enumerate(campaign.actions):
        for place, step in enumerate(BEHAVIOUR[action.channel]):
            slot = number * STRIDE + place
            events[slot] = step.event
            actions[slot] = None if step.event == GOAL else action.id
    events[HELD_BACK], actions[HELD_BACK] = "held_back", campaign.actions[0].id
    events[EXITED] = "exited"
    for slot in ORGANIC:
        events[slot] = GOAL
    return events, actions
