"""Resend's webhooks, one object a line, or gathered in arrays."""

from collections.abc import Iterator
from typing import Any, Final

from results_widgets.exports import mail
from results_widgets.exports.mapping import Mapping
from results_widgets.exports.rules import Became, By
from results_widgets.exports.same_message import COLUMN, campaign_or_wait
from results_widgets.exports.vendor import MessageId, Placed, Record, Sample, Sign, Vendor

_OF_SEVERAL: Final = Became(note="of a mail to several recipients: nobody knows whose")
_EVENTS: Final = {
    "email.sent": mail.SENT,
    "email.delivered": mail.DELIVERED,
    "email.delivery_delayed": mail.DEFERRED,
    "email.opened": By("_several", {"true": _OF_SEVERAL}, mail.OPENED),
    "email.clicked": By("_several", {"true": _OF_SEVERAL}, mail.CLICKED),
    "email.bounced": By(
        "_bounce",
        {"suppressed": mail.ON_LIST, "transient": mail.SOFT, "temporary": mail.SOFT},
        mail.BOUNCED,
    ),
    "email.suppressed": mail.ON_LIST,
    "email.failed": mail.UNSENT,
    "email.complained": mail.SPAM,
    "email.scheduled": Became(note="not sent yet"),
    "email.received": mail.INBOUND,
    "contact.updated": By("unsubscribed", {"true": mail.UNSUBSCRIBED}, mail.SUBSCRIBED),
}


def _rows(placed: Placed) -> Iterator[Record]:
    record = placed.record
    row = {**mail.lifted(record, "data"), "created_at": record.get("created_at")}
    kind = str(record.get("type") or "")
    people = [*mail.recipients(row.get("to"), "email")] or [*mail.recipients(row.get("email"))]
    several = kind in ("email.opened", "email.clicked") and len(people) > 1
    post = next((record[name] for name in ("svix-id", "svix_id", "id") if record.get(name)), None)
    tags = row.get("tags")
    campaign = row.get("broadcast_id") or mail.named_tag(tags, "campaign", "campaign_id")
    for person in [""] if several or not people else people:
        yield {
            **row,
            "_user": person,
            "_several": several,
            "_bounce": _bounce(row),
            "_campaign": campaign_or_wait(campaign or mail.first_tag(tags)),
            "_id": f"{post} {person}" if post else None,
        }


def _bounce(row: Record) -> Any:
    bounce = row.get("bounce")
    if not isinstance(bounce, dict):
        return row.get("bounce.type")
    if bounce.get("subType") == "Suppressed" or "suppressed" in str(bounce.get("message")):
        return "suppressed"
    return bounce.get("type")


def _recognise(sample: Sample) -> Sign | None:
    known = sample.share_where(
        lambda one: (
            one.get("type") in _EVENTS
            and "created_at" in one
            and (isinstance(one.get("data"), dict) or "data.email_id" in one)
        )
    )
    return Sign(0.95, "its records have types such as email.sent") if known else None


VENDOR: Final = Vendor(
    key="resend",
    label="Resend",
    versions=("Webhooks, 2026",),
    formats=("JSON lines", "JSON arrays"),
    mapping=Mapping(
        user_id="_user",
        # The time in "data" is that of the message, not of the event.
        timestamp="created_at",
        event_column="type",
        event=_EVENTS,
        campaign_id="_campaign",
        campaign_name="_campaign",
        columns={COLUMN: "email_id"},
        event_id="_id",
        link="click.link",
        reason=("bounce.message", "failed.reason", "suppressed.message"),
    ),
    recognise=_recognise,
    campaign="broadcast_id, else the tag campaign, else the first tag",
    action="the campaign itself",
    cannot=mail.CANNOT,
    notes=(
        mail.BY_MESSAGE,
        "a mail's opens and clicks are nobody's where it went to several recipients",
    ),
    rows=_rows,
    by_message=(MessageId(COLUMN),),
)
