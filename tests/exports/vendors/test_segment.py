"""Segment and RudderStack: entries without sends, tables of a warehouse, push."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

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
    lost = exports[1].report().filter(pl.col("note").str.contains("table of all tracks"))
    assert lost["rows"].sum() == len(story.messages)


def write_warehouse(folder: Path, form: str, prefix: str = "") -> None:
    """Write tables as a warehouse has them: of an event, all tracks, identify calls, users and aliases."""
    base = {"received_at": "2026-03-02T09:00:01Z", "uuid_ts": "2026-03-02T10:00:00Z"}
    one = {**base, "timestamp": "2026-03-02T09:00:00Z", "context_library_name": "analytics-node"}
    mail = {**one, "event": "email_delivered", "event_text": "Email Delivered"}
    up = {**one, "id": "u1", "event": "upgraded", "event_text": "Upgraded", "user_id": "anna"}
    tables: dict[str, list[dict[str, Any]]] = {
        "email_delivered": [
            {**mail, "id": f"d{n}", "user_id": who, "campaign_id": "12", "email_id": "e1"}
            for n, who in enumerate(("anna-old", "bob"))
        ],
        "identifies": [
            {**one, "id": "i1", "user_id": "bob", "anonymous_id": "phone", "plan": "free"},
        ],
        "tracks": [
            {**mail, "id": "d0", "user_id": "anna-old"},
            {**mail, "id": "d1", "user_id": "bob"},
            up,
        ],
        # Behind "tracks" in the order of the names.
        "upgraded": [{**up, "revenue": 20.0}],
        "users": [{**base, "id": "anna", "email": "anna@example.com", "plan": "pro"}],
        "aliases": [{**one, "id": "a1", "previous_id": "anna-old", "user_id": "anna"}],
        "pages": [{**one, "id": "p1", "user_id": "anna", "name": "Home"}],
    }
    for name, rows in tables.items():
        frame = pl.DataFrame(rows)
        if form == "csv":
            frame.write_csv(folder / f"{prefix}{name}.csv")
        else:
            (folder / f"{prefix}{name}").mkdir()
            frame.write_parquet(folder / f"{prefix}{name}" / "part-0000.parquet")


@pytest.mark.parametrize("vendor", [None, "segment", "rudderstack"])
@pytest.mark.parametrize(("form", "prefix"), [("csv", ""), ("csv", "prod."), ("parquet", "")])
def test_tables_of_users_and_of_all_tracks_lie_beside_those_of_events(
    form: str, prefix: str, vendor: str | None, tmp_path: Path
) -> None:
    write_warehouse(tmp_path, form, prefix)
    export = rw.read_export(tmp_path, vendor)
    assert export.vendor == (vendor or "segment")
    users = export.users().select("user_id", "plan")
    assert users.sort("user_id").rows() == [("anna", "pro"), ("bob", "free")]
    assert {*export.events("12")["user_id"]} == {"anna", "bob"}
    results = export.results("12", goal="Upgraded", window="1d", time_zone="UTC")
    overview = dict(results.overview().select("metric", "value").iter_rows())
    assert (overview["users"], overview["conversions"]) == (2, 1)
    # The table of the event itself says what it was worth, that of all tracks does not.
    assert overview["goal_value"] == 20
    became = export.report().drop_nulls("name").select("name", "event", "rows")
    assert {*became.iter_rows()} >= {
        ("Email Delivered", "delivered", 2),
        ("Email Delivered", None, 2),
        ("identify", None, 2),
        ("alias", None, 1),
    }


def test_table_of_ones_own_event_may_be_called_like_one_of_users(tmp_path: Path) -> None:
    row = {"id": "1", "user_id": "anna", "timestamp": "2026-03-02T09:00:00Z", "event": "new_users"}
    row |= {"received_at": row["timestamp"], "event_text": "New Users", "campaign_id": "12"}
    (tmp_path / "new_users.csv").write_text(f"{','.join(row)}\n{','.join(row.values())}\n")
    assert became(rw.read_export(tmp_path)) == {("New Users", None, None, 1)}
