"""An export's frames: its campaigns, a campaign's events in our schema, its users, and what each event name became."""

import json
from collections.abc import Collection, Iterable
from typing import Final

import polars as pl

from results_widgets.channels import CHANNELS, MACHINE_EVENTS
from results_widgets.disclosure import SYNCED_USERS
from results_widgets.errors import QueryError, listing, suggestion
from results_widgets.exports.campaigns import campaigns, has_naive
from results_widgets.exports.guess import Source
from results_widgets.exports.parents import GivenFlow
from results_widgets.exports.reading import Reading
from results_widgets.exports.times import in_repeated_hour
from results_widgets.tables.held import REPEATED

__all__ = [
    "campaign_id",
    "campaigns",
    "events_of",
    "of_several_users",
    "rows_of",
    "source_of",
    "users",
]

_EVENT_COLUMNS: Final = (
    *("user_id", "campaign_id", "action_id", "event", "timestamp", "event_id", "variant"),
    *("entry_id", "machine", "value", "currency", "link", "reason", "platform"),
)
_HIDDEN: Final = (
    *("name", "channel", "is_goal", "campaign_name", "campaign_kind", "action_name"),
    *("variant_name", "parent_id", "is_developer", "time", "is_zoned"),
)


def source_of(reading: Reading, flow: GivenFlow | None = None) -> Source:
    """Return what is known of where a campaign's events come from, with the flow that the caller gave."""
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
    pairs = rows.select("channel", "event").drop_nulls().unique().collect(engine="streaming")
    said = frozenset(pairs.iter_rows())
    return said if vendor.flags_each else said | declared


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
        # A goal given by the caller takes precedence over the source's own conversions.
        event_kept &= event != "converted"
    own = event_kept if id_ is None else event_kept & (of == id_)
    anywhere = goal if id_ is None else goal & (of.is_null() | (of == id_) | event.is_not_null())
    rows = reading.rows.filter(own | anywhere)
    # As a goal, an event counts by itself, whatever it meant for its message.
    # Its id then differs from the message's event, which it would otherwise repeat.
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
    repeated = in_repeated_hour(reading.mapping)
    if repeated is not None and _has(rows, repeated):
        # What was guessed of instants is told by `Results.quality`, which cannot see it.
        rows = rows.with_columns(repeated.alias(REPEATED))
    further = [one for one in rows.collect_schema() if one not in (*_EVENT_COLUMNS, *_HIDDEN)]
    return _without_empty(rows.select(*_EVENT_COLUMNS, *further), _EVENT_COLUMNS[:5])


def _timestamps(rows: pl.LazyFrame) -> pl.Expr:
    """Return times as they came: instants, local times without a zone, or text where both are mixed."""
    time = pl.col("time")
    if not has_naive(rows):
        return time.cast(pl.Datetime("us", "UTC"))
    if not _has(rows, pl.col("is_zoned") & time.is_not_null()):
        return time.cast(pl.Datetime("us"))
    text = time.cast(pl.Datetime("us")).dt.to_string("%Y-%m-%dT%H:%M:%S%.6f")
    return pl.when("is_zoned").then(text + "Z").otherwise(text)


def _has(rows: pl.LazyFrame, found: pl.Expr) -> bool:
    return not rows.filter(found).head(1).collect(engine="streaming").is_empty()


def _without_empty(
    rows: pl.LazyFrame, kept: Iterable[str] = ("user_id", "action_id", "channel", "event", "time")
) -> pl.LazyFrame:
    """Leave out columns without a value."""
    found = rows.select(pl.all().count() > 0).collect(engine="streaming").row(0, named=True)
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
    base = found.select("user_id", is_developer=flag).sort("user_id")
    # An export may have millions of users of whom it says nothing.
    given = found.filter(pl.col("attributes").is_not_null())
    attributes = [_merged(texts) for texts in given["attributes"].to_list()]
    names = sorted({name for one in attributes for name in one})
    if not names:
        return base
    columns = {name: [_plain(one.get(name)) for one in attributes] for name in names}
    more = pl.DataFrame({"user_id": given["user_id"], **columns}, strict=False)
    return base.join(more, on="user_id", how="left", maintain_order="left")


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
