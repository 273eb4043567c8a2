"""What is kept: computed once, and no more of what belongs to a range than the bound allows."""

from datetime import date, timedelta
from threading import Barrier, Thread

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.engine.cache import Cache, size_of

KILO = 1_000


def column(size: int) -> pl.Series:
    return pl.zeros(size, dtype=pl.UInt8, eager=True)


def test_a_value_is_computed_once() -> None:
    cache, numbers = Cache(), iter([1, 2, 3])
    assert [cache.get("key", lambda: next(numbers)) for _ in range(3)] == [1, 1, 1]
    assert cache.known("key") == 1
    assert cache.known("other") is None


def test_what_passes_leaves_when_enough_came_after_its_last_use() -> None:
    cache = Cache(most_bytes=4 * 2 * KILO)
    cache.get("stays", lambda: column(100 * KILO))
    for key in range(4):
        cache.get(key, lambda: column(KILO), passing=True)
    cache.get(0, lambda: column(KILO), passing=True)
    cache.get("new", lambda: column(KILO), passing=True)
    assert [key for key in [0, 1, 2, 3, "new", "stays"] if cache.known(key) is not None] == [
        *(0, 2, 3, "new", "stays")
    ]
    assert cache.passing_bytes <= 4 * 2 * KILO


def test_what_is_too_large_to_pass_is_given_all_the_same() -> None:
    cache = Cache(most_bytes=KILO)
    assert len(cache.get("large", lambda: column(50 * KILO), passing=True)) == 50 * KILO
    cache.get("next", lambda: column(1), passing=True)
    assert cache.known("large") is None


def test_a_large_log_allows_more_to_pass_and_a_small_one_no_less() -> None:
    cache = Cache(most_bytes=KILO)
    cache.allow(100 * KILO)
    cache.allow(1)
    for key in range(2):
        cache.get(key, lambda: column(40 * KILO), passing=True)
    assert [cache.known(key) is not None for key in range(3)] == [True, True, False]


def test_what_failed_is_tried_again() -> None:
    cache = Cache()
    with pytest.raises(ZeroDivisionError):
        cache.get("key", lambda: 1 // 0)
    assert cache.get("key", lambda: 7) == 7


def test_threads_wait_for_the_one_that_computes() -> None:
    cache, start = Cache(), Barrier(4)
    made: list[int] = []
    found: list[int] = []

    def compute() -> int:
        made.append(1)
        return sum(range(10**6))

    def ask() -> None:
        start.wait()
        found.append(cache.get("key", compute))

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), found) == (1, [sum(range(10**6))] * 4)


def test_sizes_are_those_of_the_columns() -> None:
    frame = pl.DataFrame({"a": column(KILO), "b": column(KILO)})
    parts = {"frame": frame, "list": [column(KILO)]}
    assert 3 * KILO <= size_of(parts) <= 3 * KILO + 10 * KILO


def test_many_ranges_do_not_pile_up_and_the_whole_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    results = rw.Results(*rw.datasets.generate(300, seed=2), time_zone="UTC")
    cache = results._data.cache
    monkeypatch.setattr(cache, "_most", 200 * KILO)
    whole = results.overview(), results.flow().nodes
    steady = len(cache)
    sizes = []
    for days in range(60):
        shown = results.between(date(2026, 3, 1), date(2026, 3, 5) + timedelta(days=days))
        shown.overview(), shown.actions(), shown.flow(), shown.explore("engaged")
        sizes.append(len(cache))
        assert cache.passing_bytes <= 200 * KILO
    assert max(sizes) == max(sizes[:30]), "grows on and on"
    assert len(cache) > steady
    monkeypatch.setattr(type(results._data), "events", None)
    assert results.overview().equals(whole[0]), "computed again"
    assert results.flow().nodes.equals(whole[1])
