"""Results: the one object a user holds. Every method answers with a frame or a segment."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self

import polars as pl
import tzlocal

from results_widgets.campaign import Campaign
from results_widgets.definitions import Definitions, as_definitions
from results_widgets.engine import explore as series_engine
from results_widgets.engine import flow as flow_engine
from results_widgets.engine.answers import answer, metrics_of, owners_of
from results_widgets.engine.answers import span as axis_span
from results_widgets.engine.data import Data
from results_widgets.engine.facts import BUCKET, BY, Facts, Question
from results_widgets.engine.lens import Lens, as_moment
from results_widgets.engine.measures import OWNER
from results_widgets.engine.quality import quality
from results_widgets.engine.users import users_behind
from results_widgets.engine.zones import check_every, from_micros
from results_widgets.errors import EventsError, QueryError, listing
from results_widgets.events import check_zone, normalise, normalise_users
from results_widgets.glossary import Metric, Scope
from results_widgets.segments import Segment
from results_widgets.sources import find_files, read_table

Compare = Literal["previous"]
Edge = str | date | datetime | None


class Flow(NamedTuple):
    """The campaign's flow as two frames; see `Results.flow`."""

    nodes: pl.DataFrame
    edges: pl.DataFrame


@dataclass(frozen=True, slots=True)
class _Source:
    """What the results were made from, to be read again."""

    campaign: Campaign
    events: object
    users: object
    naive_time_zone: str | None

    def read(self) -> Data:
        table = normalise(read_table(self.events, "events"), self.campaign, self.naive_time_zone)
        users = None if self.users is None else read_table(self.users, "users")
        return Data(self.campaign, table, normalise_users(users, table))


