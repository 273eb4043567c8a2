"""Attribution over campaigns: each goal event once, divided among the touches of all that claim it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

import results_widgets as rw
from results_widgets.errors import QueryError
from tests.reference import Query
from tests.reference.attribution import Journeys, Path, Touch, steps_before, touches
from tests.reference.portfolio import goal_events
from tests.reference.walk import walk
from tests.support.credit import same_credit
from tests.support.portfolios import START, STEP, Drawn, drawn
from tests.support.profiles import examples

pytestmark = pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")
QUERIES = st.sampled_from(
    [
        Query(),
        Query(definitions="leanplum-v2"),
        Query(developers=False),
        Query(clock="entry"),
        Query(start=START + STEP, end=START + 5 * STEP),
    ]
)


def expected(asked: Drawn, query: Query, by: str, window: int | None) -> Journeys:
    """Each goal event with the touches of all campaigns that claim it, the first of the portfolio first."""
    cases = asked.cases()

    def owned(name: str, found: list[Touch]) -> list[Touch]:
        return [replace(one, owner=name) for one in found] if by == "campaign" else found

    paths = []
    for goal in goal_events(cases, query, "shared"):
        found = [
            (touch.at, place, touch)
            for place, claim in enumerate(goal.claims)
            for touch in owned(
                claim.campaign,
                touches(cases[claim.campaign], steps_before(claim.conversion, window), by),
            )
        ]
        # The claims stand in the order of the portfolio, and sorting keeps the order of what is level.
        own = [touch for _, _, touch in sorted(found, key=lambda one: one[:2])]
        first = goal.claims[0].conversion
        paths.append(Path(first.at, first.value or 0.0, None, own))
    unconverted = [
        [touch.owner for touch in owned(name, touches(case, entry.steps, by))]
        for name, case in cases.items()
        for entry in walk(case, query)
        if not entry.held_back and query.holds(entry.started_at) and not entry.converted
    ]
    return Journeys(paths, unconverted)


@given(
    st.integers(0, 2**32 - 1),
    QUERIES,
    st.sampled_from(["campaign", "channel"]),
    st.sampled_from([None, timedelta(0), 2 * STEP]),
)
@settings(max_examples=examples(30))
def test_every_model_credits_as_the_reference_does(
    seed: int, query: Query, by: Any, window: timedelta | None
) -> None:
    asked = drawn(seed)
    portfolio = asked.portfolio().with_definitions(rw.DEFINITIONS[query.definitions])
    portfolio = portfolio.with_clock(query.clock).between(query.start, query.end)
    portfolio = portfolio if query.developers else portfolio.analytics()
    micros = None if window is None else round(window.total_seconds() * 1_000_000)
    found = portfolio.attribution(None, by, window, STEP)
    same_credit(found, expected(asked, query, by, micros), STEP)
    linear = found.filter(model="linear")["conversions"].sum()
    assert linear == pytest.approx(portfolio.credit()["credited"].sum())


def one_log(*rows: tuple[str | None, str, int]) -> rw.Portfolio:
    """Two campaigns of rows: campaign or none, event, hour."""
    events = pl.DataFrame(
        [
            {
                "user_id": "anna",
                "campaign_id": campaign,
                "action_id": campaign and "mail",
                "event": event,
                "timestamp": START + hour * STEP,
                "value": 10.0 if event == "Purchase" else None,
            }
            for campaign, event, hour in rows
        ]
    )
    campaign = {
        "goal": {"events": ["Purchase"]},
        "attribution_window": "7d",
        "actions": [{"id": "mail", "channel": "email"}],
    }
    return rw.Portfolio(
        {name: rw.Results(campaign | {"id": name}, events, time_zone="UTC") for name in ("a", "b")}
    )


def test_a_purchase_that_two_claim_is_divided_once() -> None:
    two = one_log(("a", "sent", 0), ("b", "sent", 1), ("b", "clicked", 2), (None, "Purchase", 3))
    found = two.attribution(["first_touch", "last_touch", "linear", "shapley"])
    rows = (
        found.filter(pl.col("owner").is_not_null()).select("owner", "conversions", "value").rows()
    )
    assert rows == [
        *[("a", 1.0, 10.0), ("b", 0.0, 0.0)],
        *[("a", 0.0, 0.0), ("b", 1.0, 10.0)],
        *[("a", pytest.approx(1 / 3), pytest.approx(10 / 3))],
        *[("b", pytest.approx(2 / 3), pytest.approx(20 / 3))],
        *[("a", 0.5, 5.0), ("b", 0.5, 5.0)],
    ]
    assert two.attribution("linear", by="channel")["conversions"].to_list() == [1.0, 0.0]


def test_what_is_not_known_is_refused() -> None:
    two = one_log(("a", "sent", 0), ("b", "sent", 1))
    with pytest.raises(QueryError, match=r"unknown kind of owner \(by=\) 'action'"):
        two.attribution(by="action")  # type: ignore[arg-type]
    assert two.attribution("linear")["share"].to_list() == [None] * 3
