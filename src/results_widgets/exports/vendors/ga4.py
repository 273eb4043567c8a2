"""Google Analytics 4 as it exports to BigQuery: an event a row, its parameters in a list of keys and typed values."""

from collections.abc import Iterator
from typing import Any, Final

from results_widgets.exports import analytics as own
from results_widgets.exports.fields import as_text, getter
from results_widgets.exports.mail import of_json
from results_widgets.exports.mapping import Mapping
from results_widgets.exports.rules import GOAL, Became, Rule
from results_widgets.exports.vendor import Placed, Record, Sample, Sign, Vendor

_IN: Final = "event_params."
_CHANNEL: Final = getter(own.fields(_IN, *own.CHANNEL))
_TRANSACTION: Final = getter(("ecommerce.transaction_id", f"{_IN}transaction_id"))
_VALUES: Final = ("string_value", "int_value", "float_value", "double_value")
_OWN: Final[dict[str, Rule]] = {
    "notification_receive": Became("push", "delivered"),
    "notification_open": Became("push", "opened"),
    "notification_dismiss": Became("push", "dismissed"),
    "notification_foreground": Became(note="came while the app was open"),
    "firebase_in_app_message_impression": Became("in_app", "viewed"),
    "firebase_in_app_message_action": Became("in_app", "selected"),
    "firebase_in_app_message_dismiss": Became("in_app", "dismissed"),
    "firebase_campaign": Became(note="says where a session came from"),
    "purchase": GOAL,
    "in_app_purchase": GOAL,
    "generate_lead": GOAL,
    "sign_up": GOAL,
}


def _params(given: Any) -> Any:
    """Return parameters by key, from their list of keys and typed values."""
    given = of_json(given)
    # Avro and some tools have the list within an object of one field.
    if isinstance(given, dict) and isinstance(given.get("list"), list):
        given = [one.get("element", one) for one in given["list"]]
    if not isinstance(given, list):
        return given
    return {one["key"]: _value(one.get("value")) for one in given if isinstance(one, dict)}


def _value(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return next((value[name] for name in _VALUES if value.get(name) is not None), None)


def _rows(placed: Placed) -> Iterator[Record]:
    record = placed.record
    row = {**record, "event_params": _params(record.get("event_params"))}
    transaction = as_text(_TRANSACTION(row))
    known = transaction and transaction != "(not set)"
    row["_id"] = f"{row.get('event_name')} {transaction}" if known else None
    yield own.told(row, row.get("event_name"), _CHANNEL(row))


def _recognise(sample: Sample) -> Sign | None:
    if sample.share_with("event_name", "event_timestamp", "user_pseudo_id"):
        return Sign(0.95, "its columns are event_name, event_timestamp, user_pseudo_id")
    if sample.share_with("event_name", "event_timestamp", "event_params"):
        return Sign(0.9, "its columns are event_name, event_timestamp, event_params")
    return None


VENDOR: Final = Vendor(
    key="ga4",
    label="Google Analytics 4",
    aliases=("google_analytics", "bigquery", "ga4_bigquery", "firebase"),
    versions=("BigQuery export, tables events_*",),
    formats=("JSON lines", "Parquet", "Avro", "CSV with the parameters as JSON"),
    mapping=Mapping(
        user_id=("user_id", "user_pseudo_id"),
        timestamp="event_timestamp",
        time_unit="us",
        event_column="event_name",
        event=own.events(**_OWN),
        campaign_id=own.fields(_IN, *own.CAMPAIGN, "message_name", "message_id"),
        campaign_name=own.fields(_IN, *own.CAMPAIGN_NAME, "message_name"),
        action_id=own.fields(_IN, *own.ACTION),
        action_name=own.fields(_IN, *own.ACTION_NAME),
        variant=own.fields(_IN, *own.VARIANT),
        event_id="_id",
        machine=own.fields(_IN, *own.MACHINE),
        value=(
            *own.fields(_IN, "value"),
            "ecommerce.purchase_revenue",
            "event_value_in_usd",
            *own.fields(_IN, *own.VALUE),
        ),
        currency=own.fields(_IN, "currency"),
        link=own.fields(_IN, "link_url", *own.LINK),
        reason=own.fields(_IN, "reason"),
        platform="platform",
        columns={"user_pseudo_id": "user_pseudo_id"},
    ),
    recognise=_recognise,
    campaign="the parameter campaign_id, else campaign, campaign_name, message_name, message_id",
    action="the parameter action_id, else message_id, email_id, template_id; else the campaign itself",
    tells=("goal events",),
    cannot=("flow", "held back", "sends of pushes", "events of messages that are not tracked"),
    notes=(
        "events of messages are told by their names, such as email_sent or notification_open; a mapping= says others",
        "a person is the user_id, else the user_pseudo_id of the device, of which one person is known at most",
        "a purchase that repeats its transaction_id counts once",
    ),
    rows=_rows,
    devices=("user_pseudo_id",),
    as_seen=True,
    flags_each=True,
)