class Results:
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

    Raises:
        CampaignError: The campaign says something that cannot be.
        EventsError: A table lacks a column, has no rows, or holds what cannot be used at all.
        QueryError: The definition set or zone is not known.
    """

    def __init__(
        self,
        campaign: Campaign | Mapping[str, Any] | str | Path,
        events: object,
        users: object = None,
        *,
        definitions: str | Definitions = "default",
        time_zone: str | None = None,
        naive_time_zone: str | None = None,
    ) -> None:
        self._source = _Source(Campaign.from_json(campaign), events, users, naive_time_zone)
        self._own_zone = time_zone is not None
        zone = check_zone(time_zone if time_zone is not None else _machine_zone())
        self._lens = Lens(as_definitions(definitions), zone)
        self._data = self._source.read()
        self._read_at = datetime.now(UTC)

    def _with(self, lens: Lens, *, own_zone: bool | None = None) -> Self:
        other = type(self).__new__(type(self))
        other.__dict__.update(self.__dict__)
        other._lens = lens
        other._own_zone = self._own_zone if own_zone is None else own_zone
        return other

    # --- how the data is looked at
    # ---------------------------------------------------------------------------------

    @property
    def campaign(self) -> Campaign:
        """The campaign."""
        return self._source.campaign

    @property
    def definitions(self) -> Definitions:
        """The definition set in force."""
        return self._lens.definitions

    @property
    def time_zone(self) -> str:
        """IANA name of the zone whose days are meant."""
        return self._lens.time_zone

    @property
    def follows_viewer(self) -> bool:
        """Whether no zone was named, so that a widget may take its viewer's."""
        return not self._own_zone

    @property
    def lens(self) -> Lens:
        """Definitions, zone, range and developers together."""
        return self._lens

    @property
    def newest(self) -> int:
        """Time of the newest event seen, epoch µs."""
        return self._data.newest

    @property
    def read_at(self) -> datetime:
        """When the data was read."""
        return self._read_at

    @property
    def breakdowns(self) -> list[str]:
        """Columns that ``by=`` takes."""
        return self._data.breakdowns

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
        lens = replace(self._lens, start=as_moment(start), end=as_moment(end))
        first, last = lens.micros()
        if first is not None and last is not None and last < first:
            raise QueryError(f"the range ends ({end}) before it starts ({start}); swap them")
        return self._with(lens)

    def in_time_zone(self, time_zone: str) -> Self:
        """Return the results with days of another zone.

        Raises:
            QueryError: There is no such zone.
        """
        return self._with(replace(self._lens, time_zone=check_zone(time_zone)), own_zone=True)

    def with_definitions(self, definitions: str | Definitions) -> Self:
        """Return the results under other definitions.

        Raises:
            QueryError: No shipped set has that name.
        """
        return self._with(replace(self._lens, definitions=as_definitions(definitions)))

    def analytics(self, *, developers: bool = False) -> Self:
        """Return the results without developer profiles, as "View in Analytics" shows them."""
        return self._with(replace(self._lens, developers=developers))

    def refresh(self) -> Self:
        """Return the results of the same source read again."""
        other = self._with(self._lens)
        other._data, other._read_at = self._source.read(), datetime.now(UTC)
        return other

    # --- numbers
    #
    #
    #
    #
    #
    #
    #
    #
    #
    #
    #
    # ---------------------------------------------------------------------------------------------------

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
        compute = lambda: answer(self._facts(Question(by=by)), scope)  # noqa: E731 - one use, next line
        found = self._data.cached(("answer", scope, by, self._lens), compute)
        return found if by is None else found.select(pl.all().exclude(BY), BY)

    def _facts(self, question: Question | None = None) -> Facts:
        return Facts(self._data, self._lens, question or Question())

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
            compare: ``previous`` adds the values of the period of equal length before the range.

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
        key = ("explore", metric, action, channel, every, cumulative, by, compare, self._lens)
        question = Question(by=by, every=check_every(every), cumulative=cumulative)
        # What is kept is never handed out itself: frames can be changed in place.
        return self._data.cached(
            key, lambda: self._explored(question, metric, action, channel, compare)
        ).clone()

    def _explored(
        self,
        question: Question,
        metric: str,
        action: str | None,
        channel: str | None,
        compare: Compare | None,
    ) -> pl.DataFrame:
        facts = self._facts(question)
        series = series_engine.find_series(facts, metric, action, channel)
        found = series_engine.explore(facts, series)
        if compare is not None:
            found = series_engine.with_previous(found, facts, series)
        return _named_by(found, question.by)

    def series(
        self, scope: Scope, metrics: Sequence[tuple[str, str]], every: str
    ) -> dict[str, list[float | None]]:
        """Return one series for each pair of owner (channel or action id) and metric, in one pass: owner to values."""
        facts = self._facts(Question(every=check_every(every)))
        rows = {name: {m.key: m for m in metrics_of(facts, scope, name)} for name, _ in metrics}
        wanted = [(name, rows[name][metric]) for name, metric in metrics]
        found = answer(facts, scope, wanted)
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
            return Flow(flow_engine.nodes(self._facts()), flow_engine.edges(self._facts()))

        return Flow(*(frame.clone() for frame in self._data.cached(("flow", self._lens), compute)))

    def flow_by_variant(self) -> dict[str, Flow]:
        """Return the flow of each variant of the campaign by its id; empty without variants in the data."""
        if not self.campaign.variants or "variant" not in self.breakdowns:
            return {}

        def compute() -> dict[str, Flow]:
            facts = self._facts(Question(by="variant"))
            frames = flow_engine.nodes(facts), flow_engine.edges(facts)
            return {
                variant.id: Flow(
                    *(frame.filter(pl.col(BY) == variant.id).drop(BY) for frame in frames)
                )
                for variant in self.campaign.variants
            }

        return self._data.cached(("flow by variant", self._lens), compute)

    def held_back(self) -> int:
        """Return how many distinct users were held back from a root action."""
        return self._data.cached(
            ("held back", self._lens), lambda: flow_engine.held_back(self._facts())
        )

    def previous(self) -> Self | None:
        """Return the results of the period of equal length before the range; None without a range on both sides."""
        lens = series_engine.previous_lens(self._lens)
        return None if lens is None else self._with(lens)

    def entries(self) -> pl.DataFrame:
        """Return the entries that start in the range: user_id, entry (0-based within the user),
        started_at, last_action_at, ended_at (Datetime µs UTC).
        """
        spans = self._data.journeys(self.definitions).entries
        seen = self._native(self._facts().entries.select("user", "entry"))
        found = spans.join(seen, on=["user", "entry"], how="semi")
        times = [_instant(name) for name in ("started_at", "last_action_at", "ended_at")]
        return self._named(found.select("user", "entry", *times)).sort("user_id", "entry")

    def conversions(self) -> pl.DataFrame:
        """Return the conversions in the range: user_id, entry, converted_at (Datetime µs UTC),
        action_id (null: attributed to none), attributed_by (interaction, receipt, source), value
        (Float64).
        """
        found = self._native(self._facts().conversions)
        ids = {number: action.id for number, action in enumerate(self.campaign.actions, 1)}
        action = (
            pl.col("action")
            .cast(pl.Int64)
            .replace_strict(ids, default=None, return_dtype=pl.String)
        )
        chosen = found.sort("row").select(
            "user",
            "entry",
            _instant("time").alias("converted_at"),
            action.alias("action_id"),
            "attributed_by",
            "value",
        )
        return self._named(chosen).sort("user_id", "converted_at", maintain_order=True)

    def _native(self, rows: object) -> pl.DataFrame:
        frame = rows.to_native().collect()  # type: ignore[attr-defined]
        assert isinstance(frame, pl.DataFrame)
        return frame

    def _named(self, frame: pl.DataFrame) -> pl.DataFrame:
        ids = self._data.log.user_ids.gather(frame["user"]).alias("user_id")
        return frame.select(ids, pl.all().exclude("user"))

    # --- users
    #
    #
    #
    #
    #
    #
    #
    #
    #
    #
    #
    # -----------------------------------------------------------------------------------------------------

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

    def _owner_words(self, scope: Scope, owner: str) -> str:
        if scope == "campaign":
            return f"campaign “{self.campaign.label}”"
        if scope == "channel":
            return f"channel {self.campaign.channels[owner].label}"
        return f"action “{self.campaign.action_by_id[owner].label}”"

    def _scope_words(self) -> str:
        lens = self._lens
        edges = [f"from {lens.start}" if lens.start else "", f"to {lens.end}" if lens.end else ""]
        when = " ".join(edge for edge in edges if edge) or "whole campaign"
        people = "" if lens.developers else ", without developers"
        return f"{when}{people}; definitions {lens.definitions.name}; days of {lens.time_zone}"

    # --- about the numbers
    # -----------------------------------------------------------------------------------------

    def glossary(self) -> pl.DataFrame:
        """Return every metric of this campaign.

        Returns:
            scope, channel, metric, label, unit, numerator, denominator, text (String).
        """
        names = ("scope", "channel", "key", "label", "unit", "numerator", "denominator", "text")
        rows = [[getattr(metric, name) for name in names] for metric in self.metrics()]
        return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row").rename(
            {"key": "metric"}
        )

    def metrics(self) -> list[Metric]:
        """Return the rows of the glossary that this campaign uses, under the definitions in force."""
        facts = self._facts()
        scopes: tuple[Scope, ...] = ("campaign", "channel", "action")
        rows = [
            m
            for scope in scopes
            for owner in owners_of(facts, scope)
            for m in metrics_of(facts, scope, owner)
        ]
        return list(dict.fromkeys(rows))

    def describe(
        self, metric: str, action: str | None = None, channel: str | None = None
    ) -> Metric:
        """Return the glossary's row of a metric.

        Raises:
            QueryError: The metric, action or channel is not known.
        """
        return series_engine.find_series(self._facts(), metric, action, channel).metric

    def unique_users(self) -> int:
        """Return the number of distinct users with an entry in the range."""
        return self._number("unique_users")

    def open_entries(self) -> int:
        """Return the number of entries whose window has not ended at the newest event."""
        return self._number("entries_open")

    def _number(self, metric: str) -> int:
        found = self.overview().filter(pl.col("metric") == metric)
        return int(found["value"][0])

    def span(self) -> tuple[int, int]:
        """Return the first and last instant that a time axis shows, epoch µs."""
        return axis_span(self._facts())

    def quality(self) -> pl.DataFrame:
        """Return what is wrong with the events: check (String), rows (Int64), kept (Boolean:
        whether they still count), example, text (String); one row per check.
        """
        return self._data.cached("quality", lambda: quality(self._data)).clone()

    def freshness(self) -> pl.DataFrame:
        """Return newest_event, read_at (Datetime µs in the zone) and behind (Duration) of the data, in one row."""
        newest, zone = from_micros(self._data.newest), self.time_zone
        row = {"newest_event": newest, "read_at": self._read_at, "behind": self._read_at - newest}
        times = [pl.col(name).dt.convert_time_zone(zone) for name in ("newest_event", "read_at")]
        return pl.DataFrame(row).with_columns(times)

    def __repr__(self) -> str:
        return f"Results({self.campaign.label!r}, {self._scope_words()})"

    def _repr_mimebundle_(self, **_: object) -> object:
        if _display is None:
            return {"text/plain": repr(self)}
        return _display(self)


