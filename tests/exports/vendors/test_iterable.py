"""Iterable: hold-outs and other skips, blasts and journeys, webhooks and files of the export."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.exports import all_vendors
from tests.support.exports.files import became, counts, read_lines
from tests.support.exports.story import tell
from tests.support.exports.writers import iterable as writer


def post(name: str, user: str = "anna@example.com", second: int = 0, **data: Any) -> dict[str, Any]:
    known = {"campaignId": 42, "createdAt": f"2026-03-10 23:50:{second:02} +00:00"}
    return {"email": user, "userId": "", "eventName": name, "dataFields": {**known, **data}}


def test_skips_of_a_hold_out_are_held_back_and_all_others_suppressed(tmp_path: Path) -> None:
    export = read_lines(
        tmp_path,
        post("emailSend", workflowId=7),
        post("emailSendSkip", "bob@example.com", workflowId=7, reason="ExperimentHoldOut"),
        post("emailSendSkip", "carl@example.com", workflowId=7, reason="DuplicateMarketingMessage"),
        post("smsSendSkip", "dora@example.com", campaignId=43, reason="FrequencyCap"),
    )
    assert became(export) == {
        ("emailSend", "email", "sent", 1),
        ("emailSendSkip", "email", "held_back", 1),
        ("emailSendSkip", "email", "suppressed", 1),
        ("smsSendSkip", "sms", "suppressed", 1),
    }
    results = export.results("7", goal="order", goal_events=_ORDERS, window="1d", time_zone="UTC")
    found = dict(results.overview().select("metric", "value").iter_rows())
    assert (found["users"], found["held_back_entries"], found["held_back_conversions"]) == (1, 1, 1)
    assert counts(export, "7", "suppressed") == {"suppressed": 1}
    reasons = export.events("7").filter(event="suppressed")["reason"].to_list()
    assert reasons == ["DuplicateMarketingMessage"]


_ORDERS = pl.DataFrame({"user_id": ["bob@example.com"], "timestamp": ["2026-03-11T00:00:00Z"]})


def test_blast_is_its_own_action_and_a_journeys_campaigns_are_its_actions(tmp_path: Path) -> None:
    export = read_lines(
        tmp_path,
        post("emailSend", workflowId=None, campaignName="Newsletter"),
        post("emailSend", workflowId=7, workflowName="Welcome", campaignName="First"),
        post("pushSend", workflowId=7, workflowName="Welcome", campaignId=44, second=1),
        post("journeyExit", workflowId=7, campaignId=None, second=2),
    )
    found = export.campaigns().select("campaign_id", "name", "kind").sort("campaign_id")
    assert found.rows() == [("42", "Newsletter", "blast"), ("7", "Welcome", "workflow")]
    assert [one.id for one in export.campaign("42").actions] == ["42"]
    assert [(one.id, one.channel) for one in export.campaign("7").actions] == [
        ("42", "email"),
        ("44", "push"),
    ]
    assert export.events("7")["event"].to_list() == ["sent", "sent", "exited"]


def test_time_with_a_blank_before_its_offset_is_an_instant(tmp_path: Path) -> None:
    late = post("emailOpen", createdAt="2021-03-11 01:50:30 +02:00")
    times = read_lines(tmp_path, late).events("42")["timestamp"]
    assert times.dtype == pl.Datetime("us", "UTC")
    assert str(times[0]) == "2021-03-10 23:50:30+00:00"


def test_in_app_and_other_channels_events(tmp_path: Path) -> None:
    export = read_lines(
        tmp_path,
        post("inAppSend"),
        post("inAppOpen"),
        post("inAppClick"),
        post("inAppClose"),
        post("inAppDelete"),
        post("webPushSend"),
        post("webPushClick"),
        post("smsReceived"),
        post("embeddedImpression"),
        post("hostedUnsubscribeClick"),
        post("emailUnSubscribe"),
        post("brandNewEvent"),
    )
    assert became(export) == {
        ("inAppSend", None, None, 1),
        ("inAppOpen", "in_app", "viewed", 1),
        ("inAppClick", "in_app", "selected", 1),
        ("inAppClose", "in_app", "dismissed", 1),
        ("inAppDelete", None, None, 1),
        ("webPushSend", "web_push", "sent", 1),
        ("webPushClick", "web_push", "opened", 1),
        ("smsReceived", "sms", "replied", 1),
        ("embeddedImpression", "embedded", "viewed", 1),
        ("hostedUnsubscribeClick", None, None, 1),
        ("emailUnSubscribe", "email", "unsubscribed", 1),
        ("brandNewEvent", None, None, 1),
    }


def test_bots_are_machines_and_without_the_flag_machine_opens_are_not_available(
    tmp_path: Path,
) -> None:
    flagged = [post("emailSend"), post("emailOpen", isBot=True), post("emailOpen", isBot="false")]
    (tmp_path / "flagged").mkdir()
    export = read_lines(tmp_path / "flagged", *flagged)
    assert counts(export, "42", "opened", "machine_opened") == {"opened": 2, "machine_opened": 1}
    (tmp_path / "plain").mkdir()
    export = read_lines(
        tmp_path / "plain", post("emailSend"), post("emailOpen", proxySource="Apple")
    )
    assert counts(export, "42", "opened", "machine_opened") == {"opened": 1, "machine_opened": None}


def test_files_of_the_export_have_the_numbers_of_the_webhooks(tmp_path: Path) -> None:
    story = tell(all_vendors()["iterable"], writer.LIMITS, 4)
    for name in ("webhooks", "files"):
        (tmp_path / name).mkdir()
    writer.write(story, tmp_path / "webhooks")
    writer.write_export(story, tmp_path / "files")
    posts, files = (rw.read_export(tmp_path / name) for name in ("webhooks", "files"))
    assert files.vendor == "iterable"
    order = ["timestamp", "user_id", "event"]
    theirs, ours = (one.events("spring").sort(order) for one in (files, posts))
    columns = [*order, "action_id", "variant", "link"]
    assert theirs.select(columns).equals(ours.select(columns))
    theirs, ours = (
        one.results("spring", goal="purchase", window="3d", time_zone="UTC").overview()
        for one in (files, posts)
    )
    assert theirs.equals(ours)


def test_custom_events_of_the_export_may_be_the_goal(tmp_path: Path) -> None:
    custom = {"email": "anna@example.com", "eventName": "signedUp", "eventType": "customEvent"}
    export = read_lines(
        tmp_path, post("emailSend"), {**custom, "createdAt": "2026-03-11 00:00:00 +00:00"}
    )
    assert export.campaigns()["goals"].to_list() == [["signedUp"]]
    results = export.results("42", goal="signedUp", window="1d", time_zone="UTC")
    found = dict(results.overview().select("metric", "value").iter_rows())
    assert found["conversions"] == 1


@pytest.mark.parametrize("change", [str.upper, str.lower, str.title, str.swapcase])
def test_files_of_the_export_are_read_whatever_the_case_of_their_columns(
    change: Callable[[str], str], tmp_path: Path
) -> None:
    story = tell(all_vendors()["iterable"], writer.LIMITS, 3)
    (tmp_path / "plain").mkdir()
    (tmp_path / "changed").mkdir()
    writer.write_export(story, tmp_path / "plain")
    for path in (tmp_path / "plain").iterdir():
        header, _, rows = path.read_text().partition("\n")
        (tmp_path / "changed" / path.name).write_text(f"{change(header)}\n{rows}")
    plain, changed = rw.read_export(tmp_path / "plain"), rw.read_export(tmp_path / "changed")
    assert changed.vendor == "iterable"
    assert changed.campaigns().equals(plain.campaigns())
    assert changed.events("spring").equals(plain.events("spring"))
    assert changed.report().drop("example", "file").equals(plain.report().drop("example", "file"))
