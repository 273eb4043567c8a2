"""`Results`: the one object a user works with. Its body lists the methods; the code of each is in a module by topic.

Each method is a plain function of a topic's module, documented beside its code, and listed here by
name. Its parameter ``self`` is any object that holds a `Session`, so that these modules need not import this one.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from results_widgets._completion import completable
from results_widgets.campaign import Campaign
from results_widgets.definitions import Definitions
from results_widgets.engine.open import Source
from results_widgets.engine.query import Uniques
from results_widgets.engine.rollup.grains import Grain, UsersGrain
from results_widgets.keys import DefinitionSet
from results_widgets.results import (
    about as _about,
    alternatives as _alternatives,
    attributing as _attributing,
    conclusions as _conclusions,
    exploring as _exploring,
    files as _files,
    flow as _flow,
    headcounts as _headcounts,
    live as _live,
    numbers as _numbers,
    people as _people,
    reconciling as _reconciling,
    rows as _rows,
    scope as _scope,
    store as _store,
    summary as _summary,
    warming as _warming,
    watch as _watch,
)
from results_widgets.results.display import DISPLAY
from results_widgets.results.frozen import Frozen
from results_widgets.results.opening import open_session
from results_widgets.results.rollup import RollUpCells, cells_of
from results_widgets.results.session import Session
from results_widgets.sources import with_options
from results_widgets.tables.options import ReadOptions, TimeUnit


class Results(Frozen):
    """A campaign's results, computed from its raw events, under one definition set, range and time zone.

    Results never change: `between`, `with_definitions`, `refresh` and the like return new ones that share the data.
    Frames are Polars DataFrames, sorted; ``value``, ``numerator`` and ``denominator`` are Float64, rates over 0 null.

    Args:
        campaign: A `Campaign`, its JSON as a dict, or the path of a JSON file.
        events: A path, glob, folder or list of paths (Parquet, CSV, NDJSON), an address (``s3://…``), or a Delta
            Lake, Iceberg, Polars, pandas, Arrow, DuckDB, Spark or SQLFrame table. Columns: user_id, action_id, event,
            timestamp, and where known campaign_id, event_id, variant, entry_id, value, machine; further ones are kept.
        users: A table of users with user_id, optionally is_developer, and attributes to group by.
        definitions: A `Definitions`, or the name of a built-in set, such as ``"leanplum"``: docs/definitions.md.
        time_zone: IANA name of the time zone that days are in. None: the machine's in scripts, the viewer's in
            widgets.
        naive_time_zone: IANA name of the zone of timestamps that have none; None refuses them.
        time_unit: Unit of timestamps that are numbers since 1970 (``"s"``, ``"ms"``, ``"us"``); None refuses them.
        columns: Our column names and the table's, where they differ: ``{"user_id": "customer_id"}``.
        event_names: The table's event names and ours, where they differ: ``{"email_open": "opened"}``.
        uniques: ``"exact"``, or ``"approximate"`` to estimate distinct users; see `with_uniques`.
        store: Folder of a store of these files, as `save` writes it: it is opened and updated, or created.
        storage_options: Options for opening addresses, with the names that Polars uses; never shown and never saved.

    Raises:
        CampaignError: The campaign is not valid.
        EventsError: A table lacks a column, has no rows, or cannot be read.
        QueryError: The definition set or time zone is not known, or there is no address for the storage options.

    Examples:
        >>> results = rw.Results(*rw.datasets.generate(200, seed=1), time_zone="UTC")
        >>> results
        Results('Win-back, spring 2026', whole campaign; definitions default; days of UTC)
    """

    _session: Session

    def __init__(  # noqa: PLR0913 - what a table does not say about itself has a name each
        self,
        campaign: Campaign | Mapping[str, Any] | str | Path,
        events: object,
        users: object = None,
        *,
        definitions: DefinitionSet | Definitions = "default",
        time_zone: str | None = None,
        naive_time_zone: str | None = None,
        time_unit: TimeUnit | None = None,
        columns: Mapping[str, str] | None = None,
        event_names: Mapping[str, str] | None = None,
        uniques: Uniques = "exact",
        store: str | Path | None = None,
        storage_options: Mapping[str, Any] | None = None,
    ) -> None:
        places = with_options(events, users, storage_options)
        options = ReadOptions(naive_time_zone, time_unit, columns or {}, event_names or {})
        folder = None if store is None else Path(store).absolute()
        source = Source(Campaign.from_json(campaign), *places, options, folder)
        self._session = open_session(source, definitions, time_zone, uniques)
        self._session = _store.kept(self)._session

    def _with(self, session: Session) -> Self:
        other = type(self).__new__(type(self))
        other._session = session
        return other

    @property
    def campaign(self) -> Campaign:
        """The campaign."""
        return self._session.campaign

    @property
    def definitions(self) -> Definitions:
        """The definition set in force."""
        return self._session.query.definitions

    @property
    def time_zone(self) -> str:
        """IANA name of the time zone that days are in."""
        return self._session.query.time_zone

    @property
    @completable
    def uniques(self) -> Uniques:
        """How distinct users are counted: ``"exact"`` or ``"approximate"``."""
        return self._session.query.uniques

    @property
    def breakdowns(self) -> list[str]:
        """The columns that ``by=`` takes."""
        return self._session.breakdowns

    @property
    def read_at(self) -> datetime:
        """When the data was read."""
        return self._session.read_at

    @property
    def is_rolled_up(self) -> bool:
        """Whether they were made from a `RollUp`, which holds no users."""
        return self._session.is_rolled_up

    # --- the same in another scope, or with newer data

    between = _scope.between
    month = _scope.month
    in_time_zone = _scope.in_time_zone
    with_definitions = _scope.with_definitions
    with_attribution = _attributing.with_attribution
    with_clock = _scope.with_clock
    with_uniques = _scope.with_uniques
    analytics = _scope.analytics
    previous = _scope.previous
    refresh = _live.refresh
    watch = _watch.watch
    warm = _warming.warm

    # --- numbers, and what can be concluded from them

    overview = _numbers.overview
    channels = _numbers.channels
    actions = _numbers.actions
    explore = _exploring.explore
    flow = _flow.flow
    flow_by_variant = _flow.flow_by_variant
    next_steps = _flow.next_steps
    unique_users = _headcounts.unique_users
    open_entries = _headcounts.open_entries
    held_back = _headcounts.held_back
    entries = _rows.entries
    conversions = _rows.conversions
    summary = _summary.summary
    experiment = _conclusions.experiment
    maturity = _conclusions.maturity
    cohorts = _conclusions.cohorts
    time_to_convert = _conclusions.time_to_convert
    reconcile = _reconciling.reconcile
    attribution = _attributing.attribution
    paths = _attributing.paths
    dialects = _alternatives.dialects
    sensitivity = _alternatives.sensitivity

    # --- what the numbers mean

    glossary = _about.glossary
    describe = _about.describe
    quality = _about.quality
    freshness = _about.freshness

    # --- the users behind the numbers

    users = _people.users
    users_in_campaign = _people.users_in_campaign
    users_in_action = _people.users_in_action
    sequence = _people.sequence
    segment = _people.segment
    within = _people.within
    outcome = _people.outcome

    # --- files for others

    to_html = _files.to_html
    to_pdf = _files.to_pdf
    save_chart = _files.save_chart
    save_flow = _files.save_flow
    save = _store.save
    snapshot = _files.snapshot
    diff = _files.diff

    def rollup(self, every: Grain = "1h", users_every: UsersGrain | None = None) -> "RollUp":
        """Return the numbers of these results (range, definitions, developers) without the users.

        Args:
            every: Length of a cell. ``"1h"`` answers for every time zone whose days begin on an hour
                of UTC, ``"15m"`` for the others as well; ``"1d"`` is by days of the results' zone.
            users_every: Length of the cells that users are kept by, if longer: ``"1d"``, ``"1w"``, ``"1mo"`` (of
                the results' time zone) or ``"whole"``. Sketches of users take up to 12 kB each and make up most of
                a roll-up. With sketches per week or for the whole campaign it takes a few megabytes, and counts
                are still kept by ``every``.
                Distinct users are then known for ranges and intervals made of such cells, and for the whole campaign.

        Returns:
            The roll-up; ``save`` writes it, ``|`` merges it with others.

        Raises:
            QueryError: There is no such cell, users' cells are shorter than those of counts, or these are rolled up.
            MissingExtraError: The extra ``sketches`` is not installed.

        Examples:
            >>> results.rollup("1d", users_every="whole").results().unique_users()
            171
        """
        return RollUp(cells_of(self._session, every, users_every))

    # --- how they are shown

    def __repr__(self) -> str:
        return f"Results({self.campaign.label!r}, {self._session.query.words})"

    def _repr_mimebundle_(self, **_: object) -> object:
        return DISPLAY.get()(self)


class RollUp(RollUpCells):
    """A campaign's numbers by cells of time, with a sketch of the users behind each.

    It holds no users and no events: rows are counted exactly, and HyperLogLog sketches estimate the number of
        distinct users, with an error below 1.75 % in 99.7 of 100 cases. A sketch is made from truncated hashes of
        user ids with a public seed, so sketches made anywhere can be merged. Anyone with a list of ids can check
        whether an id may be, or is probably not, among the users of a number; the fewer users a cell has, the more
        it reveals. Share roll-ups only where you would share hourly counts.

    Made by `Results.rollup`, read by `load`, merged with ``|``.

    Examples:
        >>> results.rollup("1d").results(time_zone="UTC").overview()["value"][0]
        194.0
    """

    def results(self, *, time_zone: str | None = None) -> Results:
        """Return results that answer, from the roll-up, every question that needs no single user or event.

        Overview, channels, actions, flow and time series have their usual shapes. Distinct users are
        estimates, drop-off is the difference of two estimates, the median time to convert is null.
        A range must start and end between cells. If users are kept in longer cells than counts, a table has null
        for users of a range that cuts through such a cell, and a time series of users by shorter intervals is
        refused, as is everything that returns users.

        Args:
            time_zone: As for `Results`; refused if the roll-up is by ``"1d"`` of another zone.

        Returns:
            The results.

        Raises:
            QueryError: The time zone is not known, or its days cannot be made from the cells.

        Examples:
            >>> results.rollup("1d").results(time_zone="UTC").unique_users()
            171
        """
        made = self._cells
        zone = made.zone if time_zone is None and not made.knows_all_zones else time_zone
        found = Results(made.campaign, made, time_zone=zone, uniques="approximate")
        found = found.with_definitions(made.definitions).with_clock(made.clock)
        return found if made.developers is not False else found.analytics()
