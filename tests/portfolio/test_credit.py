"""Claims and credit: as the plain reference has them, and each goal event once."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings, strategies as st
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets.errors import QueryError
from tests.reference import Query
from tests.reference.case import instant
from tests.reference.portfolio import goal_events
from tests.support.loops import some
from tests.support.portfolios import START, STEP, Drawn, drawn
from tests.support.profiles import examples

pytestmark = pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")
SEEDS = st.integers(0, 2**32 - 1)
RULES = ("last", "first", "shared")
QUERIES = st.sampled_from(
    [
        Query(),
        Query(definitions="leanplum-v2"),
        Query(developers=False),
        Query(clock="entry"),
        Query(start=START + STEP, end=START + 5 * STEP),
    ]
)


def asked_by(portfolio: rw.Portfolio, query: Query) -> rw.Portfolio:
    found = portfolio.with_definitions(rw.DEFINITIONS[query.definitions]).with_clock(query.clock)
    found = found.between(query.start, query.end)
    return found if query.developers else found.analytics()


def expected_claims(asked: Drawn, query: Query, rule: str) -> list[tuple[Any, ...]]:
    """The rows of `claims` as the reference has them."""
    return sorted(
        (
            claim.campaign,
            claim.conversion.user,
            claim.conversion.row["event"],
            instant(claim.conversion.at),
            claim.conversion.value or -1.0,
            claim.touched_by or "",
            None if claim.touched_at is None else instant(claim.touched_at),
            len(goal.claims),
            claim.credit,
            claim.tied,
        )
        for goal in goal_events(asked.cases(), query, rule)
        for claim in goal.claims
    )


@given(SEEDS, QUERIES, st.sampled_from(RULES))
@settings(max_examples=examples(30))
def test_claims_are_those_of_the_reference(seed: int, query: Query, rule: Any) -> None:
    asked = drawn(seed)
    found = asked_by(asked.portfolio(), query).claims(rule)
    rows = found.with_columns(pl.col("value").fill_null(-1.0), pl.col("touched_by").fill_null(""))
    assert sorted(rows.iter_rows()) == expected_claims(asked, query, rule)


@given(SEEDS, QUERIES, st.sampled_from(RULES))
@settings(max_examples=examples(10))
def test_credit_adds_up_to_the_goal_events_and_claims_to_the_overview(
    seed: int, query: Query, rule: Any
) -> None:
    asked = drawn(seed)
    portfolio = asked_by(asked.portfolio(), query)
    found = portfolio.credit(rule)
    assert found["campaign"].to_list() == portfolio.names
    overview = portfolio.overview()
    for ours, metric in (("claimed", "conversions"), ("value_claimed", "goal_value")):
        theirs = overview.filter(metric=metric)["value"].fill_null(0.0)
        assert found[ours].cast(pl.Float64).to_list() == pytest.approx(theirs.to_list())
    goals = goal_events(asked.cases(), query, rule)
    assert found["credited"].sum() == pytest.approx(len(goals))
    worth = sum(c.credit * (c.conversion.value or 0.0) for goal in goals for c in goal.claims)
    assert found["value_credited"].sum() == pytest.approx(worth)
    assert (found["credited"] <= found["claimed"] + 1e-9).all()


def test_drawn_portfolios_have_what_the_rules_are_about() -> None:
    found = pl.concat([drawn(seed).portfolio().claims() for seed in range(25)])
    assert found.filter(pl.col("claims") > 1).height > 9
    assert found.filter("tied").height > 2
    assert set(found["touched_by"].unique()) >= {"interaction", "receipt"}


# ------------------------------------------------------------------------------ one rule at a time

CAMPAIGN = {
    "goal": {"events": ["Purchase"], "mode": "multiple", "value": "value"},
    "attribution_window": "7d",
    "actions": [{"id": "mail", "channel": "email"}],
}


def portfolio_of(*rows: tuple[str, str, int, str], ids: bool = False, **more: Any) -> rw.Portfolio:
    """Campaigns a and b of rows: campaign or nothing, event, hour, user."""
    events = pl.DataFrame(
        [
            {
                "user_id": user,
                "campaign_id": campaign or None,
                "action_id": "mail" if campaign and event != "converted" else None,
                "event": event,
                "timestamp": START + hour * STEP,
                "value": 10.0 if event == "Purchase" else None,
                "event_id": f"{campaign}{event}{hour}" if ids else None,
                **more,
            }
            for campaign, event, hour, user in rows
        ],
        infer_schema_length=None,
    ).cast({"event_id": pl.String, "campaign_id": pl.String})
    return rw.Portfolio(
        {name: rw.Results(CAMPAIGN | {"id": name}, events, time_zone="UTC") for name in ("a", "b")}
    )


def credited(portfolio: rw.Portfolio, rule: Any) -> list[float]:
    return portfolio.credit(rule)["credited"].to_list()


def test_interaction_wins_over_a_later_receipt() -> None:
    found = portfolio_of(
        ("a", "sent", 0, "u"),
        ("a", "clicked", 1, "u"),
        ("b", "sent", 2, "u"),
        ("", "Purchase", 3, "u"),
    )
    assert credited(found, "last") == [1.0, 0.0]
    assert credited(found, "first") == [1.0, 0.0]
    assert credited(found, "shared") == [0.5, 0.5]
    assert found.credit()["claimed"].to_list() == [1, 1]
    assert found.credit("shared")["value_credited"].to_list() == [5.0, 5.0]


def test_last_receipt_counts_where_nobody_interacted() -> None:
    found = portfolio_of(("b", "sent", 0, "u"), ("a", "sent", 1, "u"), ("", "Purchase", 3, "u"))
    assert credited(found, "last") == [1.0, 0.0]
    assert credited(found, "first") == [0.0, 1.0]


def test_of_level_campaigns_the_first_gets_it_and_they_are_named() -> None:
    rows = (("a", "sent", 0, "u"), ("b", "sent", 0, "u"), ("", "Purchase", 3, "u"))
    found = portfolio_of(*rows)
    assert credited(found, "last") == [1.0, 0.0]
    assert found.claims()["tied"].to_list() == [True, True]
    turned = rw.Portfolio({name: found[name] for name in ("b", "a")})
    assert turned.credit()["credited"].to_list() == [1.0, 0.0]
    assert turned.credit()["campaign"].to_list() == ["b", "a"]


def test_two_purchases_of_one_instant_are_two() -> None:
    purchase = ("", "Purchase", 3, "u")
    rows = (("a", "sent", 0, "u"), ("b", "sent", 1, "u"), purchase, purchase)
    assert portfolio_of(*rows).credit()["credited"].to_list() == [0.0, 2.0]
    assert portfolio_of(*rows, ids=True).credit()["credited"].to_list() == [0.0, 1.0]


def test_conversions_of_the_source_are_one_by_user_and_instant_whatever_their_ids() -> None:
    rows = (
        ("a", "sent", 0, "u"),
        ("b", "sent", 1, "u"),
        ("a", "converted", 3, "u"),
        ("b", "converted", 3, "u"),
    )
    found = portfolio_of(*rows, ids=True)
    assert found.credit()["claimed"].to_list() == [1, 1]
    assert credited(found, "last") == [0.0, 1.0]


def test_value_in_several_currencies_is_not_added_up() -> None:
    rows = (("a", "sent", 0, "u"), ("", "Purchase", 1, "u"), ("", "Purchase", 2, "u"))
    found = portfolio_of(*rows, currency="EUR")
    assert found.credit()["value_claimed"].to_list() == [20.0, 0.0]
    events = found["a"]._session.source.events
    assert isinstance(events, pl.DataFrame)
    mixed = events.with_columns(
        currency=pl.when(pl.col("timestamp") > START + STEP)
        .then(pl.lit("USD"))
        .otherwise("currency")
    )
    other = rw.Results(CAMPAIGN | {"id": "a"}, mixed, time_zone="UTC")
    both = rw.Portfolio({"a": found["a"], "mixed": other}).credit()
    assert both["value_claimed"].to_list() == [20.0, None]
    assert both["value_credited"].to_list() == [20.0, None]


def test_unknown_rule_and_roll_ups_are_refused() -> None:
    found = portfolio_of(("a", "sent", 0, "u"), ("b", "sent", 0, "u"))
    with pytest.raises(QueryError, match="unknown rule of credit 'lst'"):
        found.credit("lst")  # type: ignore[arg-type]
    rolled = rw.Portfolio([found["a"].rollup("1d").results(time_zone="UTC")])
    with pytest.raises(QueryError, match="these are roll-ups, which hold none"):
        rolled.credit()


def test_engines_say_the_same() -> None:
    import duckdb

    for seed in some([4, 8, 15]):
        asked = drawn(seed)
        with duckdb.connect() as connection:
            table = connection.from_arrow(asked.events.to_arrow())
            on_engine = rw.Portfolio(
                {
                    name: rw.Results(one, table, asked.users, time_zone="UTC")
                    for name, one in asked.campaigns.items()
                }
            )
            assert_frame_equal(on_engine.credit(), asked.portfolio().credit())
