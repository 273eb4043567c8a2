"""Traps of email providers' events: envelopes, several recipients, ids that repeat, times of the event itself."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from tests.support.exports.files import counts


def read(folder: Path, *records: Any, vendor: str | None = None) -> rw.Export:
    """What records are read as, one a line."""
    (folder / "posts.jsonl").write_text("".join(json.dumps(one) + "\n" for one in records))
    return rw.read_export(folder, vendor)


def became(export: rw.Export) -> list[tuple[str, str | None, int]]:
    report = export.report().filter(pl.col("rows") > 0)
    return sorted(report.select("name", "event", "rows").iter_rows(), key=str)


def mailgun(token: str, **data: Any) -> dict[str, Any]:
    base = {"event": "accepted", "id": "one", "timestamp": 1772442000.5, "tags": ["spring"]}
    return {"signature": {"token": token}, "event-data": {"recipient": "a@x.de", **base, **data}}


def test_mailgun_tells_repeats_by_token_since_ids_come_again_on_another_day(tmp_path: Path) -> None:
    export = read(
        tmp_path,
        mailgun("t1"),
        mailgun("t1"),
        mailgun("t2", timestamp=1772542000),
        {"event": "opened", "id": "one", "timestamp": 1772542001, "recipient": "a@x.de"}
        | {"tags": ["spring"], "log-level": "info"},
        {"event": "opened", "id": "one", "timestamp": 1772642001, "recipient": "a@x.de"}
        | {"tags": ["spring"], "log-level": "info"},
    )
    ids = export.events("spring")["event_id"].to_list()
    assert ids == ["t1", "t1", "t2", "one of 2026-03-03", "one of 2026-03-04"]
    with pytest.warns(rw.SourceWarning, match="no conversions of its own"):
        results = export.results("spring", time_zone="UTC")
    sent = results.channels().filter(metric="sent")["value"].item()
    assert sent == 2


def test_mailgun_failures_by_severity_and_reason(tmp_path: Path) -> None:
    failed = {"event": "failed", "tags": ["spring"]}
    export = read(
        tmp_path,
        mailgun("a", **failed, severity="temporary", reason="greylisted"),
        mailgun("b", **failed, severity="permanent", reason="bounce"),
        mailgun("c", **failed, severity="permanent", reason="suppress-unsubscribe"),
        mailgun("d", event="list_member_uploaded", tags=[]),
    )
    assert became(export) == [
        ("failed", "bounced", 1),
        ("failed", "deferred", 1),
        ("failed", "dropped", 1),
        ("list_member_uploaded", None, 1),
    ]


def test_mailgun_written_out_flat_and_without_sends(tmp_path: Path) -> None:
    flat = {"event-data.recipient": "a@x.de", "event-data.tags": ["spring"]}
    export = read(
        tmp_path,
        {**flat, "event-data.event": "delivered", "event-data.timestamp": 1772442000},
        {**flat, "event-data.event": "opened", "event-data.timestamp": 1772442009},
    )
    assert export.campaigns()["received"].to_list() == [1]
    campaign = export.campaign("spring")
    assert campaign.channels["email"].received == "delivered"
    assert "sent" in campaign.channels["email"].not_reported


def postmark(kind: str, time: str, at: str, **more: Any) -> dict[str, Any]:
    base = {"RecordType": kind, time: at, "Tag": "welcome", "Recipient": "a@x.de"}
    return {**base, "MessageID": "m1", **more}


def test_postmark_has_seven_digits_offsets_and_no_sends(tmp_path: Path) -> None:
    bounce = {"Recipient": None, "Email": "b@x.de"}
    export = read(
        tmp_path,
        postmark("Delivery", "DeliveredAt", "2026-03-02T05:33:54.9070259-05:00"),
        postmark("Open", "ReceivedAt", "2026-03-02T10:40:00.0000001Z", FirstOpen=True),
        postmark("Bounce", "BouncedAt", "2026-03-02T10:00:00Z", **bounce, Type="SoftBounce", ID=1),
        postmark(
            "Bounce", "BouncedAt", "2026-03-02T10:01:00Z", **bounce, Type="AutoResponder", ID=2
        ),
        postmark("SubscriptionChange", "ChangedAt", "2026-03-02T11:00:00Z", SuppressSending=True)
        | {"SuppressionReason": "HardBounce"},
    )
    events = export.events("welcome").sort("timestamp")
    assert events["event"].to_list() == ["deferred", "delivered", "opened"]
    assert events["timestamp"][1].isoformat() == "2026-03-02T10:33:54.907025+00:00"
    assert events["user_id"].to_list() == ["b@x.de", "a@x.de", "a@x.de"]
    row = export.campaigns().row(0, named=True)
    assert (row["received"], row["users"]) == (1, 2)


def test_postmark_of_opens_only_knows_no_users(tmp_path: Path) -> None:
    export = read(tmp_path, postmark("Open", "ReceivedAt", "2026-03-02T10:40:00Z"))
    assert export.campaigns()["received"].to_list() == [None]
    with pytest.warns(rw.SourceWarning, match="no conversions of its own"):
        results = export.results("welcome", time_zone="UTC")
    users = results.overview().filter(metric="users")["value"].to_list()
    assert users == [None]


def ses(kind: str, people: list[str], **part: Any) -> dict[str, Any]:
    mail = {"timestamp": "2026-03-02T08:00:00Z", "messageId": "m", "destination": people}
    return {"eventType": kind, "mail": {**mail, "tags": {"campaign": ["spring"]}}, **part}


def sns(event: dict[str, Any], number: int) -> dict[str, Any]:
    envelope = {"Type": "Notification", "MessageId": f"n{number}", "Message": json.dumps(event)}
    return {**envelope, "Timestamp": "2026-03-09T00:00:00Z"}


def test_ses_explodes_recipients_and_takes_the_events_own_time(tmp_path: Path) -> None:
    two = ["a@x.de", "Bob <b@x.de>"]
    at = "2026-03-02T09:00:00.000Z"
    bounced = [{"emailAddress": "b@x.de", "diagnosticCode": "550 gone"}]
    bounce = {"bounceType": "Permanent", "bouncedRecipients": bounced, "timestamp": at}
    posts = [
        sns(ses("Send", two), 1),
        sns(ses("Delivery", two, delivery={"timestamp": at, "recipients": ["a@x.de"]}), 2),
        sns(ses("Bounce", two, bounce=bounce), 3),
        sns(ses("Open", two, open={"timestamp": at}), 4),
        {"Type": "Notification", "MessageId": "n5", "Message": "Successfully validated SNS topic"},
        {"Type": "SubscriptionConfirmation", "Message": "You have chosen to subscribe"},
    ]
    export = read(tmp_path, *posts, posts[0])
    assert became(export) == [
        ("Bounce", "bounced", 1),
        ("Delivery", "delivered", 1),
        ("Notification", None, 1),
        ("Open", None, 1),
        ("Send", "sent", 4),
        ("SubscriptionConfirmation", None, 1),
    ]
    events = export.events("spring")
    sends = events.filter(event="sent")
    assert sorted(sends["user_id"].unique()) == ["a@x.de", "b@x.de"]
    assert sends["event_id"].n_unique() == 2
    assert events.filter(event="bounced")["reason"].to_list() == ["550 gone"]
    assert str(events.filter(event="delivered")["timestamp"][0]) == "2026-03-02 09:00:00+00:00"
    assert export.campaigns()["received"].item() == 4


@pytest.mark.parametrize("wrap", ["bare", "lambda", "eventbridge", "sqs", "flat"])
def test_ses_in_any_envelope(wrap: str, tmp_path: Path) -> None:
    event = ses(
        "Click", ["a@x.de"], click={"timestamp": "2026-03-02T09:00:00Z", "link": "https://x"}
    )
    record = {
        "bare": event,
        "flat": {
            "eventType": "Click",
            "mail.destination": ["a@x.de"],
            "mail.tags.campaign": ["spring"],
            "click.timestamp": "2026-03-02T09:00:00Z",
            "click.link": "https://x",
        },
        "lambda": {"Records": [{"EventSource": "aws:sns", "Sns": sns(event, 1)}]},
        "eventbridge": {"id": "e", "detail-type": "Email Clicked", "detail": event},
        "sqs": {"MessageId": "q", "Body": json.dumps(sns(event, 1))},
    }[wrap]
    found = read(tmp_path, record).events("spring")
    assert found.select("user_id", "event", "link").rows() == [("a@x.de", "clicked", "https://x")]


def test_ses_is_called_amazon_ses_as_well(tmp_path: Path) -> None:
    assert read(tmp_path, ses("Send", ["a@x.de"]), vendor="amazon_ses").vendor == "ses"
    assert rw.read_export(tmp_path, "Amazon SES").vendor == "ses"


def test_sparkpost_bounces_by_class_and_empty_post(tmp_path: Path) -> None:
    base = {"rcpt_to": "a@x.de", "campaign_id": "spring", "timestamp": "1772442000"}
    bounces = [
        {
            "msys": {
                "message_event": {**base, "type": "bounce", "bounce_class": kind, "event_id": kind}
            }
        }
        for kind in ("10", "22", "51", "60", "90")
    ]
    flat = {f"msys.track_event.{name}": value for name, value in base.items()}
    export = read(tmp_path, *bounces, {"msys": {}}, {**flat, "msys.track_event.type": "open"})
    assert became(export) == [
        ("bounce", "blocked", 1),
        ("bounce", "bounced", 1),
        ("bounce", "deferred", 1),
        ("bounce", "unsubscribed", 1),
        ("bounce", None, 1),
        ("open", "opened", 1),
        (None, None, 1),
    ]


def test_mailjet_sent_is_a_delivery_and_campaign_0_is_none(tmp_path: Path) -> None:
    base = {"time": 1772442000, "email": "a@x.de", "MessageID": 1, "mj_campaign_id": 0}
    export = read(
        tmp_path,
        {**base, "event": "sent", "customcampaign": "spring"},
        {**base, "event": "bounce", "customcampaign": "spring", "hard_bounce": False},
        {**base, "event": "sent", "customcampaign": "autumn", "mj_campaign_id": 7257},
        {**base, "event": "open", "customcampaign": ""},
    )
    found = export.campaigns().sort("campaign_id").select("campaign_id", "name", "received").rows()
    assert found == [("7257", "autumn", 1), ("spring", "spring", 1)]
    assert ("open", None, 1) in became(export)


def test_brevo_takes_the_events_instant_and_not_the_accounts_wall_clock(tmp_path: Path) -> None:
    base = {"email": "a@x.de", "id": 9999999, "tag": '["tag1","tag2"]', "message-id": "<1@x>"}
    export = read(
        tmp_path,
        {**base, "event": "request", "date": "2018-03-06 11:10:23", "ts": 1520331023}
        | {"ts_event": 1520331023, "ts_epoch": 1520363423000},
        {**base, "event": "unique_opened", "ts_event": 1520363500},
        {**base, "event": "opened", "ts_event": 1520363600},
        {**base, "event": "unique_proxy_open", "ts_event": 1520363700, "tag": "tag1"},
    )
    events = export.events("tag1")
    assert events["event"].to_list() == ["sent", "opened", "opened", "opened"]
    assert str(events["timestamp"][0]) == "2018-03-06 19:10:23+00:00"
    assert "machine_opened" in export.campaign("tag1").channels["email"].not_reported


def test_mandrill_has_the_events_time_and_lists_of_nothing(tmp_path: Path) -> None:
    message = {"ts": 1, "email": "a@x.de", "tags": ["spring"], "metadata": [], "_id": "m"}
    export = read(
        tmp_path,
        [{"event": "send", "ts": 1772442000, "msg": message, "_id": "m"}],
        {"mandrill_events": json.dumps([{"event": "open", "ts": 1772442001, "msg": message}])},
        {"type": "blacklist", "action": "add", "ts": 1772442002, "reject": {"reason": "spam"}},
        {"mandrill_events": "[]"},
    )
    assert became(export) == [("blacklist", None, 1), ("open", "opened", 1), ("send", "sent", 1)]
    assert str(export.campaigns()["first"].item()) == "2026-03-02 09:00:00+00:00"


def test_resend_explodes_recipients_and_takes_the_events_time(tmp_path: Path) -> None:
    data = {"created_at": "2020-01-01 00:00:00+00", "email_id": "m", "tags": {"campaign": "spring"}}
    two = {**data, "to": ["a@x.de", "b@x.de"]}
    at = "2026-03-02T09:00:00.126Z"
    suppressed = {"type": "Permanent", "message": "Resend has suppressed sending to this address"}
    export = read(
        tmp_path,
        {"type": "email.sent", "created_at": at, "data": two},
        {"type": "email.opened", "created_at": at, "data": two},
        {"type": "email.bounced", "created_at": at, "data": {**data, "to": ["c@x.de"]}}
        | {"data": {**data, "to": ["c@x.de"], "bounce": suppressed}},
        {"type": "domain.created", "created_at": at, "data": {"id": "d"}},
    )
    assert became(export) == [
        ("domain.created", None, 1),
        ("email.bounced", "dropped", 1),
        ("email.opened", None, 1),
        ("email.sent", "sent", 2),
    ]
    assert str(export.campaigns()["first"].item()).startswith("2026-03-02 09:00:00.126")


def test_providers_are_not_taken_for_one_another(tmp_path: Path) -> None:
    jet = {"event": "open", "time": 1772442000, "email": "a@x.de", "mj_campaign_id": 5}
    grid = {"event": "open", "timestamp": 1772442000, "email": "a@x.de", "sg_event_id": "s"}
    brevo = {"event": "click", "email": "a@x.de", "ts_event": 1772442000, "tag": "t"}
    for record, vendor in ((jet, "mailjet"), (grid, "sendgrid"), (brevo, "brevo")):
        assert read(tmp_path, record).vendor == vendor


def test_objects_without_a_lines_end_between_them_are_all_read(tmp_path: Path) -> None:
    """As Firehose writes them; what breaks off costs the last."""
    sent = [json.dumps(ses("Send", [f"user{n}@x.de"])) for n in range(2_000)]
    (tmp_path / "stream-1").write_text("".join(sent) + '{"eventType": "Se')
    with pytest.warns(rw.SourceWarning, match="1 row refused"):
        export = rw.read_export(tmp_path)
    assert export.campaigns().select("received", "users").row(0) == (2_000, 2_000)
    # A line's end after each of several posts, and a line that breaks off in its second object.
    lines = ["".join(sent[:3]), "  ".join(sent[3:5]), sent[5] + sent[6][:-9], sent[7]]
    (tmp_path / "stream-1").write_text("\n".join(lines) + "\n")
    with pytest.warns(rw.SourceWarning, match="line 3"):
        export = rw.read_export(tmp_path)
    assert export.campaigns()["received"].item() == 7


@pytest.mark.parametrize(("flags", "machine"), [((None, None), None), ((False, True), 1)])
def test_machine_opens_of_sendgrid_are_counted_where_the_posts_flag_them(
    flags: tuple[bool | None, ...], machine: int | None, tmp_path: Path
) -> None:
    post = {"email": "a@x.de", "timestamp": 1772442000, "category": "spring"}
    posts = [{**post, "event": "processed", "sg_event_id": "sent"}]
    for n, flag in enumerate(flags):
        flagged = {} if flag is None else {"sg_machine_open": flag}
        posts.append({**post, "event": "open", "sg_event_id": f"open {n}", **flagged})
    assert counts(read(tmp_path, *posts), "spring", "opened", "machine_opened") == {
        "opened": 2,
        "machine_opened": machine,
    }
