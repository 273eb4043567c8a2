"""How results look at their data: shared by every kind of question."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, Self

import tzlocal

from results_widgets.campaign import Campaign
from results_widgets.definitions import Definitions, as_definitions
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.query import Grouping, QueryScope, Uniques, as_moment, check_uniques
from results_widgets.engine.rollup.dataset import RollUpBackend
from results_widgets.engine.scoped import ScopedRows
from results_widgets.errors import QueryError
from results_widgets.glossary import Metric
from results_widgets.results._estimate import Estimate, estimate_of
from results_widgets.results._source import Reading, Source, warn_of
from results_widgets.results._warm import Warmer, warmer_of
from results_widgets.sources import Problem
from results_widgets.tables.events import check_zone

Compare = Literal["previous"]
Edge = str | date | datetime | None
_MANY = 2_000_000
_SLOW_TO_SORT = 1_000_000


class View:
    """Data and the lens on it; see `Results`."""

    def __init__(
        self,
        campaign: Campaign | Mapping[str, Any] | str | Path,
        events: object,
        users: object = None,
        *,
        definitions: str | Definitions = "default",
        time_zone: str | None = None,
        naive_time_zone: str | None = None,
        uniques: Uniques = "exact",
    ) -> None:
        self._source = Source(Campaign.from_json(campaign), events, users, naive_time_zone)
        self._own_zone = time_zone is not None
        zone = check_zone(time_zone if time_zone is not None else _machine_zone())
        self._query = QueryScope(
            as_definitions(definitions, self.campaign.known_channels),
            zone,
            uniques=check_uniques(uniques),
        )
        self._take(self._source.read(), ())

    def _take(self, reading: Reading, told: tuple[Problem, ...]) -> None:
        self._reading, self._data = reading, reading.data
        warn_of(problem for problem in reading.problems if problem not in told)

    def _with(self, query: QueryScope, *, own_zone: bool | None = None) -> Self:
        other = type(self).__new__(type(self))
        other.__dict__.update(self.__dict__)
        other._query = query
        other._own_zone = self._own_zone if own_zone is None else own_zone
        return other

    @property
    def campaign(self) -> Campaign:
        """The campaign."""
        return self._source.campaign

    @property
    def definitions(self) -> Definitions:
        """The definition set in force."""
        return self._query.definitions

    @property
    def time_zone(self) -> str:
        """IANA name of the zone whose days are meant."""
        return self._query.time_zone

    @property
    def follows_viewer(self) -> bool:
        """Whether no zone was named, so that a widget may take its viewer's."""
        return not self._own_zone

    @property
    def query(self) -> QueryScope:
        """Definitions, zone, range and developers together."""
        return self._query

    @property
    def newest(self) -> int:
        """Time of the newest event seen, epoch µs."""
        return self._data.newest

    @property
    def read_at(self) -> datetime:
        """When the data was read."""
        return self._reading.at

    @property
    def breakdowns(self) -> list[str]:
        """Columns that ``by=`` takes."""
        return self._data.breakdowns if self.uniques == "exact" else []

    def between(self, start: Edge = None, end: Edge = None) -> Self:
        """Return the results of a range: entries that start in it, events and conversions that
        happen in it.

        Args:
            start: A date or ``"2026-03-01"`` (from its first instant in the zone), an aware
                datetime, or None.
            end: A date (the whole day included), an aware datetime (excluded), or None.

        Raises:
            QueryError: An edge cannot be read, names no zone, or the end lies before the start.
        """
        query = replace(self._query, start=as_moment(start), end=as_moment(end))
        first, last = query.micros()
        if first is not None and last is not None and last < first:
            raise QueryError(f"the range ends ({end}) before it starts ({start}); swap them")
        return self._with(query)

    def in_time_zone(self, time_zone: str) -> Self:
        """Return the results with days of another zone.

        Raises:
            QueryError: There is no such zone.
        """
        return self._with(replace(self._query, time_zone=check_zone(time_zone)), own_zone=True)

    def with_definitions(self, definitions: str | Definitions) -> Self:
        """Return the results under other definitions.

        Raises:
            QueryError: No shipped set has that name.
        """
        found = as_definitions(definitions, self.campaign.known_channels)
        return self._with(replace(self._query, definitions=found))

    def with_uniques(self, uniques: Uniques) -> Self:
        """Return the results with distinct users counted exactly, or approximately by sketches.

        Approximate ones are off by less than 1.75 % in 99.7 of 100 cases, and answer from cells of
        hours: ranges lie between them, and there is no breakdown by a column.

        Raises:
            QueryError: It is neither ``exact`` nor ``approximate``.
        """
        return self._with(replace(self._query, uniques=check_uniques(uniques)))

    @property
    def uniques(self) -> Uniques:
        """How distinct users are counted: ``exact`` or ``approximate``."""
        return self._query.uniques

    def estimate(self, metric: Metric) -> Estimate | None:
        """Return how far off a metric may be, see `with_uniques`; None where it is exact."""
        return None if self.uniques == "exact" else estimate_of(metric, self.definitions)

    def analytics(self, *, developers: bool = False) -> Self:
        """Return the results without developer profiles, as "View in Analytics" shows them."""
        return self._with(replace(self._query, developers=developers))

    def refresh(self) -> Self:
        """Return the results with what has come since; these stay as they are.

        Only what is new is read: new files of a folder or glob, lines written behind the ones read,
        files that were written anew, rows behind those of a frame. A file that is gone, half
        written or of another schema is warned of and left out until it can be read; what was read
        of it before stays. Late and repeated events count as they would in a full read.

        Raises:
            EventsError: A table cannot be used, or changes while it is read.
        """
        other = self._with(self._query)
        other._take(self._source.refresh(self._reading), self._reading.problems)
        return other

    @property
    def is_rolled_up(self) -> bool:
        """Whether they answer from a roll-up, and so hold no users."""
        return isinstance(self._data, RollUpBackend)

    @property
    def counts_by(self) -> str | None:
        """How long the cells are that a roll-up counts by; None for single events."""
        return self._data.cells.grain if isinstance(self._data, RollUpBackend) else None

    def refusal(self) -> str:
        """Return why a roll-up does not answer as it is looked at here, and what it takes; else empty."""
        data, query = self._data, self._query
        if isinstance(data, RollUpBackend):
            try:
                data.check(query)
                data.cells.check(data.calendar(query), query.micros(), None)
            except QueryError as error:
                return str(error)
        return ""

    @property
    def takes_long(self) -> bool:
        """Whether the first number may be seconds away: many rows, of which nothing was asked yet."""
        return self._reading.rows_to_code > _MANY

    @property
    def held_in_memory(self) -> bool:
        """Whether the events are in memory, and not on an engine of their own."""
        return isinstance(self._data, MemoryBackend)

    @property
    def warmer(self) -> Warmer | None:
        """What makes the data ready beside the kernel; None where that is not worth it: few rows, or not in memory."""
        data = self._data
        if not (isinstance(data, MemoryBackend) and data.is_coded and self.uniques == "exact"):
            return None
        many = data.log.rows.height >= _SLOW_TO_SORT
        return warmer_of(data) if many else None

    def is_of(self, other: "View") -> bool:
        """Whether these and other results are made of the same source."""
        return self._source is other._source

    def with_news(self, other: "View") -> Self:
        """Return these results, in their own range, zone and definitions, of what others of the same source read."""
        mine = self._with(self._query)
        mine._reading, mine._data = other._reading, other._data
        return mine

    def _scoped(self, grouping: Grouping | None = None) -> ScopedRows:
        return ScopedRows(self._data, self._query, grouping or Grouping())


def _machine_zone() -> str:
    name = tzlocal.get_localzone_name() or "UTC"
    return "UTC" if name in ("Etc/UTC", "Etc/UCT", "Zulu") else name
