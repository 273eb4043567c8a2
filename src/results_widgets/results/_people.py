"""The users behind the numbers."""

from results_widgets.engine import explore as series_engine
from results_widgets.engine.users import users_behind
from results_widgets.errors import QueryError
from results_widgets.results._view import View
from results_widgets.segments import Segment


class People(View):
    """Questions that are answered with users."""

    def users(self, metric: str, action: str | None = None, channel: str | None = None) -> Segment:
        """Return the distinct users behind a metric; for a metric of distinct users, as many as its
        value.

        Raises:
            QueryError: The metric, action or channel is not known, or the metric is a ratio or a
                duration.
        """
        facts = self._facts()
        series = series_engine.find_series(facts, metric, action, channel)
        of = self._owner_words(series.scope, series.owner)
        return Segment(
            users_behind(facts, series),
            name=f"{series.metric.label}, {of}",
            rule=f"{series.metric.label} of {of} ({self._scope_words()}): {series.metric.text}",
        )

    def users_in_campaign(self) -> Segment:
        """Return the users with an entry in the range; as many as the overview's ``unique_users``."""
        users = users_behind(
            self._facts(), series_engine.find_series(self._facts(), "unique_users", None, None)
        )
        rule = f"entered {self._owner_words('campaign', '')} ({self._scope_words()})"
        return Segment(users, name=f"Users in {self.campaign.label}", rule=rule)

    def users_in_action(self, action_id: str, event: str | None = None) -> Segment:
        """Return the users who received an action, or had one of its events; as many as
        ``users_received`` on its card, or as ``unique_<event>``.

        Raises:
            QueryError: The action, or the event for its channel, is not known; the known ones are
                named.
        """
        if action_id not in self.campaign.action_by_id:
            raise QueryError.unknown("action", action_id, self.campaign.action_by_id)
        action = self.campaign.action_by_id[action_id]
        events = self.campaign.channels[action.channel].events
        if event is not None and event not in events:
            raise QueryError.unknown(
                f"event of action {action_id!r} ({action.channel})", event, events
            )
        key = "users_received" if event is None else f"unique_{event}"
        series = series_engine.find_series(self._facts(), key, action_id, None)
        done = "received" if event is None else event.replace("_", " ")
        rule = f"{done} {self._owner_words('action', action_id)} ({self._scope_words()})"
        return Segment(
            users_behind(self._facts(), series), name=f"Users in {action.label}", rule=rule
        )
