"""Make segments from one campaign's data: users behind a metric, in an action, in a sequence.

Each segment remembers the leaf of a rule (see `rules`) that finds the same users on newer data.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from results_widgets.channels import unique_key
from results_widgets.disclosure import SYNCED_USERS
from results_widgets.durations import parse_duration
from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.frames import Rows
from results_widgets.engine.metrics.series import Series, find_series
from results_widgets.engine.people.behind import is_shared, named, users_behind, users_where
from results_widgets.engine.people.sequences import Step, users_in_sequence
from results_widgets.engine.people.where import Where, plain_values, words_of
from results_widgets.engine.query import Grouping, QueryScope
from results_widgets.engine.scoped import ScopedRows
from results_widgets.errors import QueryError
from results_widgets.glossary.action import USERS_RECEIVED
from results_widgets.glossary.campaign import UNIQUE_USERS
from results_widgets.segments.engine_users import EngineUsers
from results_widgets.segments.evaluation import evaluate
from results_widgets.segments.rules import Leaf, Rule, read_step, scope_to_json
from results_widgets.segments.segment import Segment
from results_widgets.segments.source import SegmentSource
from results_widgets.segments.users import FlaggedUsers, FrameUsers, Users


@dataclass(frozen=True, eq=False)
class CampaignUsers:
    """The users of one campaign under one query scope.

    Attributes:
        data: The campaign, its events and users.
        query: Definitions, zone, range and developers.
        base: The segment whose users the data have alone, which rules then name, too; None: everybody.
    """

    data: UserBackend
    query: QueryScope
    base: Segment | None = None

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

        scoped, groups = self._scoped, dict(where or {})
        series = find(scoped)
        users = (
            self._users(users_where(self.data, self.query, find, groups))
            if groups
            else self._distinct(users_behind(scoped, series))
        )
        owner, label = self._owner(series), series.metric.label
        group = "".join(f", {column} = {self._group(column, groups[column])}" for column in groups)
        asked = {
            "metric": metric,
            "action": action,
            "channel": channel,
            "where": plain_values(groups),
        }
        return self._segment(
            users,
            f"{label}, {owner}{group}",
            f"{label} of {owner}{group} ({self.query.words}): {series.metric.text}",
            {"op": "metric", **{name: value for name, value in asked.items() if value}},
        )

    def everyone(self) -> Segment:
        """Return the users with an entry in the range."""
        scoped = self._scoped
        series = find_series(scoped, UNIQUE_USERS.key, None, None)
        users = self._distinct(users_behind(scoped, series))
        label = self.data.campaign.label
        rule = f"entered campaign “{label}” ({self.query.words})"
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
        scoped, key = self._scoped, USERS_RECEIVED.key if event is None else unique_key(event)
        series = find_series(scoped, key, action_id, None)
        happened = _words(event or "received")
        return self._segment(
            self._distinct(users_behind(scoped, series)),
            f"Users in {action.label}" + (f", {happened}" if event else ""),
            f"{happened} {self._owner(series)} ({self.query.words})",
            {"op": "action", "action": action_id} | ({"event": event} if event else {}),
        )

    def sequence(self, steps: Sequence[Step], within: str | None) -> Segment:
        """Return the users who have events of all steps in this order."""
        read = [read_step(step) for step in steps]
        longest = None if within is None else _micros(within)
        users = self._distinct(users_in_sequence(self._scoped, read, longest))
        words = ", then ".join(self._step(step) for step in read)
        words += f", within {within}" if within else ""
        tree: Rule = {
            "op": "sequence",
            "steps": [step if isinstance(step, str) else list(step) for step in read],
        } | ({"within": within} if within else {})
        return self._segment(users, words, f"{words} ({self.query.words})", tree)

    def find(self, leaf: Leaf) -> Segment:
        """Return what a leaf of a rule asks for, under the query scope that it was asked under."""
        asked = replace(self, query=leaf.query)
        if leaf.op == "metric":
            return asked.behind(leaf.metric, leaf.action, leaf.channel, leaf.where)
        if leaf.op == "action":
            return asked.in_action(leaf.action or "", leaf.event)
        if leaf.op == "sequence":
            return asked.sequence(leaf.steps, leaf.within)
        return asked.everyone()

    def evaluate(self, rule: object, others: Sequence[SegmentSource[Segment]] = ()) -> Segment:
        """Return the users whom a rule finds, asking this campaign and others; see `evaluate`."""
        return evaluate(rule, [self, *others])

    @property
    def _scoped(self) -> ScopedRows:
        return ScopedRows(self.data, self.query, Grouping())

    def _distinct(self, rows: Rows) -> Users:
        """Return the distinct users of rows."""
        flags = self.data.user_flags(rows)
        return (
            self._users(named(self.data, rows)) if flags is None else FlaggedUsers(flags, self.data)
        )

    def _users(self, rows: Rows) -> Users:
        """Return users (``user_id`` and attributes) where they are."""
        native = rows.to_native()
        return (
            FrameUsers(native)
            if isinstance(native, pl.LazyFrame)
            else EngineUsers(rows, (self.data,))
        )

    def _segment(self, users: Users, name: str, rule: str, leaf: Rule) -> Segment:
        lens = scope_to_json(self.query)
        tree: Rule | None = {**leaf, "campaign": self.data.campaign.id, "lens": lens}
        if self.base is not None:
            # Whatever counts a user looks at that user's events alone.
            own = self.base._expression
            tree = None if own is None else {"op": "and", "of": [tree, own]}
        return Segment._made(users, name=name, rule=rule, expression=tree, source=self)

    def _group(self, column: str, asked: object) -> str:
        """Return what was asked of a column for the segment's words, which are synced and saved: what only a
        single user has is not in them.
        """
        if isinstance(asked, tuple | Mapping):
            return (
                words_of(asked, str) if is_shared(self.data, column, asked, SYNCED_USERS) else "…"
            )
        return words_of(asked, lambda value: self._told(column, value))

    def _told(self, column: str, value: object) -> str:
        if value is None:
            return "none"
        declared = column == "variant" and any(v.id == value for v in self.data.campaign.variants)
        is_told = declared or is_shared(self.data, column, value, SYNCED_USERS)
        return str(value) if is_told else "…"

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
        return f"{_words(step[1])} “{self.data.campaign.action_by_id[step[0]].label}”"


def _words(event: str) -> str:
    return event.replace("_", " ")


def _micros(within: str) -> int:
    try:
        return int(parse_duration(within).total_seconds() * 1_000_000)
    except ValueError as problem:
        raise QueryError(f"within: {problem}") from None
