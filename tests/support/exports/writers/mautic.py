"""Writes Mautic's tables: sends with their opens, page hits, who wants no more, and the tree of the campaign."""

from pathlib import Path
from typing import Any

from tests.support.exports.files import write_table
from tests.support.exports.story import Limits, Story

LIMITS = Limits(goal="", campaign="3")


def _serialised(times: list[str]) -> str:
    """Return opens as PHP serialises them."""
    parts = "".join(
        f'i:{n};a:2:{{s:8:"datetime";s:{len(at)}:"{at}";s:9:"inBrowser";b:0;}}'
        for n, at in enumerate(times)
    )
    return f"a:{len(times)}:{{{parts}}}"


def write(story: Story, folder: Path) -> int:
    """Write the tables; between two steps of the campaign stands a decision."""
    emails = {id_: n for n, (id_, _, _) in enumerate(story.actions, 1)}
    stats: dict[tuple[str, str], dict[str, Any]] = {}
    hits, gone = [], []
    for row in story.messages:
        at = row["timestamp"].strftime("%Y-%m-%d %H:%M:%S")
        of = {"email_id": emails[row["action_id"]], "lead_id": row["user_id"]}
        key = row["user_id"], row["action_id"]
        if row["event"] == "sent":
            source = {"source": "campaign.event", "source_id": row["action_id"]}
            stats[key] = {
                "id": len(stats),
                **of,
                "date_sent": at,
                "is_failed": 0,
                **source,
                "opens": [],
            }
        elif row["event"] == "opened":
            stats[key]["opens"].append(at)
        elif row["event"] == "clicked":
            hits.append(
                {**of, "date_hit": at, "url": row["link"], "source": "email", "source_id": 1}
            )
        else:
            why = {"bounced": 2, "unsubscribed": 1}[row["event"]]
            channel = {"channel": "email", "channel_id": emails[row["action_id"]]}
            gone.append({"lead_id": row["user_id"], "date_added": at, "reason": why, **channel})
    for stat in stats.values():
        opens = stat.pop("opens")
        stat |= {"is_read": int(bool(opens)), "date_read": opens[0] if opens else ""}
        stat |= {"open_count": len(opens), "open_details": _serialised(opens)}
    write_table(folder / "email_stats.csv", [*stats.values()])
    write_table(folder / "page_hits.csv", hits)
    write_table(folder / "lead_donotcontact.csv", gone)
    write_table(folder / "campaign_events.csv", _tree(story))
    write_table(
        folder / "campaigns.csv", [{"id": story.id, "name": story.name, "canvas_settings": ""}]
    )
    return len(story.messages)


def _tree(story: Story) -> list[dict[str, Any]]:
    rows = []
    for id_, name, parent in story.actions:
        step = {"id": id_, "campaign_id": story.id, "name": name, "event_type": "action"}
        rows.append({**step, "parent_id": f"{id_}-if" if parent else "", "channel": "email"})
        if parent:
            decision = {"id": f"{id_}-if", "name": "Opened?", "event_type": "decision"}
            rows.append({**step, **decision, "parent_id": parent, "channel": ""})
    return rows
