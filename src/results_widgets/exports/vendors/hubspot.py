"""HubSpot's email events: the warehouse tables that Fivetran fills, and the events API."""

from collections.abc import Iterator
from typing import Final

from results_widgets.exports import mail
from results_widgets.exports.mapping import Mapping
from results_widgets.exports.rules import Became, By
from results_widgets.exports.vendor import About, Files, Placed, Record, Sample, Sign, Vendor
from results_widgets.exports.warehouse import lookup, lowered, rows_of, tables_of

_OBSOLETE: Final = Became(note="made obsolete by a later event")


def _unless_obsolete(rule: Became | By) -> By:
    return By("_obsolete", {"true": _OBSOLETE}, rule)


_EVENTS: Final = {
    "SENT": _unless_obsolete(mail.SENT),
    "PROCESSED": Became(note="follows SENT, which counts"),
    "DELIVERED": _unless_obsolete(mail.DELIVERED),
    "DEFERRED": _unless_obsolete(mail.DEFERRED),
    "OPEN": _unless_obsolete(mail.OPENED),
    "CLICK": _unless_obsolete(mail.CLICKED),
    "BOUNCE": _unless_obsolete(mail.BOUNCED),
    "DROPPED": _unless_obsolete(mail.DROPPED),
    "SPAMREPORT": _unless_obsolete(mail.SPAM),
    "STATUSCHANGE": By(
        "_status",
        {
            "unsubscribed": mail.UNSUBSCRIBED,
            "subscribed": mail.SUBSCRIBED,
            "": Became(note="what changed is in email_event_status_change, which is not there"),
        },
        Became(note="a change of subscriptions"),
    ),
    "UNBOUNCE": Became(note="an address is mailed again"),
    "SUPPRESSED": mail.ON_LIST,
    "PRINT": Became(note="printed"),
    "FORWARD": Became(note="forwarded"),
}
_SHAPES: Final = {
    "email_event": frozenset(("id", "created", "type", "email_campaign_id", "recipient")),
    "email_event_status_change": frozenset(("id", "portal_subscription_status")),
    "email_event_click": frozenset(("id", "url", "referer")),
    "email_event_bounce": frozenset(("id", "category", "response")),
    "email_event_dropped": frozenset(("id", "drop_reason")),
    "email_campaign": frozenset(("id", "app_name", "num_included")),
    "email_campaign, in part": frozenset(("id", "app_id", "name", "subject")),
}


def _rows(placed: Placed) -> Iterator[Record]:
    events = placed.record.get("events")
    for given in events if isinstance(events, list) else [placed.record]:
        record = lowered(given)
        obsolete = record.get("obsoleted_by_id") or record.get("obsoletedBy")
        status = record.get("_status") or record.get("portalSubscriptionStatus")
        status = status or record.get("portal_subscription_status")
        yield {**record, "_obsolete": bool(obsolete), "_status": status}


def _read(files: Files) -> Iterator[Placed | About]:
    tables = tables_of(files, _SHAPES)
    status = lookup(
        files, tables.get("email_event_status_change", ()), "id", "portal_subscription_status"
    )
    links = lookup(files, tables.get("email_event_click", ()), "id", "url")
    bounces = lookup(files, tables.get("email_event_bounce", ()), "id", "category")
    drops = lookup(files, tables.get("email_event_dropped", ()), "id", "drop_reason")
    for name in ("email_campaign", "email_campaign, in part"):
        names = lookup(files, tables.get(name, ()), "id", "name", "subject", "type")
        for id_, (title, subject, kind) in names.items():
            yield About("campaign", id_, title or subject or "", facts={"kind": kind})

    def joined(record: Record) -> Record:
        id_ = str(record.get("id"))
        more = {
            "_status": status.get(id_, (None,))[0],
            "_link": links.get(id_, (None,))[0],
            "_reason": (bounces.get(id_) or drops.get(id_) or (None,))[0],
        }
        return {**record, **more}

    yield from rows_of(files, (*tables.get("", ()), *tables.get("email_event", ())), joined)


def _recognise(sample: Sample) -> Sign | None:
    columns = {"email_campaign_id", "type", "created", "recipient"}
    if sample.share_where(lambda one: columns <= lowered(one).keys()):
        return Sign(0.95, "its columns are those of HubSpot's email_event")
    few = {"email_campaign_id", "type", "created"}
    if sample.share_where(
        lambda one: few <= (row := lowered(one)).keys() and row["type"] in _EVENTS
    ):
        return Sign(0.85, "it has email_campaign_id, type and created, with HubSpot's events")
    if sample.share_with("emailCampaignId", "type", "recipient") or sample.share_where(
        lambda one: any(
            isinstance(event, dict) and "emailCampaignId" in event
            for event in one.get("events") or ()
        )
    ):
        return Sign(0.9, "its records have emailCampaignId, as HubSpot's events API")
    return None


VENDOR: Final = Vendor(
    key="hubspot",
    label="HubSpot",
    aliases=("fivetran_hubspot",),
    versions=("Fivetran's tables", "Email Events API v1"),
    formats=("CSV or Parquet of the tables", "JSON of the events API"),
    mapping=Mapping(
        user_id="recipient",
        timestamp="created",
        time_zone="UTC",
        event_column="type",
        event=_EVENTS,
        campaign_id=("email_campaign_id", "emailCampaignId"),
        event_id="id",
        machine=("filtered_event", "filteredEvent"),
        link=("_link", "url"),
        reason=("_reason", "category", "dropReason", "drop_reason"),
    ),
    recognise=_recognise,
    campaign="email_campaign_id",
    action="the campaign itself",
    tells=("bots (filtered events)", "names, if email_campaign is there"),
    cannot=("flow", "variants", "held back", "conversions"),
    notes=("events that a later one made obsolete are left over",),
    rows=_rows,
    read=_read,
    machine=("email",),
    flags_each=True,
)
