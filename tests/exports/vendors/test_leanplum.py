"""What is peculiar to Leanplum's exports."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw

PUSH, POPUP = "6678706135760896", "5066549580791808"


def session(user: str, *events: tuple[str, Any], **more: Any) -> str:
    listed = [
        {"eventId": -(n + 1) * 10**18 - ord(user[0]), "name": name, "time": time, "value": 0.0}
        for n, (name, time) in enumerate(events)
    ]
    record = {
        "sessionId": f"s-{user}",
        "userId": user,
        "states": [{"stateId": 1, "events": listed}],
    }
    return json.dumps({**record, **more}) + "\n"


def test_channels_are_told_by_the_events_where_no_answer_says_them(tmp_path: Path) -> None:
    path = tmp_path / "export-1-a-output-0"
    path.write_text(
        session("anna", (f".m{PUSH}", "1.772442E9"), (f".m{PUSH} Open", "1.77244260512E9"))
        + session("bob", (f".m{POPUP}", 1772442000), (f".m{POPUP} Open Accept", 1772442001))
    )
    export = rw.read_export(path)
    assert export.vendor == "leanplum"
    campaigns = {row["campaign_id"]: row for row in export.campaigns().iter_rows(named=True)}
    assert campaigns[PUSH]["channels"] == ["push"]
    assert campaigns[POPUP]["channels"] == ["in_app"]
    events = export.events(PUSH)
    assert events["timestamp"].dt.epoch("us").to_list() == [1772442000000000, 1772442605120000]
    assert events["event_id"].to_list() == ["-1000000000000000097", "-2000000000000000097"]
    assert export.events(POPUP)["event"].to_list() == ["viewed", "accepted"]


def test_parts_without_a_manifest_are_refused(tmp_path: Path) -> None:
    done, failed = "export-1-aa-output", "export-1-bb-output"
    (tmp_path / f"{done}-0").write_text(session("anna", (f".m{PUSH}", 1772442000)))
    (tmp_path / f"{done}-manifest").write_text(json.dumps([f"s3://bucket/20260302/{done}-0"]))
    (tmp_path / f"{failed}-0").write_text(session("bob", (f".m{PUSH}", 1772442000)))
    with pytest.warns(rw.SourceWarning, match="without a manifest"):
        export = rw.read_export(tmp_path)
    assert export.users()["user_id"].to_list() == ["anna"]


def test_held_back_and_suppressed_say_so(tmp_path: Path) -> None:
    path = tmp_path / "export-1-a-output-0"
    path.write_text(
        session("anna", (f".m{POPUP} View", 1772442000))
        + session("bob", (f".m__held_back__{POPUP} Held Back", 1772442000))
        + session("carl", (f".m{POPUP} Message Suppressed", 1772442000))
        + session("dora", (f".m{POPUP} Something New", 1772442000), ("Level Up", 1772442001))
    )
    export = rw.read_export(path)
    assert export.events(POPUP)["event"].to_list() == [
        "viewed",
        "held_back",
        "suppressed",
        "selected",
    ]
    left = export.report().filter(pl.col("event").is_null() & (pl.col("rows") > 0))
    assert left["name"].to_list() == ["Level Up"]


def test_developers_and_attributes_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "export-1-a-output-0"
    path.write_text(
        session("anna", (f".m{PUSH}", 1772442000), isDeveloper=True)
        + session("bob", (f".m{PUSH}", 1772442000), userAttributes={"plan": "gold"})
    )
    users = rw.read_export(path).users()
    assert users.rows() == [("anna", True, None), ("bob", False, "gold")]
    results = rw.read_export(path).results(goal=f".m{PUSH}", window="1d", time_zone="UTC")
    assert results.analytics().unique_users() == 1


def test_event_whose_session_is_missing_is_refused_by_line(tmp_path: Path) -> None:
    (tmp_path / "export-1-a-outputsessions-0").write_text(
        "sessionId,userId,userBucket,isDeveloper\ns1,anna,7,false\n"
    )
    (tmp_path / "export-1-a-outputevents-0").write_text(
        "eventId,stateId,sessionId,eventName,start,value,info,timeUntilFirstForUser\n"
        f"-1,1,s1,.m{PUSH},2026-03-02 09:00:00,0,,\n-2,1,s9,.m{PUSH},2026-03-02 09:00:00,0,,\n"
    )
    with pytest.warns(rw.SourceWarning, match="line 3: its session s9"):
        export = rw.read_export(tmp_path)
    assert export.events(PUSH)["timestamp"].dtype == pl.Datetime("us"), "these times name no zone"
