"""Snapshots: what moved since one was kept, and why."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.report.snapshot.file import count_events


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return rw.Results(*rw.datasets.generate(400, seed=4), time_zone="UTC")


def test_a_snapshot_of_the_same_has_not_moved(results: rw.Results, tmp_path: Path) -> None:
    path = results.snapshot(tmp_path / "then.json")
    assert results.diff(path).is_empty()


def test_a_diff_says_what_moved_and_why(tmp_path: Path) -> None:
    campaign, events, users = rw.datasets.generate(400, seed=4)
    assert isinstance(events, pl.DataFrame)
    ordered = events.sort("timestamp")
    middle = ordered["timestamp"][ordered.height // 2]
    late = pl.int_range(pl.len()) % 10 == 3
    before = ordered.filter((pl.col("timestamp") < middle) & ~late)
    after = ordered
    then = rw.Results(campaign, before, users, time_zone="UTC")
    now = rw.Results(campaign, after, users, time_zone="UTC")
    moved = now.diff(then.snapshot(tmp_path / "then.json"))
    assert moved.columns == ["scope", "owner", "metric", "before", "after", "change", "why"]
    row = moved.row(
        by_predicate=(pl.col("metric") == "users") & (pl.col("scope") == "campaign"), named=True
    )
    values = [
        dict(r.overview().select("metric", "value").iter_rows())["users"] for r in (then, now)
    ]
    assert [row["before"], row["after"]] == values
    assert row["change"] == values[1] - values[0]
    other = now.with_definitions("leanplum-v2").diff(now.snapshot(tmp_path / "now.json"))
    assert set(other["why"].str.extract(r"^([a-z ]+)")) == {"changed definitions"}


def effects(frame: pl.DataFrame) -> pl.DataFrame:
    """What a diff tells, apart: a row for each cause of each number, with its effect."""
    told = frame.with_columns(pl.col("why").str.split("; ")).explode("why")
    parts = pl.col("why").str.split_exact(": ", 1)
    effect = parts.struct[1].str.replace_all(",", "").cast(pl.Float64)
    return told.with_columns(cause=parts.struct[0], effect=effect)


def test_a_diff_says_what_each_number_owes_to_what(tmp_path: Path) -> None:
    campaign, events, users = rw.datasets.generate(400, seed=4)
    assert isinstance(events, pl.DataFrame)
    ordered = events.sort("timestamp")
    middle = ordered["timestamp"][ordered.height // 2]
    is_new = pl.col("timestamp") >= middle
    # Only texts came late, only e-mails new.
    late = (pl.col("action_id") == "last-chance") & (pl.int_range(pl.len()) % 3 == 0) & ~is_new
    mail = pl.col("action_id").is_in(["welcome", "offer-10", "offer-15"])
    then = rw.Results(campaign, ordered.filter(~is_new & ~late), users, time_zone="UTC")
    now = rw.Results(campaign, ordered.filter(~is_new | mail), users, time_zone="UTC")
    moved = now.with_definitions("leanplum-v2").diff(then.snapshot(tmp_path / "then.json"))
    parts = effects(moved)
    counts = parts.filter(metric="sent")
    causes = dict(counts.group_by("owner").agg(pl.col("cause").str.join()).iter_rows())
    assert "late events" in causes["sms"]
    assert "new events" not in causes["sms"]
    assert "late events" not in causes["email"]
    assert "new events" in causes["email"]
    # The parts add up to the whole.
    whole = (
        parts.drop_nulls("change")
        .group_by("scope", "owner", "metric")
        .agg(pl.col("effect").sum(), pl.col("change").first())
    )
    assert whole.height > 50
    assert whole.filter(
        (pl.col("effect") - pl.col("change")).abs() > 1e-3 + 1e-5 * pl.col("change").abs()
    ).is_empty()
    # Under a definition set of then, truncated data gives what was kept: nothing is put down to
    # late events that is none.
    same = now.diff(now.snapshot(tmp_path / "now.json"))
    assert same.is_empty()


def test_a_diff_tells_a_changed_campaign_apart(tmp_path: Path) -> None:
    campaign, events, users = rw.datasets.generate(300, seed=4)
    said = rw.Campaign.from_json(campaign).to_dict()
    then = rw.Results(said, events, users, time_zone="UTC").snapshot(tmp_path / "then.json")
    shorter = {**said, "attribution_window": "1h"}
    moved = rw.Results(shorter, events, users, time_zone="UTC").diff(then)
    assert moved.height > 0
    assert set(effects(moved)["cause"]) == {"changed campaign"}


def test_a_diff_refuses_what_is_no_snapshot_of_it(results: rw.Results, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("{}")
    with pytest.raises(rw.QueryError, match="is not a snapshot"):
        results.diff(path)
    with pytest.raises(rw.QueryError, match="cannot be read"):
        results.diff(tmp_path / "none.json")


# A snapshot of version 0.1.0, to the letter but for its numbers.
SNAPSHOT = """{"format": "results-widgets snapshot 2", "toolkit": "0.1.0", "campaign": "c",
 "newest": 1772359200000000, "events": 1, "input": "sha256:0",
 "look": {"campaign": {"id": "c", "name": "", "status": "running", "delivery": "triggered",
    "started_at": null, "finished_at": null,
    "goal": {"events": ["Buy"], "mode": "single", "value": null}, "attribution_window": "0d",
    "on_finish": "keep_windows", "holdback": 0.0, "variants": [], "channels": {},
    "actions": [{"id": "a", "name": "", "channel": "email", "template": null, "parent": null,
      "trigger": null, "delay": "0d", "variant": null, "copy": {}, "settings": {}}]},
  "definitions": {"name": "default", "interacted": [], "engaged": [], "engaged_base": [],
    "email_rate_base": "delivered", "unique": "user", "machine_opens": "counted", "text": ""},
  "time_zone": "UTC", "range": [null, "2026-03-31"], "developers": true},
 "numbers": [["campaign", null, "users", 1.0], ["campaign", null, "engagement_rate", null],
             ["action", "a", "sent", 3.0]]}"""


def small() -> rw.Results:
    campaign = {
        "id": "c",
        "goal": {"events": ["Buy"]},
        "actions": [{"id": "a", "channel": "email"}],
    }
    events = pl.DataFrame({"user_id": ["u"], "campaign_id": "c", "action_id": "a", "event": "sent"})
    at = datetime.fromisoformat("2026-03-01T10:00:00+00:00")
    return rw.Results(campaign, events.with_columns(timestamp=pl.lit(at)), time_zone="UTC")


def log(*sent: tuple[str, int]) -> pl.DataFrame:
    """A message for each user, received on a day of March."""
    return pl.DataFrame(
        [
            {
                "user_id": user,
                "action_id": "a",
                "event": "sent",
                "timestamp": datetime(2026, 3, day, 10, tzinfo=UTC),
            }
            for user, day in sent
        ]
    )


def why(before: pl.DataFrame, after: pl.DataFrame, path: Path, users: Any = None) -> str:
    """What a diff says of the messages sent, where developers are left out."""
    then, now = (
        rw.Results(small().campaign, events, users, time_zone="UTC").analytics()
        for events in (before, after)
    )
    moved = now.diff(then.snapshot(path)).filter(scope="action", metric="sent")
    return str(moved["why"].item())


def test_a_diff_counts_the_events_that_came_late_went_and_are_new(tmp_path: Path) -> None:
    path = tmp_path / "then.json"
    old, late, new = [("a", 1), ("b", 3)], [("c", 2), ("d", 2)], [("e", 4)]
    two = [("e", 4), ("f", 4)]
    assert why(log(*old), log(*old, late[0]), path) == "1 late event: +1"
    assert why(log(*old), log(*old, *late), path) == "2 late events: +2"
    assert why(log(*old, late[0]), log(*old), path) == "1 event gone: -1"
    assert why(log(*old, *late), log(*old), path) == "2 events gone: -2"
    assert why(log(*old), log(*old, *new), path) == "1 new event: +1"
    assert why(log(*old), log(*old, *late, *two), path) == "2 late events: +2; 2 new events: +2"


def test_developers_are_told_apart_in_what_a_diff_puts_down_to_late_events(tmp_path: Path) -> None:
    users = pl.DataFrame({"user_id": ["c"], "is_developer": [True]})
    before, after = log(("a", 1), ("b", 3)), log(("a", 1), ("b", 3), ("c", 2), ("d", 2), ("e", 4))
    said = why(before, after, tmp_path / "then.json", users)
    assert said == "2 late events: +1; 1 new event: +1"


def test_a_diff_without_other_events_names_the_version_that_counted_otherwise(
    tmp_path: Path,
) -> None:
    path = small().snapshot(tmp_path / "then.json")
    kept = json.loads(path.read_text())
    del kept["sha256"]
    kept["format"] = "results-widgets snapshot 2"
    for row in kept["numbers"]:
        row[3] = 7.0 if row[2] == "sent" else row[3]
    path.write_text(json.dumps(kept))
    assert set(small().diff(path)["why"]) == {"changed events or users: -6"}
    path.write_text(json.dumps(kept | {"toolkit": "0.0.1"}))
    assert set(small().diff(path)["why"]) == {f"toolkit 0.0.1 before, {rw.__version__} now: -6"}


def test_events_up_to_an_instant_include_those_of_it() -> None:
    one = small()
    assert [count_events(one, one._session.newest + micros) for micros in (-1, 0)] == [0, 1]
    assert count_events(one, None) == 1


def test_a_snapshot_that_an_older_version_wrote_is_read(tmp_path: Path) -> None:
    path = tmp_path / "old.json"
    path.write_text(SNAPSHOT)
    moved = small().diff(path)
    sent = moved.filter(pl.col("scope") == "action", pl.col("metric") == "sent")
    assert sent.select("before", "after", "change").row(0) == (3.0, 1.0, -2.0)
    assert moved.filter(metric="users").is_empty()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"newest": None}, "newest: is required and must be a whole number"),
        ({"numbers": [["campaign", None, "users"]]}, r"numbers\[0\]: expected scope, owner"),
        ({"look": {"definitions": {"name": "x", "y": 1}}}, "look.definitions.y: unknown field"),
        ({"look": None}, "look: expected an object with named fields, found nothing"),
        ({"campaign": "d"}, "a snapshot of campaign 'd', but these results are of 'c'"),
    ],
)
def test_what_is_wrong_in_a_snapshot_is_named(
    change: dict[str, object], words: str, tmp_path: Path
) -> None:
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(json.loads(SNAPSHOT) | change))
    with pytest.raises(rw.QueryError, match=words):
        small().diff(path)
