"""An export's frames: its campaigns, a campaign's events in our schema, its users, and what each name became."""

import json
from collections.abc import Collection, Iterable
from typing import Final

import polars as pl

from results_widgets.channels import CHANNELS, MACHINE_EVENTS
from results_widgets.disclosure import SYNCED_USERS
from results_widgets.errors import QueryError, listing, suggestion
from results_widgets.exports.guess import Source
from results_widgets.exports.parents import GivenFlow
from results_widgets.exports.reading import Reading

_EVENT_COLUMNS: Final = (
    *("user_id", "campaign_id", "action_id", "event", "timestamp", "event_id", "variant"),
    *("entry_id", "machine", "value", "currency", "link", "reason", "platform"),
)
_HIDDEN: Final = (
    *("name", "channel", "is_goal", "campaign_name", "campaign_kind", "action_name"),
    *("variant_name", "parent_id", "is_developer", "time", "is_zoned"),
)


def source_of(reading: Reading, flow: GivenFlow | None = None) -> Source:
    """Return what is known of where a campaign's events come from, with the flow that somebody gave."""
    vendor, mapping = reading.vendor, reading.mapping
    pairs = mapping.pairs if vendor.reports is None else vendor.reports | mapping.pairs
    if vendor.as_seen:
        pairs = frozenset()
    seen = frozenset(
        (key[1], key[2]) for key, one in reading.tallies.items() if key[2] and one.rows
    )
    return Source(pairs, _flagged(reading), tuple(reading.about), seen, flow)


def _flagged(reading: Reading) -> frozenset[tuple[str, str]]:
    """Return the channels and events of which an export says whether a machine made them."""
    vendor = reading.vendor
    if not reading.mapping.machine:
        return frozenset()
    opens = tuple(CHANNELS) if vendor.machine is None else vendor.machine
    clicks = opens if vendor.machine_clicks is None else vendor.machine_clicks
    declared = {(channel, "opened") for channel in opens}
    declared |= {(channel, "clicked") for channel in clicks}
    rows = reading.rows.filter(
        pl.col("machine").is_not_null(), pl.col("event").is_in(MACHINE_EVENTS)
    )
    said = frozenset(rows.select("channel", "event").drop_nulls().unique().collect().iter_rows())
    return said if vendor.flags_each else said | declared


def campaigns(reading: Reading) -> pl.DataFrame:
    """Return an export's campaigns; for the columns see `Export.campaigns`."""
    rows = reading.rows.filter(pl.col("event").is_not_null() & pl.col("campaign_id").is_not_null())
    at = "campaign_id"
    received = pl.any_horizontal(
        (pl.col("channel") == channel) & (pl.col("event") == event)
        for channel, event in _receipts(rows)
    )
    # No step needs more memory than there are campaigns, or their users: the rows may be many more.
    sums = rows.group_by(at).agg(
        first=pl.col("time").min(),
        last=pl.col("time").max(),
        received=received.sum().cast(pl.Int64),
        counted=received.any(),
    )
    users = rows.select(at, "user_id").unique().group_by(at).agg(users=pl.len().cast(pl.Int64))
    seen = rows.select(at, "channel").drop_nulls().unique().group_by(at)
    named = [_latest(rows, name) for name in ("campaign_name", "campaign_kind")]
    parts = [sums, users, seen.agg(channels=pl.col("channel").sort()), *named]
    own, *more = pl.collect_all(parts)
    for part in more:
        own = own.join(part, on=at, how="left")
    instant = pl.Datetime("us", "UTC" if not has_naive(reading.rows) else None)
    return (
        own.join(_said(reading), on=at, how="left")
        .join(_goals(reading, rows), on=at, how="left")
        .select(
            at,
            pl.coalesce("_name", "campaign_name").alias("name"),
            pl.coalesce("_kind", "campaign_kind").alias("kind"),
            pl.col("channels").fill_null([]),
            pl.col("first", "last").cast(instant),
            pl.when("counted").then("received").alias("received"),
            "users",
            pl.col("goals").fill_null([]),
        )
        .sort("last", at, descending=[True, False])
    )


def _latest(rows: pl.LazyFrame, name: str) -> pl.LazyFrame:
    """Return the last value of each campaign."""
    found = rows.drop_nulls(name).group_by("campaign_id", name).agg(pl.col("time").max())
    ordered = found.sort("time", name).group_by("campaign_id", maintain_order=True)
    return ordered.agg(pl.col(name).last())


