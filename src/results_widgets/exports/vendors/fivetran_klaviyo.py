"""Klaviyo's warehouse tables as Fivetran fills them: events, and what their metrics, flows and campaigns are called."""

from collections.abc import Iterator
from typing import Final

from results_widgets.exports import mail
from results_widgets.exports.mapping import Mapping
from results_widgets.exports.rules import GOAL, Became, Rule
from results_widgets.exports.vendor import About, Files, Placed, Record, Sample, Sign, Vendor
from results_widgets.exports.warehouse import lookup, lowered, rows_of, tables_of

_RECEIVED: Final = "its receipt; deliveries are not told apart from sends"
_EVENTS: Final[dict[str, Rule]] = {
    "Received Email": Became("email", "sent", _RECEIVED),
    "Opened Email": mail.OPENED,
    "Clicked Email": mail.CLICKED,
    "Bounced Email": mail.BOUNCED,
    "Dropped Email": mail.DROPPED,
    "Marked Email as Spam": mail.SPAM,
    "Unsubscribed": mail.UNSUBSCRIBED,
    "Unsubscribed from Email Marketing": mail.UNSUBSCRIBED,
    "Received SMS": Became("sms", "sent", _RECEIVED),
    "Clicked SMS": Became("sms", "clicked"),
    "Unsubscribed from SMS Marketing": Became("sms", "unsubscribed"),
    "Received Push": Became("push", "sent", _RECEIVED),
    "Opened Push": Became("push", "opened"),
    "Bounced Push": Became("push", "bounced"),
    "Placed Order": GOAL,
    "Ordered Product": GOAL,
    "Started Checkout": GOAL,
    "Checkout Started": GOAL,
}
_SHAPES: Final = {
    "event": frozenset(("id", "person_id", "metric_id", "flow_id", "campaign_id")),
    "metric": frozenset(("id", "name", "integration_name")),
    "campaign": frozenset(("id", "name", "from_email", "status_label")),
    "flow": frozenset(("id", "name", "trigger_type")),
    "person": frozenset(("id", "email", "first_name")),
}


def _rows(placed: Placed) -> Iterator[Record]:
    row = lowered(placed.record)
    of_flow = row.get("flow_id") not in (None, "")
    yield {
        **row,
        "_name": row.get("_metric") or row.get("type"),
        "_kind": "flow" if of_flow else "campaign" if row.get("campaign_id") else None,
    }


def _read(files: Files) -> Iterator[Placed | About]:
    tables = tables_of(files, _SHAPES)
    metrics = lookup(files, tables.get("metric", ()), "id", "name")
    for table in ("campaign", "flow"):
        for id_, (name,) in lookup(files, tables.get(table, ()), "id", "name").items():
            yield About("campaign", id_, name or "", facts={"kind": table})
    for id_, (email,) in lookup(files, tables.get("person", ()), "id", "email").items():
        yield About("user", id_, facts={"email": email})

    def joined(record: Record) -> Record:
        return {**record, "_metric": metrics.get(str(record.get("metric_id")), (None,))[0]}

    yield from rows_of(files, (*tables.get("", ()), *tables.get("event", ())), joined)


def _recognise(sample: Sample) -> Sign | None:
    if sample.share_where(lambda one: _SHAPES["event"] <= lowered(one).keys()):
        return Sign(0.95, "its columns are those of Klaviyo's event table at Fivetran")
    if sample.share_where(
        lambda one: (
            {"person_id", "metric_id"} <= (names := lowered(one).keys())
            and not names.isdisjoint(("flow_id", "campaign_id"))
        )
    ):
        return Sign(0.85, "it has person_id, metric_id and flow_id or campaign_id")
    return None


VENDOR: Final = Vendor(
    key="fivetran_klaviyo",
    label="Klaviyo (Fivetran)",
    versions=("Fivetran's tables",),
    formats=("CSV or Parquet of event, metric, campaign, flow and person",),
    mapping=Mapping(
        user_id="person_id",
        timestamp=("datetime", "timestamp"),
        time_zone="UTC",
        event_column="_name",
        event=_EVENTS,
        campaign_id=("flow_id", "campaign_id"),
        campaign_name="property_campaign_name",
        campaign_kind="_kind",
        action_id=("flow_message_id", "campaign_id"),
        variant="_variation",
        event_id="id",
        value="property_value",
        currency="property_currency_code",
        link="property_url",
        reason="property_bounce_type",
        platform="property_client_type",
    ),
    recognise=_recognise,
    campaign="flow_id, else campaign_id",
    action="flow_message_id, else campaign_id",
    tells=("variants", "goal events", "names, if the tables of flows and campaigns are there"),
    cannot=("deliveries", "flow", "held back", "machine opens and clicks"),
    notes=("the uuid repeats from event to event: id tells repeats",),
    rows=_rows,
    read=_read,
)
