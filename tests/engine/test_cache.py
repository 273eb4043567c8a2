"""What is kept: computed once, and no more of what belongs to a range than the bound allows."""

from dataclasses import dataclass
from datetime import date, timedelta
from threading import Barrier, Event, Thread
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.engine.cache import ABSENT, Cache, Key, size_of
from results_widgets.engine.query import QueryScope

KILO = 1_000
KEPT = Key[Any]("kept")


def evictable(place: int) -> Key[pl.Series]:
    return Key("range", (place,), evictable=True)


def column(size: int) -> pl.Series:
    return pl.zeros(size, dtype=pl.UInt8, eager=True)


def test_a_value_is_computed_once() -> None:
    cache, numbers = Cache(), iter([1, 2, 3])
    assert [cache.get(KEPT, lambda: next(numbers)) for _ in range(3)] == [1, 1, 1]
    assert cache.known(KEPT) == 1
    assert cache.known(Key("other")) is None


def test_what_was_put_is_taken_and_not_computed_again() -> None:
    cache = Cache()
    cache.put(KEPT, None)
    assert cache.take(KEPT, lambda: pytest.fail("it is there")) is None
    other = Key[int]("other")
    numbers = iter([1, 2])
    assert [cache.take(other, lambda: next(numbers)) for _ in range(2)] == [1, 1]


class _Shelf:
    """A value that was kept, and how often it was read."""

    def __init__(self) -> None:
        self.reads = 0

    def find(self, key: Key[Any]) -> Any:
        if key != KEPT:
            return ABSENT
        self.reads += 1
        return [self.reads]


def test_what_is_kept_on_a_shelf_is_read_once_whoever_asks_first() -> None:
    for ask in ("get", "known", "take"):
        shelf = _Shelf()
        cache = Cache(shelf=shelf)
        first = cache.known(KEPT) if ask == "known" else getattr(cache, ask)(KEPT, pytest.fail)
        assert first == [1]
        assert cache.get(KEPT, pytest.fail) is first
        assert cache.known(KEPT) is first
        assert shelf.reads == 1
        assert cache.get(Key("other"), lambda: 2) == 2


def test_least_recently_used_values_are_evicted() -> None:
    cache = Cache(budget=4 * 2 * KILO)
    cache.get(KEPT, lambda: column(100 * KILO))
    for place in range(4):
        cache.get(evictable(place), lambda: column(KILO))
    cache.get(evictable(0), lambda: column(KILO))
    cache.get(evictable(4), lambda: column(KILO))
    found = [place for place in range(5) if cache.known(evictable(place)) is not None]
    assert found == [0, 2, 3, 4]
    assert cache.known(KEPT) is not None
    assert cache.evictable_bytes <= 4 * 2 * KILO


def test_value_larger_than_the_budget_is_kept_until_the_next() -> None:
    cache = Cache(budget=KILO)
    assert len(cache.get(evictable(0), lambda: column(50 * KILO))) == 50 * KILO
    assert cache.known(evictable(0)) is not None
    cache.get(evictable(1), lambda: column(1))
    assert cache.known(evictable(0)) is None


def test_large_log_raises_the_budget_and_a_small_one_does_not_lower_it() -> None:
    cache = Cache(budget=KILO)
    cache.raise_budget(100 * KILO)
    cache.raise_budget(1)
    for place in range(2):
        cache.get(evictable(place), lambda: column(40 * KILO))
    assert [cache.known(evictable(place)) is not None for place in range(3)] == [True, True, False]


def test_a_key_says_whether_its_value_belongs_to_a_range() -> None:
    whole, ranged = QueryScope(), QueryScope(start=date(2026, 3, 1))
    assert not whole.key("answer", "campaign").evictable
    assert ranged.key("answer", "campaign").evictable
    assert whole.key("answer", "campaign") == QueryScope().key("answer", "campaign")
    assert len({whole.key("answer", "campaign"), whole.key("flow"), ranged.key("flow")}) == 3


