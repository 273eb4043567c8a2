"""Customer.io: reporting webhooks as JSON lines, and the Parquet files of its warehouse sync."""

from collections.abc import Iterator
from typing import Final

from results_widgets.exports.fields import as_text, getter
from results_widgets.exports.mapping import Mapping
from results_widgets.exports.rules import Became, By, Rule
from results_widgets.exports.vendor import About, Files, Placed, Record, Sample, Sign, Vendor
from results_widgets.exports.vendors._customerio_tables import Tables, table_of

_TYPES: Final = ("email", "push", "sms", "whatsapp", "in_app", "slack", "webhook")
_UNDELIVERABLE: Final = "not sent: unsubscribed, without an address, or over a limit"
_LOST: Final[dict[str, str | tuple[str, str]]] = {
    "bounced": "bounced",
    "dropped": "dropped",
    "failed": "failed",
    "undeliverable": ("suppressed", _UNDELIVERABLE),
}
_EVENTS: Final[dict[str, dict[str, str | tuple[str, str]]]] = {
    "email": {
        "sent": "sent",
        "delivered": "delivered",
        "attempted": ("deferred", "not sent yet, tried again"),
        "opened": "opened",
        "clicked": "clicked",
        "bounced": "bounced",
        "dropped": "dropped",
        "spammed": "marked_as_spam",
        "unsubscribed": "unsubscribed",
        "failed": "failed",
        "undeliverable": ("suppressed", _UNDELIVERABLE),
    },
    "push": {
        "sent": "sent",
        "delivered": "delivered",
        "opened": "opened",
        "clicked": ("clicked", "a link in the push"),
        **_LOST,
    },
    "sms": {
        "sent": "sent",
        "delivered": "delivered",
        "clicked": "clicked",
        "replied": "replied",
        "unsubscribed": "unsubscribed",
        **_LOST,
    },
    "whatsapp": {
        "sent": "sent",
        "delivered": "delivered",
        "opened": ("read", "an open of WhatsApp is a read"),
        "clicked": "clicked",
        "replied": "replied",
        **_LOST,
    },
    "in_app": {
        "opened": ("viewed", "an open in the app is a view"),
        "clicked": "selected",
        "dismissed": "dismissed",
        "failed": "failed",
        "undeliverable": ("suppressed", _UNDELIVERABLE),
    },
    "slack": {"sent": "sent", "clicked": "clicked", "failed": "failed"},
    "webhook": {"sent": "sent", "clicked": "clicked", "failed": "failed"},
}
_LEFT_OVER: Final = {
    "drafted": "a draft that waits to be sent",
    "attempted": "not sent yet, tried again",
    "sent": "prepared; in the app a message counts from its first view on",
    "subscribed": "of a person, not of a message",
    "unsubscribed": "of a person; that of a message counts",
    "cio_subscription_preferences_changed": "of a person, not of a message",
}


def _events() -> dict[str, Rule]:
    by_metric: dict[str, dict[str, Rule]] = {}
    for channel, events in _EVENTS.items():
        for metric, event in events.items():
            ours, note = event if isinstance(event, tuple) else (event, "")
            by_metric.setdefault(metric, {})[channel] = Became(channel, ours, note)
    by_metric["converted"] = dict.fromkeys(_TYPES, Became(None, "converted"))
    return {
        metric: By(
            "object_type", by_metric.get(metric, {}), Became(note=_LEFT_OVER.get(metric, ""))
        )
        for metric in (*by_metric, *(one for one in _LEFT_OVER if one not in by_metric))
    }


def _rows(placed: Placed) -> Iterator[Record]:
    record = placed.record
    old = record.get("event_type")
    if record.get("metric") is None and isinstance(old, str):
        # Webhooks of before 2020 say "email_opened" in one word.
        of = next((one for one in (*_TYPES, "customer") if old.startswith(f"{one}_")), "")
        record = {**record, "object_type": of, "metric": old.removeprefix(f"{of}_")}
    if record.get("_kind") is None:
        kind, _ = _campaign(record)
        record = {**record, "_kind": kind}
    transactional = _TRANSACTIONAL(record) if record["_kind"] is None else None
    if transactional is not None:
        record = {**record, "_kind": "transactional", "_campaign": f"transactional-{transactional}"}
    devices = _RECIPIENTS(record)
    if isinstance(devices, list) and devices and isinstance(devices[0], dict):
        record = {**record, "_platform": devices[0].get("device_platform")}
    yield record


def _field(*names: str) -> tuple[str, ...]:
    """Return where fields stand: in the data of a webhook, or in a row of a table."""
    return tuple(f"{part}{name}" for name in names for part in ("data.", ""))


_TRANSACTIONAL: Final = getter(_field("transactional_message_id"))
_RECIPIENTS: Final = getter(_field("recipients"))
_KINDS: Final = tuple(
    (name.removesuffix("_id"), getter(_field(name)))
    for name in ("campaign_id", "newsletter_id", "broadcast_id")
)


