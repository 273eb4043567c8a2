"""What to ask about the people of a segment."""

from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl

from results_widgets.engine.backends.base import Data
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.frames import Rows
from results_widgets.errors import QueryError
from results_widgets.segments._users import UserSet

if TYPE_CHECKING:
    from results_widgets.segments._segment import Segment


class FollowUp(UserSet):
    """Follow-up questions; see `Segment`."""

    def everyone(self) -> "Segment":
        """Return the campaign's users: those with an entry, in the range the segment was asked for."""
        return self._known_audience("everyone()").everyone()

    def events(self) -> Any:
        """Return all events of these users, lazily: the source's columns, its rows as they are.

        Nothing is left out, be it of other campaigns, a repeat, or out of range. Rows come in no
        set order.

        Returns:
            A Polars LazyFrame; a DuckDB relation or a Spark DataFrame where the events are there.
        """
        data = self._known_audience("events()").data
        return data.rows_of(self._ids(data)).to_native()

    def _ids(self, data: Data) -> Rows:
        """Return the users' ids (``user_id``) beside the data."""
        if isinstance(data, MemoryBackend):
            return nw.from_native(self.lazy().select("user_id"))
        return data.brought(self._collected.select("user_id"))

    def timeline(self, user_id: str | int) -> pl.DataFrame:
        """Return one user's events in order.

        Returns:
            timestamp (Datetime µs in the results' zone), event, action (its name), channel (String),
            then the source's other columns that say anything about this user.

        Raises:
            QueryError: The user is not in the segment, or the id is of another type.
        """
        audience = self._known_audience("timeline()")
        if user_id not in self:
            raise QueryError(f"user {user_id!r} is not in {self.name!r}; see segment.users")
        from results_widgets.engine.people.profile import timeline

        return timeline(audience.data, audience.query.time_zone, user_id)

    def profile(self, *, values: int = 20) -> pl.DataFrame:
        """Return who these users are against the rest of the campaign's users.

        Compared are the users table's attributes (numbers in four ranges of equal size, times by
        year), from the events platform, country and the like (a user's newest value), how many
        events of their own they have, and whether they were active in the last 7 days. Users with
        an entry in the range are the campaign's users.

        Args:
            values: Most values of an attribute; rarer ones are put together as ``(other)``.

        Returns:
            attribute, value (String, null: unknown), segment, rest (Int64 users), share,
            rest_share, difference (Float64), low, high (Float64: its 95 % interval by Newcombe),
            p_value, p_adjusted (Float64: by Benjamini and Hochberg over all rows), differs
            (Boolean: p_adjusted below 0.05); differing ones first, larger differences before
            smaller. Shares are null without users on that side.
        """
        audience = self._known_audience("profile()")
        from results_widgets.engine.people.profile import profile

        data = audience.data
        return profile(data, self._ids(data), self.everyone()._ids(data), values)

    def reach(self) -> pl.DataFrame:
        """Return how many of these users each of the campaign's channels can still reach.

        Returns:
            channel (String), users, reachable (neither bounced, unsubscribed nor marked as spam in
            this campaign, whenever), bounced, unsubscribed, marked_as_spam (users; one may be in
            several), active_7d (reachable, with an event of their own in the 7 days up to the newest
            event) (Int64), share (Float64, reachable of users; null without users).
        """
        audience = self._known_audience("reach()")
        from results_widgets.engine.people.reach import reach

        return reach(audience.data, self._ids(audience.data))
