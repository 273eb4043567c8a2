"""The line that is drawn first: who converted by when after a blast, how many convert along a journey."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

import results_widgets as rw
from results_widgets.results.first_line import first_line
from tests.support.profiles import examples
from tests.support.saved_pages import unpacked

MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


def results(
    per_day: list[int], every: int = 4, after: timedelta = timedelta(), **more: Any
) -> rw.Results:
    """Results with so many entries on each day from a Monday on; every so manieth user converts after a time."""
    days = [day for day, count in enumerate(per_day) for _ in range(count)]
    rows = [(f"u{n}", "a1", "sent", MONDAY + timedelta(days=day)) for n, day in enumerate(days)]
    goals = [
        (user, None, "Purchase", at + after) for user, _, _, at in (rows[::every] if every else [])
    ]
    # Whoever opens long after makes the campaign's days long.
    late = [("u0", "a1", "opened", MONDAY + timedelta(days=len(per_day) - 1))] if days else []
    events = pl.DataFrame(
        [*rows, *goals, *late, ("x", None, "Login", MONDAY)],
        ["user_id", "action_id", "event", "timestamp"],
        orient="row",
    )
    campaign: dict[str, Any] = {
        "id": "c",
        "goal": {"events": ["Purchase"]},
        "attribution_window": "7d",
        "actions": [{"id": "a1", "channel": "email"}],
    }
    return rw.Results({**campaign, **more}, events, time_zone="UTC")


@pytest.mark.parametrize(
    ("per_day", "every", "expected"),
    [
        # Everybody at once, long looked at, for some days, and on one day.
        ([300, *[0] * 60], 4, ("unique_converters", "1d", True, "blast")),
        ([300, *[0] * 4], 4, ("unique_converters", "1d", True, "blast")),
        ([300], 4, ("unique_converters", "1h", True, "blast")),
        # A send that runs past midnight, in a campaign of more than a week; a trickle beside it.
        ([150, 150, *[0] * 20], 4, ("unique_converters", "1d", True, "blast")),
        ([240, *[2] * 30], 4, ("unique_converters", "1d", True, "blast")),
        # Nobody converts: whoever engaged is the next best.
        ([300, *[0] * 60], 0, ("engaged", "1d", True, "blast")),
        # Over time: how many convert, if anybody does.
        ([120] * 9, 4, ("conversions", "auto", False, "journey")),
        ([20] * 30, 4, ("conversions", "auto", False, "journey")),
        ([2] * 9, 4, ("conversions", "auto", False, "journey")),
        ([20] * 30, 0, ("users", "auto", False, "journey")),
        # Nobody has entered.
        ([], 4, ("users", "auto", False, "empty")),
    ],
)
def test_the_line_follows_the_shape(
    per_day: list[int], every: int, expected: tuple[str, str, bool, str]
) -> None:
    line = first_line(results(per_day, every)._session)
    assert (line.metric, line.every, line.cumulative, line.shape) == expected


def test_of_the_shipped_campaigns() -> None:
    generated = rw.Results(*rw.datasets.generate(5_000, seed=1), time_zone="America/New_York")
    assert first_line(generated._session)[:1] == ("conversions",)
    mailing = rw.Results(*rw.datasets.complete_journey(), time_zone="America/New_York")
    assert first_line(mailing._session) == ("unique_converters", "1d", "1d", True, "blast")
    found = mailing.explore()
    assert found.equals(mailing.explore("unique_converters", every="1d", cumulative=True))
    # Running totals end where the overview stands.
    total = mailing.overview().filter(metric="unique_converters")["value"].item()
    assert found["value"].last() == total > 1_000


@given(st.lists(st.integers(0, 40), min_size=1, max_size=40))
@settings(max_examples=examples(25))
def test_a_blast_is_most_of_the_entries_within_a_twentieth_of_the_days(per_day: list[int]) -> None:
    found = results(per_day)
    line = first_line(found._session)
    entries = found.explore("users")["value"].to_list()
    days = max(1 if len(entries) <= 7 else 2, -(-len(entries) // 20))
    together = [sum(entries[n : n + days]) for n in range(len(entries))]
    shape = "blast" if max(together) >= 0.8 * sum(entries) else "journey"
    assert line.shape == (shape if sum(entries) else "empty")


def test_explore_and_widgets_and_pictures_begin_with_it(tmp_path: Any) -> None:
    blast = results([300, *[0] * 20])
    dashboard = rw.Dashboard(blast)
    assert dashboard._chart["title"] == "Unique converters, cumulative by day"
    selection = rw.Selection()
    rw.Overview(blast, selection=selection)
    assert (selection.metric, selection.cumulative) == ("unique_converters", True)
    page = blast.to_html(tmp_path / "report.html").read_text(encoding="utf-8")
    state = unpacked(page)[0]["selection"]
    assert (state["metric"], state["cumulative"]) == ("unique_converters", True)
    picture = blast.save_chart(tmp_path / "chart.svg").read_text(encoding="utf-8")
    assert "Unique converters, cumulative by day" in picture
    # What somebody chose stays.
    for chosen in ({"metric": "users"}, {"every": "1w"}, {"cumulative": False}, {"action": "a1"}):
        asked = rw.Selection(**chosen)
        rw.Overview(blast, selection=asked)
        assert asked.metric in ("users", "users_received")
        assert not asked.cumulative
    assert "Entries, per day" in blast.save_chart(tmp_path / "chart.svg", "users").read_text()


def test_explore_of_an_action_asks_for_a_metric() -> None:
    with pytest.raises(rw.QueryError, match="needs a metric"):
        results([3]).explore(action="a1")
    assert (
        results([120] * 9)
        .explore(every="1w")
        .equals(results([120] * 9).explore("conversions", every="1w"))
    )


def test_a_roll_up_begins_with_it_as_far_as_it_can_tell() -> None:
    whole = results([300, *[0] * 20]).rollup("1d", users_every="whole").results(time_zone="UTC")
    line = first_line(whole._session)
    assert (line.metric, line.cumulative) == ("conversions", True)
    assert whole.explore()["value"].last() == 75
