"""The numbers: overview, channels, actions, flow, time series, entries and conversions."""

from collections.abc import Sequence
from typing import NamedTuple, Self

import polars as pl

from results_widgets.engine.cache import Key
from results_widgets.engine.calendar import check_every
from results_widgets.engine.counting.sketch import missing_users
from results_widgets.engine.frames import BY
from results_widgets.engine.metrics import flow as flow_engine
from results_widgets.engine.metrics import series as series_engine
from results_widgets.engine.metrics.base import OWNER
from results_widgets.engine.metrics.table import answer, metrics_of, owners_of
from results_widgets.engine.query import BUCKET, Grouping
from results_widgets.errors import QueryError
from results_widgets.glossary import Metric, Scope
from results_widgets.results._view import Compare, View


class Flow(NamedTuple):
    """The campaign's flow as two frames; see `Results.flow`."""

    nodes: pl.DataFrame
    edges: pl.DataFrame


class Numbers(View):
    """Questions that are answered with numbers."""

    def overview(self, by: str | None = None) -> pl.DataFrame:
        """Return the campaign's metrics: metric, value, numerator, denominator [, the column ``by``]."""
        found = self._answered("campaign", by).drop(OWNER)
        return _named_by(found, by)

    def channels(self, by: str | None = None) -> pl.DataFrame:
        """Return the metrics of each channel: channel, metric, value, numerator, denominator [, ``by``]."""
        found = self._answered("channel", by).rename({OWNER: "channel"})
        return _named_by(found, by)

    def actions(self, by: str | None = None) -> pl.DataFrame:
        """Return the metrics of each action.

        Returns:
            action_id, action, channel, metric, value, numerator, denominator [, ``by``].
        """
        found = self._answered("action", by).rename({OWNER: "action_id"})
        names = {action.id: action.label for action in self.campaign.actions}
        channels = {action.id: action.channel for action in self.campaign.actions}
        action = pl.col("action_id").replace_strict(names, return_dtype=pl.String).alias("action")
        channel = (
            pl.col("action_id").replace_strict(channels, return_dtype=pl.String).alias("channel")
        )
        found = found.select("action_id", action, channel, pl.all().exclude("action_id"))
        return _named_by(found, by)

    def _answered(self, scope: Scope, by: str | None) -> pl.DataFrame:
        self._data.check_by(by)
        compute = lambda: answer(self._scoped(Grouping(by=by)), scope)  # noqa: E731 - one use, next line
        found = self._data.cached(self._query.key("answer", scope, by), compute)
        return found if by is None else found.select(pl.all().exclude(BY), BY)

    def parts(self, scope: Scope, by: str, metrics: tuple[str, ...]) -> pl.DataFrame:
        """Return some metrics of each channel or action that has them, and nothing else of them.

        Returns:
            owner (id), metric, value, numerator, denominator, the column ``by``.
        """
        self._data.check_by(by)
        scoped = self._scoped(Grouping(by=by))
        pairs = [(o, m) for o in owners_of(scoped, scope) for m in metrics_of(scoped, scope, o)]
        wanted = [(owner, metric) for owner, metric in pairs if metric.key in metrics]
        if not wanted:
            names = ("value", "numerator", "denominator")
            text = {"owner": pl.String, "metric": pl.String}
            return pl.DataFrame(schema={**text, **dict.fromkeys(names, pl.Float64), by: pl.Null})
        key: Key[pl.DataFrame] = self._query.key("parts", scope, by, metrics)
        found = self._data.cached(key, lambda: answer(scoped, scope, wanted))
        return _named_by(found.rename({OWNER: "owner"}).select(pl.all().exclude(BY), BY), by)

    def explore(
        self,
        metric: str,
        action: str | None = None,
        channel: str | None = None,
        every: str = "1d",
        cumulative: bool = False,  # noqa: FBT001, FBT002 - fixed public signature
        by: str | None = None,
        compare: Compare | None = None,
    ) -> pl.DataFrame:
        """Return one metric over time.

        Intervals are the zone's own: a day has 23 or 25 hours where clocks change, a week starts on
        Monday. Distinct users are distinct within each interval; cumulative ones are distinct up to
        its end, so the last is the total.

        Args:
            metric: Key of the glossary.
            action: Id of an action whose metric is meant.
            channel: Id of a channel whose metric is meant.
            every: ``1h``, ``1d``, ``1w`` or ``1mo``.
            cumulative: Whether values add up from the start of the range.
            by: Column to break down by.
            compare: ``previous`` adds the values of the period of equal length before the range; a
                group without rows there has a count of 0, and no rate.

        Returns:
            time (Datetime µs in the zone: the interval's start), value (Float64) [, ``by``] [,
            previous (Float64)].

        Raises:
            QueryError: The metric, action, channel, interval or column is not known; the known ones
                are named.
        """
        self._data.check_by(by)
        if compare not in (None, "previous"):
            raise QueryError.unknown("comparison", compare, ["previous"])
        key: Key[pl.DataFrame] = self._query.key(
            "explore", metric, action, channel, every, cumulative, by, compare
        )
        grouping = Grouping(by=by, every=check_every(every), cumulative=cumulative)
        # What is kept is never handed out itself: frames can be changed in place.
        return self._data.cached(
            key, lambda: self._explored(grouping, metric, action, channel, compare)
        ).clone()

    def _explored(
        self,
        grouping: Grouping,
        metric: str,
        action: str | None,
        channel: str | None,
        compare: Compare | None,
    ) -> pl.DataFrame:
        scoped = self._scoped(grouping)
        series = series_engine.find_series(scoped, metric, action, channel)
        if why := self.missing_users(series.metric, grouping.every):
            raise QueryError(why)
        found = series_engine.explore(scoped, series)
        if compare is not None:
            found = series_engine.with_previous(found, scoped, series)
        return _named_by(found, grouping.by)

    def missing_users(self, metric: Metric | None = None, every: str | None = None) -> str:
        """Return why a roll-up does not tell the distinct users in the range, and what it does tell; else empty.

        Args:
            metric: One that is told all the same if it counts no users; None: of any.
            every: The interval they are wanted by, None for one number.
        """
        if not self.is_rolled_up or (metric is not None and self.estimate(metric) is None):
            return ""
        # Entries and receipts are distinct in every set of definitions, also where the rest adds up days.
        added = (
            metric is None
            or metric.scope == "channel"
            or "engaged" in (metric.key, metric.numerator)
        )
        by_day = added and self.definitions.unique == "user_day"
        return missing_users(self._scoped(Grouping(every=every)), by_day=by_day)

    def series(
        self, scope: Scope, metrics: Sequence[tuple[str, str]], every: str
    ) -> dict[str, list[float | None]]:
        """Return one series for each pair of owner (channel or action id) and metric, in one pass: owner to values."""
        scoped = self._scoped(Grouping(every=check_every(every)))
        rows = {name: {m.key: m for m in metrics_of(scoped, scope, name)} for name, _ in metrics}
        wanted = [(name, rows[name][metric]) for name, metric in metrics]
        found = answer(scoped, scope, wanted)
        parts = found.sort(BUCKET).group_by(OWNER, maintain_order=True).agg("value")
        return dict(parts.iter_rows())

    def flow(self) -> Flow:
        """Return the flow's nodes and edges.

        Returns:
            nodes: action_id, action, channel, parent, variant, users_received,
                conversions_attributed, entries_reached,
            share_of_entries. edges: source, target, trigger, users (received both), share, drop_off
            (of the source's users).
        """

        def compute() -> Flow:
            return Flow(flow_engine.nodes(self._scoped()), flow_engine.edges(self._scoped()))

        return Flow(
            *(frame.clone() for frame in self._data.cached(self._query.key("flow"), compute))
        )

    def flow_by_variant(self) -> dict[str, Flow]:
        """Return the flow of each variant of the campaign by its id; empty without variants in the data."""
        if not self.campaign.variants or "variant" not in self.breakdowns:
            return {}

        def compute() -> dict[str, Flow]:
            scoped = self._scoped(Grouping(by="variant"))
            frames = flow_engine.nodes(scoped), flow_engine.edges(scoped)
            return {
                variant.id: Flow(
                    *(frame.filter(pl.col(BY) == variant.id).drop(BY) for frame in frames)
                )
                for variant in self.campaign.variants
            }

        return self._data.cached(self._query.key("flow by variant"), compute)

    def held_back(self) -> int | None:
        """Return how many distinct users were held back from a root action; None where a roll-up does not tell."""
        return self._data.cached(
            self._query.key("held back"), lambda: flow_engine.held_back(self._scoped())
        )

    def previous(self) -> Self | None:
        """Return the results of the period of equal length before the range; None without a range on both sides."""
        query = series_engine.previous_query(self._query)
        return None if query is None else self._with(query)

    def entries(self) -> pl.DataFrame:
        """Return the entries that start in the range: user_id, entry (0-based within the user),
        started_at, last_action_at, ended_at (Datetime µs UTC).
        """
        found = self._data.named(self._scoped().entries)
        times = [_instant(name) for name in ("started_at", "last_action_at", "ended_at")]
        return found.select("user_id", "entry", *times).sort("user_id", "entry")

    def conversions(self) -> pl.DataFrame:
        """Return the conversions in the range: user_id, entry, converted_at (Datetime µs UTC),
        action_id (null: attributed to none), attributed_by (interaction, receipt, source), value
        (Float64).
        """
        found = self._data.named(self._scoped().conversions)
        ids = {number: action.id for number, action in enumerate(self.campaign.actions, 1)}
        action = (
            pl.col("action")
            .cast(pl.Int64)
            .replace_strict(ids, default=None, return_dtype=pl.String)
        )
        return found.sort("user_id", "time", "row").select(
            "user_id",
            "entry",
            _instant("time").alias("converted_at"),
            action.alias("action_id"),
            "attributed_by",
            "value",
        )


def _named_by(frame: pl.DataFrame, by: str | None) -> pl.DataFrame:
    if by is not None and by in frame.columns:
        raise QueryError(
            f"cannot group by {by!r}, a column of that name is in the answer already; "
            f"rename it in the table first"
        )
    return frame if by is None else frame.rename({BY: by})


def _instant(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Datetime("us", "UTC"))
