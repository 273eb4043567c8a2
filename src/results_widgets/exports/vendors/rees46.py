"""REES46's direct messaging data: one wide row a message, with the first and last time of each thing that happened."""

from collections.abc import Iterator
from typing import Any, Final

from results_widgets.exports.fields import as_flag, as_text
from results_widgets.exports.mapping import Mapping
from results_widgets.exports.rules import Became, Rule
from results_widgets.exports.vendor import About, Placed, Record, Sample, Sign, Vendor

_MAIL: Final = ("email",)
_PUSH: Final = ("mobile_push", "web_push")
_CHANNELS: Final = {"mobile_push": "push"}
# What happened, the flag that says that it did, and the columns of when: the first with a time counts.
_STEPS: Final[tuple[tuple[str, str | None, tuple[str, ...]], ...]] = (
    ("sent", None, ("sent_at", "date")),
    ("opened", "is_opened", ("opened_first_time_at", "opened_last_time_at")),
    ("clicked", "is_clicked", ("clicked_first_time_at", "clicked_last_time_at")),
    ("unsubscribed", "is_unsubscribed", ("unsubscribed_at",)),
    ("hard_bounced", "is_hard_bounced", ("hard_bounced_at",)),
    ("soft_bounced", "is_soft_bounced", ("soft_bounced_at",)),
    ("complained", "is_complained", ("complained_at",)),
    ("blocked", "is_blocked", ("blocked_at",)),
    ("purchased", "is_purchased", ("purchased_at",)),
)
_OURS: Final = {
    "hard_bounced": ("bounced", ""),
    "soft_bounced": ("deferred", "a soft bounce"),
    "complained": ("marked_as_spam", ""),
}
_BY_CHANNEL: Final = {
    "email": {step: _OURS.get(step, (step, "")) for step, _, _ in _STEPS if step != "purchased"},
    "push": {
        "sent": ("sent", ""),
        "opened": ("opened", ""),
        "clicked": ("opened", "a click opens a push"),
        "hard_bounced": ("bounced", ""),
    },
    "sms": {
        "sent": ("sent", ""),
        "clicked": ("clicked", ""),
        "unsubscribed": ("unsubscribed", ""),
        "hard_bounced": ("bounced", ""),
    },
}
_BY_CHANNEL["web_push"] = _BY_CHANNEL["push"]
_FIRST: Final = ("opened", "clicked")


def _events() -> dict[str, Rule]:
    found: dict[str, Rule] = {"purchased": Became(None, "converted")}
    for channel, steps in _BY_CHANNEL.items():
        for step, (event, note) in steps.items():
            found[f"{channel} {step}"] = Became(channel, event, note)
    return found


def _key(kind: Any, number: Any) -> str | None:
    """Return a campaign's id: numbers of bulk, trigger and transactional campaigns are the same."""
    text = as_text(number)
    return None if text is None else f"{as_text(kind) or 'bulk'}/{text}"


def _unpivoted(record: Record) -> Iterator[Record | About]:
    channel = as_text(record.get("channel")) or "email"
    ours = _CHANNELS.get(channel, channel)
    campaign = _key(record.get("message_type"), record.get("campaign_id"))
    message = as_text(record.get("id")) or as_text(record.get("message_id"))
    for event in _FIRST:
        if event in {one for one, _ in _BY_CHANNEL.get(ours, {}).values()}:
            yield About("first_only", event, channel=ours)
    for step, flag, columns in _STEPS:
        time = next((record[name] for name in columns if record.get(name)), None)
        if time is None or (flag and as_flag(record.get(flag)) is False):
            continue
        yield {
            **record,
            "_name": "purchased" if step == "purchased" else f"{ours} {step}",
            "_time": time,
            "_campaign": campaign,
            "_id": f"{message} {step}" if message else None,
        }


def _about(record: Record) -> Iterator[About]:
    id_ = _key(record.get("campaign_type"), record.get("id"))
    if id_ is not None:
        topic = as_text(record.get("topic"))
        name = f"{id_}: {topic}" if topic else ""
        yield About("campaign", id_, name, facts={"kind": as_text(record.get("campaign_type"))})


def _rows(placed: Placed) -> Iterator[Record | About]:
    record = placed.record
    if "message_type" in record:
        yield from _unpivoted(record)
    elif "campaign_type" in record:
        yield from _about(record)
    elif "first_purchase_date" in record:
        yield from _customer(record)


def _customer(record: Record) -> Iterator[About]:
    client = as_text(record.get("client_id"))
    if client is not None:
        first = {"first_purchase_date": as_text(record.get("first_purchase_date"))}
        yield About("user", client, facts=first)


def _recognise(sample: Sample) -> Sign | None:
    if sample.share_with("message_type", "client_id", "opened_first_time_at", "sent_at"):
        return Sign(0.95, "its columns are message_type, client_id, opened_first_time_at")
    if sample.share_with("message_type", "client_id", "is_opened", "campaign_id"):
        return Sign(0.9, "its columns are message_type, client_id, is_opened")
    if sample.share_with("campaign_type", "topic", "total_count"):
        return Sign(0.9, "its columns are campaign_type, topic, total_count")
    if sample.share_with("client_id", "first_purchase_date"):
        return Sign(0.7, "its columns are client_id, first_purchase_date")
    return None


VENDOR: Final = Vendor(
    key="rees46",
    label="REES46",
    aliases=("opencdp",),
    versions=("E-commerce direct messaging, 32 columns",),
    formats=("CSV of messages and campaigns", "Parquet of the same"),
    mapping=Mapping(
        user_id="client_id",
        timestamp="_time",
        event_column="_name",
        event=_events(),
        campaign_id="_campaign",
        campaign_kind="message_type",
        event_id="_id",
        platform="platform",
        columns={"category": "category", "email_provider": "email_provider", "stream": "stream"},
    ),
    recognise=_recognise,
    campaign="message_type and campaign_id together, as bulk/63",
    action="the campaign itself",
    tells=(
        "the source's own purchases as conversions",
        "names (topics), if campaigns.csv is there",
    ),
    cannot=(
        "how often somebody opened or clicked: the first time only, so totals are n/a",
        "deliveries",
        "flow",
        "variants",
        "held back",
        "machine opens and clicks",
        "the zone of times: pass naive_time_zone=",
    ),
    notes=(
        "of opens and clicks the first of each message counts: the last one is not a number of them",
        "campaign ids are unique within bulk, trigger and transactional only",
    ),
    rows=_rows,
)
