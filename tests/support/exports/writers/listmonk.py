"""Writes Listmonk's tables: views, clicks, bounces, links and the campaign; no row says who was sent to."""

from pathlib import Path
from typing import Any

from tests.support.exports.files import write_table
from tests.support.exports.story import Limits, Story

LIMITS = Limits(actions=1, goal="", campaign="12")
_BOUNCES = {"bounced": "hard", "deferred": "soft", "marked_as_spam": "complaint"}


def write(story: Story, folder: Path) -> int:
    """Write the tables; what arrived is not in them."""
    story.rows = [row for row in story.rows if row["event"] != "delivered"]
    tables: dict[str, list[dict[str, Any]]] = {
        "campaign_views": [],
        "link_clicks": [],
        "bounces": [],
    }
    for row in story.messages:
        base = {"campaign_id": story.id, "subscriber_id": row["user_id"]}
        base["created_at"] = row["timestamp"].strftime("%Y-%m-%d %H:%M:%S.000000+00")
        if row["event"] == "opened":
            tables["campaign_views"].append({"id": len(tables["campaign_views"]), **base})
        elif row["event"] == "clicked":
            tables["link_clicks"].append({"id": len(tables["link_clicks"]), **base, "link_id": 1})
        else:
            kind = {"type": _BOUNCES[row["event"]], "source": "api", "meta": "{}"}
            tables["bounces"].append({"id": len(tables["bounces"]), **base, **kind})
    for name, rows in tables.items():
        write_table(folder / f"{name}.csv", rows)
    write_table(folder / "links.csv", [{"id": 1, "uuid": "u", "url": "https://example.com/a"}])
    campaign = {"id": story.id, "uuid": "u", "name": story.name, "subject": "Hello"}
    write_table(
        folder / "campaigns.csv",
        [{**campaign, "type": "regular", "messenger": "email", "sent": 30}],
    )
    return len(story.messages)
