"""Columns of CSV and NDJSON whose later lines are not what the first ones suggest, and names that come late."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import results_widgets as rw
from results_widgets.engine.backends.memory import refresh as live
from results_widgets.errors import EventsError, SourceWarning
from tests.support.refreshed import assert_same
from tests.support.text_files import KINDS, MANY, write_lines

CAMPAIGN: dict[str, Any] = {
    "id": "c1",
    "goal": {"events": ["Purchase"], "value": "value"},
    "attribution_window": "7d",
    "actions": [{"id": "a1", "channel": "email"}],
}


def rows_of(stem: str, column: str, values: Sequence[object]) -> list[dict[str, Any]]:
    """One user a value, who received a message, opened it and bought; each row with the value."""
    return [
        {"user_id": f"{stem}-{number}", "action_id": action, "event": event}
        | {"timestamp": f"2026-03-01T0{hour}:00:00Z", column: value}
        for number, value in enumerate(values)
        for hour, (action, event) in enumerate(
            [("a1", "sent"), ("a1", "opened"), (None, "Purchase")]
        )
    ]


def written(path: Path, column: str, values: Sequence[object]) -> Path:
    return write_lines(path, rows_of(path.stem, column, values))


def results_of(source: object) -> rw.Results:
    return rw.Results(CAMPAIGN, source, time_zone="UTC")


def metric(results: rw.Results, name: str) -> float:
    found: float = results.overview().filter(metric=name)["value"].item()
    return found


def users_by(results: rw.Results, column: str) -> dict[str, float]:
    rows = results.overview(by=column).filter(metric="unique_users")
    return dict(rows.select(column, "value").iter_rows())


@pytest.mark.parametrize("kind", KINDS)
def test_whole_values_before_fractions(tmp_path: Path, kind: str) -> None:
    path = written(tmp_path / f"events.{kind}", "value", [2] * MANY + [2.5])
    assert metric(results_of(path), "goal_value") == 2 * MANY + 2.5


def test_spaces_ahead_of_a_number_are_passed_over(tmp_path: Path) -> None:
    path = written(tmp_path / "events.csv", "value", [2] * MANY + [" 3"])
    assert metric(results_of(path), "goal_value") == 2 * MANY + 3
    path = written(tmp_path / "events.csv", "value", [2] * MANY + [" 3", " 2.5"])
    assert metric(results_of(path), "goal_value") == 2 * MANY + 5.5


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("first", [2, 2.5, None])
def test_value_that_is_no_number_is_named(tmp_path: Path, kind: str, first: float | None) -> None:
    path = written(tmp_path / f"events.{kind}", "value", [first] * MANY + ["two"])
    with pytest.raises(EventsError, match="column 'value' holds the text 'two'"):
        results_of(path)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("first", [7, 1.5, None])
def test_breakdown_that_turns_into_text(tmp_path: Path, kind: str, first: float | None) -> None:
    path = written(tmp_path / f"events.{kind}", "platform", [first] * MANY + ["web"])
    known = None if first is None else str(first)
    assert users_by(results_of(path), "platform") == {known: MANY, "web": 1}


def test_leading_zeros_tell_groups_apart(tmp_path: Path) -> None:
    path = written(tmp_path / "events.csv", "postcode", ["01067", "1067", "01067"])
    assert users_by(results_of(path), "postcode") == {"01067": 2, "1067": 1}


@pytest.mark.parametrize("kind", KINDS)
def test_booleans_before_words_are_flags(tmp_path: Path, kind: str) -> None:
    # JSON has its own; where others follow, words are understood as everywhere else.
    values = [True, False] * (MANY // 2) + ["True", "yes", "no"]
    results = results_of(written(tmp_path / f"events.{kind}", "machine", values))
    found = results.channels().filter(metric="machine_opened")["value"].item()
    assert found == MANY // 2 + 2


@pytest.mark.parametrize("kind", ["csv", "ndjson"])
def test_types_follow_what_is_new(tmp_path: Path, kind: str) -> None:
    written(tmp_path / f"a.{kind}", "value", [1, 2])
    results = results_of(tmp_path)
    assert metric(results, "goal_value") == 3
    written(tmp_path / f"b.{kind}", "value", [2.5])
    grown = results.refresh()
    assert metric(grown, "goal_value") == 5.5
    assert_same(grown, results_of(tmp_path))
    written(tmp_path / f"c.{kind}", "value", [0.5])
    more = grown.refresh()
    assert isinstance(more._session.data, live.ExtendedBackend)
    assert_same(more, results_of(tmp_path))


@pytest.mark.parametrize("kind", ["csv", "ndjson"])
def test_types_stay_while_rows_are_lost(tmp_path: Path, kind: str) -> None:
    for name, value in (("a", 1), ("b", 2)):
        written(tmp_path / f"{name}.{kind}", "value", [value])
    results = results_of(tmp_path)
    assert metric(results, "goal_value") == 3
    (tmp_path / f"a.{kind}").unlink()
    written(tmp_path / f"c.{kind}", "value", [2.5])
    with pytest.warns(SourceWarning) as told:
        held = results.refresh()
    assert metric(held, "goal_value") == 3
    said = f"c.{kind} has values in column 'value' that are not Int64, as the earlier ones are"
    assert any(said in str(one.message) for one in told)


# ------------------------------------------------------------- names that come with a later line


def without(path: Path, column: str, users: int) -> Path:
    """A file whose lines do not name the column."""
    rows = rows_of(path.stem, column, [None] * users)
    write_lines(path, [{n: v for n, v in row.items() if n != column} for row in rows])
    assert column not in path.read_text()
    return path


def test_name_that_comes_with_the_last_line(tmp_path: Path) -> None:
    path = without(tmp_path / "events.ndjson", "value", MANY)
    more = written(tmp_path / "more.ndjson", "value", [2.5]).read_text()
    path.write_text(path.read_text() + more)
    assert metric(results_of(path), "goal_value") == 2.5


def test_name_that_comes_with_a_later_file(tmp_path: Path) -> None:
    without(tmp_path / "a.ndjson", "value", 2)
    written(tmp_path / "b.ndjson", "value", [None])
    written(tmp_path / "c.ndjson", "value", [1])
    written(tmp_path / "d.ndjson", "value", [2.5])
    assert metric(results_of(tmp_path), "goal_value") == 3.5


def test_name_that_comes_with_a_new_file(tmp_path: Path) -> None:
    without(tmp_path / "a.ndjson", "platform", 1)
    results = results_of(tmp_path)
    assert metric(results, "unique_users") == 1
    written(tmp_path / "b.ndjson", "platform", ["web"])
    grown = results.refresh()
    assert users_by(grown, "platform") == {None: 1, "web": 1}
    assert_same(grown, results_of(tmp_path))
    written(tmp_path / "c.ndjson", "platform", ["ios"])
    more = grown.refresh()
    assert isinstance(more._session.data, live.ExtendedBackend)
    assert_same(more, results_of(tmp_path))


def test_new_name_waits_while_rows_are_lost(tmp_path: Path) -> None:
    for name in "ab":
        without(tmp_path / f"{name}.ndjson", "platform", 1)
    results = results_of(tmp_path)
    assert metric(results, "unique_users") == 2
    kept = (tmp_path / "a.ndjson").rename(tmp_path / "elsewhere")
    written(tmp_path / "c.ndjson", "platform", ["web"])
    with pytest.warns(SourceWarning, match=r"a\.ndjson is gone"):
        held = results.refresh()
    assert metric(held, "unique_users") == 3
    kept.rename(tmp_path / "a.ndjson")
    assert users_by(held.refresh(), "platform") == {None: 2, "web": 1}


def test_first_value_of_a_column_while_rows_are_lost(tmp_path: Path) -> None:
    for name in "ab":
        written(tmp_path / f"{name}.ndjson", "platform", [None])
    results = results_of(tmp_path)
    assert users_by(results, "platform") == {None: 2}
    (tmp_path / "a.ndjson").unlink()
    written(tmp_path / "c.ndjson", "platform", ["web", "ios"])
    with pytest.warns(SourceWarning, match=r"a\.ndjson is gone"):
        held = results.refresh()
    assert users_by(held, "platform") == {None: 2, "web": 1, "ios": 1}


def test_whole_numbers_beyond_all_ids_are_text(tmp_path: Path) -> None:
    large = 2**64 + 1
    rows = [{**row, "user_id": large} for row in rows_of("", "event_id", [1])]
    path = write_lines(tmp_path / "events.ndjson", rows)
    found = results_of(path).users_in_campaign().users["user_id"]
    assert found.to_list() == [str(large)]
