"""Several files as one table: which types they have together, what is lost of it, and what is new in it."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.errors import EventsError
from results_widgets.sources.file_set import FileSet
from results_widgets.sources.growth import Growth
from results_widgets.sources.paths import Folder
from tests.support.text_files import write_lines

CAMPAIGN = {
    "id": "c1",
    "goal": {"events": ["Purchase"]},
    "attribution_window": "1d",
    "actions": [{"id": "mail", "channel": "email"}],
}
MISFIT = re.compile(
    r"has column 'more' as (Struct|List)\(.*\), which does not match the Int64 of the files before"
)


def write(path: Path, *users: str, **columns: pl.Expr) -> None:
    """A mail to each user."""
    frame = pl.DataFrame({"user_id": users}).with_columns(
        action_id=pl.lit("mail"),
        event=pl.lit("sent"),
        timestamp=pl.lit(datetime(2026, 3, 1, tzinfo=UTC)),
        **columns,
    )
    frame.write_parquet(path)


def test_a_file_must_fit_all_those_before_it(tmp_path: Path) -> None:
    write(tmp_path / "1.parquet", "anna")
    write(tmp_path / "2.parquet", "bob", plan=pl.lit(1))
    write(tmp_path / "3.parquet", "carl", plan=pl.lit(datetime(2026, 3, 1, tzinfo=UTC).date()))
    with pytest.warns(rw.SourceWarning, match=r"3\.parquet has column 'plan' as Date"):
        assert rw.Results(CAMPAIGN, tmp_path, time_zone="UTC").unique_users() == 2


def test_a_new_file_of_one_row_is_new(tmp_path: Path) -> None:
    write(tmp_path / "1.parquet", "anna")
    results = rw.Results(CAMPAIGN, tmp_path, time_zone="UTC")
    assert results.unique_users() == 1
    write(tmp_path / "2.parquet", "bob")
    assert results.refresh().unique_users() == 2


# ------------------------------------------------------------------------------- the files themselves


def lines(path: Path, column: str, *values: object) -> Path:
    """A file of lines with one column, or none of its own where there is no value."""
    return write_lines(path, [{column: value, "n": n} for n, value in enumerate(values)])


def more(path: Path, value: object) -> None:
    """A file of one row with one more column."""
    write_lines(path, [{"a": 6, "n": 0, "more": value}])


def append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def of(*items: Any) -> FileSet:
    return FileSet.open(items, "events")


def refreshed(files: FileSet) -> FileSet:
    return files.refreshed(lambda rows: rows.collect())


def values(files: FileSet, column: str = "a") -> list[object]:
    return files.scan().collect()[column].to_list()


def names(files: FileSet) -> list[str]:
    return [part.path.stem for part in files.parts]


def reasons(files: FileSet) -> list[tuple[str, str]]:
    return [(problem.path.stem, problem.reason) for problem in files.problems]


def grown(growth: Growth, column: str = "a") -> tuple[int, Any, Any, list[int]]:
    """Return what a growth says: rows before, where those are, the values of the new ones, and where these are."""
    return (
        growth.before,
        None if growth.moved is None else growth.moved.to_list(),
        None if growth.added is None else growth.added.collect()[column].to_list(),
        growth.places.to_list(),
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Of three files: 1, 2; 3; 4, 5."""
    lines(tmp_path / "a.ndjson", "a", 1, 2)
    lines(tmp_path / "b.ndjson", "a", 3)
    lines(tmp_path / "c.ndjson", "a", 4, 5)
    return tmp_path


def test_files_are_read_in_the_order_of_what_names_them(folder: Path) -> None:
    files = of(folder / "b.ndjson", folder / "[ac].ndjson")
    assert names(files) == ["b", "a", "c"]
    assert [part.place[0] for part in files.parts] == [0, 1, 1]
    assert values(files) == [3, 1, 2, 4, 5]
    assert not files.problems
    assert not files.lost
    assert files.has_same_schema_as(of(folder))


def test_a_file_that_cannot_be_read_is_left_out_and_told(folder: Path) -> None:
    (folder / "b.ndjson").write_text("{\n")
    files = of(folder)
    assert values(files) == [1, 2, 4, 5]
    ((stem, reason),) = reasons(files)
    assert stem == "b"
    assert reason.startswith("cannot be read as ndjson (")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.csv", "a,b\n1,2\n3", "is incomplete: its last line is cut off; check the file, or"),
        ("a.csv", "a,a\n1,2\n", "names column 'a' more than once; rename all but one$"),
        ("a.txt", "PK\x03\x04", r"cannot be read as csv \(.*; check the file, or write it again$"),
    ],
)
def test_files_of_which_none_can_be_read_are_refused(
    tmp_path: Path, name: str, data: str, said: str
) -> None:
    later = tmp_path / f"later{name}"
    for path in (tmp_path / name, later):
        path.write_text(data)
    with pytest.raises(EventsError, match=rf"^events: .*/{name} {said}"):
        of(tmp_path / name, later)


