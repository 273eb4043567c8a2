"""Writes Klaviyo's tables as Fivetran has them: events of metrics that another table names, and the flow."""

from pathlib import Path

from tests.support.exports.files import write_table
from tests.support.exports.story import Limits, Story

LIMITS = Limits(variants=True, goal="Placed Order")
_METRICS = {
    "sent": "Received Email",
    "opened": "Opened Email",
    "clicked": "Clicked Email",
    "bounced": "Bounced Email",
    "dropped": "Dropped Email",
    "marked_as_spam": "Marked Email as Spam",
    "unsubscribed": "Unsubscribed",
    "Placed Order": "Placed Order",
}


def write(story: Story, folder: Path) -> int:
    """Write the tables."""
    ids = {name: f"Q{n}" for n, name in enumerate(_METRICS.values())}
    events = []
    for row in story.rows:
        of_message = row["action_id"] is not None
        at = row["timestamp"].strftime("%Y-%m-%d %H:%M:%S.000")
        events.append(
            {
                "id": row["event_id"],
                "person_id": row["user_id"],
                "campaign_id": "",
                "flow_id": story.id if of_message else "",
                "flow_message_id": row["action_id"] or "",
                "uuid": "6a372080-7778-11ea-8001-74013c544d9e",
                "datetime": at,
                "timestamp": at,
                "metric_id": ids[_METRICS[row["event"]]],
                "type": "event",
                "_variation": row["variant"],
                "property_value": row["value"],
                "property_url": row["link"],
            }
        )
    write_table(folder / "event.csv", events)
    kind = {"integration_id": "x", "integration_name": "Klaviyo", "integration_category": ""}
    write_table(
        folder / "metric.csv", [{"id": id_, "name": name, **kind} for name, id_ in ids.items()]
    )
    flow = {"id": story.id, "name": story.name, "status": "live", "trigger_type": "Metric"}
    write_table(folder / "flow.csv", [flow])
    return len(events)
