"""Results that go on: however the events arrive, they end where one full read would."""

from collections.abc import Callable
from datetime import date
from itertools import product
from pathlib import Path

import polars as pl
import pytest
from hypothesis import Phase, given, note, settings
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets.engine.backends.memory import refresh as live
from results_widgets.engine.backends.memory.event_log import EventLog, build_event_log
from results_widgets.engine.frames import collect
from results_widgets.errors import SourceWarning
from results_widgets.tables.events import EventTable
from tests.support.definition_sets import definitions_of
from tests.support.profiles import examples
from tests.support.refreshed import CAMPAIGN, EVENTS, assert_same, assert_same_rows, results_of
from tests.support.strategies import Question, questions


class Folder:
    """A folder of events that arrive in parts, in any order, some again and some late."""

    def __init__(self, folder: Path, asked: Question) -> None:
        self.folder, self.asked = folder, asked
        self.random = asked.choose("arrival")
        events = asked.case.events
        self.left = self.random.sample(range(events.height), events.height)
        self.parts: dict[str, list[int]] = {}

    def arrive(self) -> None:
        """Some rows arrive: in a new file anywhere among the others, or in one written anew."""
        count = self.random.randint(1, max(1, self.asked.case.events.height // 2))
        rows, self.left = self.left[:count], self.left[count:]
        known = list(self.parts)
        name = f"events-{self.random.randint(0, 999):03}.parquet"
        if known and self.random.random() < 0.4:
            name = self.random.choice(known)
        kept = self.parts.get(name, [])
        if kept and self.random.random() < 0.3:
            # What a file held moves on to others.
            moved = self.random.randint(1, len(kept))
            self.left += kept[:moved]
            kept = kept[moved:]
        self.parts[name] = [*kept, *rows] if self.random.random() < 0.7 else [*rows, *kept]
        self.asked.case.events[self.parts[name]].write_parquet(self.folder / name)

    def results(self) -> rw.Results:
        case, query = self.asked.case, self.asked.query
        return rw.Results(
            dict(case.campaign),
            self.folder,
            case.users,
            definitions=definitions_of(query.definitions),
            time_zone=query.zone,
        )


# Each case is read many times over.
@settings(phases=[Phase.explicit, Phase.reuse, Phase.generate], max_examples=examples(6))
@given(asked=questions())
def test_events_in_any_parts_and_any_order_end_in_the_same(
    asked: Question, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = Folder(tmp_path_factory.mktemp("parts"), asked)
    folder.arrive()
    results = folder.results()
    while folder.left:
        # What was asked before is what a refresh has to keep up to date.
        if folder.random.random() < 0.7:
            results.with_definitions(folder.random.choice(["default", "leanplum-v2"])).conversions()
            results.overview(by=folder.random.choice([None, *asked.columns]))
        folder.arrive()
        results = results.refresh()
    note(f"{folder.parts}")
    assert_same(results, folder.results())


# ------------------------------------------------------------------------------------------- files


def write(frame: pl.DataFrame, path: Path) -> None:
    if path.suffix == ".parquet":
        frame.write_parquet(path)
    elif path.suffix == ".csv":
        frame.write_csv(path)
    else:
        frame.write_ndjson(path)


def unread(results: rw.Results) -> tuple[int, str | None]:
    row = results.quality().row(by_predicate=pl.col("check") == "unread file", named=True)
    return row["rows"], row["example"]


@pytest.mark.parametrize("kind", ["parquet", "csv", "ndjson"])
def test_new_files_are_all_that_is_read(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(EVENTS[:3], tmp_path / f"b.{kind}")
    results = results_of(tmp_path).refresh()
    write(EVENTS[3:], tmp_path / f"a.{kind}")
    read: list[int] = []

    def build(table: EventTable, campaign: rw.Campaign) -> EventLog:
        coded = build_event_log(table, campaign)
        read.append(coded.rows.height)
        return coded

    monkeypatch.setattr(live, "build_event_log", build)
    after = results.refresh()
    assert read == [3]
    assert (results.unique_users(), after.unique_users()) == (2, 3)
    assert_same_rows(after, results_of(tmp_path))


@pytest.mark.parametrize("kind", ["csv", "ndjson"])
def test_lines_written_behind_are_all_that_is_read(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"events.{kind}"
    write(EVENTS[:4], path)
    old = results_of(path)
    lines = path.read_bytes()
    write(EVENTS, path)
    assert path.read_bytes().startswith(lines)
    new = old.refresh()
    assert isinstance(new._session.data, live.ExtendedBackend)
    assert new._session.data.touched.sum() == 2
    # What was read before stands where it stood, also for those who ask more of it.
    assert old.with_definitions("leanplum-v2").conversions()["value"].to_list() == [2.5]
    assert_same_rows(new, results_of(path))


def test_old_results_stay_as_they_were_or_say_what_they_lack(tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    write(EVENTS[:4], path)
    old = results_of(path)
    write(EVENTS[2:], path)
    assert (old.unique_users(), old.refresh().unique_users()) == (3, 2)
    assert old.overview(by="platform").height
    assert old.with_definitions("leanplum-v2").conversions()["value"].to_list() == [2.5]
    with pytest.raises(rw.EventsError, match=r"events\.parquet is gone or was rewritten since"):
        old.quality()


@pytest.mark.parametrize("kind", ["parquet", "csv", "ndjson"])
def test_file_that_is_gone_still_counts(tmp_path: Path, kind: str) -> None:
    write(EVENTS[:3], tmp_path / f"a.{kind}")
    write(EVENTS[3:5], tmp_path / f"b.{kind}")
    results = results_of(tmp_path).refresh()
    results.overview(by="platform")
    kept = (tmp_path / f"a.{kind}").rename(tmp_path / "elsewhere")
    with pytest.warns(SourceWarning, match=rf"a\.{kind} is gone; it is left out until"):
        after = results.refresh()
    assert unread(after) == (1, str(tmp_path / f"a.{kind}"))
    numbers = after.overview(by="platform")
    assert_frame_equal(numbers, results.overview(by="platform"))
    # New rows of a user whose others are gone: all of them are walked.
    write(EVENTS[5:], tmp_path / f"c.{kind}")
    later = after.refresh()
    assert later.conversions()["value"].to_list() == [2.5, 4.0]
    assert later.quality().filter(check="no user")["rows"].item() == 0
    # It comes back: nothing is counted twice, and nothing is missing.
    kept.rename(tmp_path / f"a.{kind}")
    back = later.refresh()
    assert unread(back) == (0, None)
    assert_same_rows(back, results_of(tmp_path))


def half(frame: pl.DataFrame, path: Path) -> None:
    write(frame, path)
    path.write_bytes(path.read_bytes()[:-20])


@pytest.mark.parametrize("kind", ["parquet", "csv", "ndjson"])
def test_file_half_written_is_left_out_until_it_is_whole(tmp_path: Path, kind: str) -> None:
    write(EVENTS[:3], tmp_path / f"a.{kind}")
    half(EVENTS[3:], tmp_path / f"b.{kind}")
    with pytest.warns(SourceWarning, match=rf"b\.{kind} (is incomplete|cannot be read as)"):
        results = results_of(tmp_path)
    assert unread(results) == (1, str(tmp_path / f"b.{kind}"))
    again = results.refresh()  # said once
    assert (again.unique_users(), again.conversions().height) == (2, 1)
    write(EVENTS[3:], tmp_path / f"b.{kind}")
    whole = again.refresh()
    assert unread(whole) == (0, None)
    assert_same_rows(whole, results_of(tmp_path))


CHANGES: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "missing": lambda rows: rows.drop("value"),
    "new": lambda rows: rows.with_columns(extra=1),
    "order": lambda rows: rows.select(reversed(rows.columns)),
    "text": lambda rows: rows.cast({"value": pl.String}),
    "narrower": lambda rows: rows.cast({"value": pl.Float32}),
}
BY_DAY = {
    ("order", "csv"),
    ("new", "csv"),
    ("text", "ndjson"),
    *((one, "parquet") for one in CHANGES),
}
"""Each change in the format that has types, and in the others what their own readers may stumble over."""


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        pytest.param(*one, marks=() if one in BY_DAY else pytest.mark.nightly)
        for one in product(CHANGES, ["parquet", "csv", "ndjson"])
    ],
)
def test_new_file_may_differ_in_columns_and_types(tmp_path: Path, kind: str, change: str) -> None:
    write(EVENTS[:3], tmp_path / f"a.{kind}")
    results = results_of(tmp_path)
    write(CHANGES[change](EVENTS[3:]), tmp_path / f"b.{kind}")
    after = results.refresh()
    assert after.unique_users() == 3
    assert_same_rows(after, results_of(tmp_path))


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("csv", pl.lit("dear"), "holds the text 'dear'"),
        ("parquet", pl.lit("dear"), "holds the text 'dear'"),
        (
            "parquet",
            pl.lit(date(2026, 3, 1)),
            "'value' as Date, which does not match the Float64",
        ),
        (
            "ndjson",
            pl.struct(amount=1),
            r"'value' as Struct\(.*, which does not match the Float64",
        ),
    ],
)
def test_file_whose_values_cannot_be_used_is_left_out(
    tmp_path: Path, kind: str, value: pl.Expr, said: str
) -> None:
    write(EVENTS[:3], tmp_path / f"a.{kind}")
    results = results_of(tmp_path)
    write(EVENTS[3:].with_columns(value=value), tmp_path / f"b.{kind}")
    with pytest.warns(SourceWarning, match=said):
        after = results.refresh()
    assert after.unique_users() == 2
    write(EVENTS[3:], tmp_path / f"b.{kind}")
    assert_same_rows(after.refresh(), results_of(tmp_path))


def test_file_of_another_format_is_left_out(tmp_path: Path) -> None:
    write(EVENTS[:3], tmp_path / "a.parquet")
    results = results_of(tmp_path)
    write(EVENTS[3:], tmp_path / "b.csv")
    with pytest.warns(SourceWarning, match=r"b\.csv has a different format from the files before"):
        assert results.refresh().unique_users() == 2


def test_users_are_read_again_when_their_file_changes(tmp_path: Path) -> None:
    rw.Campaign.from_json(CAMPAIGN).to_json(tmp_path / "campaign.json")
    write(EVENTS[:3], tmp_path / "events-1.csv")
    pl.DataFrame({"user_id": ["anna"], "plan": ["free"]}).write_csv(tmp_path / "users.csv")
    results = rw.load(tmp_path, time_zone="UTC")
    assert results.users_in_campaign().users["plan"].to_list() == ["free", None]
    write(EVENTS[3:], tmp_path / "events-2.csv")
    users = pl.DataFrame({"user_id": ["anna", "carl"], "plan": ["paid", "free"]})
    users.write_csv(tmp_path / "users.csv")
    results = results.refresh()
    assert results.users_in_campaign().users["plan"].to_list() == ["paid", None, "free"]
    half(users, tmp_path / "users.csv")
    (tmp_path / "users.csv").write_text("user_id,plan\nanna")
    with pytest.warns(SourceWarning, match=r"users\.csv is incomplete"):
        results = results.refresh()
    assert results.users_in_campaign().users["plan"].to_list() == ["paid", None, "free"]


# ------------------------------------------------------------------------------------------ frames


def test_rows_behind_those_of_a_frame_are_all_that_is_new() -> None:
    frame = EVENTS[:3].clone()
    old = results_of(frame)
    assert old.refresh()._session.data is old._session.data
    frame.extend(EVENTS[3:])
    new = old.refresh()
    assert isinstance(new._session.data, live.ExtendedBackend)
    assert (old.unique_users(), new.unique_users()) == (2, 3)
    assert_same(new, results_of(EVENTS))


@pytest.mark.parametrize("grows", [True, False], ids=["at its end", "anywhere"])
def test_lazy_frame_is_read_on_or_anew(tmp_path: Path, grows: bool) -> None:
    path = tmp_path / "events.csv"
    write(EVENTS[1:4], path)
    source = pl.scan_csv(path)
    results = results_of(source).refresh()
    write(EVENTS[1:] if grows else EVENTS, path)
    after = results.refresh()
    assert isinstance(after._session.data, live.ExtendedBackend) is grows
    assert_same(after, results_of(pl.scan_csv(path)))


def test_conversions_given_by_the_source_may_come_with_a_refresh(tmp_path: Path) -> None:
    write(EVENTS[:4], tmp_path / "a.parquet")
    results = results_of(tmp_path)
    assert results.conversions()["attributed_by"].to_list() == ["receipt"]
    given = EVENTS[4:].with_columns(event=pl.lit("converted"), event_id=pl.col("event_id") + "c")
    write(given, tmp_path / "b.parquet")
    after = results.refresh()
    # The source tells its conversions itself now: those of users without news are others as well.
    assert after.conversions().height == 2
    assert_same(after, results_of(tmp_path))


def test_exactly_the_rows_of_a_file_that_is_gone_cannot_be_read_again(tmp_path: Path) -> None:
    for name, rows in (("a", EVENTS[:2]), ("b", EVENTS[2:4]), ("c", EVENTS[4:])):
        write(rows, tmp_path / f"{name}.parquet")
    results = results_of(tmp_path)
    (tmp_path / "b.parquet").unlink()
    with pytest.warns(SourceWarning, match="is gone"):
        after = results.refresh()
    rows = collect(after._session.data.require_users().source_rows)
    assert rows["user_id"].to_list() == ["anna", "bob", "carl", "anna"]


@pytest.mark.parametrize("kind", ["csv", "ndjson"])
def test_old_results_read_no_line_written_later(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"events.{kind}"
    write(EVENTS[:4], path)
    old = results_of(path)
    later = EVENTS[4:].with_columns(event=pl.lit("yodelled"))
    write(pl.concat([EVENTS[:4], later]), path)
    assert old.quality().filter(check="unknown event")["rows"].item() == 0
    assert old.refresh().quality().filter(check="unknown event")["rows"].item() == 2


def test_a_last_line_without_newline_may_grow(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    write(EVENTS[:3].select(pl.exclude("value"), "value"), path)
    path.write_text(path.read_text().removesuffix("\n"))
    results = results_of(path)
    assert results.conversions()["value"].to_list() == [2.5]
    path.write_text(path.read_text() + "5\n")
    assert results.refresh().conversions()["value"].to_list() == [2.55]