def test_files_of_several_formats_are_refused(folder: Path) -> None:
    lines(folder / "d.csv", "a", 1)
    with pytest.raises(EventsError, match=r"^events: files of several formats"):
        of(folder)


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        ([1], [2.5], pl.Float64()),
        ([1], [None], pl.Int64()),
        ([None], [None], pl.String()),
        (["x"], [1], pl.String()),
    ],
)
def test_columns_get_a_type_that_holds_all(
    tmp_path: Path, first: Sequence[object], second: Sequence[object], kind: pl.DataType
) -> None:
    lines(tmp_path / "a.ndjson", "a", *first)
    lines(tmp_path / "b.ndjson", "a", *second)
    files = of(tmp_path)
    assert files.schema == {"a": kind, "n": pl.Int64()}
    assert files.scan().collect_schema() == files.schema


def test_ids_are_text_where_the_other_table_has_text(tmp_path: Path) -> None:
    text, number = (pl.Schema({"user_id": kind}) for kind in (pl.String(), pl.Int64()))
    files = of(lines(tmp_path / "a.csv", "user_id", 7))
    assert values(files.with_text_ids_like(text), "user_id") == ["7"]
    assert files.with_text_ids_like(number) is files
    assert files.with_text_ids_like(pl.Schema()) is files
    for other in (
        of(lines(tmp_path / "b.csv", "user_id", "anna")),
        of(lines(tmp_path / "c.csv", "id", 7)),
    ):
        assert other.with_text_ids_like(text) is other
    pl.DataFrame({"user_id": [7]}).write_parquet(tmp_path / "d.parquet")
    stored = of(tmp_path / "d.parquet")
    assert stored.with_text_ids_like(text) is stored


def test_ids_that_are_text_stay_text_with_new_files(tmp_path: Path) -> None:
    lines(tmp_path / "a.csv", "user_id", 7)
    files = of(tmp_path).with_text_ids_like(pl.Schema({"user_id": pl.String()}))
    lines(tmp_path / "b.csv", "user_id", 8)
    assert values(refreshed(files), "user_id") == ["7", "8"]


# ---------------------------------------------------------------------------- what is there no more


def test_files_are_scanned_together_where_they_are_alike(tmp_path: Path) -> None:
    kinds = [("a", 1), ("b", 2), ("c", 2.5), ("d", 3.5), ("e", 4)]
    for name, value in kinds:
        lines(tmp_path / f"{name}.csv", "a", value)
    files = of(tmp_path)
    assert values(files) == [1, 2, 2.5, 3.5, 4]
    assert files.scan().explain().count("Csv SCAN") == 3


def test_rows_written_behind_are_not_read_before_a_refresh(folder: Path) -> None:
    files = of(folder)
    append(folder / "b.ndjson", '{"a": 9, "n": 9}\n')
    assert values(files) == [1, 2, 3, 4, 5]
    assert values(refreshed(files)) == [1, 2, 3, 9, 4, 5]
    assert values(of(folder / "b.ndjson")) == [3, 9]


@pytest.mark.parametrize("change", ["gone", "rewritten"])
def test_rows_that_are_gone_are_not_passed_over(folder: Path, change: str) -> None:
    files = of(folder)
    if change == "gone":
        (folder / "b.ndjson").unlink()
    else:
        lines(folder / "b.ndjson", "a", 7, 8)
    with pytest.raises(EventsError, match=r"^events: .*b\.ndjson is gone or was rewritten since"):
        files.scan()


def test_rows_of_a_file_that_is_gone_are_null_after_a_refresh(folder: Path) -> None:
    files = of(folder)
    (folder / "a.ndjson").unlink()
    now = refreshed(files)
    assert reasons(now) == [("a", "is gone")]
    assert now.lost == ((0, 2),)
    assert [part.lost for part in now.parts] == [True, False, False]
    assert values(now) == [None, None, 3, 4, 5]
    assert now.scan().collect_schema() == files.schema
    assert grown(now.growth_since(files)) == (5, None, None, [])
    again = refreshed(now)
    assert (again.lost, reasons(again)) == (now.lost, reasons(now))
    # It comes back.
    lines(folder / "a.ndjson", "a", 1, 2, 6)
    back = refreshed(again)
    assert (values(back), back.lost, back.problems) == ([1, 2, 6, 3, 4, 5], (), ())


