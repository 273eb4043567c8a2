"""Warming: what a change of range needs is made ready beside the kernel once somebody looks."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets import datasets
from results_widgets.engine.backends.memory.breakdowns import categories_key
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.cache import Key
from results_widgets.engine.counting.indexes import Indexes
from results_widgets.results import Warmer, as_range, clicked, session
from tests.support.comm import browser_asks, browser_selects, browser_sets, metrics
from tests.support.notebooks import LATE, run

PATIENCE = 20


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rows are worth the thread as well."""
    monkeypatch.setattr(session, "SLOW_TO_SORT", 1)


@pytest.fixture
def results() -> rw.Results:
    return rw.Results(*datasets.generate(200, seed=1), time_zone="UTC")


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No thread ends with an error that it would print."""
    told: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", told.append)
    yield
    for thread in running():
        thread.join(PATIENCE)
    assert told == []


def running() -> list[Thread]:
    return [one for one in threading.enumerate() if one.name == "results_widgets"]


def is_ready(results: rw.Results) -> bool:
    assert isinstance(results._session.data, MemoryBackend)
    lines = Indexes(results._session.data, results.definitions, developers_only=False)
    return lines.known("events") is not None


def settled(results: rw.Results) -> Warmer:
    """The results' warmer, when it has ended."""
    for thread in running():
        thread.join(PATIENCE)
    assert running() == []
    warmer = results._session.warmer
    assert warmer is not None
    return warmer


LOOKS: dict[str, Callable[[rw.Dashboard], object]] = {
    "shown": lambda dashboard: browser_sets(dashboard, _viewer_zone="Asia/Tokyo"),
    "chosen": lambda dashboard: browser_selects(dashboard, metric="conversions"),
    "asked": lambda dashboard: browser_asks(dashboard, {"id": "1", "kind": "days"}),
}


@pytest.mark.usefixtures("lines", "few")
@pytest.mark.parametrize("look", LOOKS)
def test_first_sign_of_a_browser_warms(results: rw.Results, look: str) -> None:
    dashboard = rw.Dashboard(results)
    assert not is_ready(results)
    LOOKS[look](dashboard)
    assert settled(results).is_done
    assert is_ready(results)
    assert results._session.data.cache.known(categories_key("link")) is not None
    # Once for the data, whoever looks at it and however often.
    other = rw.Overview(results.between("2026-03-05", None))
    browser_sets(other, _viewer_zone="Asia/Tokyo")
    browser_selects(dashboard, metric="users")
    assert running() == []


@pytest.mark.usefixtures("lines", "few")
def test_nothing_is_prepared_without_a_browser(results: rw.Results, tmp_path: Path) -> None:
    dashboard = rw.Dashboard(results)
    dashboard.selection.metric = "conversions"
    dashboard.to_html(tmp_path / "page.html", min_cell=1)
    assert dashboard._repr_mimebundle_() is not None
    assert running() == []
    assert not settled(results).is_done


