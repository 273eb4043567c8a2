"""Segment and RudderStack: entries without sends, tables of a warehouse, push."""

from pathlib import Path
from typing import Any

import polars as pl

import results_widgets as rw
from results_widgets.exports import all_vendors
from tests.support.exports.files import became, counts, read_lines
from tests.support.exports.story import tell
from tests.support.exports.writers import segment as writer


def call(event: str, second: int = 0, **properties: Any) -> dict[str, Any]:
    return {
        "type": "track",
        "event": event,
        "messageId": f"{event}-{second}",
        "userId": "anna",
        "timestamp": f"2026-03-02T09:00:{second:02}.123Z",
        "properties": {"campaign_id": 12, "email_id": "e1", **properties},
        "context": {},
    }


def test_entries_start_at_deliveries_as_there_are_no_sends(tmp_path: Path) -> None:
    export = read_lines(tmp_path, call("Email Delivered"), call("Email Opened", 1))
    found = counts(export, "12", "sent", "delivered", "opened", "unique_open_rate")
    assert found == {"sent": None, "delivered": 1, "opened": 1, "unique_open_rate": 1}
    results = export.results("12", goal="Email Opened", window="1d", time_zone="UTC")
    overview = dict(results.overview().select("metric", "value").iter_rows())
    assert (overview["users"], overview["conversions"]) == (1, 1)
    assert export.campaign("12").channels["email"].received == "delivered"


def test_sends_that_a_source_has_count(tmp_path: Path) -> None:
    export = read_lines(tmp_path, call("Email Sent"), call("Email Delivered", 1))
    assert counts(export, "12", "sent", "delivered") == {"sent": 1, "delivered": 1}
    assert export.campaign("12").channels["email"].received == "sent"


def test_push_names_its_campaign_in_an_object(tmp_path: Path) -> None:
    push: dict[str, Any] = {
        "campaign_id": None,
        "email_id": None,
        "campaign": {"name": "Sale", "medium": "Push"},
    }
    export = read_lines(
        tmp_path,
        call("Push Notification Received", **push),
        call("Push Notification Tapped", 1, **push),
        call("Push Notification Bounced", 2, **push),
        call("Application Opened", 3),
        {"type": "page", "messageId": "p", "userId": "anna", "timestamp": "2026-03-02T09:00:00Z"},
    )
    assert became(export) == {
        ("Push Notification Received", "push", "delivered", 1),
        ("Push Notification Tapped", "push", "opened", 1),
        ("Push Notification Bounced", "push", "bounced", 1),
        ("Application Opened", None, None, 1),
        ("page", None, None, 1),
    }
    assert export.campaigns()["campaign_id"].to_list() == ["Sale"]


def test_table_without_its_events_name_is_called_like_it(tmp_path: Path) -> None:
    (tmp_path / "email_link_clicked.csv").write_text(
        "id,user_id,timestamp,email_id,campaign_id,link_url\n"
        "m1,anna,2026-03-02T09:00:00Z,e1,12,https://example.com\n"
    )
    export = rw.read_export(tmp_path)
    assert became(export) == {("Email Link Clicked", "email", "clicked", 1)}
    assert export.events("12")["link"].to_list() == ["https://example.com"]


def test_identify_and_batches(tmp_path: Path) -> None:
    who = {"type": "identify", "userId": "anna", "messageId": "i", "traits": {"plan": "pro"}}
    batch = {"batch": [call("Email Delivered"), {**who, "timestamp": "2026-03-02T09:00:00Z"}]}
    export = read_lines(tmp_path, batch)
    assert export.users().select("user_id", "plan").rows() == [("anna", "pro")]
    assert export.events("12")["event"].to_list() == ["delivered"]


def test_calls_of_rudderstack_are_told_apart(tmp_path: Path) -> None:
    rudder = {**call("Email Delivered"), "rudderId": "r1"}
    assert read_lines(tmp_path, rudder).vendor == "rudderstack"
    assert read_lines(tmp_path, call("Email Delivered")).vendor == "segment"


def test_tables_of_the_warehouse_have_the_numbers_of_the_calls(tmp_path: Path) -> None:
    story = tell(all_vendors()["segment"], writer.LIMITS, 4)
    for name in ("calls", "tables"):
        (tmp_path / name).mkdir()
    writer.write(story, tmp_path / "calls")
    writer.write_tables(story, tmp_path / "tables")
    exports = rw.read_export(tmp_path / "calls"), rw.read_export(tmp_path / "tables")
    assert [one.vendor for one in exports] == ["segment", "segment"]
    calls, tables = (
        one.results("Spring sale", goal="Order Completed", window="3d", time_zone="UTC")
        for one in exports
    )
    # The table of all tracks repeats each order under the same id: it counts once.
    assert tables.overview().equals(calls.overview())
    assert tables.actions().equals(calls.actions())
    lost = exports[1].report().filter(pl.col("note").str.contains("names no campaign"))
    assert lost["rows"].sum() == len(story.messages)
