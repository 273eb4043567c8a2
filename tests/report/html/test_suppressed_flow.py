"""The flow of a page without its small counts, by flows made by hand."""

from collections.abc import Mapping
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.report.html.suppression import hide
from tests.support.examples import case

LEAST = 10
CHAIN: list[dict[str, Any]] = [
    {"id": "one", "channel": "email", "parent": None},
    {"id": "two", "channel": "email", "parent": "one"},
]
SCHEMA: dict[str, Any] = {
    **dict.fromkeys(("scope", "action_id", "channel", "metric"), pl.String),
    **dict.fromkeys(("value", "numerator", "denominator", "low", "high", "previous"), pl.Float64),
}


def arm(
    id_: str | None,
    one: int,
    two: int,
    *,
    both: int | None = None,
    conversions: tuple[int, int, int] = (0, 0, 0),
    entries: int | None = None,
    still_open: int = 0,
) -> dict[str, Any]:
    """An arm of two actions: users who received each, and both; conversions of each and of none."""
    both = two if both is None else both
    numbers = zip(("one", "two"), (one, two), conversions, strict=False)
    nodes = [
        {"action_id": action, "users_received": users, "share_of_entries": 0.5, "conversions": n}
        for action, users, n in numbers
    ]
    share = both / one if one else None
    edge = {"source": "one", "target": "two", "users": both, "share": share}
    return {
        "id": id_,
        "entries": one if entries is None else entries,
        "conversions": sum(conversions),
        "open": still_open,
        "unattributed": conversions[2],
        "nodes": nodes,
        "edges": [{**edge, "drop_off": None if share is None else 1 - share}],
    }


def hidden(
    *arms: dict[str, Any], held_back: int | None = None, rows: tuple[Any, ...] = ()
) -> dict[str, Any]:
    """The state of a page with these arms, and no small count."""
    asked = case("anna one sent 01T10:00", actions=CHAIN)
    results = rw.Results(dict(asked.campaign), asked.events, time_zone="UTC")
    state = {
        "_metrics": pl.DataFrame([*rows], schema=SCHEMA, orient="row"),
        "_flow": {"arms": [*arms], "held_back": held_back},
        "_campaign": {"actions": CHAIN},
        "_status": {"users_with_developers": 200, "users_without_developers": 200},
        "_trends": {"users": [1, 2, 3]},
    }
    return hide(state, results._session.metrics(hidden=True), LEAST, held_back_counted=False)


def users(page: Mapping[str, Any], place: int = 0) -> tuple[Any, ...]:
    """What an arm shows of users: who received each action, and the edge between them."""
    shown = page["_flow"]["arms"][place]
    (edge,) = shown["edges"]
    return *(node["users_received"] for node in shown["nodes"]), edge["users"], edge["share"]


def test_large_counts_are_all_shown() -> None:
    whole = arm(None, 100, 50, conversions=(20, 30, 40), still_open=60)
    page = hidden(whole, held_back=40)
    assert page["_flow"] == {"arms": [whole], "held_back": 40}
    # Each point of a sparkline is a count.
    assert page["_trends"] == {}


def test_a_small_edge_hides_its_share_and_drop_off() -> None:
    page = hidden(arm(None, 100, 50, both=5))
    assert users(page) == (100, 50, None, None)
    assert page["_flow"]["arms"][0]["edges"][0]["drop_off"] is None


def test_few_who_did_not_go_on_are_no_difference_of_what_is_shown() -> None:
    assert users(hidden(arm(None, 100, 95))) == (100, 95, None, None)
    assert users(hidden(arm(None, 100, 90))) == (100, 90, 90, 0.9)


@pytest.mark.parametrize(
    ("conversions", "shown"),
    [
        # One small count would be the total less the others: the smallest of those goes too.
        ((20, 4, 30), (None, None, 30, 54)),
        ((40, 30, 4), (40, None, None, 74)),
        # Two small counts are unknown both; together they are still fewer than may be told.
        ((4, 3, 30), (None, None, None, 37)),
        ((8, 6, 30), (None, None, 30, 44)),
        ((0, 20, 0), (0, 20, 0, 20)),
    ],
)
def test_conversions_are_not_told_by_their_total(
    conversions: tuple[int, int, int], shown: tuple[int | None, ...]
) -> None:
    (found,) = hidden(arm(None, 100, 50, conversions=conversions))["_flow"]["arms"]
    by_action = [node["conversions"] for node in found["nodes"]]
    assert (*by_action, found["unattributed"], found["conversions"]) == shown


