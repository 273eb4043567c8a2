"""The private half of `Results`: the data, the scope it is queried in, and what widgets and reports ask of both.

`Results` lists the public methods. Everything else that the package needs to know about results comes from their
session, ``results._session``.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final, Protocol, Self, TypeVar

import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.engine.backends.base import Backend
from results_widgets.engine.cache import Key
from results_widgets.engine.calendar import check_every
from results_widgets.engine.counting.indexes import SLOW_TO_SORT
from results_widgets.engine.metrics import series as series_engine
from results_widgets.engine.metrics.plan import OWNER
from results_widgets.engine.metrics.table import (
    all_metrics,
    answer,
    metrics_of,
    owners_of,
    span as axis_span,
)
from results_widgets.engine.open import Reading, Source
from results_widgets.engine.query import BUCKET, Grouping, QueryScope
from results_widgets.engine.refresh import refresh
from results_widgets.engine.scoped import ScopedRows
from results_widgets.glossary import Metric, Scope
from results_widgets.locales import ENGLISH, Locale
from results_widgets.results import rolled_up, sharing
from results_widgets.results.breakdown import by_last, named_by
from results_widgets.results.estimate import Estimate, estimate_of
from results_widgets.results.of_users import data_of_users
from results_widgets.results.warmer import Warmer, warmer_of
from results_widgets.segments import CampaignUsers, Segment

MANY_ROWS: Final = 2_000_000
"""From how many rows on the first number takes seconds."""

MANY_CODED: Final = 20_000
"""From how many rows on the first number takes noticeably long even if all rows are encoded, as in a store."""

_NAMED: Final = 3

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Session:
    """What results are computed from. A value object: another scope or newer data is another session.

    Attributes:
        source: What the data was read from, to be read again.
        reading: What was read, and when.
        query: Definitions, time zone, range, developers and how users are counted.
        zone_is_named: Whether the user named the time zone.
        locale: How numbers and days are written where these results are shown.
        base: Only these users' events count; None: everybody's.
        beside: The campaign whose line can be drawn beside this one's, if one was named.
    """

    source: Source
    reading: Reading
    query: QueryScope
    zone_is_named: bool
    locale: Locale = ENGLISH
    base: Segment | None = None
    beside: "Session | None" = None

    # --- the data and the query

    @property
    def data(self) -> Backend:
        """The campaign's data, shared by all results made from it."""
        return data_of_users(self.reading.data, self.base)

    @property
    def campaign(self) -> Campaign:
        """The campaign."""
        return self.source.campaign if self.base is None else self.data.campaign

    @property
    def newest(self) -> int:
        """Time of the newest event, epoch µs."""
        return self.data.clocks.newest

    @property
    def oldest(self) -> int:
        """Time of the first thing that happened in the campaign, epoch µs."""
        whole = replace(self.query, start=None, end=None)
        return axis_span(ScopedRows(self.data, whole, Grouping()))[0]

    @property
    def read_at(self) -> datetime:
        """When the data was read."""
        return self.reading.at

    @property
    def segment_source(self) -> CampaignUsers:
        """What segments are made from: the users, in this scope."""
        return CampaignUsers(self.data.require_users(), self.query, self.base)

    @property
    def breakdowns(self) -> list[str]:
        """The columns that numbers can be broken down by."""
        return self.data.breakdowns if self.query.uniques == "exact" else []

    def scoped(self, grouping: Grouping | None = None) -> ScopedRows:
        """Return the rows in scope, to be grouped."""
        return ScopedRows(self.data, self.query, grouping or Grouping())

    def cached(self, name: str, *of: Hashable, compute: Callable[[], T]) -> T:
        """Return the answer to a question in this scope, computed the first time it is asked."""
        key: Key[T] = self.query.key(name, *of)
        return self.data.cached(key, compute)

    @property
    def follows_viewer(self) -> bool:
        """Whether a widget may use its viewer's time zone, since the user named none."""
        return not self.zone_is_named

    # --- other sessions

    def with_query(self, query: QueryScope) -> "Session":
        """Return the same data in another scope."""
        return replace(self, query=query)

    def written_in(self, locale: Locale) -> "Session":
        """Return the same, shown in another locale."""
        return replace(self, locale=locale)

    def with_data_of(self, other: "Session") -> "Session":
        """Return this scope of what another session of the same source has read."""
        return replace(self, reading=other.reading)

    def refreshed(self) -> "Session":
        """Return this scope of what the source holds now."""
        beside = None if self.beside is None else self.beside.refreshed()
        return replace(self, reading=refresh(self.source, self.reading), beside=beside)

    def shares_source_with(self, other: "Session") -> bool:
        """Whether both were read from the same source."""
        return self.source is other.source

    # --- metrics

    def metrics(self, *, hidden: bool = False, every: str | None = None) -> list[Metric]:
        """Return the metrics that this campaign has, under the definitions in force.

        Args:
            hidden: Also those that are not shown, but only part of others.
            every: As they are by an interval, and so in a range; None: as they are in this scope.
        """
        return all_metrics(self.scoped(Grouping(every=every)), hidden=hidden)

    def describe(
        self, metric: str, action: str | None = None, channel: str | None = None
    ) -> Metric:
        """Return a metric's row of the glossary."""
        return series_engine.find_series(self.scoped(), metric, action, channel).metric

    def number(self, metric: Metric) -> int | None:
        """Return one number of the campaign, without computing the whole overview."""
        asked = partial(answer, self.scoped(), "campaign", [("", metric)])
        value: float | None = self.cached("number", metric, compute=asked)["value"][0]
        return None if value is None else int(value)

    def span(self) -> tuple[int, int]:
        """Return the first and last instant that a time axis shows, epoch µs."""
        return axis_span(self.scoped())

    def parts(self, scope: Scope, by: str, metrics: tuple[str, ...]) -> pl.DataFrame:
        """Return some metrics of each channel or action that has them, broken down by a column.

        Returns:
            owner (id), metric, value, numerator, denominator, the column ``by``.
        """
        self.data.check_by(by)
        scoped = self.scoped(Grouping(by=by))
        pairs = [(o, m) for o in owners_of(scoped, scope) for m in metrics_of(scoped, scope, o)]
        wanted = [(owner, metric) for owner, metric in pairs if metric.key in metrics]
        if not wanted:
            names = ("value", "numerator", "denominator")
            text = {"owner": pl.String, "metric": pl.String}
            return pl.DataFrame(schema={**text, **dict.fromkeys(names, pl.Float64), by: pl.Null})
        found = self.cached(
            "parts", scope, by, metrics, compute=lambda: answer(scoped, scope, wanted)
        )
        return named_by(by_last(found.rename({OWNER: "owner"}), by), by)

    def series(
        self, scope: Scope, metrics: Sequence[tuple[str, str]], every: str
    ) -> dict[str, list[float | None]]:
        """Return one series per pair of owner (channel or action id) and metric, by owner; all in one pass."""
        scoped = self.scoped(Grouping(every=check_every(every)))
        rows = {name: {m.key: m for m in metrics_of(scoped, scope, name)} for name, _ in metrics}
        wanted = [(name, rows[name][metric]) for name, metric in metrics]
        found = answer(scoped, scope, wanted)
        parts = found.sort(BUCKET).group_by(OWNER, maintain_order=True).agg("value")
        return dict(parts.iter_rows())

    # --- what limits an answer

    def estimate(self, metric: Metric) -> Estimate | None:
        """Return how far off a metric may be; None where it is exact."""
        if self.query.uniques == "exact":
            return None
        return estimate_of(metric, self.locale)

    @property
    def is_rolled_up(self) -> bool:
        """Whether the data is a roll-up, which holds no users."""
        return not self.data.has_users

    @property
    def cell_length(self) -> str | None:
        """How long the cells are that a roll-up counts by; None for single events."""
        return self.data.grain

    def refusal(self) -> str:
        """Return why a roll-up cannot answer in this scope; empty if it can."""
        return self.data.refusal(self.query)

    def missing_users(self, metric: Metric | None = None, every: str | None = None) -> str:
        """Return why a roll-up cannot provide distinct users in this range; empty if it can.

        Args:
            metric: Asked of this metric only, which may count no users; None: of any.
            every: The interval that users are wanted by; None: as one number.
        """
        if metric is not None and self.estimate(metric) is None:
            return ""
        return rolled_up.missing_users(self.scoped(Grouping(every=every)), metric)

    def shown_names(self, by: str, least: int, *, may_be_none: bool = False) -> pl.DataFrame:
        """Return the values of a column that may leave the kernel; see `sharing.shown_names`.

        Raises:
            QueryError: The column is not known, or has no value that so many users share.
        """
        return sharing.shown_names(self.data, self.campaign, by, least, may_be_none=may_be_none)

    def hidden_names(self, by: str, least: int) -> int:
        """Return how many values of a column may not leave the kernel."""
        return sharing.hidden_count(self.data, by, self.shown_names(by, least))

    def unread(self) -> str:
        """Return in a sentence which files cannot be read now; empty if all can."""
        problems = self.reading.problems
        if not problems:
            return ""
        count = "1 file" if len(problems) == 1 else f"{len(problems)} files"
        # The reader's own message may name the folder, which a report must not reveal.
        reasons = [(one.path.name, one.reason.partition(" (")[0]) for one in problems[:_NAMED]]
        named = "; ".join(f"{name} {reason}" for name, reason in reasons)
        more = "; …" if len(problems) > _NAMED else ""
        return f"{count} cannot be read: {named}{more}. What was read before still counts."

    # --- how long an answer takes

    @property
    def takes_long(self) -> bool:
        """Whether the first number may take long: many rows are not encoded yet, or their number is unknown."""
        is_many = (self.data.coded_rows or 0) > MANY_CODED and not self.data.cache.has_any("answer")
        return is_many or self.reading.rows_to_code > MANY_ROWS

    @property
    def is_in_memory(self) -> bool:
        """Whether the events are in memory, not on a database engine."""
        return self.data.in_memory

    @property
    def warmer(self) -> Warmer | None:
        """What prepares the data in the background; None where that is not worth it."""
        many = (self.data.coded_rows or 0) >= SLOW_TO_SORT
        return warmer_of(self.data) if many and self.query.uniques == "exact" else None


class HasSession(Protocol):
    """`Results`, as the functions behind its methods see it."""

    _session: Session

    def _with(self, session: Session) -> Self:
        """Return results of another session."""
        ...


ResultsT = TypeVar("ResultsT", bound=HasSession)
"""The type of `Results`, which methods that return results return again."""
