"""What is marked on a chart's days: held against the events themselves."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import polars as pl
import pytest

import results_widgets as rw
from results_widgets.charts.notes import noted_intervals, with_notes
from results_widgets.errors import QueryError
from tests.support.loops import some

ZONE = "America/Los_Angeles"


@pytest.fixture(scope="module")
def generated() -> tuple[rw.Campaign, pl.DataFrame, pl.DataFrame]:
    campaign, events, users = rw.datasets.generate(200, seed=3)
    return campaign, events.lazy().collect(), users


@pytest.fixture(scope="module")
def results(generated: Any) -> rw.Results:
    return rw.Results(*generated, time_zone=ZONE)


def notes(widget: rw.Explore, kind: str) -> dict[str, int]:
    return {one["text"]: one["at"] for one in widget._notes if one["kind"] == kind}


def test_first_sends_are_those_of_a_plain_look_through_the_events(
    generated: Any, results: rw.Results
) -> None:
    campaign, events, _ = generated
    received = {one.id: campaign.channels[one.channel].received for one in campaign.actions}
    first: dict[str, datetime] = {}
    for row in some(events.iter_rows(named=True)):
        name, at = row["action_id"], row["timestamp"]
        if name in received and row["event"] == received[name]:
            first[name] = min(at, first.get(name, at))
    started = campaign.started_at.astimezone(ZoneInfo(ZONE)).date()
    expected = [
        at.timestamp() for at in first.values() if at.astimezone(ZoneInfo(ZONE)).date() > started
    ]
    shown = rw.Explore(results)
    found = [one["at"] for one in shown._notes if one["kind"] == "first"]
    assert found == [round(at * 1000) for at in sorted(expected)]
    assert 0 < len(found) < len(campaign.actions)
    assert notes(shown, "start") == {"Campaign started": campaign.started_at.timestamp() * 1000}
    # A range or a breakdown does not move them, and a roll-up knows the hour.
    assert rw.Explore(results, range="7d", by="variant")._notes == shown._notes
    rolled = rw.Explore(results.rollup().results(time_zone=ZONE))
    hours = [one["at"] for one in rolled._notes if one["kind"] == "first"]
    assert hours == [at - at % 3_600_000 for at in found]


def test_texts_of_ones_own_stand_on_days_of_the_chart(results: rw.Results) -> None:
    explore = rw.Explore(
        results,
        annotations={"2026-03-08": "Price <b>change</b>", date(2026, 3, 9): "  of\ntwo lines "},
    )
    day = datetime(2026, 3, 8, tzinfo=ZoneInfo(ZONE))
    own = {"Price <b>change</b>": day, "of two lines": day.replace(day=9)}
    assert notes(explore, "own") == {text: at.timestamp() * 1000 for text, at in own.items()}
    explore.selection.time_zone = "Asia/Tokyo"
    assert notes(explore, "own")["of two lines"] == (
        datetime(2026, 3, 9, tzinfo=ZoneInfo("Asia/Tokyo")).timestamp() * 1000
    )
    explore.annotations = [
        (datetime(2026, 3, 8, 12, tzinfo=UTC), "aware"),
        (datetime(2026, 3, 8, 12), "naive"),  # noqa: DTZ001 - a moment of the chart's zone
        ("2026-03-08T12:00", "text"),
        (pd.Timestamp("2026-03-08", tz="UTC"), "pandas"),
    ]
    utc = datetime(2026, 3, 8, tzinfo=UTC).timestamp()
    hours = {text: (at / 1000 - utc) / 3600 for text, at in notes(explore, "own").items()}
    assert hours == {"aware": 12, "naive": 3, "text": 3, "pandas": 0}
    # What was given is given back, and makes the same.
    assert rw.Explore(results, annotations=explore.annotations).annotations == explore.annotations
    explore.annotations = False
    assert explore._notes == []
    explore.annotations = None
    assert explore.annotations is None
    assert notes(explore, "start") != {}


@pytest.mark.parametrize(
    "wrong",
    [
        "2026-03-08",
        7,
        {"2026-03-08": 3},
        {"2026-03-08": " "},
        {"8 March": "Price change"},
        {"2026-03-08": "x" * 501},
        {pd.NaT: "never"},
        {datetime(1, 1, 1, tzinfo=UTC): "too early"},
        [("2026-03-08",)],
        ["ab"],
        [("2026-03-08", "x")] * 201,
    ],
    ids=str,
)
def test_what_is_no_text_by_day_is_refused_in_one_sentence(results: rw.Results, wrong: Any) -> None:
    for make in (
        lambda: rw.Explore(results, annotations=wrong),
        lambda: results.to_html("never.html", annotations=wrong),
    ):
        with pytest.raises(
            QueryError, match=r"annotations: .*; pass texts by day, such as"
        ) as told:
            make()
        assert len(str(told.value)) < 400


def test_a_note_stands_on_the_interval_that_it_is_in() -> None:
    zone = ZoneInfo("America/New_York")
    # Clocks go forward on 8 March 2026, and back on 1 November.
    for first, every, days in (("03-02", "1w", 7), ("10-26", "1w", 7), ("03-08", "1d", 1)):
        start = datetime.fromisoformat(f"2026-{first}").replace(tzinfo=zone)
        end = datetime.fromisoformat(f"2026-{first}").replace(tzinfo=zone) + timedelta(days=days)
        inside = round(end.timestamp() * 1000) - 1
        told = [{"at": at, "text": "x", "kind": "own"} for at in (inside, inside + 1)]
        assert noted_intervals(told, [start], every) == [(start, told[:1])]


def test_an_altair_chart_has_them_as_layers(results: rw.Results) -> None:
    day = {"2026-03-16": "Price change", "2026-04-10": "Outage"}
    chart = rw.Explore(results, metric="users", every="1d", annotations=day).chart
    spec = chart.to_dict()
    said = [row for rows in spec["datasets"].values() for row in rows]
    found = [row["notes"] for row in said if "notes" in row]
    labels = [row["label"] for row in said if "label" in row]
    assert "Price change" in found
    # Notes of the first days would meet; one's own are named.
    assert {"Price change", "Outage"} <= set(labels)
    assert len(labels) < len(found)
    without = rw.Explore(results, metric="users", every="1d", annotations=False).chart
    assert all(one["mark"]["type"] != "rule" for one in without.to_dict()["layer"])


def test_many_first_sends_have_no_lines_in_a_chart_but_are_counted_above_it() -> None:
    start = datetime(2026, 3, 2, tzinfo=ZoneInfo("UTC"))
    days = [start + timedelta(days=day) for day in range(60)]
    sends = [{"at": round(day.timestamp() * 1000), "text": "Sent", "kind": "first"} for day in days]
    sale = {"at": sends[30]["at"], "text": "Sale", "kind": "own"}
    chart = {"layer": [{"mark": "line"}]}

    def drawn(notes: list[dict[str, Any]]) -> tuple[int, list[str]]:
        rules, _, *texts = with_notes(chart, notes, days, "1d", 600)["layer"][1:]
        labels = [row["label"] for text in texts for row in text["data"]["values"]]
        return len(rules["data"]["values"]), labels

    assert drawn(sends[:8])[0] == 8
    lines, labels = drawn([*sends, sale])
    assert lines == 1
    # Those that would meet are one, and each is counted.
    assert [label for label in labels if label.startswith("Sale +")]
    assert sum(int("".join(filter(str.isdigit, label))) for label in labels) == len(days)