def _said(reading: Reading) -> pl.DataFrame:
    """Return what the export says of campaigns apart from their events."""
    said = {one.id: one for one in reading.about if one.kind == "campaign"}
    return pl.DataFrame(
        [(id_, one.name or None, one.facts.get("kind")) for id_, one in said.items()],
        schema=dict.fromkeys(("campaign_id", "_name", "_kind"), pl.String),
        orient="row",
    )


def _receipts(rows: pl.LazyFrame) -> list[tuple[str, str]]:
    """Return the events that mean received, by channel: delivered where the export has no receipt."""
    found = []
    pairs = rows.select("channel", "event").drop_nulls().unique().collect().sort("channel", "event")
    for (id_,), own in pairs.group_by(["channel"], maintain_order=True):
        channel = CHANNELS.get(str(id_))
        event = "sent" if channel is None else channel.received
        if event not in own["event"] and "delivered" in own["event"]:
            event = "delivered"
        found.append((str(id_), event))
    return found or [("", "")]


def _goals(reading: Reading, rows: pl.LazyFrame) -> pl.DataFrame:
    """Return the names of goal events of each campaign's users, and of its own conversions."""
    of = rows.select("campaign_id", "user_id").unique()
    goals = reading.rows.filter("is_goal").select("user_id", "name").unique()
    seen = of.join(goals, on="user_id").select("campaign_id", "name")
    own = rows.filter(pl.col("event") == "converted").select("campaign_id", "name")
    found = pl.concat([seen, own]).drop_nulls().unique().group_by("campaign_id")
    return found.agg(goals=pl.col("name").sort()).collect()


def campaign_id(reading: Reading, wanted: str | None) -> str:
    """Return the id of a campaign that is named by its id or name; None: the only one.

    Raises:
        QueryError: There is none, or more than one.
    """
    found = campaigns(reading)
    ids = found["campaign_id"].to_list()
    if not ids:
        raise QueryError(
            "export: no row names a campaign; report() lists what each event became, and a mapping= of your "
            "own says which field the campaign is in"
        )
    if wanted is None:
        if len(ids) == 1:
            return str(ids[0])
        raise QueryError(f"export: it has {len(ids)} campaigns; name one: {_listed(found)}")
    if wanted in ids:
        return wanted
    named = found.filter(pl.col("name") == wanted)["campaign_id"].to_list()
    named = (
        named
        or found.filter(pl.col("name").str.to_lowercase() == wanted.lower())[
            "campaign_id"
        ].to_list()
    )
    if len(named) == 1:
        return str(named[0])
    if named:
        raise QueryError(
            f"export: {len(named)} campaigns are called {wanted!r}: "
            f"{_listed(found.filter(pl.col('campaign_id').is_in(named)))}; pass an id"
        )
    shared = of_several_users(found)
    names = [*shared["campaign_id"], *shared["name"].drop_nulls()]
    raise QueryError(
        f"unknown campaign {wanted!r}{suggestion(wanted, names)}; known: {_listed(found)}"
    )


def of_several_users(found: pl.DataFrame) -> pl.DataFrame:
    """Return the campaigns that may be named in a message or a log.

    One that a single user is in, as a test send is, may be called after that user.
    """
    return found.filter(pl.col("users") >= SYNCED_USERS)


def _listed(found: pl.DataFrame) -> str:
    shared = of_several_users(found)
    labels = [
        f"{id_} ({name})" if name else id_
        for id_, name in shared.select("campaign_id", "name").iter_rows()
    ]
    folded = found.height - shared.height
    return listing([*labels, *([f"{folded:,} of one user each"] if folded else [])])


def rows_of(reading: Reading, id_: str) -> pl.LazyFrame:
    """Return the rows of a campaign, without those that are left over."""
    own = (pl.col("campaign_id") == id_) & pl.col("event").is_not_null()
    return _without_empty(reading.rows.filter(own))


