"""Segment and RudderStack: track calls of the email and push specifications, and the tables of a warehouse."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from results_widgets.exports.fields import as_text, getter
from results_widgets.exports.mapping import Mapping
from results_widgets.exports.rules import GOAL, Became, By, Rule
from results_widgets.exports.vendor import About, Placed, Record, Sample, Sign, Vendor

_SPEC: Final[dict[str, Rule]] = {
    "Email Sent": Became("email", "sent", "not of the specification, but some sources have it"),
    "Email Delivered": Became("email", "delivered"),
    "Email Opened": Became("email", "opened"),
    "Email Link Clicked": Became("email", "clicked"),
    "Email Bounced": Became("email", "bounced"),
    "Email Marked as Spam": Became("email", "marked_as_spam"),
    "Unsubscribed": Became("email", "unsubscribed"),
    "Email Unsubscribed": Became("email", "unsubscribed"),
    "Push Notification Received": Became("push", "delivered", "received by the device"),
    "Push Notification Tapped": Became("push", "opened"),
    "Push Notification Bounced": Became("push", "bounced"),
    "Experiment Viewed": Became(note="of an experiment, not of a message"),
    "Order Completed": GOAL,
}


_REPEATS: Final = Became(note="of the table of all tracks; the event's own table has its campaign")


def _unless_repeated(rule: Rule) -> Rule:
    """Return a rule of an event that the table of all tracks has as well: without a campaign, it is left over."""
    is_message = isinstance(rule, Became) and rule.channel is not None
    return By("_of", {"tracks": _REPEATS}, rule) if is_message else rule


def _in_snake_case(name: str) -> str:
    return name.strip().casefold().replace(" ", "_")


_NAMES: Final = {_in_snake_case(name): name for name in _SPEC}
_TEXT: Final = getter(("event_text", "event"))
_USER: Final = getter(("userId", "user_id"))
_CAMPAIGN: Final = getter(("campaign_id", "campaign"))
_PREVIOUS: Final = getter(("previousId", "previous_id"))


def _field(*names: str) -> tuple[str, ...]:
    """Return where properties stand: in a call's, or in columns of a table."""
    return tuple(f"{part}{name}" for name in names for part in ("properties.", ""))


def _name(record: Record, file: str) -> str | None:
    """Return the event's name: tables of a warehouse have it in snake case, or are called like it."""
    name = as_text(_TEXT(record)) or _NAMES.get(_in_snake_case(Path(file).name.partition(".")[0]))
    return _NAMES.get(_in_snake_case(name), name) if name is not None else None


_CALLS: Final = ("track", "identify", "page", "screen", "group", "alias", "merge")
_TABLES: Final = {
    "identifies": "identify",
    "users": "identify",
    "aliases": "alias",
    "tracks": "track",
}
_TABLE: Final = re.compile(r"(?:^|[^a-z])(identifies|users|aliases|tracks)(?![a-z])")
_BASE: Final = frozenset(
    (
        *("id", "user_id", "anonymous_id", "previous_id", "received_at", "sent_at", "timestamp"),
        *("original_timestamp", "loaded_at", "uuid", "uuid_ts", "event", "event_text"),
    )
)
"""Columns that the tables of a warehouse have beside properties or traits."""


def _called(file: str) -> str | None:
    """Return the table of calls of one kind that a file is called like, or the folder of its parts is."""
    own, folder = _TABLE.search(Path(file).name.casefold()), Path(file).parent.name.casefold()
    if own is not None:
        return own[1]
    name = folder.rpartition(".")[2]
    return name if name in _TABLES else None


def _table(record: Record, file: str) -> str | None:
    """Return which of the warehouse's tables of calls of one kind a row is of; None: of an event's, or a call."""
    if record.get("type") in _CALLS:
        return None
    found = _called(file)
    # The table of an event of one's own may well be called so.
    return found if found == "tracks" or _TEXT(record) is None else None


def _is_of_tracks(file: str) -> bool:
    """Whether a file is the table of all tracks, which repeats each event without what was said of it."""
    return _called(file) == "tracks"


def _of_table(table: str, record: Record) -> Iterator[Record | About]:
    """Yield what a row of a table of identify, alias or track calls says."""
    kind, user = _TABLES[table], _USER(record)
    if table == "users":  # a row for each user, whose id is the row's
        user = as_text(record.get("id"))
    if kind == "identify" and (id_ := as_text(user)) is not None:
        traits = {
            name: value
            for name, value in record.items()
            if name not in _BASE and not name.startswith("context_") and value not in (None, "")
        }
        yield About("user", id_, facts=_plain(traits))
    yield from _joined(kind, record)
    if kind == "track":
        yield {**record, "_name": _name(record, ""), "_of": _of_tracks(record)}
    else:
        yield {**record, "_name": kind, "user_id": user}


def _of_tracks(record: Record) -> str | None:
    """Return what says that a message's own table has its campaign, which the one of all tracks has not."""
    return None if _CAMPAIGN(record) is not None else "tracks"


def _rows(placed: Placed) -> Iterator[Record | About]:
    record = placed.record
    table = _table(record, placed.file)
    if table is not None:
        yield from _of_table(table, record)
        return
    batch = record.get("batch")
    if isinstance(batch, list):
        for one in batch:
            yield from _rows(placed._replace(record=one))
        return
    kind = record.get("type", "track")
    if kind == "identify":
        user, traits = as_text(_USER(record)), record.get("traits")
        if user is not None and isinstance(traits, dict):
            yield About("user", user, facts=_plain(traits))
    yield from _joined(str(kind), record)
    yield {**record, "_name": _name(record, placed.file) if kind == "track" else str(kind)}


