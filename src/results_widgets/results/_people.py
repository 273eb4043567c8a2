"""The users behind the numbers."""

from collections.abc import Mapping
from typing import Any

from results_widgets.engine.people.sequences import Step
from results_widgets.results._view import Edge, View
from results_widgets.segments import Audience, Segment, evaluated


class People(View):
    """Questions that are answered with users."""

    @property
    def audience(self) -> Audience:
        """The campaign's users under these definitions, range and zone, as segments ask for them."""
        return Audience(self._data, self._query)

    def users(
        self,
        metric: str,
        action: str | None = None,
        channel: str | None = None,
        *,
        where: Mapping[str, object] | None = None,
        start: Edge = None,
        end: Edge = None,
    ) -> Segment:
        """Return the distinct users behind a metric; for a metric of distinct users, as many as its
        value.

        Args:
            metric: Key of the glossary.
            action: Id of an action whose metric is meant.
            channel: Id of a channel whose metric is meant.
            where: A group of the metric, ``{"variant": "A"}``: the users behind the number that
                ``by="variant"`` shows for A; None as value is the group without one. Of the events'
                columns one at most, of the users' any number.
            start: Start of a range, as in `between`; None: as these results have it.
            end: Its end.

        Raises:
            QueryError: The metric, action, channel or column is not known, a value is of another
                type than its column, or the metric is a ratio or a duration.
        """
        seen = self
        if start is not None or end is not None:
            query = self._query
            seen = self.between(
                query.start if start is None else start, query.end if end is None else end
            )
        return seen.audience.behind(metric, action, channel, where)

    def users_in_campaign(self) -> Segment:
        """Return the users with an entry in the range; as many as the overview's ``unique_users``."""
        return self.audience.everyone()

    def users_in_action(self, action_id: str, event: str | None = None) -> Segment:
        """Return the users who received an action, or had one of its events; as many as
        ``users_received`` on its card, or as ``unique_<event>``.

        Raises:
            QueryError: The action, or the event for its channel, is not known; the known ones are
                named.
        """
        return self.audience.in_action(action_id, event)

    def sequence(self, *steps: Step, within: str | None = None) -> Segment:
        """Return the users who did one thing and then another:
        ``results.sequence(("welcome", "opened"), ("offer", "clicked"), within="2d")``.

        A later step may share its instant with the one before it, since many sources count in
        seconds; one that repeats an earlier step comes later, so that no event is two steps.

        Args:
            *steps: Two or more, each an action's event as (action id, event), where ``received`` is
                what its channel calls so, or a goal's event by its name.
            within: Longest time from the first step to the last, ``2d`` or ``12h``; None: any.

        Raises:
            QueryError: There are fewer than two steps, or an action, event or duration is not known.
        """
        return self.audience.sequence(steps, within)

    def segment(self, rule: Mapping[str, Any]) -> Segment:
        """Return the users whom a rule finds: the tree of a segment's ``expression``.

        Raises:
            QueryError: The rule is malformed, of another campaign, or asks for what this one does
                not know.
        """
        return evaluated(rule, [self.audience])
