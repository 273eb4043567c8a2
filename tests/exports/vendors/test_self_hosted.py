"""Traps of self-hosted tools' tables: no sends, subscribers that are nobody, opens in one field, decisions."""

from pathlib import Path

import polars as pl

import results_widgets as rw
from tests.support.exports.files import became, counts


def table(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.csv").write_text(text)


def test_listmonk_leaves_anonymous_views_over_and_knows_no_sends(tmp_path: Path) -> None:
    head = "id,campaign_id,subscriber_id,created_at\n"
    table(
        tmp_path,
        "campaign_views",
        f"{head}1,7,5,2026-03-02 09:00:00.123+00\n2,7,,2026-03-02 09:01:00+00\n",
    )
    table(
        tmp_path, "subscribers", "id,uuid,email,name,attribs,status\n5,u,a@x.de,Anna,{},enabled\n"
    )
    export = rw.read_export(tmp_path)
    assert export.vendor == "listmonk"
    assert became(export) == {("view", "email", "opened", 1), ("view", None, None, 1)}
    assert export.users()["email"].to_list() == ["a@x.de"]
    assert counts(export, "7", "sent", "opened", "clicked") == {
        "sent": None,
        "opened": 1,
        "clicked": None,
    }


def test_dittofeed_opens_belong_to_the_journey_of_their_send(tmp_path: Path) -> None:
    table(
        tmp_path,
        "events",
        "event_type,event,event_time,message_id,user_id,properties,journey_id,template_id,channel_type,origin_message_id\n"
        'track,DFInternalMessageSent,2026-03-02 09:00:00.000,m1,anna,"{""x"":1}",j1,t1,Sms,\n'
        "track,DFSmsDelivered,2026-03-02 09:00:01.000,m2,anna,{},,,,m1\n"
        "track,DFJourneyNodeProcessed,2026-03-02 09:00:02.000,m3,anna,{},j1,,,\n"
        'track,DFMessageSkipped,2026-03-02 09:00:02.000,m4,bob,"{""journeyId"":""j1"",""channelType"":""Email""}",,,,\n'
        "identify,,2026-03-02 09:00:02.000,m5,bob,{},,,,\n",
    )
    export = rw.read_export(tmp_path)
    assert export.vendor == "dittofeed"
    assert became(export) == {
        ("DFInternalMessageSent", "sms", "sent", 1),
        ("DFSmsDelivered", "sms", "delivered", 1),
        ("DFJourneyNodeProcessed", None, None, 1),
        ("DFMessageSkipped", "email", "suppressed", 1),
    }
    assert export.events("j1").filter(event="delivered")["action_id"].to_list() == ["t1"]


STATS = (
    "id,email_id,lead_id,date_sent,is_failed,date_read,open_count,open_details,source,source_id\n"
)


def test_mautic_flow_leads_over_decisions_and_clicks_belong_to_the_step_of_their_mail(
    tmp_path: Path,
) -> None:
    details = '"[{""datetime"":""2026-03-02 09:01:00""},{""datetime"":""2026-03-02 09:02:00""}]"'
    table(
        tmp_path,
        "email_stats",
        f"{STATS}1,4,70,2026-03-02 09:00:00,0,2026-03-02 09:01:00,2,{details},campaign.event,11\n"
        "2,5,70,2026-03-03 09:00:00,1,,0,,campaign.event,13\n"
        "3,6,70,2026-03-04 09:00:00,0,,0,,email,6\n",
    )
    table(
        tmp_path,
        "campaign_events",
        "id,campaign_id,parent_id,name,event_type,channel\n11,3,,Welcome,action,email\n"
        "12,3,11,Opened?,decision,email\n13,3,12,Reminder,action,email\n",
    )
    table(
        tmp_path,
        "page_hits",
        "id,email_id,lead_id,date_hit,url,source,source_id\n1,4,70,2026-03-02 09:03:00,https://x,email,4\n"
        "2,,70,2026-03-02 09:04:00,https://x,,\n",
    )
    table(tmp_path, "emails", "id,name,subject,email_type\n6,Newsletter,Hi,list\n")
    table(
        tmp_path,
        "campaign_leads",
        "campaign_id,lead_id,date_added,date_last_exited,rotation\n3,70,2026-03-02 08:00:00,,1\n",
    )
    table(tmp_path, "campaign_lead_event_log", "id,event_id,lead_id,date_triggered\n1,12,70,2026\n")
    export = rw.read_export(tmp_path)
    assert export.vendor == "mautic"
    campaign = export.campaign("3")
    assert [(one.id, one.name, one.parent) for one in campaign.actions] == [
        ("11", "Welcome", None),
        ("13", "Reminder", "11"),
    ]
    assert not [path for path in campaign.guessed if path.endswith("parent")]
    events = export.events("3").select("event", "action_id").rows()
    assert events == [
        ("entered", None),
        ("sent", "11"),
        ("opened", "11"),
        ("opened", "11"),
        ("clicked", "11"),
        ("sent", "13"),
        ("bounced", "13"),
    ]
    found = export.campaigns().filter(campaign_id="email/6")
    assert found.select("name", "received").rows() == [("Newsletter", 1)]
    notes = export.report().filter(pl.col("file").str.contains("event_log"))["note"].to_list()
    assert notes == [
        "not read: says which steps contacts reached; messages have tables of their own"
    ]


def test_mautic_without_details_knows_the_first_open_only(tmp_path: Path) -> None:
    table(
        tmp_path,
        "email_stats",
        f"{STATS}1,4,70,2026-03-02 09:00:00,0,2026-03-02 09:01:00,3,,,\n",
    )
    export = rw.read_export(tmp_path)
    assert counts(export, "email/4", "sent", "opened", "unique_opened") == {
        "sent": 1,
        "opened": None,
        "unique_opened": 1,
    }