def _campaign(record: Record) -> tuple[str | None, str | None]:
    """Return what sort of campaign a record is of, and its number."""
    for kind, get in _KINDS:
        number = as_text(get(record))
        if number is not None:
            return kind, number
    return None, None


def _read(files: Files) -> Iterator[Placed | About]:
    kinds: dict[str, str] = {}
    for path in files.paths:
        first = next(iter(files.quiet(path)), None)
        kinds[path] = table_of(first.record) if first is not None else ""
    tables = Tables()
    yield from _known(files, kinds, tables)
    taken: dict[str, str | None] = {}
    for path, kind in kinds.items():
        if kind not in ("", "metrics"):
            continue

        def joined(placed: Placed, kind: str = kind) -> tuple[Placed]:
            record = tables.joined(placed.record) if kind else placed.record
            return (placed._replace(record=_with_campaign(record, taken)),)

        yield from files.each((path,), joined)


def _known(files: Files, kinds: dict[str, str], tables: Tables) -> Iterator[About]:
    """Read the tables that metrics refer to."""
    for path, kind in kinds.items():
        if kind == "others":
            files.ignored[path] = "a table of Customer.io that has no events"
        elif kind in ("deliveries", "people", "campaigns", "actions"):

            def known(placed: Placed, kind: str = kind) -> tuple[About, ...]:
                if kind in ("campaigns", "actions"):
                    return (_named(kind, placed.record),)
                tables.add(kind, placed.record)
                return ()

            yield from files.each((path,), known)


def _named(kind: str, record: Record) -> About:
    campaign, name = str(record["campaign_id"]), str(record.get("name") or "")
    if kind == "campaigns":
        return About("campaign", campaign, name)
    channel = record.get("type")
    known = channel if channel in _TYPES else None
    return About("action", str(record["action_id"]), name, known, campaign)


def _with_campaign(record: Record, taken: dict[str, str | None]) -> Record:
    """Say a record's campaign: one that shares its number with another sort of campaign keeps apart."""
    kind, number = _campaign(record)
    if number is None:
        return record
    apart = number if taken.setdefault(number, kind) == kind else f"{kind}-{number}"
    return {**record, "_kind": kind, "_campaign": apart}


def _recognise(sample: Sample) -> Sign | None:
    if sample.share_with("event_id", "object_type", "metric", "timestamp"):
        return Sign(0.95, "its records have event_id, object_type, metric and timestamp")
    if sample.share_where(
        lambda one: isinstance(data := one.get("data"), dict) and "delivery_id" in data
    ) and sample.share_with("event_id", "event_type"):
        return Sign(0.9, "its records have event_id, event_type and a delivery_id in data")
    tables = {table_of(one) for one in sample.records} - {"", "others", "campaigns", "actions"}
    if tables:
        return Sign(0.9, f"its columns are those of Customer.io's {min(tables)}")
    if sample.share_with("workspace_id", "seq_num"):
        return Sign(0.6, "its columns workspace_id and seq_num are of a table of Customer.io")
    return None


VENDOR: Final = Vendor(
    key="customerio",
    label="Customer.io",
    versions=("Reporting webhooks, fields of November 2026", "warehouse sync v4"),
    formats=("JSON lines of webhooks", "Parquet of the warehouse sync"),
    mapping=Mapping(
        user_id=(
            *_field("identifiers.id", "identifiers.cio_id"),
            *_field("customer_id", "internal_customer_id", "identifiers.email"),
        ),
        timestamp="timestamp",
        event_column="metric",
        event=_events(),
        campaign_id=("_campaign", *_field("campaign_id", "newsletter_id", "broadcast_id")),
        campaign_kind="_kind",
        action_id=_field("action_id"),
        variant=_field("content_id"),
        event_id="event_id",
        machine=_field("prefetched", "machine"),
        link=_field("href", "link_url"),
        reason=_field("failure_message", "reason"),
        platform=("_platform", *_field("device_platform")),
        columns={
            "parent_action_id": _field("parent_action_id"),
            "journey_id": _field("journey_id"),
            "cio_id": _field("identifiers.cio_id", "internal_customer_id"),
        },
    ),
    recognise=_recognise,
    campaign="campaign_id, else newsletter_id, else broadcast_id; transactional messages by theirs",
    action="action_id, else the campaign itself",
    tells=(
        "variants (content_id)",
        "prefetched opens and machine clicks (webhooks)",
        "conversions",
    ),
    cannot=("flow", "held back", "names of campaigns and actions", "goal events"),
    notes=(
        "opens that are proxied or synthetic are a person's; prefetched ones are a machine's",
        "all ids that go with one cio_id are one person, who goes by the latest",
        "a newsletter or broadcast with the number of a campaign is listed apart, as newsletter-3",
    ),
    rows=_rows,
    person_keys=("cio_id",),
    read=_read,
    machine=("email",),
    flags_each=True,
)
