"""Brevo's webhooks, of transactional mail and of marketing campaigns."""

from collections.abc import Iterator
from typing import Final

from results_widgets.exports import mail
from results_widgets.exports.mapping import Mapping
from results_widgets.exports.rules import Became
from results_widgets.exports.same_message import COLUMN, campaign_or_wait
from results_widgets.exports.vendor import MessageId, Placed, Record, Sample, Sign, Vendor

_FIRST: Final = Became("email", "opened", "the first open; opened names later ones")
_PROXY: Final = Became(
    "email", "opened", "by a mail privacy proxy, which is not told from a person"
)
_CONTACT: Final = Became(note="a change of a contact")
_EVENTS: Final = {
    "request": mail.SENT,
    "delivered": mail.DELIVERED,
    "deferred": mail.DEFERRED,
    "unique_opened": _FIRST,
    "opened": mail.OPENED,
    "unique_proxy_open": _PROXY,
    "proxy_open": _PROXY,
    "click": mail.CLICKED,
    "hard_bounce": mail.BOUNCED,
    "soft_bounce": mail.SOFT,
    "invalid_email": mail.BOUNCED,
    "blocked": mail.BLOCKED,
    "error": mail.UNSENT,
    "spam": mail.SPAM,
    "complaint": mail.SPAM,
    "unsubscribe": mail.UNSUBSCRIBED,
    "unsubscribed": mail.UNSUBSCRIBED,
    "list_addition": mail.SUBSCRIBED,
    "contact_updated": _CONTACT,
    "contact_deleted": _CONTACT,
    "inbound_email_processed": mail.INBOUND,
}
# The documentation also spells them in camel case, as the settings of webhooks do.
_CAMEL: Final = {
    "".join(part.title() if n else part for n, part in enumerate(name.split("_"))): rule
    for name, rule in _EVENTS.items()
    if "_" in name
}
_ALL: Final = {"sent": mail.SENT, "uniqueOpened": _FIRST, **_CAMEL, **_EVENTS}
_OWN: Final = ("message-id", "camp_id", "ts_epoch", "ts_event", "X-Mailin-custom")


def _rows(placed: Placed) -> Iterator[Record]:
    record = placed.record
    tag = next(
        (found for name in ("tags", "tag") if (found := mail.first_tag(record.get(name)))), None
    )
    yield {
        **record,
        "_campaign": campaign_or_wait(record.get("camp_id") or tag),
        "_name": record.get("campaign name") or tag,
    }


def _recognise(sample: Sample) -> Sign | None:
    known = sample.share_where(
        lambda one: (
            one.get("event") in _ALL and "email" in one and any(name in one for name in _OWN)
        )
    )
    return Sign(0.9, "its records have email, ts_event and Brevo's events") if known else None


VENDOR: Final = Vendor(
    key="brevo",
    label="Brevo",
    versions=("Transactional and marketing webhooks v3",),
    formats=("JSON lines", "JSON arrays"),
    mapping=Mapping(
        user_id="email",
        # "ts" is when the message was sent, "date" a time of the account's zone, which it does not name.
        timestamp=("ts_epoch", "ts_event", "date_event", "ts", "date"),
        event_column="event",
        event=_ALL,
        campaign_id="_campaign",
        columns={COLUMN: "message-id"},
        campaign_name="_name",
        link=("link", "URL", "url"),
        reason="reason",
    ),
    recognise=_recognise,
    campaign="camp_id, else the first tag",
    action="the campaign itself",
    cannot=mail.CANNOT,
    notes=(
        mail.BY_MESSAGE,
        "id is the webhook's or the account's: repeats of a post cannot be told",
    ),
    rows=_rows,
    reads=("tags", "tag", "camp_id", "campaign name"),
    by_message=(MessageId(COLUMN),),
)
