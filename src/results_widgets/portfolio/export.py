"""`Export`: what a vendor exported, and the results of its campaigns."""

from collections.abc import Iterable, Mapping as AnyMapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl

from results_widgets.campaign import Campaign, Goal
from results_widgets.exports import Reading, frames
from results_widgets.exports.report import export_as_html, report as report_of
from results_widgets.portfolio.export_campaign import (
    Asked,
    campaign_of,
    goal_of,
    prepared,
    root_of,
)
from results_widgets.portfolio.export_folder import write_folder
from results_widgets.portfolio.export_portfolio import results_of, results_of_each
from results_widgets.portfolio.portfolio import Portfolio
from results_widgets.results import Results


class Export:
    """What a vendor exported: its campaigns, events and users. Made by `read_export`.

    Attributes:
        vendor: Key of the vendor.
        why: Why the export was taken to be from this vendor.
        confidence: How certain that is, from 0.5 to 1; 1 where the vendor or a mapping was given.

    Examples:
        >>> export = rw.read_export("export")
        >>> export.vendor, export.campaigns()["campaign_id"].to_list()
        ('sendgrid', ['Spring'])
    """

    def __init__(self, reading: Reading, naive_time_zone: str | None = None) -> None:
        self._reading, self._zone = reading, naive_time_zone

    @property
    def vendor(self) -> str:
        """Key of the vendor, as `vendors` lists it; ``"mapping"`` where a mapping alone was given."""
        return self._reading.vendor.key

    @property
    def why(self) -> str:
        """Why the export was taken to be from this vendor."""
        return self._reading.why

    @property
    def confidence(self) -> float:
        """How certain the vendor is, from 0.5 to 1; 1 where the vendor or a mapping was given."""
        return self._reading.confidence

    @property
    def refused_rows(self) -> int:
        """How many rows could not be used; `report` lists them."""
        return self._reading.refused.rows

    def __repr__(self) -> str:
        count = sum(tally.rows for tally in self._reading.tallies.values())
        refused = self._reading.refused.rows
        more = f", {refused:,} refused" if refused else ""
        return f"Export({self.vendor!r}: {count:,} rows{more}; {self.why})"

    def _repr_html_(self) -> str:
        return export_as_html(repr(self), self._reading.vendor.label)

    def campaigns(self) -> pl.DataFrame:
        """Return the campaigns, the latest first.

        Returns:
            campaign_id (String): The campaign.
            name (String): Its name; null where the export has none.
            kind (String): The vendor's name for this kind of campaign; null where there is none.
            channels (List(String)): The channels of its events.
            first (Datetime µs UTC): Its first event; without a zone where the export's times have none.
            last (Datetime µs UTC): Its last event.
            received (Int64): Messages received; null where the export does not say.
            users (Int64): People with an event of it.
            goals (List(String)): Goal events of these people, and the source's own conversions.

        Examples:
            >>> rw.read_export("export").campaigns().select("campaign_id", "received", "users").row(0)
            ('Spring', 2, 2)
        """
        return frames.campaigns(self._reading)

    def report(self) -> pl.DataFrame:
        """Return what each event name in the export was mapped to, and every row that was left out or refused.

        Returns:
            name (String): The event's name in the export; null for rows that are not events.
            channel (String): The channel that it became an event of.
            event (String): Our event; null if left out.
            rows (Int64): How many rows.
            example (String): The first of them.
            note (String): Why it was left out or refused, a similar known name, or other remarks.
            file (String): For a refused row or a file that was not read: the file.
            line (Int64): For a refused row: its line, or its number in files without lines.

        Examples:
            >>> rw.read_export("export").report().select("name", "event", "rows").row(0)
            ('processed', 'sent', 2)
        """
        return report_of(self._reading)

    def users(self) -> pl.DataFrame:
        """Return the users.

        Returns:
            user_id (String): The user.
            is_developer (Boolean): Whether the user is a developer or tester.
            attribute (String): A column for each attribute in the export.

        Examples:
            >>> rw.read_export("export").users().row(0)
            ('anna@example.com', False)
        """
        return frames.users(self._reading)

    def campaign(
        self,
        id: str | None = None,  # noqa: A002 - as a campaign's field is called
        goal: "Goal | str | Iterable[str] | AnyMapping[str, object] | None" = None,
        window: timedelta | str | None = None,
        parents: object = None,
    ) -> Campaign:
        """Return a campaign, as far as the export knows it; the rest is guessed and marked.

        Args:
            id: Its id or name; None: the only one.
            goal: Name of its goal's event, or several names, as the export writes them.
            window: Attribution window, such as ``"7d"``.
            parents: The flow, as for `results`.

        Returns:
            The campaign; ``guessed`` has the paths of what was guessed.

        Raises:
            QueryError: There is no such campaign or goal event.
            EventsError: ``parents`` lacks a column or has a cycle.

        Examples:
            >>> rw.read_export("export").campaign("Spring").channels.keys()
            dict_keys(['email'])
        """
        id_ = frames.campaign_id(self._reading, id)
        return campaign_of(self._reading, id_, goal_of(self._reading, goal), window, parents)

    def events(self, id: str | None = None) -> pl.DataFrame:  # noqa: A002 - as in `campaign`
        """Return events in our schema, including repeated ones.

        Args:
            id: Id or name of the campaign; None: of all.

        Returns:
            user_id (String): The user.
            campaign_id (String): The campaign; null for goal events.
            action_id (String): The action; null for goal events.
            event (String): The event; a goal event's own name.
            timestamp (Datetime µs UTC): When; without a zone where the export's times have none.
            further (String): event_id, variant, machine, value, link, reason and so on, where there.

        Raises:
            QueryError: There is no such campaign.

        Examples:
            >>> rw.read_export("export").events("Spring")["event"].to_list()
            ['sent', 'sent', 'opened']
        """
        if id is None:
            known = frames.campaigns(self._reading)["campaign_id"].to_list()
        else:
            known = [frames.campaign_id(self._reading, id)]
        roots = {one: root_of(campaign_of(self._reading, one, None, None)) for one in known}
        return frames.events_of(
            self._reading, known[0] if id is not None else None, roots
        ).collect()

    def results(
        self,
        campaign: str | None = None,
        goal: "Goal | str | Iterable[str] | AnyMapping[str, object] | None" = None,
        window: timedelta | str | None = None,
        goal_events: object = None,
        parents: object = None,
        **arguments: Any,
    ) -> Results:
        """Return the results of a campaign.

        Args:
            campaign: Its id or name; None: the only one.
            goal: Name of the event that counts as a conversion, or several names, as the export writes
                them, or a `Goal`. If left out, the goals of your own mapping count, or the source's own
                conversions; where there are none, conversions are not available.
            window: How long after the last action received a goal event still counts, such as ``"7d"``.
            goal_events: Goal events from another source, a table or path: user_id, timestamp, and optionally event
                and value.
            parents: The flow, where the export lacks it: a table or path of action_id and parent_id (null: a
                root), and optionally campaign_id, trigger and delay; or a mapping. Actions that it does not list
                stay guessed.
            **arguments: Further arguments of `Results`, such as ``time_zone`` and ``naive_time_zone``.

        Returns:
            The results; numbers that the export cannot provide are null.

        Raises:
            QueryError: There is no such campaign or goal event.
            EventsError: Times have no zone, and ``naive_time_zone`` is not given; or a table lacks a column.

        Examples:
            >>> rw.read_export("export").results("Spring", "open", "7d", time_zone="UTC").unique_users()
            2
        """
        asked = Asked(campaign, goal, window, goal_events, parents)
        made, events = self._prepared(asked, arguments)
        return results_of(self._reading, made, events, asked, self._with_users(arguments))

    def portfolio(
        self,
        goal: "Goal | str | Iterable[str] | AnyMapping[str, object] | None" = None,
        window: timedelta | str | None = None,
        goal_events: object = None,
        **arguments: Any,
    ) -> Portfolio:
        """Return all campaigns as a portfolio, the latest first.

        Args:
            goal: As for `results`, of every campaign.
            window: As for `results`.
            goal_events: As for `results`.
            **arguments: Further arguments of `results`.

        Returns:
            The portfolio; campaigns with the same name have their id added to it.

        Raises:
            QueryError: There is no campaign, or no such goal event.

        Examples:
            >>> rw.read_export("export").portfolio("open", "7d", time_zone="UTC").names
            ['Spring']
        """
        asked = Asked(None, goal, window, goal_events, arguments.pop("parents", None))
        if self._zone is not None:
            arguments.setdefault("naive_time_zone", self._zone)
        return Portfolio(results_of_each(self._reading, asked, self._with_users(arguments)))

    def save(
        self,
        folder: str | Path,
        campaign: str | None = None,
        goal: "Goal | str | Iterable[str] | AnyMapping[str, object] | None" = None,
        window: timedelta | str | None = None,
        goal_events: object = None,
        parents: object = None,
    ) -> Path:
        """Write a campaign as a folder that `load` opens: campaign.json, events.parquet, users.parquet.

        The export is then unpacked only once. Times without a zone stay without one, unless
        ``naive_time_zone`` was given to `read_export`.

        Args:
            folder: The folder; it is created if missing.
            campaign: As for `results`.
            goal: As for `results`.
            window: As for `results`.
            goal_events: As for `results`.
            parents: As for `results`.

        Returns:
            The folder.

        Raises:
            QueryError: There is no such campaign or goal event.
            OSError: The folder cannot be written to.

        Examples:
            >>> folder = rw.read_export("export").save("spring", "Spring", "open", "7d")
            >>> rw.load(folder, time_zone="UTC").unique_users()
            2
        """
        made, events = self._prepared(Asked(campaign, goal, window, goal_events, parents), {})
        return write_folder(folder, made, events, self.users(), self._zone)

    def _with_users(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Return arguments of `Results` with the export's users, unless there are others."""
        users = arguments.get("users")
        return {**arguments, "users": self.users() if users is None else users}

    def _prepared(self, asked: Asked, arguments: dict[str, Any]) -> tuple[Campaign, pl.LazyFrame]:
        if self._zone is not None:
            arguments.setdefault("naive_time_zone", self._zone)
        return prepared(self._reading, asked, arguments)
