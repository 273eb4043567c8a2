"""CleverTap: local times of 14 digits, and what a view or a click means by the campaign's type."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from tests.support.exports.files import became, counts, read_lines


def event(name: str, ts: Any = 20210715101112, **props: Any) -> dict[str, Any]:
    return {
        "ts": ts,
        "eventName": name,
        "profile": {"identity": "anna", "objectId": "-g1"},
        "eventProps": {"Campaign id": 1628144342, "Campaign type": "Push", **props},
    }


def test_times_are_local_and_the_zone_is_asked_for(tmp_path: Path) -> None:
    export = read_lines(
        tmp_path, event("Notification Sent"), event("Notification Clicked", "20210715101113")
    )
    times = export.events("1628144342")["timestamp"]
    assert times.dtype == pl.Datetime("us", None)
    assert str(times[0]) == "2021-07-15 10:11:12"
    results = export.results(
        "1628144342",
        goal="Notification Clicked",
        window="1d",
        naive_time_zone="Asia/Kolkata",
        time_zone="UTC",
    )
    assert str(results.entries()["started_at"][0]).startswith("2021-07-15 04:41:12")


def test_what_a_view_and_a_click_mean_depends_on_the_type_of_the_campaign(tmp_path: Path) -> None:
    kinds = (
        "Email",
        "Mobile Push - Android",
        "InApp",
        "App Inbox",
        "Web Push",
        "WhatsApp",
        "Carrier pigeon",
    )
    export = read_lines(
        tmp_path,
        *(
            event(f"Notification {name}", **{"Campaign type": kind})
            for kind in kinds
            for name in ("Viewed", "Clicked")
        ),
    )
    assert became(export) == {
        ("Notification Viewed", "email", "opened", 1),
        ("Notification Clicked", "email", "clicked", 1),
        ("Notification Viewed", "push", "delivered", 1),
        ("Notification Clicked", "push", "opened", 1),
        ("Notification Viewed", "in_app", "viewed", 1),
        ("Notification Clicked", "in_app", "selected", 1),
        ("Notification Viewed", "app_inbox", "viewed", 1),
        ("Notification Clicked", "app_inbox", "opened", 1),
        ("Notification Viewed", "web_push", "delivered", 1),
        ("Notification Clicked", "web_push", "opened", 1),
        ("Notification Viewed", "whatsapp", "read", 1),
        ("Notification Clicked", "whatsapp", "clicked", 1),
        ("Notification Viewed", None, None, 1),
        ("Notification Clicked", None, None, 1),
    }


def test_campaign_of_the_short_id_variants_and_flat_columns(tmp_path: Path) -> None:
    short = event(
        "Notification Sent", **{"Campaign id": None, "wzrk_id": "77_20210715", "wzrk_pivot": "A"}
    )
    plain = event("Notification Sent", wzrk_pivot="wzrk_default")
    export = read_lines(tmp_path, short, plain)
    assert export.events("77")["variant"].to_list() == ["A"]
    assert "variant" not in export.events("1628144342").columns
    (tmp_path / "events.jsonl").unlink()
    (tmp_path / "events.csv").write_text(
        "ts,eventName,profile.identity,eventProps.Campaign id,eventProps.Campaign type\n"
        "20210715101112,Notification Sent,anna,5,SMS\n"
    )
    assert counts(rw.read_export(tmp_path), "5", "sent") == {"sent": 1}


def test_person_without_identity_is_the_devices(tmp_path: Path) -> None:
    unknown = event("Notification Sent")
    unknown["profile"] = {"identity": "", "objectId": "-g7"}
    assert read_lines(tmp_path, unknown).users()["user_id"].to_list() == ["-g7"]


def test_any_event_may_be_the_goal_and_charged_is_listed(tmp_path: Path) -> None:
    charged = {**event("Charged", 20210715111112), "eventProps": {"Amount": 300}}
    export = read_lines(tmp_path, event("Notification Sent"), charged)
    assert export.campaigns()["goals"].to_list() == [["Charged"]]
    with pytest.warns(rw.SourceWarning, match="Charged"):
        export.results("1628144342", naive_time_zone="UTC", time_zone="UTC")