def test_a_small_arm_is_not_everyone_less_the_other_arms() -> None:
    arms = [arm(None, 105, 60), arm("A", 100, 57), arm("B", 5, 3)]
    page = hidden(*arms)
    assert [users(page, place) for place in range(3)] == [
        (105, 60, 60, 60 / 105),
        (None, None, None, None),
        (None, None, None, None),
    ]
    assert [one["entries"] for one in page["_flow"]["arms"]] == [105, None, None]
    shares = [
        node["share_of_entries"] for one in page["_flow"]["arms"][1:] for node in one["nodes"]
    ]
    assert shares == [None] * 4


def test_three_arms_hide_the_smallest_beside_a_small_one() -> None:
    arms = [arm(None, 165, 90), arm("A", 100, 50), arm("B", 60, 37), arm("C", 5, 3)]
    page = hidden(*arms)
    assert [one["entries"] for one in page["_flow"]["arms"]] == [165, 100, None, None]
    assert users(page, 1) == (100, 50, 50, 0.5)


def test_a_share_of_a_hidden_count_does_not_tell_it() -> None:
    # Of A, 95 received the first action, which is hidden because of B's 5; 60 of them went on.
    arms = [arm(None, 100, 80, both=75), arm("A", 95, 60), arm("B", 5, 20, both=15)]
    page = hidden(*arms)
    one, two, both, share = users(page, 1)
    assert (one, two, both) == (None, 60, 60)
    # 60 divided by their share would be 95, of the edge or of all entries.
    assert share is None
    assert page["_flow"]["arms"][1]["edges"][0]["drop_off"] is None
    assert [node["share_of_entries"] for node in page["_flow"]["arms"][1]["nodes"]] == [None, None]
    assert [node["share_of_entries"] for node in page["_flow"]["arms"][0]["nodes"]] == [0.5, 0.5]


@pytest.mark.parametrize(("count", "shown"), [(9, None), (10, 10), (0, 0), (None, None)])
def test_few_who_were_held_back_are_hidden(count: int | None, shown: int | None) -> None:
    assert hidden(arm(None, 100, 50), held_back=count)["_flow"]["held_back"] == shown


@pytest.mark.parametrize(
    ("everyone", "without", "shown"),
    [
        (None, 100, 100),
        (100, None, None),
        (None, 9, None),
        (100, 90, 90),
        (100, 91, None),
        (100, 99, None),
        (100, 1, None),
        (100, 10, 10),
        (100, 100, 100),
        (9, 0, None),
        (10, 0, 0),
        (100, 0, 0),
    ],
)
def test_few_developers_are_hidden(
    everyone: int | None, without: int | None, shown: int | None
) -> None:
    asked = case("anna one sent 01T10:00", actions=CHAIN)
    results = rw.Results(dict(asked.campaign), asked.events, time_zone="UTC")
    state = {
        "_metrics": pl.DataFrame(schema=SCHEMA),
        "_flow": {"arms": [], "held_back": None},
        "_campaign": {"actions": CHAIN},
        "_status": {"users_with_developers": everyone, "users_without_developers": without},
    }
    status = hide(state, results._session.metrics(hidden=True), LEAST, held_back_counted=False)[
        "_status"
    ]
    assert status == {"users_with_developers": everyone, "users_without_developers": shown}


def test_users_hidden_in_a_metric_are_hidden_in_the_status() -> None:
    rows = (("campaign", None, None, "unique_users", 9.0, None, None, None, None, None),)
    assert hidden(arm(None, 100, 50), rows=rows)["_status"]["users_with_developers"] is None
    assert hidden(arm(None, 100, 50))["_status"]["users_with_developers"] == 200
