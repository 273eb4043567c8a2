"""Ids: numbers where all are written as numbers, else text; a whole float is the whole number wherever it stands."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.engine.backends.memory import refresh as live
from results_widgets.errors import SourceWarning
from tests.support.nightly import rest_nightly
from tests.support.odd_values import SOURCES
from tests.support.refreshed import assert_same
from tests.support.text_files import KINDS, MANY, write_lines

CAMPAIGN: dict[str, Any] = {
    "id": "c1",
    "goal": {"events": ["Purchase"]},
    "actions": [{"id": "a1", "channel": "email"}],
}
FIRST = [*range(MANY)]


def written(path: Path, ids: Iterable[object], column: str = "user_id") -> Path:
    """Messages sent, one a line, with these ids."""
    rows = [
        {"user_id": number, "event_id": f"{path.stem} {number}", "action_id": "a1", "event": "sent"}
        | {"timestamp": "2026-03-01T09:00:00Z", column: one}
        for number, one in enumerate(ids)
    ]
    return write_lines(path, rows)


def results_of(source: object, users: object = None) -> rw.Results:
    return rw.Results(CAMPAIGN, source, users, time_zone="UTC")


def ids_of(results: rw.Results) -> pl.Series:
    return results.users_in_campaign().users["user_id"]


def same_ids(results: rw.Results, ids: Sequence[object]) -> None:
    found = ids_of(results)
    text = any(isinstance(one, str) for one in ids)
    assert found.dtype == (pl.String if text else pl.Int64)
    assert found.to_list() == sorted(map(str, ids) if text else ids)  # type: ignore[type-var]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("last", ["anna", "007", "1.5", "+7", " 7", str(2**63)])
def test_column_of_numbers_with_later_text_is_all_text(
    tmp_path: Path, kind: str, last: str
) -> None:
    same_ids(results_of(written(tmp_path / f"events.{kind}", [*FIRST, last])), [*FIRST, last])


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_alone_stay_numbers(tmp_path: Path, kind: str) -> None:
    ids = [*FIRST, -7, 2**63 - 1]
    same_ids(results_of(written(tmp_path / f"events.{kind}", ids)), ids)


@pytest.mark.parametrize("kind", KINDS)
def test_leading_zeros_tell_users_apart(tmp_path: Path, kind: str) -> None:
    same_ids(
        results_of(written(tmp_path / f"events.{kind}", ["007", "7", "08"])), ["007", "7", "08"]
    )


def test_no_id_at_all_makes_no_text(tmp_path: Path) -> None:
    same_ids(results_of(written(tmp_path / "events.csv", [*FIRST, "", 20_000])), [*FIRST, 20_000])


@pytest.mark.parametrize("kind", KINDS)
def test_ids_of_events_likewise(tmp_path: Path, kind: str) -> None:
    # A repeated id counts once; one with a zero ahead is another.
    ids = [*FIRST, "7", "007", "last", "last"]
    results = results_of(written(tmp_path / f"events.{kind}", ids, "event_id"))
    assert results.actions().filter(metric="sent")["value"].item() == MANY + 2


@pytest.mark.parametrize("kind", KINDS)
def test_file_among_others_makes_the_ids_of_all_text(tmp_path: Path, kind: str) -> None:
    for name, ids in (("a", [1, 2]), ("b", [2, "anna"]), ("c", [3])):
        written(tmp_path / f"{name}.{kind}", ids)
    same_ids(results_of(tmp_path), ["1", "2", "3", "anna"])


@pytest.mark.parametrize(
    ("events", "users"), [([1, "anna"], [1, 2]), ([1, 2], [1, "anna"]), ([1, 2], ["02", "1"])]
)
def test_ids_of_users_follow_those_of_events_and_the_other_way(
    tmp_path: Path, events: list[object], users: list[object]
) -> None:
    people = tmp_path / "users.csv"
    people.write_text("user_id,plan\n" + "".join(f"{one},paid\n" for one in users))
    results = results_of(written(tmp_path / "events.csv", events), people)
    found = results.users_in_campaign().users
    assert found["user_id"].to_list() == sorted(map(str, events))
    known = ["paid" if str(one) in map(str, users) else None for one in sorted(map(str, events))]
    assert found["plan"].to_list() == known


# ------------------------------------------------------------------- whole floats far down a table

LATE = [1_500, 20_000]
"""Rows past what a sample of the first thousand, or ten thousand, would see."""


def table_with(column: str, ids: Sequence[object]) -> pl.DataFrame:
    """Messages sent, with a column of ids; the last four went to one user."""
    users = [*range(len(ids) - 4), *[len(ids)] * 4]
    return pl.DataFrame(
        {
            "user_id": [f"user {user}" for user in users],
            "event_id": [f"event {row}" for row in range(len(ids))],
            "entry_id": None,
            "action_id": "a1",
            "event": "sent",
            "timestamp": datetime(2026, 3, 1, 9, tzinfo=UTC),
        }
    ).with_columns(pl.Series(column, ids, dtype=pl.String))


@pytest.mark.parametrize("source", ["parquet", "polars", "pandas", "arrow", "duckdb"])
@pytest.mark.parametrize(("place", "first"), [(LATE[0], "user {}"), (LATE[1], None)])
def test_whole_float_far_down_is_the_whole_number(
    tmp_path: Path, source: str, place: int, first: str | None
) -> None:
    """Whatever the first rows hold: names, or nothing at all."""
    ids = [first and first.format(row) for row in range(place)]
    late = ["18.0", "18", "-7.00", "v1.0"]

    def read(column: str) -> rw.Results:
        return results_of(SOURCES[source](table_with(column, [*ids, *late]), tmp_path))

    named = 0 if first is None else place
    found = ids_of(read("user_id"))
    assert found.len() == named + 3
    assert set(found) >= {"18", "-7", "v1.0"}
    # An event id that is there again counts once.
    sent = read("event_id").actions().filter(metric="sent")["value"].item()
    assert sent == place + 3
    # Equal entries of a user are one; the ids themselves are shown nowhere.
    assert read("entry_id").overview().filter(metric="users")["value"].item() == named + 3


@pytest.mark.parametrize("source", ["parquet", "polars", "pandas", "arrow", "duckdb"])
@pytest.mark.parametrize("place", rest_nightly(LATE[::-1]))
def test_number_that_is_no_id_far_down_is_refused(tmp_path: Path, source: str, place: int) -> None:
    rows = table_with("event_id", [str(row) for row in range(place + 1)])
    ids = [*map(float, range(place)), 1.5]
    frame = rows.with_columns(pl.Series("user_id", ids))
    with pytest.raises(rw.EventsError, match=r"column 'user_id' holds the number 1\.5"):
        results_of(SOURCES[source](frame, tmp_path))
    whole = rows.with_columns(pl.Series("user_id", [*ids[:-1], None]))
    same_ids(results_of(SOURCES[source](whole, tmp_path)), range(place))


# ------------------------------------------------------------------------------- what is new


@pytest.mark.parametrize("kind", ["csv", "ndjson"])
def test_refresh_reads_anew_when_text_comes_and_when_it_goes(tmp_path: Path, kind: str) -> None:
    written(tmp_path / f"a.{kind}", [1, 2])
    results = results_of(tmp_path)
    assert results.unique_users() == 2
    written(tmp_path / f"b.{kind}", [3, "anna"])
    mixed = results.refresh()
    same_ids(mixed, ["1", "2", "3", "anna"])
    assert_same(mixed, results_of(tmp_path))
    # More text and more numbers change no type any more: they are all that is read.
    written(tmp_path / f"c.{kind}", [4, "bob"])
    more = mixed.refresh()
    assert isinstance(more._session.data, live.ExtendedBackend)
    assert_same(more, results_of(tmp_path))
    for name in "bc":
        written(tmp_path / f"{name}.{kind}", [3, 4])
    numbers = more.refresh()
    same_ids(numbers, [1, 2, 3, 4])


@pytest.mark.parametrize("kind", ["csv", "ndjson"])
def test_line_of_text_written_behind_numbers(tmp_path: Path, kind: str) -> None:
    path = written(tmp_path / f"events.{kind}", [1, 2])
    results = results_of(path)
    assert results.unique_users() == 2
    written(path, [1, 2, "anna"])
    same_ids(results.refresh(), ["1", "2", "anna"])


@pytest.mark.parametrize("kind", ["csv", "ndjson"])
def test_text_cannot_come_while_rows_are_lost(tmp_path: Path, kind: str) -> None:
    for name, ids in (("a", [1]), ("b", [2])):
        written(tmp_path / f"{name}.{kind}", ids)
    results = results_of(tmp_path)
    assert results.unique_users() == 2
    kept = (tmp_path / f"a.{kind}").rename(tmp_path / "elsewhere")
    written(tmp_path / f"c.{kind}", ["anna"])
    with pytest.warns(SourceWarning) as told:
        held = results.refresh()
    same_ids(held, [1, 2])
    said = [str(one.message) for one in told]
    assert any(f"c.{kind} has values in column 'user_id' that are not Int64" in one for one in said)
    kept.rename(tmp_path / f"a.{kind}")
    same_ids(held.refresh(), ["1", "2", "anna"])
