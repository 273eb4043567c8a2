"""The walk: which rows it looks at."""

import warnings
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import polars as pl
from hypothesis import given, settings, strategies as st
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.backends.memory.event_log import EventLog
from results_widgets.engine.backends.memory.journeys import build_journeys, rules_of
from results_widgets.engine.journeys.rules import Rules
from tests.support.loops import some
from tests.support.portfolios import drawn
from tests.support.profiles import examples


class Whole(EventLog):
    """A log whose rows are all walked over."""

    def walked(self, rules: Rules) -> pl.DataFrame:
        return self.rows


def with_many_purchases(events: pl.DataFrame) -> pl.DataFrame:
    """Events with purchases of every user from before the first row to after the last, an hour apart."""
    hours = pl.DataFrame({"hour": [timedelta(hours=one) for one in range(-60, 61)]})
    first = events.group_by("user_id").agg(pl.col("timestamp").min())
    more = first.join(hours, how="cross").select(
        "user_id", event=pl.lit("Purchase"), timestamp=pl.col("timestamp") + pl.col("hour")
    )
    return pl.concat([events, more], how="diagonal").sort("timestamp")


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=examples(30))
def test_where_most_rows_are_purchases_those_outside_of_entries_are_left_out(seed: int) -> None:
    asked = drawn(seed)
    for one in some(asked.campaigns.values()):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made = rw.Results(one, with_many_purchases(asked.events), time_zone="UTC")
            data: Any = made._session.data
            assert isinstance(data, MemoryBackend)
            log: EventLog = data.log
            rules = rules_of(log, data.campaign, made.definitions)
        whole = Whole(**{one.name: getattr(log, one.name) for one in fields(log)})
        found, expected = (
            build_journeys(rows, data.campaign, made.definitions, rules) for rows in (log, whole)
        )
        assert_frame_equal(found.entries, expected.entries)
        assert_frame_equal(found.conversions, expected.conversions)
        span = 121 * len(asked.users)
        if one["attribution_window"] != "100h" and log.height > span // 2:
            assert log.walked(rules).height < log.height


def test_of_purchases_after_the_only_first_action_one_is_walked_over_where_one_counts() -> None:
    campaign, events, _ = rw.datasets.generate(200, seed=1)
    assert isinstance(events, pl.DataFrame)
    many = with_many_purchases(events).sort("timestamp")
    walked = {}
    for mode in ("single", "multiple"):
        goal = replace(campaign.goal, mode=mode)
        made = rw.Results(replace(campaign, goal=goal), many, time_zone="UTC")
        data: Any = made._session.data
        walked[mode] = data.log.walked(rules_of(data.log, data.campaign, made.definitions)).height
    assert 2 * walked["single"] < walked["multiple"]
