"""Files as their format has them: of one kind only, and with a last line that is whole or is not."""

from pathlib import Path

import pytest

import results_widgets as rw
from results_widgets.sources.content import Content
from results_widgets.sources.formats import common_kind, has_partial_last_line, last_bytes

LINES = Content(".ndjson")
TABLE = Content(".csv")
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


def test_last_bytes_are_those_before_the_end_or_a_place(tmp_path: Path) -> None:
    path = tmp_path / "events"
    path.write_bytes(b"abcdef")
    assert [last_bytes(path, count) for count in (0, 1, 6, 9)] == [b"", b"f", b"abcdef", b"abcdef"]
    assert [last_bytes(path, count, 3) for count in (1, 3, 9)] == [b"c", b"abc", b"abc"]
