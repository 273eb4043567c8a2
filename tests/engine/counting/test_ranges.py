"""Ranges of large data: the first are counted from rows as they are, later ones from an index."""

from concurrent.futures import Future
from threading import Event, Thread
from typing import Any, Final

import pytest
from hypothesis import given, settings
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets.engine import background
from results_widgets.engine.background import later, turns
from results_widgets.engine.counting import dispatch
from results_widgets.engine.counting.indexes import Indexes, indexes_of
from results_widgets.engine.scoped import Kind
from results_widgets.errors import QueryError
from tests.support.definition_sets import definitions_of
from tests.support.profiles import examples
from tests.support.strategies import Question, questions

PATIENCE: Final = 20


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


def _asked(results: rw.Results, day: int) -> list[Any]:
    """Everything of a range that a screen shows."""
    seen = results.between(f"2026-03-{day}", "2026-03-20")
    by = seen.overview(by="variant")
    return [seen.overview(), seen.actions(), seen.explore("engaged"), *seen.flow(), by]


def test_from_the_third_range_on_a_thread_sorts_and_later_ones_are_counted_over_that(
    lifelike: rw.Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "SLOW_TO_SORT", 0)
    results = lifelike.refresh()
    indexes = _indexes(results)
    known = []
    with turns.click():
        # While clicks are answered nothing is sorted.
        for day in (10, 11, 12):
            _asked(results, day)
            known.append(indexes.known("events") is not None)
    assert known == [False, False, False]
    assert later.wait(PATIENCE)
    index = indexes.known("events")
    assert index is not None

    def never(*_: object, **__: object) -> None:
        raise AssertionError

    for name in ("by_mask", "both_by_mask", "by_group", "both_by_join"):
        monkeypatch.setattr(dispatch, name, never)
    found = results.between("2026-03-13", "2026-03-20")
    assert found.overview().height > 5
    assert found.explore("engaged").height > 5
    monkeypatch.undo()
    expected = _asked(rw.Results(*rw.datasets.generate(100, seed=1), time_zone="UTC"), 13)
    again = rw.Results(*rw.datasets.generate(100, seed=1), time_zone="UTC")
    for one, other in zip(_asked(again, 13), expected, strict=True):
        assert_frame_equal(one, other)


def test_two_ranges_are_not_worth_a_thread(
    lifelike: rw.Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "SLOW_TO_SORT", 0)
    results = lifelike.refresh()
    for day in (10, 11):
        _asked(results, day)
    assert later.wait(0)
    assert _indexes(results).known("events") is None


def test_where_there_are_no_threads_the_third_range_is_sorted_at_once(
    lifelike: rw.Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Unstarted(Thread):
        def start(self) -> None:
            raise RuntimeError("can't start new thread")

    monkeypatch.setattr(dispatch, "SLOW_TO_SORT", 0)
    results = lifelike.refresh()
    known = []
    with monkeypatch.context() as patch:
        patch.setattr(background, "Thread", Unstarted)
        for day in (10, 11, 12):
            results.between(f"2026-03-{day}", "2026-03-20").unique_users()
            known.append(_indexes(results).known("entries") is not None)
    assert known == [False, False, True]


def test_nobody_waits_for_an_index_that_another_thread_makes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dispatch, "SLOW_TO_SORT", 0)
    results = rw.Results(*rw.datasets.generate(100, seed=1), time_zone="UTC")
    indexes = _indexes(results)
    made: dict[Kind, Future[Any]] = {
        kind: Future() for kind in ("events", "entries", "reached", "entry_engaged")
    }
    for kind, future in made.items():
        # What a thread that never ends leaves in the cache.
        results._session.data.cache._values[indexes._key(kind)] = future
    for day in range(10, 15):
        assert len(_asked(results, day)) > 4
    for kind, future in made.items():
        del results._session.data.cache._values[indexes._key(kind)]
        future.set_exception(QueryError("the thread failed"))
    # So do those that waited for it, and nobody is told.
    assert later.wait(PATIENCE)
    assert len(_asked(results, 15)) > 4


def test_nobody_waits_for_sets_that_another_thread_sorts(monkeypatch: pytest.MonkeyPatch) -> None:
    results = rw.Results(*rw.datasets.generate(100, seed=1), time_zone="UTC")
    expected = [_asked(results, day) for day in range(10, 15)]
    monkeypatch.setattr(dispatch, "SLOW_TO_SORT", 0)
    results = rw.Results(*rw.datasets.generate(100, seed=1), time_zone="UTC")
    index = _indexes(results).of("events")
    holds, may_end = Event(), Event()

    def hold() -> None:
        with index._building:
            holds.set()
            may_end.wait(PATIENCE)

    thread = Thread(target=hold)
    thread.start()
    assert holds.wait(PATIENCE)
    found = [_asked(results, day) for day in range(10, 15)]
    assert not may_end.is_set()
    assert thread.is_alive()
    may_end.set()
    thread.join()
    for one, other in zip(found, expected, strict=True):
        for frame, same in zip(one, other, strict=True):
            assert_frame_equal(frame, same)
    assert later.wait(PATIENCE)
    # And from then on they are counted over what was sorted.
    for frame, same in zip(_asked(results, 14), expected[-1], strict=True):
        assert_frame_equal(frame, same)


def test_what_is_warmed_is_sorted_here(
    lifelike: rw.Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "SLOW_TO_SORT", 0)
    results = lifelike.refresh()
    results.warm()
    assert later.wait(0)
    index = _indexes(results).known("events")
    assert index is not None
    assert index.sorted_sets