def test_a_file_that_is_moved_away_and_back_is_the_same(folder: Path) -> None:
    files = of(folder)
    (folder / "c.ndjson").rename(folder / "elsewhere")
    gone = refreshed(files)
    assert gone.lost == ((3, 2),)
    (folder / "elsewhere").rename(folder / "c.ndjson")
    back = refreshed(gone)
    assert (back.parts, back.lost, values(back)) == (files.parts, (), [1, 2, 3, 4, 5])


def test_a_file_that_breaks_keeps_its_rows_and_a_new_one_has_none(folder: Path) -> None:
    files = of(folder)
    (folder / "b.ndjson").write_text("{\n")
    (folder / "d.ndjson").write_text("{\n")
    now = refreshed(files)
    assert names(now) == ["a", "b", "c"]
    assert [stem for stem, _ in reasons(now)] == ["b", "d"]
    assert values(now) == [1, 2, None, 4, 5]


def test_a_file_whose_rows_cannot_be_used_is_told(folder: Path) -> None:
    files = of(folder)
    lines(folder / "d.ndjson", "a", 6)

    def refuse(rows: pl.LazyFrame) -> None:
        raise EventsError(f"holds {rows.collect()['a'].to_list()}")

    now = files.refreshed(refuse)
    assert reasons(now) == [("d", "holds [6]")]
    assert names(now) == ["a", "b", "c"]


# ----------------------------------------------------------------------------- types of what is new


def test_types_follow_new_files(folder: Path) -> None:
    files = of(folder)
    lines(folder / "d.ndjson", "a", 2.5)
    now = refreshed(files)
    assert now.schema["a"] == pl.Float64()
    assert not now.has_same_schema_as(files)
    assert values(now) == [1, 2, 3, 4, 5, 2.5]


def test_the_newest_files_give_way_where_types_have_none_in_common(folder: Path) -> None:
    files = of(folder)
    for name, value in (("d", 1), ("e", {"x": 1}), ("f", 2), ("g", [1])):
        more(folder / f"{name}.ndjson", value)
    now = refreshed(files)
    assert [stem for stem, _ in reasons(now)] == ["e", "g"]
    assert all(MISFIT.fullmatch(reason) for _, reason in reasons(now))
    assert values(now, "more") == [None] * 5 + [1, 2]


def test_rows_of_a_file_that_gives_way_stay(folder: Path) -> None:
    files = of(folder)
    more(folder / "b.ndjson", {"x": 1})
    more(folder / "c.ndjson", 1)
    more(folder / "d.ndjson", 2)
    now = refreshed(files)
    # While rows of a file are lost, columns that are new wait.
    ((stem, reason),) = reasons(now)
    assert stem == "c"
    assert reason.startswith("has column 'more' as Int64, which does not match the Struct")
    assert values(now) == [1, 2, 6, None, None, 6]
    assert grown(now.growth_since(files)) == (5, [0, 1, None, 3, 4], [6, 6], [2, 5])


def test_files_that_waited_give_way_to_one_that_comes_back(folder: Path) -> None:
    files = of(folder)
    (folder / "a.ndjson").rename(folder / "elsewhere")
    more(folder / "d.ndjson", 1)
    more(folder / "e.ndjson", [1])
    held = refreshed(files)
    assert reasons(held) == [("a", "is gone")]
    (folder / "elsewhere").rename(folder / "a.ndjson")
    back = refreshed(held)
    assert [stem for stem, _ in reasons(back)] == ["e"]
    assert values(back) == [1, 2, 3, 4, 5, 6, None]
    assert reasons(refreshed(back)) == reasons(back)


def test_types_that_went_together_by_a_text_between_them(tmp_path: Path) -> None:
    for name, kind in (("a", pl.Int64()), ("b", pl.String()), ("c", pl.Date())):
        pl.DataFrame({"a": [None]}, {"a": kind}).write_parquet(tmp_path / f"{name}.parquet")
    files = of(tmp_path)
    assert files.schema == {"a": pl.String()}
    (tmp_path / "b.parquet").unlink()
    held = refreshed(files)
    assert (held.schema, reasons(held)) == (files.schema, [("b", "is gone")])
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "b.parquet")
    now = refreshed(files)
    assert [stem for stem, _ in reasons(now)] == ["c"]
    assert len(values(now)) == 3
    # A file that comes before the text goes with it, and not with what stands before both.
    (tmp_path / "b.parquet").rename(tmp_path / "a.parquet")
    for name in "cd":
        pl.DataFrame({"a": [name]}).write_parquet(tmp_path / f"{name}.parquet")
    files = of(tmp_path)
    pl.DataFrame({"a": [None]}, {"a": pl.Date()}).write_parquet(tmp_path / "b.parquet")
    now = refreshed(files)
    assert [stem for stem, _ in reasons(now)] == ["b"]
    assert values(now) == ["1", "c", "d"]


