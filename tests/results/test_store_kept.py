"""What a store keeps of what was asked: opened, it answers that again without counting, and as a fresh reading does."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import polars as pl
import pytest
from hypothesis import Phase, given, settings
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets.definitions import DEFINITIONS, OFFERED
from results_widgets.engine.cache import Cache, Key
from results_widgets.engine.counting import dispatch
from results_widgets.engine.store import shelf
from tests.support.definition_sets import definitions_of
from tests.support.loops import some
from tests.support.profiles import examples
from tests.support.strategies import Question, questions

T = TypeVar("T")
Frames = dict[str, pl.DataFrame]


@contextmanager
def counted() -> Iterator[list[str]]:
    """What is computed meanwhile, by the names of its keys: neither known to a cache nor found in a store."""
    found: list[str] = []
    before = Cache.get

    def get(self: Cache, key: Key[T], compute: Callable[[], T]) -> T:
        def noted() -> T:
            if key.name not in shelf._MADE_AGAIN:
                found.append(key.name)
            return compute()

        return before(self, key, noted)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Cache, "get", get)
        yield found


def answers(results: rw.Results, by: Any = None) -> Frames:
    """The frames of a screen."""
    nodes, edges = results.flow()
    return {
        "overview": results.overview(by=by),
        "channels": results.channels(by=by),
        "actions": results.actions(by=by),
        "engaged": results.explore("engaged", by=by),
        "nodes": nodes,
        "edges": edges,
    }


def assert_kept(store: rw.Results, fresh: Frames, *, by: Any = None) -> None:
    """Check that a store's answers are those of a fresh reading, and that nothing was counted for them."""
    with counted() as found:
        kept = answers(store, by)
    assert found == []
    for name, frame in fresh.items():
        assert_frame_equal(kept[name], frame)


@settings(max_examples=examples(30), phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(asked=questions())
def test_what_was_asked_before_is_counted_no_more(
    asked: Question, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder, random, case = tmp_path_factory.mktemp("kept"), asked.choose("asked"), asked.case
    by = random.choice(asked.breakdowns)
    starts = random.choice([None, date(2026, 3, 2)])

    def seen(results: rw.Results) -> rw.Results:
        other = results.with_definitions(definitions_of(asked.query.definitions))
        other = other.in_time_zone(asked.query.zone).between(starts)
        clock = other.with_clock(asked.choose("clock").choice(["event", "entry"]))
        return clock.analytics(developers=asked.choose("developers").random() < 0.5)

    def read() -> rw.Results:
        return rw.Results(dict(case.campaign), case.events, case.users, time_zone="UTC")

    with pytest.MonkeyPatch.context() as patch:
        # Few rows are counted as many are: by masks, and over indexes.
        patch.setattr(dispatch, "_SMALL", random.choice([0, dispatch._SMALL]))
        results = read()
        expected = answers(seen(results), by)
        for name, frame in answers(seen(read()), by).items():
            assert_frame_equal(expected[name], frame)
        results.save(folder / "x.rw")
        assert_kept(seen(rw.load(folder / "x.rw", time_zone="UTC")), expected, by=by)


def test_the_first_change_of_what_counts_is_warm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "_SMALL", 0)
    source = rw.datasets.generate(300, seed=5)
    results = rw.Results(*source, time_zone="UTC")
    results.warm()
    results.save(tmp_path / "x.rw")
    changes: list[Callable[[rw.Results], rw.Results]] = [
        *(lambda one, name=name: one.with_definitions(DEFINITIONS[name]) for name in OFFERED),
        lambda one: one.with_clock("entry"),
        lambda one: one.analytics(),
    ]
    fresh = rw.Results(*source, time_zone="UTC")
    for change in some(changes):
        opened, expected = change(rw.load(tmp_path / "x.rw", time_zone="UTC")), change(fresh)
        with counted() as found:
            kept = {name: getattr(opened, name)() for name in ("overview", "channels", "actions")}
            edges = opened.flow().edges
        assert found == []
        assert_frame_equal(edges, expected.flow().edges)
        for name, frame in kept.items():
            assert_frame_equal(frame, getattr(expected, name)())


def test_masks_that_only_led_to_kinds_of_users_take_no_room(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dispatch, "_SMALL", 0)
        results = rw.Results(*rw.datasets.generate(300, seed=5), time_zone="UTC")
        seen = results.with_definitions("leanplum-v2").analytics()
        seen.overview()
    names = [key.name for key, _ in results._session.data.cache.items()]
    assert "passing masks" in names
    results.save(tmp_path / "x.rw")
    manifest = json.loads((tmp_path / "x.rw" / "manifest.json").read_text())
    kept = {name for _, name, _ in manifest["answers"]}
    assert "kinds of users" in kept
    assert "passing masks" not in kept
