"""Ranges of large data: the first are counted from rows as they are, later ones from an index."""

from concurrent.futures import Future
from typing import Any

import pytest
from hypothesis import given, settings
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets.engine.counting import dispatch
from results_widgets.engine.counting.indexes import Indexes, indexes_of
from tests.support.definition_sets import definitions_of
from tests.support.profiles import examples
from tests.support.strategies import Question, questions


def _indexes(results: rw.Results) -> Indexes:
    found = indexes_of(results._session.data, results.definitions)
    assert found is not None
    return found


@settings(max_examples=examples(20))
@given(asked=questions())
def test_rows_as_they_are_give_the_numbers_that_indexes_give(asked: Question) -> None:
    case, query = asked.case, asked.query

    def frames(fewest: int) -> list[Any]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(dispatch, "SLOW_TO_SORT", fewest)
            results = rw.Results(
                dict(case.campaign),
                case.events,
                case.users,
                definitions=definitions_of(query.definitions),
                time_zone=query.zone,
            )
            results = results.between(query.start, query.end)
            results = results.analytics(developers=query.developers)
            grouped = [results.actions(by=by) for by in asked.columns]
            return [results.overview(), results.channels(), *results.flow(), *grouped]

    expected = frames(1_000_000)
    assert len(expected) >= 4
    for one, other in zip(frames(0), expected, strict=True):
        assert_frame_equal(one, other)


def test_the_third_range_is_worth_an_index(
    lifelike: rw.Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "SLOW_TO_SORT", 0)
    results = lifelike.refresh()
    indexes = _indexes(results)
    days = ("2026-03-10", "2026-03-11", "2026-03-12")
    known = []
    for day in days:
        results.between(day, "2026-03-20").overview()
        known.append(indexes.known("events") is not None)
    assert known == [False, False, True]


def test_nobody_waits_for_an_index_that_another_thread_makes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dispatch, "SLOW_TO_SORT", 0)
    results = rw.Results(*rw.datasets.generate(100, seed=1), time_zone="UTC")
    indexes = _indexes(results)
    for kind in ("events", "entries", "reached", "entry_engaged"):
        # What a thread that never ends leaves in the cache.
        results._session.data.cache._values[indexes._key(kind)] = Future()
        assert indexes.is_being_made(kind)
    for day in range(10, 15):
        assert results.between(f"2026-03-{day}", "2026-03-20").overview().height > 5
