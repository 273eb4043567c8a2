"""OneSignal: bodies of any shape, spellings of kinds, late events, the wide CSV."""

from pathlib import Path
from typing import Any

import results_widgets as rw
from results_widgets.exports import all_vendors
from tests.support.exports.files import became, counts, read_lines
from tests.support.exports.story import tell
from tests.support.exports.writers import onesignal as writer

NOW = 1772442000


def event(kind: str, second: int = 0, **message: Any) -> dict[str, Any]:
    return {
        "event": {"kind": kind, "id": f"{kind}-{second}", "timestamp": NOW + second, "data": {}},
        "message": {"id": "m1", **message},
        "user": {"external_id": "anna"},
    }


def test_nested_and_flat_bodies_are_read_alike(tmp_path: Path) -> None:
    flat = {
        "event.kind": "message.push.clicked",
        "event.id": "e2",
        "event.datetime": "2026-03-02T09:00:05.228Z",
        "event.external_id": "anna",
        "message.id": "m1",
    }
    export = read_lines(tmp_path, event("message.push.sent", name="Hello"), flat)
    assert counts(export, "Hello", "sent", "opened") == {"sent": 1, "opened": 1}
    assert export.users()["user_id"].to_list() == ["anna"]


def test_spellings_of_kinds(tmp_path: Path) -> None:
    kinds = (
        *("message.iam.impression", "iam.displayed", "message.iam.clicked", "iam.pagedisplayed"),
        *("message.email.received", "message.email.hardbounced", "message.email.supressed"),
        *("message.sms.undelivered", "message.email.reported_as_spam", "message.fax.sent"),
        "message.liveactivity.sent",
    )
    export = read_lines(tmp_path, *map(event, kinds))
    assert became(export) == {
        ("message.iam.impression", "in_app", "viewed", 1),
        ("iam.displayed", "in_app", "viewed", 1),
        ("message.iam.clicked", "in_app", "selected", 1),
        ("iam.pagedisplayed", None, None, 1),
        ("message.email.received", "email", "delivered", 1),
        ("message.email.hardbounced", "email", "bounced", 1),
        ("message.email.supressed", "email", "suppressed", 1),
        ("message.sms.undelivered", "sms", "bounced", 1),
        ("message.email.reported_as_spam", "email", "marked_as_spam", 1),
        ("message.fax.sent", None, None, 1),
        ("message.liveactivity.sent", "live_activity", "sent", 1),
    }


def test_late_event_has_its_messages_name_from_the_send(tmp_path: Path) -> None:
    late = event("message.push.clicked", 31 * 86_400)
    late["message"] = {"id": "m1", "name": "", "title": None}
    export = read_lines(tmp_path, event("message.push.sent", name="Hello"), late)
    assert export.campaigns().select("campaign_id", "name").rows() == [("m1", "Hello")]
    assert export.events("m1")["event"].to_list() == ["sent", "opened"]


def test_wide_table_of_an_audience_becomes_events(tmp_path: Path) -> None:
    story = tell(all_vendors()["onesignal"], writer.LIMITS, 4)
    writer.write_audience(story.rows, tmp_path)
    export = rw.read_export(tmp_path)
    first = {(row["user_id"], row["event"]): row["timestamp"] for row in reversed(story.rows)}
    events = export.events(writer.MESSAGE)
    found = {
        (user, name): at
        for user, name, at in events.select("user_id", "event", "timestamp").iter_rows()
    }
    assert found == first
    assert events.height == len(first) == export.report()["rows"].sum()
    assert events.filter(event="failed")["reason"].unique().to_list() == ["token expired"]
    assert (
        "machine_opened"
        not in rw.Results(export.campaign(writer.MESSAGE), events).channels()["metric"]
    )


def test_name_of_an_audiences_file_says_message_and_channel(tmp_path: Path) -> None:
    (tmp_path / "events_audience-activity-spring-sale-sms-2026-03-09T10-00-00.csv").write_text(
        "external_user_id,subscription_id,device_type,sent,delivered,clicked,onesignal_id\n"
        "anna,s1,,2026-03-02 09:00:00 UTC,1772442060,,o1\n"
    )
    export = rw.read_export(tmp_path)
    assert export.campaigns().select("campaign_id", "channels").rows() == [("spring-sale", ["sms"])]
    assert counts(export, "spring-sale", "sent", "delivered") == {"sent": 1, "delivered": 1}


def test_row_of_an_audience_without_any_time_is_listed(tmp_path: Path) -> None:
    (tmp_path / f"events_audience-activity-{writer.MESSAGE}-email-1.csv").write_text(
        "external_user_id,subscription_id,device_type,sent,delivered,clicked,onesignal_id\n"
        "anna,s1,Email,2026-03-02 09:00:00 UTC,,,o1\n"
        "bob,s2,Email,,,,o2\n"
    )
    assert became(rw.read_export(tmp_path)) == {
        ("email.sent", "email", "sent", 1),
        ("no time in any column", None, None, 1),
    }


def test_title_that_is_there_by_language_is_the_name(tmp_path: Path) -> None:
    export = read_lines(tmp_path, event("message.push.sent", title={"en": "Hello", "de": "Hallo"}))
    assert export.campaigns()["name"].item() == "Hello"
