"""The flow given beside an export, as a table, a file or a mapping; what it leaves out is guessed, and drawn so."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.cli.main import main
from tests.support.exports.files import read_lines, write_lines


def send(user: str, hour: int, message: int) -> dict[str, Any]:
    fields = {"campaignId": message, "workflowId": 7, "createdAt": f"2026-03-10 {hour:02}:00:00 Z"}
    return {"email": user, "eventName": "emailSend", "dataFields": fields}


@pytest.fixture
def export(tmp_path: Path) -> rw.Export:
    """Everybody gets 1, then 2, then 3; from the order alone each seems to follow the one before."""
    folder = tmp_path / "export"
    folder.mkdir()
    posts = [send(user, hour, hour) for user in ("anna", "bob") for hour in (1, 2, 3)]
    return read_lines(folder, *posts)


def flow_of(campaign: rw.Campaign) -> dict[str, str | None]:
    return {action.id: action.parent for action in campaign.actions}


def dashed(campaign: rw.Campaign) -> list[str]:
    """The actions whose place was guessed, which the screen draws so."""
    return [
        a.id for n, a in enumerate(campaign.actions) if f"actions[{n}].parent" in campaign.guessed
    ]


def test_without_parents_the_flow_is_guessed_with_one_root(export: rw.Export) -> None:
    campaign = export.campaign("7")
    assert flow_of(campaign) == {"1": None, "2": "1", "3": "2"}
    assert dashed(campaign) == ["2", "3"]


@pytest.mark.parametrize("form", ["frame", "csv", "ndjson", "mapping"])
def test_parents_make_the_flow_in_whatever_form(
    export: rw.Export, tmp_path: Path, form: str
) -> None:
    frame = pl.DataFrame({"action_id": ["1", "2", "3"], "parent_id": [None, "1", "1"]})
    given: object = frame
    if form == "csv":
        given = tmp_path / "flow.csv"
        frame.write_csv(given)
    elif form == "ndjson":
        given = tmp_path / "flow.ndjson"
        frame.write_ndjson(given)
    elif form == "mapping":
        given = {1: None, "2": "1", "3": ["1"]}
    with pytest.warns(rw.SourceWarning, match="goal_events="):
        campaign = export.results("7", parents=given, time_zone="UTC", window="1d").campaign
    assert flow_of(campaign) == {"1": None, "2": "1", "3": "1"}
    assert not dashed(campaign)
    assert export.campaign("7", window="1d", parents=given) == campaign


def test_what_a_file_leaves_out_stays_guessed_and_dashed(export: rw.Export) -> None:
    campaign = export.campaign("7", parents={"2": "1"})
    assert flow_of(campaign) == {"1": None, "2": "1", "3": "2"}
    assert dashed(campaign) == ["3"]


def test_steps_that_send_nothing_are_passed_over(export: rw.Export) -> None:
    campaign = export.campaign("7", parents={"1": None, "2": "1", "wait": "1", "3": "wait"})
    assert flow_of(campaign) == {"1": None, "2": "1", "3": "1"}


def test_triggers_delays_and_other_campaigns_rows(export: rw.Export) -> None:
    rows = pl.DataFrame(
        [
            ("7", 1, None, None, None),
            ("7", 2, 1, "not_opened", "2d"),
            ("7", 3, 1, "opened", None),
            ("8", 3, 2, None, None),
        ],
        schema=["campaign_id", "id", "parent", "trigger", "delay"],
        orient="row",
    )
    campaign = export.campaign("7", parents=rows)
    assert flow_of(campaign) == {"1": None, "2": "1", "3": "1"}
    second, third = campaign.actions[1:]
    assert (second.trigger, second.delay.days, third.trigger) == ("not_opened", 2, "opened")


def test_two_roots_are_two_roots(export: rw.Export) -> None:
    campaign = export.campaign("7", parents={"1": None, "2": None, "3": "2"})
    assert flow_of(campaign) == {"1": None, "2": None, "3": "2"}


def test_circles_missing_columns_and_unknown_actions_are_named(export: rw.Export) -> None:
    with pytest.raises(rw.EventsError, match="parents: '2' leads back to itself"):
        export.campaign("7", parents={"2": "3", "3": "2"})
    with pytest.raises(rw.EventsError, match=r"parents: .*parent_id"):
        export.campaign("7", parents=pl.DataFrame({"action_id": ["1"]}))
    with pytest.raises(rw.EventsError, match="parents"):
        export.campaign("7", parents="nowhere.csv")
    with pytest.warns(rw.SourceWarning, match="none of its actions is one of campaign '7'"):
        campaign = export.campaign("7", parents={"welcome": None})
    assert dashed(campaign) == ["2", "3"]
    with pytest.warns(rw.SourceWarning, match="the first is taken"):
        campaign = export.campaign("7", parents={"1": None, "2": "1", "3": ["2", "1"]})
    assert flow_of(campaign)["3"] == "2"


def test_a_saved_campaign_keeps_the_flow(export: rw.Export, tmp_path: Path) -> None:
    folder = export.save(tmp_path / "saved", "7", window="1d", parents={"1": None, "3": "1"})
    assert flow_of(rw.load(folder, time_zone="UTC").campaign)["3"] == "1"


def test_the_command_line_takes_parents(tmp_path: Path) -> None:
    posts = [send("anna", hour, hour) for hour in (1, 2, 3)]
    write_lines(tmp_path / "posts.jsonl", posts)
    (tmp_path / "flow.csv").write_text("action_id,parent_id\n1,\n2,1\n3,1\n")
    flow, out = str(tmp_path / "flow.csv"), str(tmp_path / "out")
    arguments = ["--campaign", "7", "--window", "1d", "--parents", flow, "-o", out]
    assert main(["read", str(tmp_path / "posts.jsonl"), *arguments]) == 0
    assert flow_of(rw.load(out, time_zone="UTC").campaign) == {"1": None, "2": "1", "3": "1"}
