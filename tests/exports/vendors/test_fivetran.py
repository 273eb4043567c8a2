"""Traps of warehouse tables: joined by id, in upper case, without sends, events that others made obsolete."""

from pathlib import Path

import polars as pl
import pytest

import results_widgets as rw

RECIPIENTS = (
    "campaign_id,member_id,_fivetran_synced,combination_id,list_id\nc1,m1,,,l1\nc1,m2,,,l1\n"
)
ACTIVITY = (
    "action,campaign_id,member_id,timestamp,_fivetran_synced,bounce_type,combination_id,ip,list_id,url\n"
    "open,c1,m1,2026-03-02 17:44:09,,,,64.233.172.68,l1,\n"
    "bounce,c1,m2,2026-03-02 17:45:09,,soft,,,l1,\n"
)


def table(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.csv").write_text(text)


def test_mailchimp_without_the_campaigns_time_knows_no_users(tmp_path: Path) -> None:
    table(tmp_path, "campaign_recipient", RECIPIENTS)
    table(tmp_path, "campaign_recipient_activity", ACTIVITY)
    table(tmp_path, "list", "id,name\nl1,All\n")
    export = rw.read_export(tmp_path)
    assert export.vendor == "mailchimp"
    report = export.report()
    left = report.filter(name="recipient").row(0, named=True)
    assert (left["event"], left["rows"]) == (None, 2)
    assert "nobody knows when" in left["note"]
    assert (
        report.filter(pl.col("file").str.ends_with("list.csv"))["note"]
        .item()
        .startswith("not read")
    )
    with pytest.warns(rw.SourceWarning, match="no conversions"):
        results = export.results("c1", time_zone="UTC")
    assert results.overview().filter(metric="users")["value"].item() is None
    numbers = dict(results.channels().select("metric", "value").iter_rows())
    assert (numbers["opened"], numbers["deferred"], numbers["sent"]) == (1, 1, None)


def test_mailchimp_automations_are_a_flow_and_unsubscribes_name_its_emails(tmp_path: Path) -> None:
    table(
        tmp_path,
        "automation_email",
        "id,automation_id,position,title\ne2,a1,2,Second\ne1,a1,1,First\nf1,a2,1,Other\n",
    )
    head = "action,automation_email_id,member_id,timestamp,bounce_type,ip,list_id,url\n"
    table(
        tmp_path,
        "automation_recipient_activity",
        f"{head}open,e1,m1,2026-03-02 10:00:00,,,l,\nclick,e2,m1,2026-03-03 10:00:00,,,l,https://x\n",
    )
    table(
        tmp_path,
        "unsubscribe",
        "campaign_id,member_id,list_id,reason,timestamp\ne2,m1,l,,2026-03-04 10:00:00\n",
    )
    campaign = rw.read_export(tmp_path).campaign("a1")
    assert [(one.id, one.name, one.parent) for one in campaign.actions] == [
        ("e1", "First", None),
        ("e2", "Second", "e1"),
    ]
    assert "actions[1].parent" not in campaign.guessed


def test_mailchimp_activity_of_the_api(tmp_path: Path) -> None:
    person = '{"campaign_id": "c1", "email_id": "5e", "email_address": "a@x.de", "activity": '
    actions = '[{"action": "open", "timestamp": "2026-03-02T09:00:00+00:00", "ip": "1"}, '
    actions += '{"action": "bounce", "type": "hard", "timestamp": "2026-03-02T09:00:01+00:00"}]}'
    (tmp_path / "activity.json").write_text(f'{{"emails": [{person}{actions}], "total_items": 1}}')
    events = rw.read_export(tmp_path).events("c1")
    assert events["event"].to_list() == ["opened", "bounced"]
    assert events["user_id"].to_list() == ["a@x.de"] * 2


HUBSPOT = (
    "ID,APP_ID,CREATED,EMAIL_CAMPAIGN_ID,OBSOLETED_BY_ID,SENT_BY_ID,TYPE,FILTERED_EVENT,RECIPIENT\n"
    "s,1,2026-03-02 09:00:00,2,,,SENT,,a@x.de\n"
    "p,1,2026-03-02 09:00:01,2,,s,PROCESSED,,a@x.de\n"
    "d,1,2026-03-02 09:00:02,2,b,s,DELIVERED,,a@x.de\n"
    "o,1,2026-03-02 09:00:03,2,,s,OPEN,true,a@x.de\n"
    "c,1,2026-03-02 09:00:04,2,,s,STATUSCHANGE,,a@x.de\n"
    "c2,1,2026-03-02 09:00:05,2,,s,STATUSCHANGE,,a@x.de\n"
)


def test_hubspot_joins_details_and_leaves_out_what_is_obsolete(tmp_path: Path) -> None:
    table(tmp_path, "email_event_data", HUBSPOT)
    table(
        tmp_path,
        "changes",
        "id,portal_subscription_status,source\nc,UNSUBSCRIBED,SOURCE_RECIPIENT\n",
    )
    export = rw.read_export(tmp_path)
    assert export.vendor == "hubspot"
    events = export.events("2")
    assert events.select("event", "machine").rows() == [
        ("sent", None),
        ("opened", True),
        ("unsubscribed", None),
    ]
    notes = export.report().filter(pl.col("event").is_null() & (pl.col("rows") > 0))["note"]
    assert sorted(note.split(";")[0] for note in notes) == [
        "follows SENT, which counts",
        "made obsolete by a later event",
        "what changed is in email_event_status_change, which is not there",
    ]


def test_one_table_in_memory_is_read_without_the_others(tmp_path: Path) -> None:
    table(tmp_path, "email_event", HUBSPOT)
    frame = pl.read_csv(tmp_path / "email_event.csv")
    assert rw.read_export(frame).campaigns()["received"].to_list() == [1]


def test_iterable_workflow_of_the_history_and_hold_outs(tmp_path: Path) -> None:
    table(
        tmp_path,
        "event",
        "_fivetran_id,email,campaign_id,event_name,created_at,content_id\n"
        "1,a@x.de,77,emailSend,2026-03-02 09:00:00,5\n"
        "2,b@x.de,77,emailSendSkip,2026-03-02 09:00:00,\n"
        "3,c@x.de,88,emailSendSkip,2026-03-02 09:00:00,\n",
    )
    table(
        tmp_path,
        "event_extension",
        "_fivetran_id,workflow_id,experiment_id,reason\n1,,,\n2,,,ExperimentHoldOut\n3,,,Marketing\n",
    )
    table(
        tmp_path,
        "campaign_history",
        "id,name,campaign_state,workflow_id\n77,Step one,Ready,900\n88,Blast,Sent,\n",
    )
    export = rw.read_export(tmp_path)
    assert export.vendor == "fivetran_iterable"
    assert export.events("900")["event"].to_list() == ["sent", "held_back"]
    assert export.events("88")["event"].to_list() == ["suppressed"]
    assert export.campaign("900").actions[0].name == "Step one"
    assert export.campaigns().filter(campaign_id="88")["name"].item() == "Blast"


FEW: dict[str, dict[str, str]] = {
    "fivetran_iterable": {
        "event": "email,event_name,created_at,campaign_id\na@x,emailSend,2026-03-02 09:00:00,c1\n"
        "a@x,emailOpen,2026-03-02 09:10:00,c1\n",
        "campaign_history": "id,name\nc1,Spring\n",
    },
    "fivetran_klaviyo": {
        "event": "person_id,metric_id,campaign_id,datetime\np1,m1,c1,2026-03-02 09:00:00\n"
        "p1,m2,c1,2026-03-02 09:10:00\n",
        "metric": "id,name\nm1,Received Email\nm2,Opened Email\n",
        "campaign": "id,name\nc1,Spring\n",
    },
    "hubspot": {
        "email_event": "created,type,email_campaign_id,recipient\n2026-03-02 09:00:00,SENT,c1,a@x\n"
        "2026-03-02 09:10:00,OPEN,c1,a@x\n",
        "email_campaign": "id,name,subject\nc1,Spring,Hello\n",
    },
    "mailchimp": {
        "campaign_recipient_activity": "action,campaign_id,member_id,timestamp\n"
        "open,c1,m1,2026-03-02 09:10:00\n",
        "campaign_recipient": "campaign_id,member_id\nc1,m1\n",
        "campaign": "id,send_time,title\nc1,2026-03-02 09:00:00,Spring\n",
    },
}


@pytest.mark.parametrize("key", FEW)
def test_tables_of_which_columns_were_left_out_are_read_and_the_rest_is_not_available(
    key: str, tmp_path: Path
) -> None:
    for name, text in FEW[key].items():
        table(tmp_path, name, text)
    export = rw.read_export(tmp_path)
    assert export.vendor == key, export.why
    assert not export.report()["file"].drop_nulls().to_list(), "every table is read"
    assert export.campaigns().select("name", "received", "users").rows() == [("Spring", 1, 1)]
    assert export.events("c1").sort("timestamp")["event"].to_list() == ["sent", "opened"]
    results = export.results(
        "c1",
        window="1d",
        goal="order",
        goal_events=pl.DataFrame({"user_id": ["x"], "timestamp": ["2026-03-02T09:00:00Z"]}),
        time_zone="UTC",
    )
    found = dict(results.channels().select("metric", "value").iter_rows())
    assert (found["sent"], found["unique_opened"]) == (1, 1)
    assert found["machine_opened"] is None
    assert found["delivered"] is None
    assert "variant" not in export.events("c1").columns
