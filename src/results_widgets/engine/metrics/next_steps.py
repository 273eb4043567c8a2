"""What the users who received an action did next: which actions they received, whether they left, or nothing yet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

import narwhals as nw

from results_widgets.campaign import Action
from results_widgets.engine.frames import BY, Rows, collect
from results_widgets.engine.query import Grouping
from results_widgets.engine.scoped import CodeSet, Kind, ScopedRows

_RECEIVED, _EXITED, _CONVERTED = "received", "exited", "converted"
_CONVERSION: Final = -1
"""Stands for the code of a conversion, which no event has."""


@dataclass(frozen=True)
class NextSteps:
    """What the users who received an action did next, by the end of the range.

    Attributes:
        received: How many they are.
        steps: How many of them received each action that follows it, by its id.
        several: How often they are counted in ``steps`` beyond once.
        left: Those who received none, and exited or converted; None where that is not known.
        not_due: Those who received none and did not leave, and to whom one of the actions is still to be sent.
        waiting: All others who received none.
        first_due: When the first of those still to come is due, in epoch µs; None if nothing is.
    """

    received: int
    steps: Mapping[str, int]
    several: int
    left: int | None
    not_due: int | None
    waiting: int
    first_due: int | None


def next_steps(scoped: ScopedRows, action_id: str) -> NextSteps:
    """Return what the users who received an action did next.

    With the entry clock, times of events are not known, so neither who left nor what is due is known.
    """
    steps = _Steps(scoped, action_id)
    per_user = steps.per_user()
    went = nw.lit(False)
    for name in steps.children:
        went = went | ~nw.col(name).is_null()
    numbers = {name: (~nw.col(name).is_null()).cast(nw.Int64).sum() for name in steps.children}
    rows = per_user.with_columns(went=went)
    if steps.knows_times:
        rows = rows.with_columns(left=~nw.col("went") & _left())
        dues = dict(steps.dues())
        rows = rows.with_columns(**dues) if dues else rows
        coming = nw.lit(False)
        for name in steps.children:
            coming = coming | ~nw.col(f"due {name}").is_null()
        rows = rows.with_columns(coming=~nw.col("went") & ~nw.col("left") & coming)
        for name in steps.children:
            due = nw.when(nw.col("coming")).then(nw.col(f"due {name}"))
            numbers[f"due {name}"] = due.min()
        for name in ("left", "coming"):
            numbers[name] = nw.col(name).cast(nw.Int64).sum()
    counted = rows.select(
        nw.len().alias(_RECEIVED),
        nw.col("went").cast(nw.Int64).sum().alias("went"),
        *(number.alias(name) for name, number in numbers.items()),
    )
    return _read(collect(counted).row(0, named=True), steps)


def _read(row: Mapping[str, Any], steps: "_Steps") -> NextSteps:
    found = {action.id: int(row[name] or 0) for name, action in steps.children.items()}
    received, went = int(row[_RECEIVED]), int(row["went"] or 0)
    left, coming = (
        int(row[name] or 0) if steps.knows_times else None for name in ("left", "coming")
    )
    dues = [row[f"due {name}"] for name in steps.children] if steps.knows_times else []
    return NextSteps(
        received,
        found,
        sum(found.values()) - went,
        left,
        coming,
        received - went - (left or 0) - (coming or 0),
        min((int(due) for due in dues if due is not None), default=None),
    )


def _left() -> nw.Expr:
    ends = [nw.col(name) >= nw.col(_RECEIVED) for name in (_EXITED, _CONVERTED)]
    return ends[0].fill_null(False) | ends[1].fill_null(False)


class _Steps:
    """The steps from one action, and when each user had the event that triggers them."""

    def __init__(self, scoped: ScopedRows, action_id: str) -> None:
        campaign, self._codes = scoped.data.campaign, scoped.data.codes
        self._numbers = {one.id: n for n, one in enumerate(campaign.actions, 1)}
        self._action = campaign.action_by_id[action_id]
        following = [a for a in campaign.actions if a.parent == action_id and a.channel != "exit"]
        self.children: dict[str, Action] = {f"step {n}": a for n, a in enumerate(following)}
        self.knows_times = scoped.query.clock == "event"
        columns = scoped.data.require_users().columns
        self._by_variant = any(a.variant for a in following) and columns.has("variant")
        self._scoped = replace(
            scoped, grouping=Grouping(by="variant" if self._by_variant else None)
        )
        _, end = scoped.query.micros()
        newest = scoped.data.newest
        self._until = newest if end is None else min(newest, end - 1)

    def _receipt(self, action: Action) -> CodeSet:
        channel = self._scoped.data.campaign.channels[action.channel]
        return (self._codes.code(self._numbers[action.id], channel.received),)

    def _trigger(self, action: Action) -> str:
        """Return the event that leads to an action; empty where it is the receipt."""
        event = (action.trigger or "").removeprefix("not_")
        channel = self._scoped.data.campaign.channels[self._action.channel]
        return "" if event in ("received", channel.received) else event

    def per_user(self) -> Rows:
        """Return the last time of everything: user, received (never null), and a column each."""
        definitions = self._scoped.query.definitions
        wanted: dict[str, CodeSet] = {_RECEIVED: self._receipt(self._action)}
        wanted |= {name: self._receipt(action) for name, action in self.children.items()}
        number = self._numbers[self._action.id]
        # In the order of the actions: a set's would differ from one process to the next.
        for event in dict.fromkeys(map(self._trigger, self.children.values())):
            if event:
                wanted[f"event {event}"] = self._codes.counted_as(number, event, definitions)
        wanted[_EXITED] = self._codes.named("exited")
        wanted[_CONVERTED] = (_CONVERSION,)
        code, time = nw.col("code"), nw.col("time")
        columns = {name: nw.when(code.is_in([*codes])).then(time) for name, codes in wanted.items()}
        maxima = {name: nw.col(name).max() for name in wanted}
        if self._by_variant:
            columns["variant"] = nw.when(code.is_in([*wanted[_RECEIVED]])).then(nw.col(BY))
            maxima["variant"] = nw.col("variant").max()
        every = {code for codes in wanted.values() for code in codes}
        rows = self._rows(sorted(every)).with_columns(**columns).group_by("user").agg(**maxima)
        return rows.filter(~nw.col(_RECEIVED).is_null())

    def _rows(self, codes: list[int]) -> Rows:
        keys = [nw.col(BY)] if self._by_variant else []
        kind: Kind = "events" if self.knows_times else "entry_events"
        rows = self._scoped.of_codes(kind, codes)
        numbers = [nw.col(name).cast(nw.Int64) for name in ("time", "code")]
        columns = [nw.col("user"), *numbers, *keys]
        rows = rows.select(*columns)
        if self._scoped.data.campaign.goal.mode != "single":
            return rows
        # In multiple mode, users who converted stay in the campaign.
        found = self._scoped.conversions.with_columns(code=nw.lit(_CONVERSION))
        return nw.concat([rows, found.select(*columns)])

    def dues(self) -> Iterator[tuple[str, nw.Expr]]:
        """Yield when each action is due to a user, as a column; null where it is not, or was already."""
        received = nw.col(_RECEIVED)
        for name, action in self.children.items():
            event = self._trigger(action)
            at = nw.col(f"event {event}") if event else received
            if event and (action.trigger or "").startswith("not_"):
                at = nw.when(at.is_null() | (at < received)).then(received)
            due = at + action.delay // timedelta(microseconds=1)
            is_coming = due > self._until
            if self._by_variant and action.variant:
                own = nw.col("variant").is_null() | (nw.col("variant") == action.variant)
                is_coming = is_coming & own
            yield f"due {name}", nw.when(is_coming).then(due)
