"""Bit masks that stay on an engine count as its group-bys do."""

from collections.abc import Iterator
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets import datasets
from results_widgets.engine.counting import dispatch
from results_widgets.engine.counting.folded import both_by_folded, by_folded, folds
from results_widgets.engine.counting.group_by import both_by_join, by_group
from results_widgets.engine.encoding import bitmask
from results_widgets.engine.query import Grouping
from results_widgets.engine.scoped import Kind, ScopedRows
from tests.support import strategies
from tests.support.definition_sets import definitions_of
from tests.support.engines import REUSED
from tests.support.profiles import examples
from tests.support.warehouses import in_micros

KINDS: tuple[Kind, ...] = ("events", "engaging", "entry_events")


@pytest.fixture(scope="module")
def connection() -> Iterator[Any]:
    with duckdb.connect() as connection:
        yield connection


@pytest.fixture
def short_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few codes take several words."""
    monkeypatch.setattr(bitmask, "_BITS", 5)


def known(frame: pl.DataFrame) -> pl.DataFrame:
    """The counts in one order; a set that nobody is in may be left out."""
    numbers = [name for name in ("_count", "_users") if name in frame.columns]
    filled = frame.select("_set", pl.col(numbers).fill_null(0).cast(pl.Int64))
    return filled.filter(pl.any_horizontal(pl.col(numbers) > 0)).sort("_set")


@settings(max_examples=examples(6), suppress_health_check=REUSED)
@given(asked=strategies.questions())
def test_masks_count_as_group_bys_do(
    connection: Any, short_words: None, asked: strategies.Question
) -> None:
    case, query = asked.case, asked.query
    events = connection.from_arrow(in_micros(case.events).to_arrow())
    results = rw.Results(
        case.campaign,
        events,
        case.users,
        definitions=definitions_of(query.definitions),
        time_zone=query.zone,
    ).analytics(developers=query.developers)
    scoped = ScopedRows(results._session.data, results._session.query, Grouping())
    codes, random = scoped.data.codes, asked.choose("sets")
    every = codes.channel_events
    sets = [tuple(random.sample(every, random.randint(1, len(every)))) for _ in range(4)]
    sets += [codes.interacted(scoped.query.definitions), (), every]
    pairs = [(random.choice(sets), random.choice(sets)) for _ in range(5)]
    for kind in KINDS:
        for unit in (["user"], []):
            assert folds(scoped, sets, unit, kind)
            quick, plain = by_folded(scoped, sets, unit, kind), by_group(scoped, sets, unit, kind)
            assert_frame_equal(known(quick), known(plain))
        both = both_by_join(scoped, pairs, kind).select("_set", "_users")
        assert_frame_equal(known(both_by_folded(scoped, pairs, kind)), known(both))


def test_a_campaign_is_folded_once_and_its_events_are_not_grouped_again(
    connection: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign, lazy, _ = datasets.generate(100, seed=5)
    events = lazy.lazy().collect()
    there = rw.Results(campaign, connection.from_arrow(events.to_arrow()))
    grouped: list[Kind] = []

    def noted(scoped: ScopedRows, sets: Any, unit: list[str], kind: Kind) -> pl.DataFrame:
        grouped.append(kind)
        return by_group(scoped, sets, unit, kind)

    monkeypatch.setattr(dispatch, "by_group", noted)
    monkeypatch.setattr(dispatch, "both_by_join", None)
    ours = rw.Results(campaign, events)
    # A single set is counted as fast by itself.
    assert_frame_equal(there.overview(), ours.overview())
    assert masks_of(there) == []
    grouped.clear()
    assert_frame_equal(there.actions(), ours.actions())
    assert_frame_equal(there.channels(), ours.channels())
    assert not {*grouped} & {*KINDS}
    assert masks_of(there) == ["events"]
    # Masks of every range that somebody looks at would fill the engine.
    there.between("2026-03-16", "2026-03-18").channels()
    assert "events" in grouped
    assert masks_of(there) == ["events"]


def masks_of(results: rw.Results) -> list[object]:
    """Of which rows masks are kept."""
    known = results._session.data.cache._values
    return [key.of[0] for key in known if key.name == "folded masks"]
