"""Klaviyo: pages of its events API, single events, and flat tables of them."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from results_widgets.exports.fields import as_text, getter
from results_widgets.exports.mapping import Mapping
from results_widgets.exports.rules import GOAL, Became, Rule
from results_widgets.exports.vendor import About, Files, Placed, Record, Sample, Sign, Vendor

_RECEIVED: Final = "its receipt; deliveries are not told apart from sends"
_EVENTS: Final[dict[str, Rule]] = {
    "Received Email": Became("email", "sent", _RECEIVED),
    "Opened Email": Became("email", "opened"),
    "Clicked Email": Became("email", "clicked"),
    "Bounced Email": Became("email", "bounced"),
    "Dropped Email": Became("email", "dropped"),
    "Marked Email as Spam": Became("email", "marked_as_spam"),
    "Unsubscribed": Became("email", "unsubscribed"),
    "Unsubscribed from Email Marketing": Became("email", "unsubscribed"),
    "Received SMS": Became("sms", "sent", _RECEIVED),
    "Clicked SMS": Became("sms", "clicked"),
    "Sent SMS": Became("sms", "replied", "a text from the person"),
    "Failed to Deliver SMS": Became("sms", "failed"),
    "Unsubscribed from SMS Marketing": Became("sms", "unsubscribed"),
    "Received Push": Became("push", "sent", _RECEIVED),
    "Opened Push": Became("push", "opened"),
    "Bounced Push": Became("push", "bounced"),
    "Received WhatsApp": Became("whatsapp", "sent", _RECEIVED),
    "Read WhatsApp": Became("whatsapp", "read"),
    "Opened WhatsApp": Became("whatsapp", "read", "an open of WhatsApp is a read"),
    "Clicked WhatsApp": Became("whatsapp", "clicked"),
    "Failed to Deliver WhatsApp": Became("whatsapp", "failed"),
    "Unsubscribed from List": Became(note="of a list, not of a message"),
    "Subscribed to List": Became(note="of a list, not of a message"),
    "Placed Order": GOAL,
    "Ordered Product": GOAL,
    "Started Checkout": GOAL,
    "Checkout Started": GOAL,
}
_KNOWN: Final = frozenset(name.casefold() for name in _EVENTS)
_NAME: Final = getter(
    (
        *("_metric", "attributes.metric_name", "metric_name", "metric.name", "event_name"),
        *("attributes.metric.name", "relationships.metric.data.attributes.name"),
        *("Metric Name", "Event Name", "Metric", "Event", "event", "metric", "name"),
    )
)
_METRIC_ID: Final = getter(("relationships.metric.data.id", "metric_id", "attributes.metric_id"))
_PROFILE: Final = getter(
    (
        *("relationships.profile.data.id", "profile_id", "person_id", "person.id", "profile.id"),
        *("Profile ID", "$email", "email", "Email", "person.$email", "attributes.email"),
    )
)
_TIME: Final = getter(
    (
        *("attributes.datetime", "attributes.timestamp", "datetime", "timestamp"),
        *("Datetime", "Timestamp", "Date", "Event Date"),
    )
)
_ID: Final = getter(("attributes.uuid", "uuid", "id", "Event ID"))
_PROPERTIES: Final = tuple(
    getter((name,))
    for name in (
        "attributes.event_properties",
        "event_properties",
        "attributes.properties",
        "properties",
    )
)


def _resources(record: Record) -> Iterable[Record]:
    """Return the objects of a page of the API, what it includes first; a single one as it is."""
    data = record.get("data")
    if not isinstance(data, list | dict):
        return (record,)
    own = data if isinstance(data, list) else [data]
    return [one for one in (*(record.get("included") or ()), *own) if isinstance(one, dict)]


def _rows(placed: Placed) -> Iterator[Record | About]:
    names: dict[str, str] = {}
    for one in _resources(placed.record):
        kind = one.get("type")
        if kind == "metric" and "attributes" in one:
            names[str(one["id"])] = one["attributes"].get("name") or str(one["id"])
        elif kind == "profile" and "attributes" in one:
            yield _person(one)
        elif (
            kind in ("flow", "campaign", "flow-message", "campaign-message") and "attributes" in one
        ):
            about = "action" if kind.endswith("message") else "campaign"
            yield About(about, str(one["id"]), str(one["attributes"].get("name") or ""))
        else:
            yield _event(one, names)


def _person(profile: Record) -> About:
    told = profile["attributes"]
    own = told.get("properties") if isinstance(told.get("properties"), dict) else {}
    plain = {
        name: value
        for name, value in {**told, **own}.items()
        if isinstance(value, str | bool | int | float)
    }
    return About("user", str(profile["id"]), facts=plain)


def _event(record: Record, names: dict[str, str]) -> Record:
    flat: Record = {}
    for name, value in record.items():
        if "." in name:  # a flat table of what the API nests
            flat.setdefault(name.rpartition(".")[2], value)
    for get in _PROPERTIES:
        found = get(record)
        if isinstance(found, dict):
            flat = {**found, **{name: value for name, value in flat.items() if name not in found}}
    flat = {**{name: value for name, value in record.items() if name.startswith("$")}, **flat}
    metric = as_text(_METRIC_ID(record))
    said = names.get(metric or "") or as_text(_NAME(record)) or metric
    message = flat.get("$message") or record.get("Message ID")
    title = flat.get("Campaign Name") or record.get("Campaign Name")
    return {
        **flat,
        "_metric": said,
        "_profile": _PROFILE(record) or _PROFILE(flat),
        "_time": _TIME(record),
        "_id": _ID(record),
        "_campaign": flat.get("$flow") or message,
        "_kind": "flow" if flat.get("$flow") else "campaign" if message else None,
        "_message": message,
        "_title": title,
    }


def _read(files: Files) -> Iterator[Placed | About]:
    """Read metrics first: events of a file name theirs by id alone if no page includes them."""
    names: dict[str, str] = {}
    others = []
    for path in files.paths:
        first = next(iter(files.quiet(path)), None)
        kinds = files.tried(first, _kinds, quietly=True) if first else []
        if {*kinds} != {"metric"}:
            others.append(path)
            continue
        for found in files.each((path,), _metrics):
            names |= found

    def named(placed: Placed) -> tuple[Placed]:
        return (placed._replace(record=_named(placed.record, names)) if names else placed,)

    yield from files.each(others, named)


def _kinds(placed: Placed) -> list[str]:
    return [str(one.get("type")) for one in _resources(placed.record)]


def _metrics(placed: Placed) -> list[dict[str, str]]:
    """Return what the metrics of a page are called."""
    return [
        {str(one["id"]): str(one.get("attributes", {}).get("name") or one["id"])}
        for one in _resources(placed.record)
    ]


def _named(record: Record, names: dict[str, str]) -> Record:
    """Name the metrics of events."""
    if isinstance(record.get("data"), list):
        return {**record, "data": [_named(one, names) for one in record["data"]]}
    metric = as_text(_METRIC_ID(record))
    return {**record, "_metric": names[metric]} if metric in names else record


def _is_event(record: Any) -> bool:
    if not isinstance(record, dict):
        return False
    kind, attributes = record.get("type"), record.get("attributes")
    return kind == "event" and isinstance(attributes, dict)


def _recognise(sample: Sample) -> Sign | None:
    def is_page(record: Record) -> bool:
        return any(map(_is_event, _resources(record)))

    def is_reference(record: Record) -> bool:
        return all(
            one.get("type") in ("metric", "profile", "flow", "campaign") and "attributes" in one
            for one in _resources(record)
        )

    if sample.share_where(is_page):
        return Sign(0.95, "its objects are of type event with attributes, as in Klaviyo's API")
    marked = sample.share_where(
        lambda one: any("$message" in name or "$flow" in name for name in _all_names(one))
    )
    known = sample.share_where(lambda one: str(_NAME(one)).casefold() in _KNOWN)
    if known and marked:
        return Sign(0.9, "it has $message or $flow and metrics such as Received Email")
    if sample.share_where(is_reference) == 1:
        return Sign(0.6, "its objects are metrics, profiles or flows of Klaviyo's API")
    if known and sample.share_where(lambda one: _TIME(one) is not None):
        return Sign(0.6, "it has Klaviyo's metrics, such as Received Email")
    return None


def _all_names(record: Record) -> set[str]:
    found = {*record}
    for get in _PROPERTIES:
        inner = get(record)
        found |= {*inner} if isinstance(inner, dict) else set()
    return found


VENDOR: Final = Vendor(
    key="klaviyo",
    label="Klaviyo",
    versions=("Events API, revisions of 2023 to 2026",),
    formats=("JSON pages of the events API", "JSON lines", "CSV with the same fields"),
    mapping=Mapping(
        user_id="_profile",
        timestamp="_time",
        event_column="_metric",
        event=_EVENTS,
        campaign_id="_campaign",
        campaign_kind="_kind",
        campaign_name="_title",
        action_id="_message",
        action_name="_title",
        variant="$variation",
        event_id="_id",
        machine=("Machine Open", "machine_open"),
        value=("$value", "value"),
        currency=("$currency_code", "currency", "Currency"),
        link="URL",
        reason=("Bounce Type", "Failure Reason"),
        platform=("Client Type", "Client OS"),
    ),
    recognise=_recognise,
    campaign="$flow, else $message",
    action="$message",
    tells=("variants ($variation)", "machine opens, where Machine Open is there", "goal events"),
    cannot=("deliveries", "flow", "held back", "machine clicks"),
    notes=(
        "Received Email is the receipt; Klaviyo does not tell deliveries from it",
        "a flow is called like its last message, unless the flows are in the export as well",
    ),
    rows=_rows,
    read=_read,
    machine=("email",),
    flags_each=True,
)
