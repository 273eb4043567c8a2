"""Events without a tag: they take the campaign of their message, where another event of it names one."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
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