def _joined(kind: str, record: Record) -> Iterator[About]:
    """Yield what an alias of Segment's, or a merge of RudderStack's, says of two ids."""
    old, new = as_text(_PREVIOUS(record)), as_text(_USER(record))
    merged = record.get("mergeProperties")
    if kind == "merge" and isinstance(merged, list):
        values = [as_text(one.get("value")) for one in merged if isinstance(one, dict)]
        old, new = (values[1], values[0]) if len(values) > 1 else (None, None)
    if kind in ("alias", "merge") and old and new:
        yield About("alias", old, new)


def _plain(traits: Record) -> Record:
    return {
        name: value for name, value in traits.items() if isinstance(value, str | bool | int | float)
    }


def _is_call(record: Record) -> bool:
    batch = record.get("batch")
    if isinstance(batch, list):
        return bool(batch) and _is_call(batch[0])
    return record.get("type") in _CALLS and bool(
        {"messageId", "anonymousId", "userId"} & record.keys()
    )


def _is_rudder(record: Record) -> bool:
    library = record.get("context", {}).get("library", {}).get("name", "")
    return "rudderId" in record or "rudder" in str(library).casefold()


_OF_WAREHOUSE: Final = ("uuid_ts", "original_timestamp", "context_library_name")


def _sign(sample: Sample, label: str) -> Sign | None:
    if sample.share_where(_is_call):
        return Sign(0.9, f"its records are calls of {label}: type, messageId and userId")
    known = sample.share_where(lambda one: _name(one, sample.file) in _SPEC)
    if known and sample.share_where(lambda one: "email_id" in one or "campaign_id" in one):
        return Sign(0.85, f"its columns are those of a table of {label}, such as email_id")
    if sample.share_with("event_text") and sample.share_where(
        lambda one: "received_at" in one or "original_timestamp" in one
    ):
        return Sign(0.8, f"its columns are those of a table of {label}: event_text and received_at")
    tables = {_table(one, sample.file) for one in sample.records} - {None}
    if tables and sample.share_where(lambda one: any(name in one for name in _OF_WAREHOUSE)):
        return Sign(0.7, f"it is called {tables.pop()}, and has columns of a table of {label}")
    return None


def _recognise_segment(sample: Sample) -> Sign | None:
    return None if sample.share_where(_is_rudder) else _sign(sample, "Segment")


def _recognise_rudder(sample: Sample) -> Sign | None:
    sign = _sign(sample, "RudderStack")
    if sign is None or sample.share_where(_is_rudder):
        return sign
    # Its tables are as Segment's: they are taken for these unless it is named.
    is_table = sample.share_with("received_at")
    return Sign(0.3, f"it may be, as {sign.why}") if is_table else None


_SEGMENT: Final = Vendor(
    key="segment",
    label="Segment",
    versions=("Email and push specifications of November 2026",),
    formats=("JSON lines of calls", "CSV and Parquet of the warehouse's tables"),
    mapping=Mapping(
        user_id=(
            *("userId", "user_id", "context.traits.email", "context_traits_email"),
            *("properties.email", "email", "anonymousId", "anonymous_id"),
        ),
        timestamp=(
            *("timestamp", "originalTimestamp", "original_timestamp", "sentAt", "sent_at"),
            *("receivedAt", "received_at"),
        ),
        event_column="_name",
        event={
            **{name: _unless_repeated(rule) for name, rule in _SPEC.items()},
            "identify": Became(note="says who a user is"),
            "alias": Became(note="joins ids of a person"),
            "merge": Became(note="joins ids of a person"),
        },
        campaign_id=_field("campaign_id", "campaign.id", "campaign.name"),
        campaign_name=_field("campaign_name", "campaign.name"),
        action_id=_field("email_id", "push_id", "message_id"),
        action_name=_field("email_subject", "campaign.content"),
        event_id=("messageId", "id"),
        value=_field("revenue", "total", "value"),
        currency=_field("currency"),
        link=_field("link_url"),
        platform=("context.device.type", "context_device_type"),
        columns={
            "anonymous_id": ("anonymousId", "anonymous_id"),
            "email": (
                *("context.traits.email", "context_traits_email", "traits.email"),
                *("properties.email", "email"),
            ),
        },
    ),
    recognise=_recognise_segment,
    campaign="campaign_id; of a push without one its campaign's name",
    action="email_id, else the campaign itself",
    tells=("goal events", "users' traits (identify; the tables identifies and users)"),
    cannot=(
        *(
            "sends: entries start at delivered",
            "flow",
            "machine opens and clicks",
            "variants",
            "held back",
        ),
    ),
    notes=(
        "the specification has no event for a send, so entries start at delivered",
        "the warehouse's table tracks has no properties: beside the events' own tables its rows are repeats",
        "ids that an alias joins are one person's; an email or anonymousId is of the userId that has it, if one has",
    ),
    devices=("anonymous_id", "email"),
    last=_is_of_tracks,
    rows=_rows,
    reads=("type", "event_text", "event", "campaign_id", "campaign"),
    apart=("batch", "traits", "previousId", "previous_id", "mergeProperties"),
)
VENDOR: Final = [
    _SEGMENT,
    replace(_SEGMENT, key="rudderstack", label="RudderStack", recognise=_recognise_rudder),
]