@pytest.mark.usefixtures("lines")
def test_few_rows_and_sketches_are_not_worth_it(
    results: rw.Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser_sets(rw.Dashboard(results), _viewer_zone="Asia/Tokyo")
    assert running() == []
    few = results._session.warmer
    monkeypatch.setattr(session, "SLOW_TO_SORT", 1)
    assert (few, results.with_uniques("approximate")._session.warmer) == (None, None)
    assert isinstance(results._session.warmer, Warmer)


@pytest.mark.usefixtures("lines", "few")
def test_nobody_left_ends_it_and_somebody_new_goes_on(results: rw.Results) -> None:
    one, two = rw.Dashboard(results), rw.Overview(results)
    with clicked():
        # No step begins while a click is answered.
        browser_sets(one, _viewer_zone="Asia/Tokyo")
        browser_sets(two, _viewer_zone="Asia/Tokyo")
        (thread,) = running()
        one.close()
        two.results = rw.Results(*datasets.generate(100, seed=2), time_zone="UTC")
        assert thread.is_alive()
    assert not settled(results).is_done
    assert not is_ready(results)
    browser_sets(rw.Flow(results), _viewer_zone="Asia/Tokyo")
    assert settled(results).is_done
    assert is_ready(results)
    # Whoever shows other results now warms those with the next click.
    browser_selects(two, metric="conversions")
    assert settled(two.results).is_done


@pytest.mark.usefixtures("lines", "few")
def test_clicks_meanwhile_show_what_they_would_have_shown() -> None:
    source = datasets.generate(2_000, seed=4)
    busy, cold = (rw.Results(*source, time_zone="UTC") for _ in range(2))
    dashboard = rw.Dashboard(busy)
    browser_sets(dashboard, _viewer_zone="Asia/Tokyo")
    for changed in ({"range": "7d"}, {"developers": False}, {"definitions": "leanplum"}):
        browser_selects(dashboard, **changed)
        selection = rw.Selection(**dashboard.selection.trait_values())
        assert metrics(dashboard) == metrics(rw.Dashboard(cold, selection=selection))
    assert settled(busy).is_done


def test_clicks_go_first_and_the_end_waits_for_the_step() -> None:
    done: list[str] = []
    begun, may_end, ended = Event(), Event(), Event()

    def slow() -> None:
        begun.set()
        assert may_end.wait(PATIENCE)
        done.append("slow")
        ended.set()

    warmer = Warmer()
    warmer.look(1, [slow, lambda: done.append("next")])
    assert begun.wait(PATIENCE)
    with clicked():
        with clicked():
            may_end.set()
            assert ended.wait(PATIENCE)
        # A click within a click is over; the outer one still has the turn.
        assert done == ["slow"]
        warmer.leave(1)
    for thread in running():
        thread.join(PATIENCE)
    assert (done, warmer.is_done) == (["slow"], False)
    warmer.look(2, [lambda: done.append("again")])
    for thread in running():
        thread.join(PATIENCE)
    assert (done, warmer.is_done) == (["slow", "again"], True)


def test_failed_step_of_preparation_is_silent_and_not_retried(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    warmer = Warmer()
    warmer.look(1, iter([lambda: 1 / 0]))
    for thread in running():
        thread.join(PATIENCE)
    assert warmer.is_done
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def test_where_no_thread_can_start_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: Thread) -> None:
        raise RuntimeError("can't start new thread")

    warmer = Warmer()
    monkeypatch.setattr(Thread, "start", refused)
    warmer.look(1, [lambda: 1 / 0])
    assert not warmer.is_done


ENDS = """
import time
from results_widgets.results import Warmer
warmer = Warmer()
warmer.look(1, [lambda: time.sleep(0.5), lambda: print("a step too many")])
print("end")
"""


def test_process_ends_in_the_midst_of_it() -> None:
    done = subprocess.run([sys.executable, "-c", ENDS], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "end\n", "")


def test_notebook_executed_unseen_warms_nothing(tmp_path: Path) -> None:
    datasets.generate(200, seed=1, path=tmp_path / "campaign")
    unseen = """
import threading
assert not [one for one in threading.enumerate() if one.name == "results_widgets"]
assert not dashboard.results._session.warmer.is_done
"""
    few = "session.SLOW_TO_SORT = 1"
    run(tmp_path, LATE + few, "dashboard = rw.Dashboard(results)\ndashboard", unseen)


def by_ready(results: rw.Results) -> dict[str, bool]:
    """Whether the overview of a range by each breakdown that is warmed is at hand."""
    data, query = results._session.data, as_range(results)._session.query
    assert isinstance(data, MemoryBackend)
    keys: dict[str, Key[pl.DataFrame]] = {
        by: query.key("answer", "campaign", by) for by in data.few_valued
    }
    return {by: data.cache.known(key) is not None for by, key in keys.items()}


def test_breakdowns_are_asked_ahead_where_there_is_room(results: rw.Results) -> None:
    results.warm()
    ready = by_ready(results)
    assert len(ready) > 2
    assert all(ready.values())


def test_breakdowns_are_not_asked_ahead_where_one_would_push_out_another(
    results: rw.Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(results._session.data, MemoryBackend)
    monkeypatch.setattr(results._session.data.cache, "_budget", 1)
    results.warm()
    assert not any(by_ready(results).values())
    assert results.overview(by="platform").height > 0
