"""Braze Currents: posts of the HTTP connector, unions of Avro's JSON, arms, control groups, machines."""

import json
from pathlib import Path
from typing import Any

import polars as pl

import results_widgets as rw
from tests.support.exports.files import became, read_lines, write_lines

CANVAS = {"canvas_id": "cv", "canvas_name": "Welcome", "campaign_id": None}
STEP = {**CANVAS, "canvas_step_id": "st", "canvas_step_name": "Mail"}


def posted(kind: str, user: str, second: int, **properties: Any) -> dict[str, Any]:
    """An event as the HTTP connector posts it."""
    return {
        "event_type": kind,
        "id": f"{kind}-{user}-{second}",
        "time": 1772442000 + second,
        "user": {"user_id": user, "external_user_id": f"ext-{user}", "timezone": "Europe/Berlin"},
        "properties": properties,
    }


POSTS = [
    {
        "events": [
            posted("users.canvas.Entry", "anna", 0, **CANVAS, in_control_group=False),
            posted("users.messages.email.Send", "anna", 1, **STEP, message_variation_id="A"),
        ]
    },
    {
        "events": [
            posted("users.messages.email.Open", "anna", 5, **STEP, machine_open="true"),
            posted("users.messages.email.Click", "anna", 6, **STEP, is_suspected_bot_click=True),
            posted("users.canvas.Entry", "bob", 0, **CANVAS, in_control_group=True),
            posted("users.behaviors.CustomEvent", "anna", 9, name="Bought"),
        ]
    },
]


def test_posts_of_the_connector_hold_many_events_each(tmp_path: Path) -> None:
    export = read_lines(tmp_path, *POSTS)
    assert export.vendor == "braze"
    assert became(export) == {
        ("users.canvas.Entry", None, "entered", 1),
        ("users.canvas.Entry", None, "held_back", 1),
        ("users.messages.email.Send", "email", "sent", 1),
        ("users.messages.email.Open", "email", "opened", 1),
        ("users.messages.email.Click", "email", "clicked", 1),
        ("Bought", None, "Bought", 1),
    }
    results = export.results("Welcome", "Bought", "1d", time_zone="UTC")
    found = dict(results.channels().select("metric", "value").iter_rows())
    assert (found["machine_opened"], found["machine_clicked"], found["held_back"]) == (1, 1, 1)
    overview = dict(results.overview().select("metric", "value").iter_rows())
    assert (overview["users"], overview["held_back_users"], overview["conversions"]) == (1, 1, 1)


def test_an_array_of_posts_over_several_lines_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "posts.json").write_text(json.dumps(POSTS, indent=2))
    assert rw.read_export(tmp_path).events("cv")["event"].len() == 6


def test_unions_of_avros_json_are_unwrapped_and_folders_name_the_event(tmp_path: Path) -> None:
    own = {"time": 1772442000, "external_user_id": {"string": "anna"}, "canvas_id": None}
    sent = {"id": "1", "user_id": "u", "campaign_id": {"string": "c"}, **own}
    arm = {"message_variation_id": {"string": "A"}, "platform": {"string": "ios"}}
    for kind in ("Send", "Open"):
        name = f"event_type=users.messages.pushnotification.{kind}"
        folder = tmp_path / "dataexport.prod" / name / "date=2026-03-02-09" / "433"
        folder.mkdir(parents=True)
        write_lines(folder / "part.json", [{**sent, **arm, "id": kind}])
    (tmp_path / "dataexport.prod" / "_SUCCESS").touch()
    events = rw.read_export(tmp_path).events("c").sort("event")
    assert events.select("event", "variant", "platform").rows() == [
        ("opened", "A", "ios"),
        ("sent", "A", "ios"),
    ]


def test_variation_of_the_step_is_the_arm_where_nothing_else_is(tmp_path: Path) -> None:
    more = {"canvas_step_message_variation_id": "step-A"}
    sent = [posted("users.messages.email.Send", user, 1, **STEP, **more) for user in ("a", "b")]
    export = read_lines(tmp_path, *sent)
    assert export.events("cv")["variant"].unique().to_list() == ["step-A"]
    assert export.events("cv").filter(pl.col("user_id") == "a").height == 1


def test_campaign_of_which_nobody_got_a_message_opens(tmp_path: Path) -> None:
    export = read_lines(tmp_path, posted("users.canvas.Conversion", "anna", 5, **CANVAS))
    results = export.results("Welcome", window="1d", time_zone="UTC")
    assert results.unique_users() is None or results.unique_users() == 0
    assert export.campaigns().select("received", "users").row(0) == (None, 1)
