"""Methods about the users of a segment: who they are, what they did, which channels can reach them."""

from typing import Any

import polars as pl

from results_widgets.errors import QueryError
from results_widgets.segments.base import SegmentBase


class Lookups(SegmentBase):
    """Questions about the users of a segment; see `Segment`."""

    def events(self) -> Any:
        """Return all events of these users, lazily, with the columns and rows of the source.

        Nothing is left out: neither events of other campaigns, nor repeated ones, nor those out of
        range. The rows are in no particular order.

        Returns:
            A Polars LazyFrame; or a DuckDB relation or Spark DataFrame if the events are on that engine.

        Examples:
            >>> results.users_in_campaign().events().collect().columns[:3]
            ['user_id', 'campaign_id', 'action_id']
        """
        data = self._source_for("events()").data
        return data.source_rows_of(self._users.ids_beside(data)).to_native()

    def timeline(self, user_id: str | int) -> pl.DataFrame:
        """Return one user's events in order.

        Args:
            user_id: A user of the segment.

        Returns:
            timestamp (Datetime): When it happened, in the results' zone.
            event (String): What happened.
            action (String): Name of the action, null for events that belong to none.
            channel (String): Its channel.
            others (as in the source): The other columns with a value for this user.

        Raises:
            QueryError: The user is not in the segment, or the id is of another type.

        Examples:
            >>> users = results.users_in_campaign()
            >>> users.timeline(users.users["user_id"][0]).columns[:4]
            ['timestamp', 'event', 'action', 'channel']
        """
        source = self._source_for("timeline()")
        if user_id not in self:
            raise QueryError(f"user {user_id!r} is not in {self.name!r}; see segment.users")
        from results_widgets.engine.people.profile import timeline

        return timeline(source.data, source.query.time_zone, user_id)

    def profile(self, *, values: int = 20, min_users: int = 1) -> pl.DataFrame:
        """Return how these users differ from the rest of the campaign's users.

        It compares the attributes of the users table (numbers in quartiles, times by year), columns of the events
        such as platform and country (a user's newest value), the number of events by the user, and whether the
        user was active in the last 7 days. The campaign's users are those with an entry in the range.

        Args:
            values: Maximum number of values per attribute; rarer ones are combined as ``(other)``.
            min_users: Values with fewer users are combined, too.

        Returns:
            attribute (String): Attribute; rows that differ come first, larger differences before
                smaller ones.
            value (String): Its value, null if it is not known.
            segment (Int64): Users of the segment with the value.
            rest (Int64): Users of the rest with it.
            share (Float64): Share of the segment, null for an empty one.
            rest_share (Float64): Share of the rest, null for an empty one.
            difference (Float64): The first share minus the second.
            low (Float64): Lower end of the difference's 95 % interval (Newcombe).
            high (Float64): Its upper end.
            p_value (Float64): P-value of no difference (pooled normal test; Fisher's exact test for small cells).
            p_adjusted (Float64): Adjusted over all rows (Benjamini and Hochberg).
            differs (Boolean): Whether it is below 0.05.

        Examples:
            >>> results.users("unique_converters").profile()["attribute"].n_unique() > 3
            True
        """
        source = self._source_for("profile()")
        from results_widgets.engine.people.profile import profile

        data, everyone = source.data, source.everyone()._users
        return profile(
            data, self._users.ids_beside(data), everyone.ids_beside(data), values, min_users
        )

    def reach(self) -> pl.DataFrame:
        """Return how many of these users each channel of the campaign can still reach.

        A user is reachable who never bounced, unsubscribed or marked a message as spam in this campaign.

        Returns:
            channel (String): Channel.
            users (Int64): Users of the segment.
            reachable (Int64): Users that it can reach.
            bounced (Int64): Users who bounced; a user may be in several of these three columns.
            unsubscribed (Int64): Users who unsubscribed.
            marked_as_spam (Int64): Users who marked a message as spam.
            active_7d (Int64): Reachable users with an event of their own in the 7 days up to the
                newest event.
            share (Float64): Reachable of all users, null for an empty segment.

        Examples:
            >>> results.users_in_campaign().reach()["channel"].to_list()
            ['email', 'push', 'webhook', 'in_app', 'sms']
        """
        data = self._source_for("reach()").data
        from results_widgets.engine.people.reach import reach

        return reach(data, self._users.ids_beside(data))
