"""Damaged stores end in one line or in equal numbers; killed writers, in the old store or the new one."""

import errno
import gc
import json
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import polars as pl
import pytest
from hypothesis import Phase, given, settings, strategies as st
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets.errors import OutputError
from tests.support.killed import Savers
from tests.support.profiles import examples
from tests.support.refreshed import assert_same, frames


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return rw.Results(*rw.datasets.generate(300, seed=5), time_zone="Europe/Berlin")


@pytest.fixture(scope="module")
def expected(results: rw.Results) -> dict[str, pl.DataFrame]:
    """Every frame of the results, asked once."""
    return frames(results)


# ----------------------------------------------------------------------------------------- damage


def test_a_newer_format_is_refused_in_one_line(results: rw.Results, tmp_path: Path) -> None:
    manifest = results.save(tmp_path / "x.rw") / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "version": 99}))
    with pytest.raises(rw.EventsError, match=r"format 99, and this version reads \d; upgrade"):
        rw.load(tmp_path / "x.rw")


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=examples(30), phases=(Phase.explicit, Phase.generate))
def test_damage_ends_in_one_line_or_in_the_same_numbers(
    results: rw.Results,
    expected: dict[str, pl.DataFrame],
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
) -> None:
    random, store = Random(seed), tmp_path_factory.mktemp("damage") / "x.rw"
    results.save(store)
    path = random.choice(sorted(path for path in store.rglob("*.*") if path.name != ".lock"))
    content = bytearray(path.read_bytes())
    if random.random() < 0.2:
        path.unlink()
    else:
        content[random.randrange(len(content))] ^= 1 << random.randrange(8)
        path.write_bytes(content[: random.choice([len(content), len(content) // 2])])
    found, said = None, ""
    try:
        found = frames(rw.load(store, time_zone="Europe/Berlin"))
    except rw.EventsError as error:
        said = str(error)
    if found is None:
        assert re.search("the store is damaged|upgrade|no events", said)
        return
    for name, frame in expected.items():
        assert_frame_equal(found[name], frame)


# ------------------------------------------------------------------------------------------ kills

KILLS = examples(200)
"""A hundred in `ci`, evenly over the two savings, and thousands every night."""


def test_a_kill_at_any_moment_leaves_the_old_store_or_the_new_one(tmp_path: Path) -> None:
    store = tmp_path / "x.rw"
    rw.datasets.generate(40, seed=1, path=tmp_path / "one")
    rw.datasets.generate(40, seed=2, path=tmp_path / "two")
    expected = []
    for name in ("one", "two"):
        results = rw.load(tmp_path / name, time_zone="UTC")
        results.save(store)
        expected.append(results.actions())
    assert not expected[0].equals(expected[1])
    random, unfinished = Random(7), 0
    with Savers() as savers:
        for turn in range(KILLS):
            process = savers.start(tmp_path / ("one", "two")[turn % 2], store)
            # From before the first file is written to well into the second time.
            time.sleep(random.uniform(0, 0.15))
            savers.kill(process)
            unfinished += len(list(store.glob("generation-*"))) > 1
            found = rw.load(store, time_zone="UTC")
            assert any(found.actions().equals(one) for one in expected)
            del found
    # Many were killed while they wrote.
    assert unfinished > KILLS // 10
    # Nothing of the killed is left once nobody reads and somebody has written again.
    gc.collect()
    rw.load(tmp_path / "one", time_zone="UTC").save(store)
    assert len(list(store.glob("generation-*"))) == 1


@contextmanager
def _no_larger_file(size: int) -> Iterator[None]:
    """Let no file grow beyond a size, as if the disk were full then."""
    import resource
    import signal

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


@pytest.mark.parametrize("size", [100, 5_000, 30_000])
def test_a_full_disk_leaves_the_old_store(results: rw.Results, tmp_path: Path, size: int) -> None:
    store = tmp_path / "x.rw"
    results.save(store)
    before = (store / "manifest.json").read_bytes()
    with _no_larger_file(size), pytest.raises(OutputError):
        results.save(store)
    assert (store / "manifest.json").read_bytes() == before
    assert len(list(store.glob("generation-*"))) == 1
    assert_same(rw.load(store, time_zone="Europe/Berlin"), results)


@pytest.mark.parametrize("size", [0, 5_000])
def test_of_a_first_store_that_a_full_disk_refuses_nothing_is_left(
    results: rw.Results, tmp_path: Path, size: int
) -> None:
    with _no_larger_file(size), pytest.raises(OutputError):
        results.save(tmp_path / "x.rw")
    assert not (tmp_path / "x.rw").exists()
    results.save(tmp_path / "x.rw")
    assert (tmp_path / "x.rw" / "manifest.json").is_file()


@pytest.mark.parametrize("part", ["open", "mkdtemp"])
def test_a_folder_that_nobody_may_write_to_is_told_in_one_line(
    results: rw.Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    store = results.save(tmp_path / "x.rw")
    before = (store / "manifest.json").read_bytes()

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "no")

    with monkeypatch.context() as patch:
        patch.setattr(os if part == "open" else tempfile, part, refused)
        with pytest.raises(OutputError, match="Permission denied; nothing was written"):
            results.save(store)
    assert (store / "manifest.json").read_bytes() == before
