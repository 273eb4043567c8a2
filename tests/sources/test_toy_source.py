"""A source is one declaration: a toy of a kind of its own is read like any other, by the same normalising step."""

from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets.sources import read
from results_widgets.sources.read import TableKind

CAMPAIGN: dict[str, Any] = {
    "id": "c1",
    "goal": {"events": ["Purchase"], "value": "value"},
    "attribution_window": "7d",
    "actions": [{"id": "a1", "channel": "email"}],
}
COLUMNS = ("User_ID", "campaign_id", "action_id", "event", "timestamp", "machine", "value")
# As people have them: a whole float among ids, blanks, NULL, words for yes and no, amounts as text.
ROWS = [
    ("18.0", "c1", "a1", "sent", "2026-03-01T09:00:00Z", "", ""),
    ("18", "", "a1", "opened", "2026-03-01T10:00:00+0100", "yes", None),
    ("7", "c1", "a1", "sent", "2026-03-01T09:30:00Z", "no", "NULL"),
    ("18", None, "", "Purchase", "2026-03-01T12:00:00Z", None, "12.50"),
    ("", "c1", "a1", "sent", "2026-03-01T09:45:00Z", None, None),
]


class Ledger:
    """A table of no library: a heading and a page of rows."""

    def __init__(self, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
        self.columns = columns
        self.rows = rows


def from_ledger(source: Ledger, what: str) -> pl.DataFrame:
    if not source.columns:
        raise rw.EventsError(f"{what}: the ledger has no heading; write one")
    return pl.DataFrame(source.rows, schema=source.columns, orient="row")


@pytest.fixture(autouse=True)
def declared(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = TableKind("Ledger", lambda source: isinstance(source, Ledger), from_ledger)
    monkeypatch.setattr(read, "KINDS", (*read.KINDS, kind))


def results_of(events: object, users: object = None) -> rw.Results:
    return rw.Results(CAMPAIGN, events, users, time_zone="UTC")


def overview(results: rw.Results) -> dict[str, float | None]:
    return dict(results.overview().select("metric", "value").iter_rows())


def test_its_rows_are_counted_as_they_are_meant() -> None:
    results = results_of(Ledger(COLUMNS, ROWS))
    found = overview(results)
    assert (found["users"], found["unique_users"], found["engaged"]) == (2, 2, 1)
    assert (found["conversions"], found["goal_value"]) == (1, 12.5)
    assert results.users("unique_users").users["user_id"].to_list() == ["18", "7"]
    assert results.channels().filter(metric="machine_opened")["value"].item() == 1


def test_it_gives_the_numbers_of_the_same_rows_from_any_source() -> None:
    ledger = results_of(Ledger(COLUMNS, ROWS))
    frame = pl.DataFrame(ROWS, schema=COLUMNS, orient="row")
    for other in (frame, frame.to_pandas(), frame.to_arrow()):
        assert_frame_equal(ledger.overview(), results_of(other).overview())
        assert_frame_equal(ledger.channels(), results_of(other).channels())


def test_its_users_are_read_likewise() -> None:
    people = Ledger(("user_id", "plan", "is_developer"), [("7", "pro", "f"), ("18.0", "", "t")])
    results = results_of(Ledger(COLUMNS, ROWS), people)
    users = results.users_in_campaign().users.sort("user_id")
    assert users.select("user_id", "plan").rows() == [("18", None), ("7", "pro")]
    assert overview(results.analytics())["unique_users"] == 1


def test_it_is_read_again_by_a_refresh() -> None:
    ledger = Ledger(COLUMNS, ROWS[:3])
    results = results_of(ledger)
    assert overview(results)["conversions"] == 0
    ledger.rows = ROWS
    assert overview(results.refresh())["conversions"] == 1


def test_what_cannot_be_used_is_refused_by_the_same_errors() -> None:
    with pytest.raises(rw.EventsError, match="column 'timestamp' is missing"):
        results_of(Ledger(("user_id", "action_id", "event"), [("1", "a1", "sent")]))
    bad = [(*ROWS[0][:5], "perhaps", "")]
    with pytest.raises(rw.EventsError, match="column 'machine' holds 'perhaps'"):
        results_of(Ledger(COLUMNS, bad))
    with pytest.raises(rw.EventsError, match="events: the ledger has no heading"):
        results_of(Ledger((), []))
    with pytest.raises(rw.EventsError, match="DuckDB, Arrow or Ledger table"):
        results_of(7)
