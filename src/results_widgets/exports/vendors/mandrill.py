"""Mandrill's webhooks: arrays of events, each with its message."""

import json
from collections.abc import Iterator
from typing import Any, Final

from results_widgets.exports import mail
from results_widgets.exports.mapping import Mapping
from results_widgets.exports.rules import Became
from results_widgets.exports.same_message import COLUMN, campaign_or_wait
from results_widgets.exports.vendor import MessageId, Placed, Record, Sample, Sign, Vendor

_LIST: Final = Became(note="a change of the lists of addresses")
_EVENTS: Final = {
    "send": mail.SENT,
    "delivered": mail.DELIVERED,
    "deferral": mail.DEFERRED,
    "hard_bounce": mail.BOUNCED,
    "soft_bounce": mail.SOFT,
    "open": mail.OPENED,
    "click": mail.CLICKED,
    "spam": mail.SPAM,
    "unsub": mail.UNSUBSCRIBED,
    "reject": mail.DROPPED,
    "inbound": mail.INBOUND,
    "blacklist": _LIST,
    "whitelist": _LIST,
    "allowlist": _LIST,
    "denylist": _LIST,
}


def _events_of(record: Record) -> list[Any]:
    """Return the events of a post whose field ``mandrill_events`` is their JSON as text, or the record itself."""
    posted = record.get("mandrill_events")
    if isinstance(posted, str):
        posted = json.loads(posted)
    return posted if isinstance(posted, list) else [record]


def _rows(placed: Placed) -> Iterator[Record]:
    for record in _events_of(placed.record):
        row = mail.lifted(record, "msg")
        tags, metadata = row.get("tags"), row.get("metadata")
        campaign = mail.first_tag(tags) or mail.named_tag(metadata, "campaign_id", "campaign")
        # The message's own time is that of its sending.
        row["ts"] = record.get("ts") or row.get("ts")
        row["_event"] = record.get("event") or record.get("type")
        campaign = campaign_or_wait(campaign or row.get("template"))
        yield {**row, "_campaign": campaign, "reason": _reason(row)}


def _reason(row: Record) -> Any:
    reject = row.get("reject")
    if isinstance(reject, dict):
        reject = reject.get("reason")
    return row.get("bounce_description") or row.get("diag") or reject


def _recognise(sample: Sample) -> Sign | None:
    def is_event(record: Record) -> bool:
        if "mandrill_events" in record:
            return True
        if record.get("event") not in _EVENTS or "ts" not in record:
            return False
        return isinstance(record.get("msg"), dict) or "msg.email" in record

    known = sample.share_where(is_event)
    return Sign(0.95, "its records have ts, msg and Mandrill's events") if known else None


VENDOR: Final = Vendor(
    key="mandrill",
    label="Mandrill",
    versions=("Webhooks 1.0",),
    formats=("JSON arrays", "JSON lines", "posts with mandrill_events"),
    mapping=Mapping(
        user_id="email",
        timestamp="ts",
        time_unit="s",
        event_column="_event",
        event=_EVENTS,
        campaign_id="_campaign",
        campaign_name="_campaign",
        columns={COLUMN: "_id"},
        link="url",
        reason="reason",
    ),
    recognise=_recognise,
    campaign="the message's first tag, else its metadata campaign_id, else its template",
    action="the campaign itself",
    cannot=mail.CANNOT,
    notes=(
        mail.BY_MESSAGE,
        "_id is the message's: repeats of a post cannot be told",
    ),
    rows=_rows,
    by_message=(MessageId(COLUMN),),
)