def events_of(
    reading: Reading,
    id_: str | None,
    roots: dict[str, str],
    goals: Collection[str] | None = None,
) -> pl.LazyFrame:
    """Return events in our schema: those of a campaign, and what may be its goal.

    Args:
        reading: The export.
        id_: The campaign; None: of all.
        roots: The first action of each campaign, which those held back are held back from.
        goals: Names of goal events, as the export writes them; none at all if empty; None: all that may be goals.
    """
    of, event, name = pl.col("campaign_id"), pl.col("event"), pl.col("name")
    goal = pl.col("is_goal") if goals is None else name.is_in([*goals])
    event_kept = event.is_not_null()
    if goals:
        # A named goal wins over the conversions that the source names itself.
        event_kept &= event != "converted"
    own = event_kept if id_ is None else event_kept & (of == id_)
    anywhere = goal if id_ is None else goal & (of.is_null() | (of == id_) | event.is_not_null())
    rows = reading.rows.filter(own | anywhere)
    # As a goal an event stands for itself, whatever it meant to the message that it is of.
    # Its id then differs from the message's own, of which it would be a repetition.
    id_of_copy = pl.when(event.is_not_null()).then(pl.lit("goal ") + pl.col("event_id"))
    also = rows.filter(goal).with_columns(
        event_id=id_of_copy.otherwise("event_id"),
        event=name,
        action_id=pl.lit(None, pl.String),
        campaign_id=pl.when(event.is_null()).then(of),
    )
    rows = pl.concat([rows.filter(own), also])
    held = (pl.col("event") == "held_back") & pl.col("action_id").is_null()
    root = of.replace_strict(roots, default=None, return_dtype=pl.String)
    rows = rows.with_columns(action_id=pl.when(held).then(root).otherwise("action_id"))
    rows = rows.sort("time", maintain_order=True) if id_ is not None else rows
    rows = rows.with_columns(timestamp=_timestamps(rows))
    further = [one for one in rows.collect_schema() if one not in (*_EVENT_COLUMNS, *_HIDDEN)]
    return _without_empty(rows.select(*_EVENT_COLUMNS, *further), _EVENT_COLUMNS[:5])


def has_naive(rows: pl.LazyFrame) -> bool:
    """Whether any time names no zone."""
    return not rows.filter(~pl.col("is_zoned")).select("time").head(1).collect().is_empty()


def _timestamps(rows: pl.LazyFrame) -> pl.Expr:
    """Return times as they came: instants, local times without a zone, or text where both are mixed."""
    time = pl.col("time")
    if not has_naive(rows):
        return time.cast(pl.Datetime("us", "UTC"))
    if rows.filter(pl.col("is_zoned") & time.is_not_null()).head(1).collect().is_empty():
        return time.cast(pl.Datetime("us"))
    text = time.cast(pl.Datetime("us")).dt.to_string("%Y-%m-%dT%H:%M:%S%.6f")
    return pl.when("is_zoned").then(text + "Z").otherwise(text)


def _without_empty(
    rows: pl.LazyFrame, kept: Iterable[str] = ("user_id", "action_id", "channel", "event", "time")
) -> pl.LazyFrame:
    """Leave out columns without a value."""
    found = rows.select(pl.all().count() > 0).collect().row(0, named=True)
    return rows.select([name for name, is_there in found.items() if is_there or name in kept])


def users(reading: Reading) -> pl.DataFrame:
    """Return an export's users; for the columns see `Export.users`."""
    people = reading.rows.filter(pl.col("user_id").is_not_null())
    seen = people.group_by("user_id").agg(
        is_developer=pl.col("is_developer").any(ignore_nulls=False)
    )
    told = reading.users.group_by("user_id", maintain_order=True).agg(
        told=pl.col("is_developer").drop_nulls().last(), attributes="attributes"
    )
    found = seen.join(told, on="user_id", how="full", coalesce=True).collect()
    flag = pl.coalesce("told", "is_developer").fill_null(False)
    base = found.select("user_id", is_developer=flag)
    attributes = [_merged(texts) for texts in found["attributes"].to_list()]
    names = sorted({name for one in attributes for name in one})
    columns = {name: [_plain(one.get(name)) for one in attributes] for name in names}
    more = pl.DataFrame(columns, strict=False) if names else pl.DataFrame()
    return (
        pl.concat([base, more], how="horizontal").sort("user_id") if names else base.sort("user_id")
    )


def _merged(texts: list[str] | None) -> dict[str, object]:
    found: dict[str, object] = {}
    for text in texts or ():
        found |= json.loads(text)
    return {name: value for name, value in found.items() if name not in ("user_id", "is_developer")}


def _plain(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)