def test_value_made_elsewhere_is_not_computed() -> None:
    cache = Cache()
    cache.put(KEPT, 3)
    assert cache.get(KEPT, lambda: 1 // 0) == 3


def test_computation_that_failed_is_tried_again() -> None:
    cache = Cache()
    with pytest.raises(ZeroDivisionError):
        cache.get(KEPT, lambda: 1 // 0)
    assert cache.get(KEPT, lambda: 7) == 7


def test_threads_wait_for_the_one_that_computes() -> None:
    cache, start = Cache(), Barrier(4)
    made: list[int] = []
    found: list[int] = []

    def compute() -> int:
        made.append(1)
        return sum(range(10**6))

    def ask() -> None:
        start.wait()
        found.append(cache.get(KEPT, compute))

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), found) == (1, [sum(range(10**6))] * 4)


def test_what_is_being_computed_is_not_known_yet() -> None:
    cache = Cache()
    assert cache.get(KEPT, lambda: [cache.known(KEPT), cache.items()]) == [None, []]
    assert cache.known(KEPT) == [None, []]


def test_taking_computes_a_value_while_another_thread_does() -> None:
    cache, begun, taken = Cache(), Event(), Event()

    def slow() -> int:
        begun.set()
        return 1 if taken.wait(timeout=10) else 0

    def taking() -> int:
        taken.set()
        return 2

    thread = Thread(target=cache.get, args=(KEPT, slow))
    thread.start()
    assert begun.wait(timeout=10)
    assert cache.take(KEPT, taking) == 1
    thread.join()


@dataclass
class _Sized:
    size: int

    @property
    def own_bytes(self) -> int:
        return self.size


@dataclass
class _Pair:
    one: pl.Series
    other: object


def test_sizes_add_up_over_what_a_value_is_made_of() -> None:
    of_column = size_of(column(KILO))
    assert size_of(None) == KILO
    assert size_of(_Sized(7)) == KILO + 7
    assert of_column == 2 * KILO
    for value in ([column(KILO)], (column(KILO),), {"a": column(KILO)}):
        assert size_of(value) == KILO + of_column
    assert size_of(_Pair(column(KILO), None)) == KILO + of_column + KILO


def test_bytes_of_evictable_values_are_counted() -> None:
    cache = Cache(budget=5 * KILO)
    assert (cache.evictable_bytes, cache.room) == (0, 5 * KILO)
    cache.get(KEPT, lambda: column(KILO))
    cache.get(evictable(0), lambda: column(KILO))
    assert (cache.evictable_bytes, cache.room) == (2 * KILO, 3 * KILO)
    # What fills the budget to the last byte still fits.
    cache.get(evictable(1), lambda: column(2 * KILO))
    assert (cache.evictable_bytes, cache.room) == (5 * KILO, 0)
    assert cache.known(evictable(0)) is not None
    assert Cache().room == 256 * 1024 * 1024


def test_sizes_are_those_of_the_columns() -> None:
    frame = pl.DataFrame({"a": column(KILO), "b": column(KILO)})
    parts = {"frame": frame, "list": [column(KILO)]}
    assert 3 * KILO <= size_of(parts) <= 3 * KILO + 10 * KILO


def test_many_ranges_do_not_pile_up_and_the_whole_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    results = rw.Results(*rw.datasets.generate(300, seed=2), time_zone="UTC")
    cache = results._session.data.cache
    monkeypatch.setattr(cache, "_budget", 200 * KILO)
    whole = results.overview(), results.flow().nodes
    steady = len(cache)
    sizes = []
    for days in range(30):
        shown = results.between(date(2026, 3, 1), date(2026, 3, 5) + timedelta(days=days))
        shown.overview(), shown.actions(), shown.flow(), shown.explore("engaged")
        sizes.append(len(cache))
        assert cache.evictable_bytes <= 200 * KILO
    assert max(sizes) == max(sizes[:15]), "grows on and on"
    assert len(cache) > steady
    monkeypatch.setattr(type(results._session.data), "events", None)
    assert results.overview().equals(whole[0]), "computed again"
    assert results.flow().nodes.equals(whole[1])
