"""MoEngage: envelopes, codes of each channel, events of the user's own."""

from pathlib import Path
from typing import Any

from tests.support.exports.files import became, counts, read_lines


def event(code: str, second: int = 0, **attributes: Any) -> dict[str, Any]:
    return {
        "event_name": code.title(),
        "event_code": code,
        "event_uuid": f"{code}-{second}",
        "event_time": 1772442000 + second,
        "event_type": "CAMPAIGN_EVENT",
        "uid": "anna",
        "event_attributes": {"campaign_id": "c1", "campaign_name": "Spring", **attributes},
        "user_attributes": {"plan": "pro"},
    }


def envelope(*events: dict[str, Any]) -> dict[str, Any]:
    return {"app_name": "Shop", "source": "MOENGAGE", "moe_request_id": "r", "events": [*events]}


def test_codes_of_each_channel(tmp_path: Path) -> None:
    codes = (
        *("n_i_s", "NOTIFICATION_RECEIVED_MOE", "NOTIFICATION_CLICKED_IOS_MOE"),
        *("NOTIFICATION_CLEARED_MOE", "NOTIFICATION_RECEIVED_WEB_MOE", "MOE_EMAIL_SOFT_BOUNCE"),
        *("SMS_DELIVERED", "MOE_BRAND_NEW"),
    )
    export = read_lines(tmp_path, envelope(*map(event, codes)))
    assert became(export) == {
        ("n_i_s", "push", "sent", 1),
        ("NOTIFICATION_RECEIVED_MOE", "push", "delivered", 1),
        ("NOTIFICATION_CLICKED_IOS_MOE", "push", "opened", 1),
        ("NOTIFICATION_CLEARED_MOE", "push", "dismissed", 1),
        ("NOTIFICATION_RECEIVED_WEB_MOE", "web_push", "delivered", 1),
        ("MOE_EMAIL_SOFT_BOUNCE", "email", "deferred", 1),
        ("SMS_DELIVERED", "sms", "delivered", 1),
        ("Moe_Brand_New", None, None, 1),
    }
    assert export.users().select("user_id", "plan").rows() == [("anna", "pro")]


def test_events_without_an_envelope_and_events_repeated(tmp_path: Path) -> None:
    twice = event("MOE_EMAIL_OPEN", 5)
    export = read_lines(tmp_path, event("MOE_EMAIL_SENT"), twice, twice)
    found = counts(export, "Spring", "sent", "opened", "machine_opened")
    assert found == {"sent": 1, "opened": 1, "machine_opened": None}


def test_push_without_sends_starts_entries_at_deliveries(tmp_path: Path) -> None:
    export = read_lines(
        tmp_path, event("NOTIFICATION_RECEIVED_MOE"), event("NOTIFICATION_CLICKED_MOE", 2)
    )
    assert counts(export, "c1", "sent", "delivered") == {"sent": None, "delivered": 1}
    assert export.campaign("c1").channels["push"].received == "delivered"


def test_messages_of_a_flow_are_its_actions(tmp_path: Path) -> None:
    flow: dict[str, Any] = {"flow_id": "f1", "flow_name": "Welcome"}
    export = read_lines(
        tmp_path,
        event("MOE_EMAIL_SENT", **flow),
        event("SMS_SENT", 9, campaign_id="c2", campaign_name="Reminder", **flow),
    )
    campaign = export.campaign("Welcome")
    assert [(one.id, one.name, one.channel) for one in campaign.actions] == [
        ("c1", "Spring", "email"),
        ("c2", "Reminder", "sms"),
    ]


def test_event_of_the_users_own_may_be_the_goal(tmp_path: Path) -> None:
    order = {
        **event("Order Placed", 60),
        "event_type": "USER_ACTION_EVENT",
        "event_attributes": {"amount": 12.5},
    }
    export = read_lines(tmp_path, envelope(event("MOE_EMAIL_SENT"), order))
    assert export.campaigns()["goals"].to_list() == [["Order Placed"]]
    results = export.results("c1", goal="Order Placed", window="1d", time_zone="UTC")
    found = dict(results.overview().select("metric", "value").iter_rows())
    assert (found["conversions"], found["goal_value"]) == (1, 12.5)
