"""Where segments come from: a campaign's data under one lens, asked for users by a rule.

A rule is a tree of plain JSON values. Its leaves say what was asked of the campaign, and under which
definitions, range and zone, so that the tree means the same on newer data.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from results_widgets.definitions import DEFINITIONS, Definitions, as_definitions
from results_widgets.durations import parse_duration
from results_widgets.engine.backends.base import Data
from results_widgets.engine.encoding.user_flags import UserFlags
from results_widgets.engine.frames import Rows
from results_widgets.engine.metrics.series import Series, find_series
from results_widgets.engine.people.behind import Where, named, users_behind, users_where
from results_widgets.engine.people.sequences import Step, users_in_sequence
from results_widgets.engine.query import Grouping, QueryScope, as_moment
from results_widgets.engine.scoped import ScopedRows
from results_widgets.errors import QueryError
from results_widgets.segments._lazy import LazySegment
from results_widgets.segments._segment import Segment
from results_widgets.segments._users import Rule

_STEP = 2


@dataclass(frozen=True, eq=False)
class Audience:
    """The users of one campaign, seen under one lens.

    Attributes:
        data: The campaign, its events and users.
        lens: Definitions, zone, range and developers.
    """

    data: Data
    query: QueryScope

    @property
    def scoped(self) -> ScopedRows:
        """The rows in range."""
        return ScopedRows(self.data, self.query, Grouping())

    def behind(
        self,
        metric: str,
        action: str | None = None,
        channel: str | None = None,
        where: Where | None = None,
    ) -> Segment:
        """Return the users behind a metric, or behind one group of it."""

        def find(scoped: ScopedRows) -> Series:
            return find_series(scoped, metric, action, channel)

        series, groups = find(self.scoped), dict(where or {})
        users = (
            users_where(self.data, self.query, find, groups)
            if groups
            else self._of(users_behind(self.scoped, series))
        )
        of, label = self._owner(series), series.metric.label
        among = "".join(f", {column} = {_shown(value)}" for column, value in groups.items())
        asked = {"metric": metric, "action": action, "channel": channel, "where": _plain(groups)}
        return self._segment(
            users,
            f"{label}, {of}{among}",
            f"{label} of {of}{among} ({self._words()}): {series.metric.text}",
            {"op": "metric", **{name: value for name, value in asked.items() if value}},
        )

    def everyone(self) -> Segment:
        """Return the users with an entry in the range."""
        series = find_series(self.scoped, "unique_users", None, None)
        users = self._of(users_behind(self.scoped, series))
        label = self.data.campaign.label
        rule = f"entered campaign “{label}” ({self._words()})"
        return self._segment(users, f"Users in {label}", rule, {"op": "everyone"})

    def in_action(self, action_id: str, event: str | None = None) -> Segment:
        """Return the users who received an action, or had one of its events."""
        campaign = self.data.campaign
        if action_id not in campaign.action_by_id:
            raise QueryError.unknown("action", action_id, campaign.action_by_id)
        action = campaign.action_by_id[action_id]
        events = campaign.channels[action.channel].events
        if event is not None and event not in events:
            raise QueryError.unknown(
                f"event of action {action_id!r} ({action.channel})", event, events
            )
        key = "users_received" if event is None else f"unique_{event}"
        series = find_series(self.scoped, key, action_id, None)
        done = _done(event or "received")
        return self._segment(
            self._of(users_behind(self.scoped, series)),
            f"Users in {action.label}" + (f", {done}" if event else ""),
            f"{done} {self._owner(series)} ({self._words()})",
            {"op": "action", "action": action_id} | ({"event": event} if event else {}),
        )

    def sequence(self, steps: Sequence[Step], within: str | None) -> Segment:
        """Return the users whose events hold the steps in order."""
        plain = [step if isinstance(step, str) else _pair(step) for step in steps]
        longest = None if within is None else _micros(within)
        users = self._of(users_in_sequence(self.scoped, plain, longest))
        told = ", then ".join(self._step(step) for step in plain)
        told += f", within {within}" if within else ""
        tree: Rule = {
            "op": "sequence",
            "steps": [step if isinstance(step, str) else list(step) for step in plain],
        } | ({"within": within} if within else {})
        return self._segment(users, told, f"{told} ({self._words()})", tree)

    def evaluate(self, leaf: Mapping[str, Any]) -> Segment:
        """Return what a leaf of a rule asks for, under the lens that it was asked under."""
        own = replace(self, query=_query(leaf["lens"]))
        if leaf["op"] == "metric":
            asked = {name: leaf.get(name) for name in ("action", "channel", "where")}
            return own.behind(leaf["metric"], **asked)
        if leaf["op"] == "action":
            return own.in_action(leaf["action"], leaf.get("event"))
        if leaf["op"] == "sequence":
            steps = [step if isinstance(step, str) else tuple(step) for step in leaf["steps"]]
            return own.sequence(steps, leaf.get("within"))
        return own.everyone()

    def _of(self, rows: Rows) -> UserFlags | Rows:
        """Return the distinct users of rows."""
        members = self.data.members(rows)
        return named(self.data, rows) if members is None else members

    def _segment(self, users: UserFlags | Rows, name: str, rule: str, asked: Rule) -> Segment:
        tree = {**asked, "campaign": self.data.campaign.id, "lens": _query_told(self.query)}
        if isinstance(users, UserFlags):
            return Segment._made(users, name=name, rule=rule, expression=tree, audience=self)
        frame = users.to_native()
        if not isinstance(frame, pl.LazyFrame):
            return LazySegment(users, name, rule, tree, self)
        return Segment._made(frame, name=name, rule=rule, expression=tree, audience=self)

    def _owner(self, series: Series) -> str:
        campaign = self.data.campaign
        if series.scope == "campaign":
            return f"campaign “{campaign.label}”"
        if series.scope == "channel":
            return f"channel {campaign.channels[series.owner].label}"
        return f"action “{campaign.action_by_id[series.owner].label}”"

    def _step(self, step: Step) -> str:
        if isinstance(step, str):
            return step
        return f"{_done(step[1])} “{self.data.campaign.action_by_id[step[0]].label}”"

    def _words(self) -> str:
        return self.query.words


def _done(event: str) -> str:
    return event.replace("_", " ")


def _pair(step: tuple[str, str]) -> tuple[str, str]:
    if len(step) != _STEP or not all(isinstance(part, str) for part in step):
        raise QueryError(
            f"{step!r} is no step; write (action, event), such as ('welcome', 'opened'), "
            "or the name of a goal's event"
        )
    return step[0], step[1]


def _micros(within: str) -> int:
    try:
        return int(parse_duration(within).total_seconds() * 1_000_000)
    except ValueError as error:
        raise QueryError(f"within: {error}") from None


def _shown(value: object) -> str:
    return "none" if value is None else str(value)


def _plain(where: Mapping[str, object]) -> dict[str, object]:
    return {
        column: value.isoformat() if hasattr(value, "isoformat") else value
        for column, value in where.items()
    }


def _query_told(query: QueryScope) -> dict[str, object]:
    shipped = DEFINITIONS.get(query.definitions.name) == query.definitions
    return {
        "definitions": query.definitions.name if shipped else query.definitions.to_dict(),
        "time_zone": query.time_zone,
        "start": None if query.start is None else query.start.isoformat(),
        "end": None if query.end is None else query.end.isoformat(),
        "developers": query.developers,
    }


def _query(told: Mapping[str, Any]) -> QueryScope:
    definitions = told["definitions"]
    if isinstance(definitions, Mapping):
        definitions = Definitions.from_dict(definitions, "lens.definitions")
    else:
        definitions = as_definitions(definitions)
    start, end = as_moment(told["start"]), as_moment(told["end"])
    return QueryScope(definitions, told["time_zone"], start, end, told["developers"])
