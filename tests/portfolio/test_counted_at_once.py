"""Numbers of several campaigns are counted at once, and each is the one of its campaign alone."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings, strategies as st
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets.engine.metrics.several import answers
from results_widgets.results import several
from results_widgets.view_model.campaigns import campaigns_state
from tests.support.loops import some
from tests.support.portfolios import Drawn, drawn
from tests.support.profiles import examples

SEEDS = st.integers(0, 2**32 - 1)

SCOPES: dict[str, Any] = {
    "whole": lambda one: one,
    "between": lambda one: one.between("2026-03-29", "2026-03-29"),
    "definitions": lambda one: one.with_definitions("leanplum"),
    "entry clock": lambda one: one.with_clock("entry"),
    "credit": lambda one: one.with_attribution("first_touch"),
    "without developers": lambda one: one.analytics(),
    "users by day": lambda one: one.with_definitions(
        replace(one.definitions, name="by day", unique="user_day")
    ),
    "held back counted": lambda one: one.with_definitions(
        replace(one.definitions, name="counted", held_back="counted")
    ),
}


@contextmanager
def answered() -> Iterator[list[int]]:
    """The number of answers of each question that is asked of several campaigns at once."""
    found: list[int] = []

    def noted(*asked: Any) -> Any:
        every = list(answers(*asked))
        found.append(len(every))
        return every

    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        patch.setattr(several, "answers", noted)
        yield found


def with_arms(asked: Drawn) -> Drawn:
    """The same where some users are held back from first actions, some exit, and one campaign has no row."""
    random, roots = Random(asked.seed), [f"{one['id']}-a0" for one in asked.campaigns.values()]
    is_root = pl.col("action_id").is_in(roots) & (pl.col("event") == "sent")
    chosen = pl.Series(
        [random.random() < 0.3 for _ in range(asked.events.height)], dtype=pl.Boolean
    )
    clicked = pl.col("event") == "clicked"
    events = asked.events.with_columns(
        event=pl.when(is_root & chosen)
        .then(pl.lit("held_back"))
        .when(clicked & chosen)
        .then(pl.lit("exited"))
        .otherwise("event")
    )
    first = next(iter(asked.campaigns.values()))
    empty = {**first, "id": "empty", "actions": [{"id": "empty-a0", "channel": "email"}]}
    return Drawn(asked.seed, {**asked.campaigns, "Empty": empty}, events, asked.users)


def opened(asked: Drawn, scope: str) -> dict[str, rw.Results]:
    """The campaigns of one log, or each with a frame of its own; the days of every third are Tokyo's."""
    if asked.seed % 2:
        made = asked.results()
    else:
        made = {
            name: rw.Results(one.campaign, one.events, one.users, time_zone="UTC")
            for name, one in asked.cases().items()
            if not one.events.is_empty()
        }
    return {
        name: SCOPES[scope](one.in_time_zone("Asia/Tokyo") if place % 3 == 2 else one)
        for place, (name, one) in enumerate(made.items())
    }


@given(SEEDS, st.sampled_from([*SCOPES]))
@settings(max_examples=examples(60))
def test_numbers_are_those_of_each_alone(seed: int, scope: str) -> None:
    asked = with_arms(drawn(seed))
    with answered():
        together, alone = opened(asked, scope), opened(asked, scope)
        if not together:
            return
        found = rw.Portfolio(together).overview(interval=0.95)
        expected = [
            one.overview(interval=0.95).select(pl.lit(name).alias("campaign"), pl.all())
            for name, one in some(alone.items())
        ]
        assert_frame_equal(found, pl.concat(expected), check_exact=True)


@given(SEEDS, st.sampled_from([*SCOPES]), st.sampled_from(["1h", "1d", "1w", "1mo"]), st.booleans())
@settings(max_examples=examples(40))
def test_series_are_those_of_each_alone(
    seed: int, scope: str, every: Any, cumulative: bool
) -> None:
    asked = with_arms(drawn(seed))
    names: list[Any] = ["users", "converted_rate", "engaged", "goal_value", "engagement_rate"]
    metric = Random(seed).choice(names)
    with answered():
        together, alone = (
            {name: one.in_time_zone("Europe/Berlin") for name, one in opened(asked, scope).items()}
            for _ in range(2)
        )
        if not together:
            return
        found = rw.Portfolio(together).explore(metric, every=every, cumulative=cumulative)
        expected = [
            one.explore(metric, every=every, cumulative=cumulative).select(
                pl.lit(name).alias("campaign"), pl.all()
            )
            for name, one in some(alone.items())
        ]
        assert_frame_equal(found, pl.concat(expected), check_exact=True)


@given(SEEDS, st.sampled_from([*SCOPES]))
@settings(max_examples=examples(30))
def test_rows_of_a_list_are_those_of_each_alone(seed: int, scope: str) -> None:
    asked = with_arms(drawn(seed))
    with answered():
        together, alone = opened(asked, scope), opened(asked, scope)
        if not together:
            return
        rows: Any = campaigns_state(rw.Portfolio(together))["rows"]
        for row, (name, one) in some(zip(rows, alone.items(), strict=True)):
            assert campaigns_state(rw.Portfolio({name: one}))["rows"] == [row]


def test_each_question_is_asked_once_of_all_of_one_scope() -> None:
    made = {
        str(seed): rw.Results(*rw.datasets.generate(60, seed=seed), time_zone="UTC")
        for seed in range(4)
    }
    made["3"] = made["3"].in_time_zone("Asia/Tokyo")
    with answered() as counted:
        portfolio = rw.Portfolio(made)
        portfolio.overview()
        assert counted == [3]
        portfolio.overview()
        assert counted == [3, 0]
