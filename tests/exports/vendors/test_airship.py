"""Airship: opens by a push and others, channels, custom events, people."""

from pathlib import Path
from typing import Any

from tests.support.exports.files import became, counts, read_lines

PUSH: dict[str, Any] = {"push_id": "p1", "group_id": "g1"}


def event(kind: str, second: int = 0, device: str = "ANDROID", **body: Any) -> dict[str, Any]:
    return {
        "id": f"{kind}-{second}-{device}",
        "offset": str(1000 + second),
        "occurred": f"2026-03-02T09:00:{second:02}.250Z",
        "processed": "2026-03-02T09:01:00Z",
        "device": {"channel": "c1", "named_user_id": "anna", "device_type": device},
        "type": kind,
        "body": body,
    }


def test_only_an_open_that_names_its_push_is_the_pushs(tmp_path: Path) -> None:
    export = read_lines(
        tmp_path,
        event("SEND", **PUSH),
        event("OPEN", 1, triggering_push=PUSH),
        event("OPEN", 2, last_delivered=PUSH),
        event("OPEN", 3),
    )
    assert counts(export, "g1", "sent", "opened", "delivered") == {
        "sent": 1,
        "opened": 1,
        "delivered": None,
    }
    assert became(export) == {
        ("SEND", "push", "sent", 1),
        ("OPEN", "push", "opened", 1),
        ("OPEN", None, None, 2),
    }


def test_campaign_is_the_group_or_the_push(tmp_path: Path) -> None:
    export = read_lines(tmp_path, event("SEND", **PUSH), event("SEND", 1, push_id="p2"))
    assert sorted(export.campaigns()["campaign_id"]) == ["g1", "p2"]


def test_channels_and_kinds_of_events(tmp_path: Path) -> None:
    export = read_lines(
        tmp_path,
        event("SEND", device="WEB", **PUSH),
        event("SEND", device="EMAIL", **PUSH),
        event("SEND", device="SMS", **PUSH),
        event("RICH_DELIVERY", **PUSH),
        event("RICH_READ", **PUSH),
        event("IN_APP_MESSAGE_DISPLAY", **PUSH),
        event("IN_APP_MESSAGE_RESOLUTION", type="BUTTON_CLICK", **PUSH),
        event("IN_APP_MESSAGE_RESOLUTION", 1, type="USER_DISMISSED", **PUSH),
        event("IN_APP_MESSAGE_RESOLUTION", 2, type="TIMED_OUT", **PUSH),
        event("PUSH_BODY", **PUSH),
        event("BRAND_NEW", **PUSH),
    )
    assert became(export) == {
        ("SEND", "web_push", "sent", 1),
        ("SEND", "email", "sent", 1),
        ("SEND", "sms", "sent", 1),
        ("RICH_DELIVERY", "app_inbox", "sent", 1),
        ("RICH_READ", "app_inbox", "opened", 1),
        ("IN_APP_MESSAGE_DISPLAY", "in_app", "viewed", 1),
        ("IN_APP_MESSAGE_RESOLUTION", "in_app", "selected", 1),
        ("IN_APP_MESSAGE_RESOLUTION", "in_app", "dismissed", 1),
        ("IN_APP_MESSAGE_RESOLUTION", None, None, 1),
        ("PUSH_BODY", None, None, 1),
        ("BRAND_NEW", None, None, 1),
    }


def test_custom_event_that_a_push_led_to_is_everybodys_goal(tmp_path: Path) -> None:
    custom = event("CUSTOM", 5, name="purchased", value=9.5, triggering_push={"push_id": "p9"})
    export = read_lines(tmp_path, event("SEND", **PUSH), custom)
    results = export.results("g1", goal="purchased", window="1d", time_zone="UTC")
    found = dict(results.overview().select("metric", "value").iter_rows())
    assert (found["conversions"], found["goal_value"]) == (1, 9.5)


def test_person_without_a_name_is_the_channel(tmp_path: Path) -> None:
    unknown = event("SEND", **PUSH)
    unknown["device"] = {"ios_channel": "c7"}
    assert read_lines(tmp_path, unknown).users()["user_id"].to_list() == ["c7"]
