"""The users behind the numbers."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from results_widgets.engine.people.sequences import Step
from results_widgets.engine.query import as_moment
from results_widgets.errors import QueryError
from results_widgets.experiments import Experiment
from results_widgets.glossary.names import MetricName
from results_widgets.results.afterwards import compared
from results_widgets.results.needing_users import users_of
from results_widgets.results.scope import Edge, between
from results_widgets.results.session import HasSession, ResultsT
from results_widgets.segments import Segment


def users(
    self: HasSession,
    metric: "MetricName",
    action: str | None = None,
    channel: str | None = None,
    *,
    where: Mapping[str, object] | None = None,
    start: Edge = None,
    end: Edge = None,
) -> Segment:
    """Return the distinct users behind a metric.

    For a metric that counts distinct users, their number equals its value.

    Args:
        metric: Key of the glossary.
        action: Id of the action that the metric belongs to.
        channel: Id of the channel that the metric belongs to.
        where: One group of a breakdown: ``{"variant": "A"}`` returns the users behind the number that
            ``by="variant"`` shows for A. None selects the group without a value. A list matches any of its values,
            ``{"country": ["DE", "AT"]}``. A tuple is a range including both ends, ``{"age": (18, 30)}``: None
            leaves an end open, a day as the end of a range of times is included whole, and rows without a value
            never match. Several columns must all match; columns of the events are matched on the counted row. The
            segment's name and rule show ``…`` in place of values that only one user has, since they are shown and
            saved.
        start: Start of a range, as for `between`; None: that of these results.
        end: End of a range, likewise.

    Returns:
        The users, with a description of who they are.

    Raises:
        QueryError: The metric, action, channel or column is not known, a value is of another type
            than its column, or the metric is a rate or a duration, which has no users of its own.

    Examples:
        >>> segment = results.users("conversions", where={"variant": "A"})
        >>> len(segment)
        18
        >>> segment.users.select("user_id", "country").head(2)
        shape: (2, 2)
        ┌──────────┬─────────┐
        │ user_id  ┆ country │
        │ ---      ┆ ---     │
        │ str      ┆ str     │
        ╞══════════╪═════════╡
        │ u0000012 ┆ GB      │
        │ u0000016 ┆ US      │
        └──────────┴─────────┘
        >>> results.users("conversions", where={"country": ["DE", "GB"]}).name
        'Conversions, campaign “Win-back, spring 2026”, country = DE or GB'
    """
    seen = self
    if start is not None or end is not None:
        query = self._session.query
        seen = between(
            self, query.start if start is None else start, query.end if end is None else end
        )
    return seen._session.segment_source.behind(metric, action, channel, where)


def users_in_campaign(self: HasSession) -> Segment:
    """Return the users with an entry in the range, as many as the overview's ``unique_users``.

    Returns:
        The users, with a description of who they are.

    Examples:
        >>> len(results.users_in_campaign())
        171
    """
    return self._session.segment_source.everyone()


def users_in_action(self: HasSession, action_id: str, event: str | None = None) -> Segment:
    """Return the users who received an action, or who had one of its events.

    They are as many as the action's ``users_received``, or its ``unique_<event>``.

    Args:
        action_id: Id of the action.
        event: An event of the action's channel, such as ``"opened"``; None: received.

    Returns:
        The users, with a description of who they are.

    Raises:
        QueryError: The action is not known, or its channel has no such event.

    Examples:
        >>> len(results.users_in_action("we-miss-you", "opened"))
        71
    """
    return self._session.segment_source.in_action(action_id, event)


def sequence(self: HasSession, *steps: Step, within: str | None = None) -> Segment:
    """Return the users who did one thing and later another.

    Two different steps may happen at the same instant, since many sources round to seconds. A step that repeats an
    earlier step must be strictly later, so that one event never counts as two steps.

    Args:
        *steps: Two or more steps. Each is an action and its event, ``("welcome", "opened")``, where ``received``
            stands for the channel's own receipt event; or a goal event by its name.
        within: Longest time from the first step to the last, ``"2d"`` or ``"12h"``; None: any.

    Returns:
        The users, with a description of who they are.

    Raises:
        QueryError: There are fewer than two steps, or an action, event or duration is not known.

    Examples:
        >>> steps = ("we-miss-you", "opened"), ("offer-10", "clicked")
        >>> results.sequence(*steps, within="7d").name
        'opened “We miss you”, then clicked “Your 10 % off”, within 7d'
    """
    return self._session.segment_source.sequence(steps, within)


def segment(self: HasSession, rule: Mapping[str, Any]) -> Segment:
    """Return the users that the rule of another segment finds in these results.

    Args:
        rule: The tree that a segment has as its ``expression``.

    Returns:
        The users, with a description of who they are.

    Raises:
        QueryError: The rule is malformed, belongs to another campaign, or asks for something that
            this campaign does not have.

    Examples:
        >>> converted = results.users("conversions")
        >>> len(results.segment(converted.expression)) == len(converted)
        True
    """
    return self._session.segment_source.evaluate(rule)


def within(self: ResultsT, segment: Segment) -> ResultsT:
    """Return the campaign's results for these users only: every number is computed from their events alone.

    The users stay those that the segment has now, even after `refresh`. All events, not only theirs, decide which
    events the source reports and how new its data is. The campaign's name, and with it every title and rule, says
    whose numbers these are.

    Args:
        segment: The users: of this campaign, of another, or from a file.

    Returns:
        New results that share the data.

    Raises:
        QueryError: It is not a segment, its user ids have another type, its users are on another engine, or these
            results come from a roll-up, which has no users.

    Examples:
        >>> clicked = results.users("unique_clicked", channel="email").named("clicked")
        >>> theirs = results.within(clicked)
        >>> theirs
        Results('Win-back, spring 2026, users in “clicked”', whole campaign; definitions default; days of UTC)
        >>> theirs.unique_users() == len(clicked)
        True
    """
    session = self._session
    data = users_of(session, "which numbers are whose")
    if not isinstance(segment, Segment):
        raise QueryError(
            f"within({segment!r}): pass a segment, such as results.users('conversions'); of a table make one "
            "with rw.Segment(table, name=…, rule=…)"
        )
    checked = segment.with_results(self)
    checked._users.ids_beside(data)
    base = checked if session.base is None else checked & session.base
    return self._with(replace(session, base=base.named(base.name)))


def outcome(
    self: HasSession,
    segment: Segment,
    control: Segment,
    goal: str,
    start: Edge,
    end: Edge,
    *,
    value: bool = False,
    level: float = 0.95,
) -> Experiment:
    """Compare what the two sides of a split did afterwards: did the follow-up work?

    Pass both sides as they were split, or saved and loaded again since; their rules contain the seed and the
    share. Every user is observed from the start of the range to its end. Use results that were read after the
    range ended; before that, no user has been observed to the end and the verdict is ``too early``.

    Args:
        segment: The side that was treated: mailed, called or shown something.
        control: The other side, which was left alone.
        goal: The event that counts, of this campaign or any other in the log.
        start: First day of the range, or an aware datetime.
        end: Last day of the range, which is included, or an aware datetime, which is not.
        value: Whether the events' values are compared as well.
        level: Level of the intervals.

    Returns:
        The experiment: ``table`` with converted, conversions_per_user (and value_per_user), ``incremental``,
        ``summary()`` and so on.

    Raises:
        QueryError: The two are not the sides of one split, the log has no such event, an end of the range is
            missing, or amounts are in several currencies.

    Examples:
        >>> mailed, rest = results.users_in_campaign().split(0.5, seed=7)
        >>> pair = mailed.named("mailed"), rest.named("rest")
        >>> found = results.outcome(*pair, "Purchase", "2026-03-16", "2026-03-31")
        >>> found.table.select("metric", "arm", "value", "control_value", "verdict")
        shape: (2, 5)
        ┌──────────────────────┬────────┬──────────┬───────────────┬─────────────────────┐
        │ metric               ┆ arm    ┆ value    ┆ control_value ┆ verdict             │
        │ ---                  ┆ ---    ┆ ---      ┆ ---           ┆ ---                 │
        │ str                  ┆ str    ┆ f64      ┆ f64           ┆ str                 │
        ╞══════════════════════╪════════╪══════════╪═══════════════╪═════════════════════╡
        │ converted            ┆ mailed ┆ 0.137931 ┆ 0.142857      ┆ no difference shown │
        │ conversions_per_user ┆ mailed ┆ 0.16092  ┆ 0.142857      ┆ no difference shown │
        └──────────────────────┴────────┴──────────┴───────────────┴─────────────────────┘
    """
    session = self._session
    first, last = as_moment(start), as_moment(end)
    if first is None or last is None:
        raise QueryError("outcome() looks at one range; pass both its start and its end")
    query = between(self, first, last)._session.query
    data = users_of(session, "what users did afterwards")
    sides = segment, control
    return compared(data, query, sides, goal, with_values=value, level=level)
