"""Files as their format has them: of one kind only, and with a last line that is whole or is not."""

import json
from pathlib import Path

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.sources import formats
from results_widgets.sources.column_types import JSON
from results_widgets.sources.content import Content
from results_widgets.sources.formats import (
    common_kind,
    has_partial_last_line,
    last_bytes,
    scan,
    schema_of,
)
from tests.support.text_files import write_lines

LINES = Content(".ndjson")
TABLE = Content(".csv")
STORED = Content(".parquet")
LONG = "x" * 300_000


def test_files_are_of_one_format() -> None:
    assert common_kind([LINES, LINES], "events") == ".ndjson"
    with pytest.raises(
        rw.EventsError, match=r"events: files of several formats .* \.csv, \.ndjson"
    ):
        common_kind([LINES, TABLE], "events")


@pytest.mark.parametrize(
    ("content", "text", "is_partial"),
    [
        (LINES, '{"a": 1}', False),
        (LINES, '{"a": 1', True),
        (LINES, '{"a": 1}\n{"a": 2}', False),
        (LINES, '{"a": 1}\n{"a"', True),
        (LINES, '{"a"\n', False),
        (LINES, '\ufeff{"a": 1}', False),
        (LINES, "", False),
        (LINES, f'{{"a": 1}}\n{{"a": "{LONG}"}}', False),
        (LINES, f'{{"a": 1}}\n{{"a": "{LONG}"', True),
        (LINES, f'{{"a": "{LONG}"}}', False),
        (TABLE, "a,b", False),
        (TABLE, f"a,b\n{LONG},2", False),
        (TABLE, "a,b\n1,2", False),
        (TABLE, "a,b\n1", True),
        (TABLE, 'a,b\n"1,2"', True),
    ],
    ids=range(15),
)
def test_a_last_line_is_cut_off_where_it_is_no_row(
    tmp_path: Path, content: Content, text: str, *, is_partial: bool
) -> None:
    path = tmp_path / "events"
    path.write_text(text, encoding="utf-8")
    assert has_partial_last_line(content, path) is is_partial


def test_a_last_line_is_looked_for_further_back_until_it_is_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "_LINE", 4)
    monkeypatch.setattr(formats, "_LONGEST", 16)
    path = tmp_path / "events"
    for text, line in [
        ("a\nbc", "bc"),
        ("ab\ncdefgh", "cdefgh"),
        ("abcdefgh", "abcdefgh"),
        ("abcd", "abcd"),
        ("a\nb\nc" + "d" * 15, "c" + "d" * 15),
        ("a\nb\nc" + "d" * 30, "d" * 16),
    ]:
        path.write_text(text)
        assert formats._last_line(path) == line.encode()


def test_last_bytes_are_those_before_the_end_or_a_place(tmp_path: Path) -> None:
    path = tmp_path / "events"
    path.write_bytes(b"abcdef")
    assert [last_bytes(path, count) for count in (0, 1, 6, 9)] == [b"", b"f", b"abcdef", b"abcdef"]
    assert [last_bytes(path, count, 3) for count in (1, 3, 9)] == [b"c", b"abc", b"abc"]


# ---------------------------------------------------------------------- columns of one file in a wider table


def read(content: Content, path: Path, schema: dict[str, pl.DataType]) -> list[dict[str, object]]:
    """Return the rows of a file as a table of a schema, which they have to have."""
    rows = scan(content, [path], schema_of(content, path), pl.Schema(schema)).collect()
    assert dict(rows.schema) == schema
    return rows.rows(named=True)


@pytest.mark.parametrize("content", [LINES, TABLE, STORED], ids=lambda one: one.kind[1:])
def test_a_file_is_read_as_a_table_that_is_wider(tmp_path: Path, content: Content) -> None:
    path = tmp_path / f"events{content.kind}"
    given = {"a": 1, "b": 2.5, "none": None, "left": True}
    if content == STORED:
        pl.DataFrame([given]).write_parquet(path)
    else:
        write_lines(path, [given])
    own = {"a": pl.Int64(), "b": pl.Float64(), "none": pl.Null(), "left": pl.Boolean()}
    assert dict(schema_of(content, path)) == own
    # As they are, but that what has no value yet may become a text.
    as_text: dict[str, pl.DataType] = {**own, "none": pl.String()}
    assert read(content, path, as_text) == [given]
    wider = {"new": pl.Int64(), "b": pl.String(), "a": pl.Float64(), "none": pl.Date()}
    assert read(content, path, wider) == [{"new": None, "b": "2.5", "a": 1.0, "none": None}]


def test_text_keeps_what_a_number_would_lose(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("a,b\n1.50,1\n")
    assert read(TABLE, path, {"a": pl.String(), "b": pl.Int64()}) == [{"a": "1.50", "b": 1}]
    path.write_text("a,b\n1.50,\n")
    assert read(TABLE, path, {"a": pl.String(), "b": pl.Null()}) == [{"a": "1.50", "b": None}]


def test_lists_and_objects_are_their_text(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "events.ndjson", [{"a": {"x": 1}}, {"a": [1, 2]}, {"a": None}])
    assert dict(schema_of(LINES, path)) == {"a": JSON}
    rows = scan(LINES, [path], pl.Schema({"a": JSON}), pl.Schema({"a": JSON})).collect()
    found = rows["a"].struct.field("json").to_list()
    assert [one and json.loads(one) for one in found] == [{"x": 1}, [1, 2], None]


def test_a_name_that_looks_like_a_pattern_is_a_name(tmp_path: Path) -> None:
    for content, text in ((LINES, '{"a": 1}\n'), (TABLE, "a\n1\n"), (STORED, "")):
        for name in ("events[1]", "events1"):
            path = tmp_path / f"{name}{content.kind}"
            if text:
                path.write_text(text if "[" in name else text.replace("1", "2"))
            else:
                pl.DataFrame({"a": [1]} if "[" in name else {"b": [2]}).write_parquet(path)
        place = tmp_path / f"events[1]{content.kind}"
        assert read(content, place, {"a": pl.Int64()}) == [{"a": 1}]


def test_what_is_packed_is_read_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "events.json"
    path.write_text('[{"a": 1}, {"a": 2}]')
    array = Content(".ndjson", is_array=True)
    assert read(array, path, {"a": pl.Int64()}) == [{"a": 1}, {"a": 2}]
    # Nothing is written behind it, so its end is not looked at.
    path.write_text('[{"a": 1}, {"a"')
    assert not has_partial_last_line(array, path)
    assert not has_partial_last_line(STORED, path)
