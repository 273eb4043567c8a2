"""Attribution by hand: one user's path under every model, and what is refused."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets.errors import QueryError

START = datetime(2026, 3, 1, tzinfo=UTC)
CAMPAIGN: dict[str, Any] = {
    "id": "c1",
    "goal": {"events": ["Purchase"], "mode": "multiple"},
    "attribution_window": "30d",
    "actions": [
        {"id": "mail", "channel": "email"},
        {"id": "push", "channel": "push", "parent": "mail"},
        {"id": "sms", "channel": "sms", "parent": "push"},
    ],
}


def results(*rows: tuple[str, str | None, str, float], campaign: Any = None) -> rw.Results:
    """Results of rows of user, action, event and day."""
    events = pl.DataFrame(
        [
            {
                "user_id": user,
                "action_id": action,
                "event": event,
                "timestamp": START + timedelta(days=day),
                "value": 10.0 if event == "Purchase" else None,
            }
            for user, action, event, day in rows
        ],
        schema_overrides={"action_id": pl.String},
    )
    return rw.Results(campaign or CAMPAIGN, events, time_zone="UTC")


@pytest.fixture
def one() -> rw.Results:
    """Mail received and clicked, a push received and opened, an SMS received, and a purchase."""
    return results(
        ("anna", "mail", "sent", 0),
        ("anna", "mail", "clicked", 1),
        ("anna", "push", "sent", 2),
        ("anna", "push", "opened", 7),
        ("anna", "sms", "sent", 14),
        ("anna", None, "Purchase", 14),
    )


BY_HAND = {
    "last_interaction": (0, 1, 0),
    "last_touch": (0, 0, 1),
    "first_touch": (1, 0, 0),
    "linear": (2 / 5, 2 / 5, 1 / 5),
    "position": (0.4 + 0.2 / 3, 0.4 / 3, 0.4),
    # An open of a push is the tap on it.
    "last_click": (0, 1, 0),
    "markov": (1 / 3, 1 / 3, 1 / 3),
    "shapley": (1 / 3, 1 / 3, 1 / 3),
}


@pytest.mark.parametrize("model", BY_HAND)
def test_one_path_under_a_model(one: rw.Results, model: Any) -> None:
    found = one.attribution(model)
    assert found["owner"].to_list() == ["mail", "push", "sms", None]
    assert found["conversions"].to_list() == pytest.approx([*BY_HAND[model], 0])
    assert found["value"].to_list() == pytest.approx([10 * n for n in (*BY_HAND[model], 0)])
    assert found["share"].sum() == pytest.approx(1)


def test_a_touch_weighs_half_for_each_half_life(one: rw.Results) -> None:
    weights = [2**-2 + 2 ** (-13 / 7), 2 ** (-12 / 7) + 2**-1, 1]
    found = one.attribution("time_decay", half_life=timedelta(days=7))["conversions"]
    assert found.to_list() == pytest.approx([*(w / sum(weights) for w in weights), 0])


def test_very_old_touches_leave_weights_that_are_numbers(one: rw.Results) -> None:
    found = one.attribution("time_decay", half_life="1s")["conversions"]
    assert found.to_list() == pytest.approx([0, 0, 1, 0])


def test_a_window_leaves_older_touches_out_and_keeps_conversions(one: rw.Results) -> None:
    found = one.attribution(["linear", "last_click"], window="7d").pivot(
        "model", index="owner", values="conversions"
    )
    assert found.rows() == [("mail", 0, 0), ("push", 0.5, 1), ("sms", 0.5, 0), (None, 0, 0)]
    found = one.attribution(["linear", "last_click"], window="6d")
    assert found.filter(pl.col("conversions") > 0)["owner"].to_list() == ["sms", None]


def test_channels_and_the_campaign_own_their_actions_touches(one: rw.Results) -> None:
    found = one.attribution("linear", by="channel")
    assert found["owner"].to_list() == ["email", "push", "sms", None]
    found = one.attribution("linear", by="campaign")
    assert found.select("owner", "conversions").rows() == [("c1", 1.0), (None, 0.0)]


def test_every_conversion_of_an_entry_has_the_touches_before_it() -> None:
    both = results(
        ("anna", "mail", "sent", 0),
        ("anna", None, "Purchase", 1),
        ("anna", "push", "sent", 2),
        ("anna", None, "Purchase", 3),
    )
    found = both.attribution("linear")
    assert found["conversions"].to_list() == [1.5, 0.5, 0, 0]
    rows = both.paths().select("path", "conversions").rows()
    assert rows == [(["mail"], 1), (["mail", "push"], 1)]


def test_markov_knows_entries_that_do_not_convert() -> None:
    # Of seven mails, four go on to a push, and two of those to a purchase; of the other three one does.
    rows: list[tuple[str, str | None, str, float]] = []
    for user, pushed, buys in (
        *[(f"a{n}", True, n < 2) for n in range(4)],
        *[(f"b{n}", False, n < 1) for n in range(3)],
    ):
        rows += [(user, "mail", "sent", 0)]
        rows += [(user, "push", "sent", 1)] if pushed else []
        rows += [(user, None, "Purchase", 2)] if buys else []
    found = results(*rows).attribution("markov")
    # Without the mail nobody converts (1); without the push two of three conversions are lost (2 / 3).
    assert found["conversions"].to_list() == pytest.approx([3 * 0.6, 3 * 0.4, 0, 0])


def test_who_was_held_back_is_credited_to_nobody_where_it_counts() -> None:
    rows = [("anna", "mail", "held_back", 0), ("anna", None, "Purchase", 1)]
    held = results(*rows)
    assert held.attribution("linear")["conversions"].sum() == 0
    assert held.attribution("linear")["share"].to_list() == [None] * 4
    assert held.paths().is_empty()
    counted = held.with_definitions("leanplum")
    assert counted.attribution("linear")["conversions"].to_list() == [0, 0, 0, 1]
    assert counted.paths()["path"].to_list() == [[]]


def test_touches_that_follow_one_another_stand_once_in_a_path(one: rw.Results) -> None:
    assert one.paths()["path"].to_list() == [["mail", "push", "sms"]]
    whole = one.paths(repeats=True)["path"].to_list()
    assert whole == [["mail", "mail", "push", "push", "sms"]]
    assert one.paths(window="7d")["path"].to_list() == [["push", "sms"]]


def test_amounts_in_several_currencies_are_not_added_up() -> None:
    events = pl.DataFrame(
        {
            "user_id": ["a", "a", "b", "b"],
            "action_id": ["mail", None, "mail", None],
            "event": ["sent", "Purchase", "sent", "Purchase"],
            "timestamp": [START, START + timedelta(days=1)] * 2,
            "value": [None, 5.0, None, 7.0],
            "currency": [None, "EUR", None, "USD"],
        }
    )
    mixed = rw.Results(CAMPAIGN, events, time_zone="UTC")
    assert mixed.attribution("linear")["value"].to_list() == [None] * 4
    assert mixed.paths()["value"].to_list() == [None]
    assert mixed.paths()["conversions"].to_list() == [2]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"models": "lineal"}, "unknown model of attribution 'lineal' .did you mean 'linear'"),
        ({"models": ["linear", "u-shaped"]}, "u-shaped"),
        ({"models": []}, "models= is empty"),
        ({"by": "template"}, "template"),
        ({"window": "a week"}, "window= 'a week' is not a duration"),
        ({"window": timedelta(days=-1)}, "negative"),
        ({"half_life": "0d"}, "half_life= is 0"),
    ],
)
def test_what_is_not_known_is_refused(one: rw.Results, asked: dict[str, Any], words: str) -> None:
    with pytest.raises(QueryError, match=words):
        one.attribution(**asked)


def test_a_roll_up_has_no_paths(one: rw.Results) -> None:
    rolled = one.rollup("1d").results(time_zone="UTC")
    for ask in (rolled.attribution, rolled.paths):
        with pytest.raises(QueryError, match="a roll-up cannot tell what each user received"):
            ask()


def test_refreshed_and_stored_results_credit_as_those_read_anew(tmp_path: Path) -> None:
    campaign, events, users = rw.datasets.generate(300, seed=3)
    every = events.lazy().collect().sort("timestamp")
    whole = rw.Results(campaign, every, users, time_zone="UTC")
    folder, half = tmp_path / "events", every.height // 2
    folder.mkdir()
    every[:half].write_parquet(folder / "a.parquet")
    early = rw.Results(campaign, folder, users, time_zone="UTC")
    before = early.attribution("linear")["conversions"].sum()
    every[half:].write_parquet(folder / "b.parquet")
    late = early.refresh()
    assert_frame_equal(late.attribution(), whole.attribution())
    assert before < late.attribution("linear")["conversions"].sum()
    late.save(tmp_path / "mine.rw")
    stored = rw.load(tmp_path / "mine.rw", time_zone="UTC")
    assert_frame_equal(stored.paths(), whole.paths())
