"""Distinct users of any days from cells of days: the engine's own, whatever the range."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

import results_widgets as rw
from results_widgets.engine.calendar import from_micros
from results_widgets.engine.metrics.day_cells import Name, distinct_by_day
from tests.support.answers import FromPackage
from tests.support.profiles import examples
from tests.support.strategies import Question, questions

ZONE = "America/Los_Angeles"


def known(view: rw.Results) -> dict[Name, float]:
    """The engine's numbers."""
    frames = {
        ("campaign", ""): view.overview().select(pl.lit(""), "metric", "value"),
        ("channel", ""): view.channels().select("channel", "metric", "value"),
        ("action", ""): view.actions().select("action_id", "metric", "value"),
    }
    found = {
        (scope, owner, metric): value
        for (scope, _), frame in frames.items()
        for owner, metric, value in frame.iter_rows()
    }
    edges = view.flow().edges.select("target", "users").iter_rows()
    both = {("action", target, "both_received"): users for target, users in edges}
    by_event = replace(view.definitions, rate_clock="event")
    held = view.with_definitions(by_event).overview().filter(metric="held_back_converted_rate")
    hidden = {("campaign", "", "held_back_converted"): held["numerator"][0]}
    # What rates of the entries of these days are made of.
    for metric, numerator in view.overview().select("metric", "numerator").iter_rows():
        hidden["campaign", "", view.describe(metric).numerator or ""] = numerator
    return {**found, **both, **hidden}


def check(results: rw.Results, first: int, last: int) -> None:
    """Hold every cell against the engine, for days counted from the first of the axis."""
    cells: Mapping[Name, pl.DataFrame] = distinct_by_day(results._session.scoped())
    start = from_micros(results._session.span()[0], results.time_zone).date()
    view = results.between(start + timedelta(days=first), start + timedelta(days=last))
    engine = known(view)
    for name, frame in cells.items():
        new = pl.col("before") < first
        inside = pl.col("last").is_between(first, last) & (pl.col("first") >= first)
        assert frame.filter(inside, new)["users"].sum() == engine[name], name
    if results.definitions.name != "leanplum-v2":
        # There users are added up day by day, as counts are.
        units = {m.key: m.unit for m in results._session.metrics()}
        distinct = {
            name
            for name, value in engine.items()
            if units.get(name[2]) in ("users", "entries") and value is not None
        }
        assert distinct <= set(cells)


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return rw.Results(*rw.datasets.generate(600, seed=3), time_zone=ZONE)


@pytest.mark.parametrize(("first", "last"), [(0, 60), (0, 0), (5, 19), (20, 20), (7, 41)])
def test_days_are_the_engines(results: rw.Results, first: int, last: int) -> None:
    check(results, first, last)
    check(results.analytics(), first, last)
    check(results.in_time_zone("Asia/Tokyo"), first, last)


def test_users_of_a_range_have_no_days_before_it(results: rw.Results) -> None:
    days = results.between("2026-03-10", "2026-04-01")
    cells = distinct_by_day(days._session.scoped())["campaign", "", "unique_users"]
    assert cells.filter(before=-1)["users"].sum() == days.unique_users()
    assert cells["last"].max() == 22


@settings(max_examples=examples(40))
@given(questions(), st.integers(0, 9), st.integers(0, 9))
def test_days_of_any_campaign_are_the_engines(asked: Question, one: int, other: int) -> None:
    results = FromPackage(asked.case, asked.query).results
    if results._session.query.bounded:
        # Days within days of one's own are those of the shorter range.
        results = results.between(None, None)
    check(results, *sorted((one, other)))


def test_estimates_have_no_cells(results: rw.Results) -> None:
    scoped = results._session.scoped()
    assert (
        distinct_by_day(replace(scoped, query=replace(scoped.query, uniques="approximate"))) == {}
    )
