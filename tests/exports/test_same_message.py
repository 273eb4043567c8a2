"""Events without a tag: they take the campaign of their message, where another event of it names one."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.exports import spool
from tests.support.exports.files import became, read_lines

T = 1772442000
WHEN = "2026-03-02T09:00:00.1234567Z"


def mailgun(event: str, message: str, second: int, tag: str | None) -> dict[str, Any]:
    data = {
        "event": event,
        "timestamp": T + second,
        "recipient": "anna@example.com",
        "id": f"i{second}",
        "message": {"headers": {"message-id": message}},
        "tags": [tag] if tag else [],
    }
    return {"signature": {"token": f"t{second}"}, "event-data": data}


def postmark(event: str, message: str, second: int, tag: str | None) -> dict[str, Any]:
    kind, time = {"delivered": ("Delivery", "DeliveredAt"), "opened": ("Open", "ReceivedAt")}[event]
    at = WHEN.replace("09:00:00", f"09:00:{second:02}")
    post = {"RecordType": kind, "Recipient": "anna@example.com", "MessageID": message, time: at}
    return {**post, **({"Tag": tag} if tag else {})}


def ses(event: str, message: str, second: int, tag: str | None) -> dict[str, Any]:
    kind = {"delivered": "Delivery", "opened": "Open"}[event]
    at = f"2026-03-02T09:00:{second:02}.000Z"
    mail = {"messageId": message, "timestamp": at, "destination": ["anna@example.com"]}
    tags = {"tags": {"campaign": [tag]}} if tag else {}
    return {"eventType": kind, "mail": {**mail, **tags}, kind.lower(): {"timestamp": at}}


POSTS = {"mailgun": mailgun, "postmark": postmark, "ses": ses}


@pytest.mark.parametrize("key", POSTS)
def test_event_without_a_tag_takes_that_of_its_message(key: str, tmp_path: Path) -> None:
    post = POSTS[key]
    export = read_lines(
        tmp_path,
        # The one that names no campaign may well come first.
        post("opened", "m1", 5, None),
        post("delivered", "m1", 1, "Spring"),
        post("opened", "m2", 6, None),
        post("delivered", "m3", 7, "Autumn"),
    )
    assert export.vendor == key
    events = export.events("Spring")
    assert events.select("event", "action_id").sort("event").rows() == [
        ("delivered", "Spring"),
        ("opened", "Spring"),
    ]
    assert export.campaigns()["name"].sort().to_list() == ["Autumn", "Spring"]
    # Of the second message no event names a campaign.
    report = export.report()
    lost = report.filter(pl.col("event").is_null() & (pl.col("rows") > 0))
    assert lost.select("rows", "channel").rows() == [(1, None)]
    assert "names no campaign" in lost["note"].item()
    assert report["rows"].sum() == 4
    opened = {"mailgun": "opened", "postmark": "Open", "ses": "Open"}[key]
    assert {(opened, "email", "opened", 1), (opened, None, None, 1)} <= became(export)


def test_without_any_tag_all_is_left_over(tmp_path: Path) -> None:
    export = read_lines(tmp_path, postmark("delivered", "m1", 1, None), vendor="postmark")
    assert export.campaigns().is_empty()
    assert export.report()["rows"].sum() == 1
    with pytest.raises(rw.QueryError):
        export.results("Spring")


def sendgrid(event: str, second: int, **more: Any) -> dict[str, Any]:
    post = {"email": "anna@example.com", "timestamp": T + second, "event": event}
    return {**post, "sg_event_id": f"e{second}", **more}


def test_late_bounce_of_sendgrid_is_of_the_campaign_of_its_message(tmp_path: Path) -> None:
    own = {"smtp-id": "<14c5d75ce93.dfd.64b469@ismtpd-555>", "category": ["Spring", "mail"]}
    export = read_lines(
        tmp_path,
        # Of one message, with the suffixes that its events have.
        sendgrid("processed", 1, sg_message_id="m1.x.filter0001.16648.5515E0B88.0", **own),
        sendgrid("delivered", 2, sg_message_id="m1.x.recvd-7f4-1.0", **own),
        sendgrid("bounce", 90_000, sg_message_id="m1.x.filterdrecv-5f6.1", type="bounce"),
        # It may have no id but that of the header.
        sendgrid("bounce", 90_001, type="bounce", **{"smtp-id": own["smtp-id"]}),
        # Of this message nothing names a campaign, and this event names no message.
        sendgrid("bounce", 90_002, sg_message_id="m2.x.filter1", type="bounce"),
        sendgrid("open", 90_003),
        sendgrid("group_resubscribe", 90_004, sg_message_id="m1.x.filter0001.1"),
    )
    events = export.events("Spring").select("event", "action_id")
    assert events.sort("event").rows() == [
        ("bounced", "Spring"),
        ("bounced", "Spring"),
        ("delivered", "Spring"),
        ("sent", "Spring"),
    ]
    lost = export.report().filter(pl.col("event").is_null()).drop_nulls("name")
    why = "names no campaign, and neither does another event of its message; left over"
    assert {*lost.select("name", "rows", "note").iter_rows()} == {
        ("bounce", 1, why),
        ("open", 1, why),
        ("group_resubscribe", 1, "a user subscribed again; left over"),
    }
    assert export.report()["rows"].sum() == 7
    assert export.campaigns()["campaign_id"].to_list() == ["Spring"]


def test_many_that_wait_take_the_same_campaigns_in_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = []
    for n in range(60):
        message = {"sg_message_id": f"m{n}.filter{n}"}
        posts.append(sendgrid("bounce", 900 + n, **message))
        if n % 3:
            posts.append(sendgrid("processed", n, category=f"c{n % 7}", **message))
    whole = read_lines(tmp_path, *posts)
    monkeypatch.setattr(spool, "TOGETHER", 10)
    monkeypatch.setattr(spool, "_FEW", 20)
    parts = rw.read_export(tmp_path)
    assert parts.events().equals(whole.events())
    assert parts.campaigns().equals(whole.campaigns())
    assert parts.report().equals(whole.report())
    assert whole.events().filter(event="bounced").height == 40