def test_types_stay_while_rows_are_lost(folder: Path) -> None:
    files = of(folder)
    (folder / "a.ndjson").unlink()
    lines(folder / "b.ndjson", "a", 3, 2.5)
    lines(folder / "c.ndjson", "a", 6)
    lines(folder / "d.ndjson", "a", 7, 8)
    lines(folder / "e.ndjson", "a", 2.5)
    now = refreshed(files)
    said = "has values in column 'a' that are not Int64, as the earlier ones are"
    assert reasons(now) == [("a", "is gone"), ("b", said), ("e", said)]
    # Of the file that was read before, as many rows stay as it had.
    assert values(now) == [None, None, None, 6, 7, 8]
    assert now.lost == ((0, 2), (2, 1))
    assert now.schema == files.schema
    assert now.has_same_schema_as(files)


def test_new_columns_wait_while_rows_are_lost(folder: Path) -> None:
    files = of(folder)
    (folder / "a.ndjson").unlink()
    more(folder / "d.ndjson", 1)
    now = refreshed(files)
    assert now.schema == files.schema
    assert values(now) == [None, None, 3, 4, 5, 6]


# --------------------------------------------------------------------------------------- what is new


def test_nothing_is_new_where_nothing_changed(folder: Path) -> None:
    files = of(folder)
    growth = refreshed(files).growth_since(files)
    assert grown(growth) == (5, None, None, [])
    assert growth.is_empty


def test_lines_written_behind_and_new_files_are_all_that_is_new(folder: Path) -> None:
    files = of(folder)
    append(folder / "b.ndjson", '{"a": 8, "n": 1}\n{"a": 9, "n": 2}\n')
    lines(folder / "ab.ndjson", "a", 7)
    lines(folder / "d.ndjson", "a", 10)
    now = refreshed(files)
    assert values(now) == [1, 2, 7, 3, 8, 9, 4, 5, 10]
    expected = (5, [0, 1, 3, 6, 7], [7, 8, 9, 10], [2, 4, 5, 8])
    assert grown(now.growth_since(files)) == expected


def test_a_new_last_file_moves_no_row(folder: Path) -> None:
    files = of(folder)
    lines(folder / "d.ndjson", "a", 6)
    assert grown(refreshed(files).growth_since(files)) == (5, None, [6], [5])
    append(folder / "c.ndjson", '{"a": 7, "n": 2}\n')
    (folder / "d.ndjson").unlink()
    assert grown(refreshed(files).growth_since(files)) == (5, None, [7], [5])


def test_a_new_file_without_rows_brings_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,n\n1,0\n")
    files = of(tmp_path)
    (tmp_path / "b.csv").write_text("a,n\n")
    now = refreshed(files)
    assert names(now) == ["a", "b"]
    assert now.growth_since(files).is_empty
    assert values(now) == [1]


def test_rows_of_a_file_written_anew_are_gone_and_new(folder: Path) -> None:
    files = of(folder)
    lines(folder / "b.ndjson", "a", 8, 9)
    expected = (5, [0, 1, None, 4, 5], [8, 9], [2, 3])
    assert grown(refreshed(files).growth_since(files)) == expected
    lines(folder / "b.ndjson", "a", 6)
    expected = (5, [0, 1, None, 3, 4], [6], [2])
    assert grown(refreshed(files).growth_since(files)) == expected


def test_lines_written_after_a_refresh_wait_for_the_next(folder: Path) -> None:
    files = of(folder)
    append(folder / "c.ndjson", '{"a": 6, "n": 2}\n')
    now = refreshed(files)
    append(folder / "c.ndjson", '{"a": 7, "n": 3}\n')
    assert grown(now.growth_since(files)) == (5, None, [6], [5])
    assert grown(refreshed(now).growth_since(now)) == (6, None, [7], [6])


def test_a_name_of_a_prefix_finds_new_files(folder: Path) -> None:
    files = of(Folder(folder, "b"))
    lines(folder / "b2.ndjson", "a", 7)
    lines(folder / "d.ndjson", "a", 8)
    assert values(refreshed(files)) == [3, 7]
