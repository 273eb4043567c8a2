"""Traps of analytics tools: names of one's own, properties as text, times without a zone, ids within lists."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.exports.analytics import message_of


def read(folder: Path, *records: Any) -> rw.Export:
    """What records are read as, one a line."""
    (folder / "events.jsonl").write_text("".join(json.dumps(one) + "\n" for one in records))
    return rw.read_export(folder)


@pytest.mark.parametrize(
    ("name", "channel", "message"),
    [
        ("email_sent", None, "email sent"),
        ("Email Link Clicked", None, "email clicked"),
        ("emailOpened", None, "email opened"),
        ("[Braze] Push Notification Received", None, "push delivered"),
        ("push_clicked", None, "push opened"),
        ("In-App Message Viewed", None, "in_app viewed"),
        ("inAppClicked", None, "in_app selected"),
        ("Web Push Sent", None, "web_push sent"),
        ("E-mail opened", None, "email opened"),
        ("WhatsApp Message Read", None, "whatsapp read"),
        ("SMS Replied", None, "sms replied"),
        ("message_sent", "sms", "sms sent"),
        ("message_sent", None, None),
        ("notification_open", None, "push opened"),
        ("Email Verified", None, None),
        ("Email Preferences Opened", None, None),
        ("opened", "email", None),
        ("Order Sent", None, None),
        ("Email SMS Sent", None, None),
    ],
)
def test_names_that_say_a_channel_and_what_happened_and_nothing_else(
    name: str, channel: str | None, message: str | None
) -> None:
    assert message_of(name, channel) == message


def posthog(event: str, number: int, **properties: Any) -> dict[str, Any]:
    base = {"uuid": f"u{number}", "event": event, "distinct_id": "anna"}
    return {**base, "timestamp": "2026-03-02T09:00:00Z", "properties": properties}


def test_what_is_no_message_is_left_over_or_may_be_the_goal(tmp_path: Path) -> None:
    export = read(
        tmp_path,
        posthog("email_sent", 1, campaign="Spring"),
        posthog("email_opened", 2),
        posthog("$pageview", 3, utm_campaign="Spring"),
        posthog("order_completed", 4, revenue=20),
    )
    report = export.report().filter(pl.col("rows") > 0)
    assert set(report.select("name", "event").iter_rows()) == {
        ("email_sent", "sent"),
        ("email_opened", None),
        ("$pageview", None),
        ("order_completed", "order_completed"),
    }
    assert "names no campaign" in report.filter(name="email_opened")["note"].item()
    results = export.results("Spring", goal="order_completed", window="7d", time_zone="UTC")
    numbers = dict(results.overview().select("metric", "value").iter_rows())
    assert (numbers["users"], numbers["goal_value"]) == (1, 20)
    channel = dict(results.channels().select("metric", "value").iter_rows())
    assert channel["bounced"] is None
    assert channel["machine_opened"] is None


def test_one_event_of_posthog_written_out_flat(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text(
        "uuid,event,distinct_id,timestamp,properties.campaign_id,properties\n"
        "u1,email_sent,anna,2026-03-02 09:00:00.000000,c1,\n"
    )
    export = rw.read_export(path)
    assert export.vendor == "posthog"
    assert str(export.events("c1")["timestamp"][0]) == "2026-03-02 09:00:00+00:00"


def test_amplitude_times_are_utc_and_repeats_are_counted_once(tmp_path: Path) -> None:
    event: dict[str, Any] = {
        "event_type": "Push Sent",
        "event_time": "2026-03-02 09:00:00.500000",
        "user_id": None,
    }
    event |= {"amplitude_id": 42, "event_properties": {"campaign_id": 7}, "$insert_id": "i"}
    export = read(tmp_path, event, event, {**event, "event_type": "watch_tutorial"})
    assert export.vendor == "amplitude"
    assert str(export.campaigns()["first"].item()) == "2026-03-02 09:00:00.500000+00:00"
    assert export.events("7")["user_id"].to_list() == ["42", "42"]
    with pytest.warns(rw.SourceWarning, match="no conversions"):
        results = export.results("7", time_zone="UTC")
    assert results.channels().filter(metric="sent")["value"].item() == 1


def test_mixpanels_own_messages_by_their_channel(tmp_path: Path) -> None:
    def event(name: str, kind: str, number: int) -> dict[str, Any]:
        properties = {"time": 1772442000, "distinct_id": "anna", "$insert_id": f"i{number}"}
        return {"event": name, "properties": {**properties, "campaign_id": 9, "message_type": kind}}

    export = read(
        tmp_path,
        event("$campaign_delivery", "email", 1),
        event("$campaign_open", "email", 2),
        event("$campaign_delivery", "push", 3),
        event("$campaign_open", "push", 4),
        event("$identify", "", 5),
    )
    assert export.vendor == "mixpanel"
    report = export.report().filter(pl.col("event").is_not_null())
    assert set(report.select("name", "channel", "event").iter_rows()) == {
        ("$campaign_delivery", "email", "sent"),
        ("$campaign_open", "email", "opened"),
        ("$campaign_delivery", "push", "sent"),
        ("$campaign_open", "push", "opened"),
    }


def param(key: str, **value: Any) -> dict[str, Any]:
    return {"key": key, "value": value}


def test_ga4_knows_firebases_messages_and_repeated_purchases(tmp_path: Path) -> None:
    base = {"event_timestamp": "1772442000123456", "user_pseudo_id": "device", "user_id": "anna"}
    bought = {"ecommerce": {"transaction_id": "T1", "purchase_revenue": 30.5}}
    message = [
        param("message_id", string_value=None, int_value="88"),
        param("label", string_value="x"),
    ]
    export = read(
        tmp_path,
        {**base, "event_name": "notification_receive", "event_params": message},
        {**base, "event_name": "notification_open", "event_params": message},
        {**base, "event_name": "purchase", "event_params": [], **bought},
        {**base, "event_name": "purchase", "event_params": [], **bought},
        {**base, "event_name": "session_start", "event_params": []},
    )
    assert export.vendor == "ga4"
    assert rw.read_export(tmp_path, "BigQuery").vendor == "ga4"
    assert str(export.campaigns()["first"].item()) == "2026-03-02 09:00:00.123456+00:00"
    campaign = export.campaign("88")
    assert campaign.channels["push"].received == "delivered"
    results = export.results("88", goal="purchase", window="1d", time_zone="UTC")
    numbers = dict(results.overview().select("metric", "value").iter_rows())
    assert (numbers["users"], numbers["conversions"], numbers["goal_value"]) == (1, 1, 30.5)