def _machine_zone() -> str:
    name = tzlocal.get_localzone_name() or "UTC"
    return "UTC" if name in ("Etc/UTC", "Etc/UCT", "Zulu") else name


def _named_by(frame: pl.DataFrame, by: str | None) -> pl.DataFrame:
    if by is not None and by in frame.columns:
        raise QueryError(
            f"cannot group by {by!r}, a column of that name is in the answer already; "
            f"rename it in the table first"
        )
    return frame if by is None else frame.rename({BY: by})


def _instant(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Datetime("us", "UTC"))


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
) -> Results:
    """Read a folder with campaign.json, events*.parquet|csv|ndjson and, if there, users.*.

    Raises:
        EventsError: The folder or its events are not there.
        CampaignError: Its campaign.json is missing or wrong.
    """
    root = Path(folder)
    if not root.is_dir():
        raise EventsError(
            f"{root}: no such folder; pass one that holds campaign.json and events files"
        )
    events, users = find_files(root, "events"), find_files(root, "users")
    if not events:
        raise EventsError(
            f"{root}: no events file; found: {listing(sorted(path.name for path in root.iterdir()))}"
        )
    return Results(
        root / "campaign.json",
        events,
        users or None,
        definitions=definitions,
        time_zone=time_zone,
        naive_time_zone=naive_time_zone,
    )
