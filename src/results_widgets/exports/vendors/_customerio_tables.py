"""Customer.io's warehouse tables: which is which, and metrics joined to their deliveries and people."""

from dataclasses import dataclass, field
from typing import Final

from results_widgets.exports.kept import Kept
from results_widgets.exports.vendor import Record

_KEPT: Final = (
    *("internal_customer_id", "customer_id", "delivery_type", "campaign_id", "action_id"),
    *("newsletter_id", "broadcast_id", "content_id", "transactional_message_id", "recipient"),
)


@dataclass(frozen=True)
class Tables:
    """What the tables of the warehouse say of deliveries and people; later rows win over earlier ones.

    Attributes:
        deliveries: Delivery → its row.
        people: Number that Customer.io has for a person → the person's own id.
    """

    deliveries: Kept = field(default_factory=Kept)
    people: Kept = field(default_factory=Kept)

    def add(self, kind: str, record: Record) -> None:
        """Keep a row."""
        if kind == "people" and record.get("customer_id"):
            self.people[record["internal_customer_id"]] = record["customer_id"]
        elif kind == "deliveries":
            known = {name: record[name] for name in _KEPT if record.get(name) is not None}
            self.deliveries[record["delivery_id"]] = known

    def joined(self, metric: Record) -> Record:
        """Return a row of metrics in the fields of a webhook."""
        delivery = self.deliveries.get(metric.get("delivery_id"), {})
        person = delivery.get("internal_customer_id", metric.get("internal_customer_id"))
        ids = {"id": delivery.get("customer_id") or self.people.get(person), "cio_id": person}
        return {
            **metric,
            **delivery,
            "timestamp": metric.get("created_at"),
            "object_type": delivery.get("delivery_type"),
            "identifiers": ids,
        }


def table_of(record: Record) -> str:
    """Return which table of the warehouse a row is of; empty for a webhook or none that is known."""
    if "object_type" in record or "data" in record or "event_type" in record:
        return ""
    if {"delivery_id", "metric"} <= record.keys():
        return "metrics"
    if {"delivery_id", "delivery_type"} <= record.keys():
        return "deliveries"
    if {"internal_customer_id", "customer_id"} <= record.keys():
        return "people"
    if "campaign_id" in record and "name" in record and "delivery_id" not in record:
        return "actions" if record.get("action_id") is not None else "campaigns"
    return "others" if {"workspace_id", "seq_num"} & record.keys() else ""
