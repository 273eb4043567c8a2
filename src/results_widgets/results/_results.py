"""Results: the one object a user holds."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from results_widgets.definitions import Definitions
from results_widgets.engine.query import Uniques
from results_widgets.errors import EventsError, listing
from results_widgets.results._about import About
from results_widgets.results._people import People
from results_widgets.results._rollup import RollsUp
from results_widgets.results._travel import Travel
from results_widgets.results._warming import Warming
from results_widgets.results._watch import Shows, Watch
from results_widgets.sources import Folder, find_files


class Results(About, Warming, People, Travel, RollsUp):
    """A campaign's results, computed from its raw events under one set of definitions, range and
    zone.

    Results never change: `between`, `in_time_zone`, `with_definitions` and `analytics` give new
    ones that share the data. Frames are Polars DataFrames, sorted; ``value`` is Float64,
    ``numerator`` and ``denominator`` are Float64 and null for plain numbers; a rate whose
    denominator is 0 is null.

    Args:
        campaign: A `Campaign`, a dict of its JSON, or the path of the JSON.
        events: A path, glob, folder or list of paths (Parquet, CSV, NDJSON), or a Polars, pandas,
            Arrow, DuckDB or Spark table with the columns user_id, action_id, event, timestamp, and
            as far as known campaign_id, event_id, variant, entry_id, value, machine. Further
            columns are kept and can be grouped by.
        users: A table of users with user_id, optionally is_developer, and attributes to group by.
        definitions: Name of a shipped set (``default``, ``leanplum``, ``leanplum-v2``) or a
            `Definitions`.
        time_zone: IANA name of the zone whose days are meant; None: the machine's in scripts, the
            viewer's in widgets.
        naive_time_zone: IANA name of the zone of timestamps that carry none; None refuses such
            timestamps.
        uniques: ``exact``, or ``approximate`` for distinct users by sketches; see `with_uniques`.

    Raises:
        CampaignError: The campaign says something that cannot be.
        EventsError: A table lacks a column, has no rows, or holds what cannot be used at all.
        QueryError: The definition set or zone is not known.
    """

    def watch(
        self,
        every: str | timedelta = "1m",
        on: Shows | Callable[["Results"], object] | None = None,
    ) -> Watch:
        """Refresh again and again until stopped, and with it whatever shows these results.

        Args:
            every: How long to wait between two refreshes: ``"1m"``, ``"30s"``, a timedelta.
            on: A widget, for that one alone, until it is closed; or what is called with the new
                results each time. None: every widget that shows results of this source.

        Raises:
            QueryError: ``every`` is no duration, or less than a second.
        """
        return Watch(self, every, on)

    def __repr__(self) -> str:
        return f"Results({self.campaign.label!r}, {self._query.words})"

    def _repr_mimebundle_(self, **_: object) -> object:
        if _display is None:
            return {"text/plain": repr(self)}
        return _display(self)


_display: Callable[[Results], object] | None = None


def display_with(display: Callable[[Results], object]) -> None:
    """Say how a notebook shows results; widgets stand to the right of this module, so they cannot be imported here."""
    global _display  # noqa: PLW0603 - one hook per process
    _display = display


def load(
    folder: str | Path,
    *,
    definitions: str | Definitions = "default",
    time_zone: str | None = None,
    naive_time_zone: str | None = None,
    uniques: Uniques = "exact",
) -> Results:
    """Read a folder with campaign.json, events*.parquet|csv|ndjson and, if there, users.*.

    Args:
        folder: Where they are.
        definitions: As for `Results`.
        time_zone: As for `Results`.
        naive_time_zone: As for `Results`.
        uniques: As for `Results`.

    Raises:
        QueryError: The definition set, zone or way of counting users is not known.
        EventsError: The folder or its events are not there.
        CampaignError: Its campaign.json is missing or wrong.
    """
    root = Path(folder)
    if not root.is_dir():
        raise EventsError(
            f"{root}: no such folder; pass one that holds campaign.json and events files"
        )
    if not find_files(root, "events"):
        raise EventsError(
            f"{root}: no events file; found: {listing(sorted(path.name for path in root.iterdir()))}"
        )
    return Results(
        root / "campaign.json",
        Folder(root, "events"),
        Folder(root, "users") if find_files(root, "users") else None,
        definitions=definitions,
        time_zone=time_zone,
        naive_time_zone=naive_time_zone,
        uniques=uniques,
    )
