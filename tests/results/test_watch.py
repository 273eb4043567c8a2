"""Watching: results refreshed again and again, and what shows them with them."""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Timer

import polars as pl
import pytest

import results_widgets as rw
from tests.support.refreshed import CAMPAIGN, EVENTS

SOON = timedelta(seconds=1)


@pytest.fixture
def results(tmp_path: Path) -> rw.Results:
    EVENTS[:3].write_parquet(tmp_path / "a.parquet")
    return rw.Results(CAMPAIGN, tmp_path, time_zone="UTC")


async def until(holds: Callable[[], bool]) -> None:
    """Let the running loop go on until something holds."""
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.02)


def users(results: rw.Results) -> int:
    return results.unique_users() or 0


def test_script_iterates(results: rw.Results, tmp_path: Path) -> None:
    seen = []
    for now in results.watch(SOON):
        seen.append(users(now))
        if len(seen) == 2:
            break
        EVENTS[3:].write_parquet(tmp_path / "b.parquet")
    assert seen == [2, 3]


def test_script_stops_waiting(results: rw.Results) -> None:
    with results.watch("1h") as watch:
        Timer(0.1, watch.stop).start()
        assert [users(now) for now in watch] == [2]
    assert watch.stopped


def test_widget_shows_what_is_new_and_keeps_its_selection(
    results: rw.Results, tmp_path: Path
) -> None:
    async def story() -> None:
        dashboard = rw.Dashboard(results, action="a1", metric="sent", time_zone="Asia/Tokyo")
        elsewhere = rw.Overview(rw.Results(CAMPAIGN, EVENTS[:3]))
        ranged = rw.Overview(results.between("2026-03-01", "2026-03-01"))
        before, read = elsewhere.results, dashboard._status["read_ms"]
        with results.watch(SOON) as watch:
            EVENTS[3:].write_parquet(tmp_path / "b.parquet")
            await until(lambda: users(watch.results) == 3)
            await until(lambda: users(dashboard.results) == 3)
        chosen = dashboard.selection
        assert (chosen.action, chosen.metric, chosen.time_zone) == ("a1", "sent", "Asia/Tokyo")
        assert dashboard._status["read_ms"] > read
        assert dashboard._status["newest_ms"] == EVENTS["timestamp"][-1].timestamp() * 1000
        assert pl.read_ipc_stream(dashboard._metrics).filter(metric="unique_users")["value"][0] == 3
        # Others keep what is theirs: a range, or another source.
        assert (users(ranged.results), str(ranged.results._session.query.start)) == (
            3,
            "2026-03-01",
        )
        assert elsewhere.results is before
        # The source is no longer watched.
        EVENTS[:1].with_columns(user_id=pl.lit("dora")).write_parquet(tmp_path / "c.parquet")
        await asyncio.sleep(1.5)
        assert users(dashboard.results) == 3

    asyncio.run(story())


def test_watch_of_a_widget_ends_with_it(results: rw.Results) -> None:
    async def story() -> None:
        dashboard = rw.Dashboard(results)
        watch = dashboard.watch(SOON)
        dashboard.close()
        await until(lambda: watch.stopped)

    asyncio.run(story())


def test_file_that_cannot_be_read_is_told_where_the_numbers_are(
    results: rw.Results, tmp_path: Path
) -> None:
    dashboard = rw.Dashboard(results)
    assert dashboard._status["note"] == ""
    (tmp_path / "b.parquet").write_bytes(b"PAR1")
    with pytest.warns(rw.SourceWarning, match=r"b\.parquet cannot be read as parquet"):
        dashboard.results = results.refresh()
    assert dashboard._status["note"] == (
        "1 file cannot be read: b.parquet cannot be read as parquet. What was read before still counts."
    )
    EVENTS[3:].write_parquet(tmp_path / "b.parquet")
    dashboard.results = dashboard.results.refresh()
    assert (dashboard._status["note"], users(dashboard.results)) == ("", 3)


def test_failure_is_said_once_and_tried_again(
    results: rw.Results, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    users(results)
    tries: list[rw.Results] = []

    def refresh(self: rw.Results) -> rw.Results:
        tries.append(self)
        if len(tries) < 3:
            raise rw.EventsError("events: the share is away")
        return self

    monkeypatch.setattr(rw.Results, "refresh", refresh)

    async def story() -> None:
        seen: list[rw.Results] = []
        with results.watch(SOON, on=seen.append) as watch:
            await until(lambda: len(tries) == 1)
            await until(lambda: "share is away" in repr(watch))
            await until(lambda: len(seen) == 1)
            assert watch.error is None
            assert "watching; .stop() ends it" in repr(watch)
        assert repr(watch).endswith("stopped)")

    with caplog.at_level(logging.WARNING):
        asyncio.run(story())
    assert [record.getMessage() for record in caplog.records] == [
        "a refresh failed and is tried again every 1s: events: the share is away"
    ]


@pytest.mark.parametrize("every", ["often", "0s", timedelta(milliseconds=1)])
def test_interval_between_refreshes_is_checked(results: rw.Results, every: str | timedelta) -> None:
    with pytest.raises(rw.QueryError, match="every: "):
        results.watch(every)
