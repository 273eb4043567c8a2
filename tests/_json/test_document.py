"""JSON documents: what is read, and what is too large, too deep or no JSON."""

from pathlib import Path

import pytest

import results_widgets as rw
from results_widgets._json import DEEPEST, document, parse, parse_file
from results_widgets.errors import QueryError


def test_text_and_bytes_are_read_with_or_without_a_byte_order_mark() -> None:
    for text in ('{"a": "ü"}', '\ufeff{"a": "ü"}'):
        assert parse(text, "x") == parse(text.encode(), "x") == {"a": "ü"}
    assert parse("null", "x") is None
    assert parse("[1, 2.5, true]", "x") == [1, 2.5, True]


@pytest.mark.parametrize("pair", ["[]", ("{", "}")])
def test_depth_is_bounded(pair: tuple[str, str]) -> None:
    def nested(levels: int) -> str:
        opening = "[" if pair[0] == "[" else '{"a":'
        return opening * (levels - 1) + pair[0] + pair[1] * levels

    assert parse(nested(DEEPEST), "x") is not None
    for levels in (DEEPEST + 1, 100_000):
        with pytest.raises(rw.QueryError, match=f"^x: is nested more than {DEEPEST} levels deep"):
            parse(nested(levels), "x", QueryError.at)


def test_size_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "LARGEST", 10)
    assert parse("[1,2,3,4 ]", "x") == [1, 2, 3, 4]
    with pytest.raises(rw.CampaignError, match=r"^x: is larger than 10 characters"):
        parse("[1,2,3,45 ]", "x")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty; it should hold a JSON object"),
        (" \n", "is empty; it should hold a JSON object"),
        ("{'a': 1}", "is not valid JSON: .*line 1 column 2"),
        ('{"a": Infinity}', "is not valid JSON: Infinity is not a number in JSON; write null"),
        ('{"a": NaN}', "NaN is not a number in JSON"),
        (b'"\xff"', "is not text in UTF-8"),
    ],
)
def test_what_is_no_json_is_named(text: str | bytes, words: str) -> None:
    with pytest.raises(rw.CampaignError, match=f"^x: .*{words}|^x: {words}"):
        parse(text, "x")


def test_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    with pytest.raises(rw.QueryError, match=f"^{path}: cannot be read: No such file"):
        parse_file(path, QueryError.at)
    path.write_text("[1]")
    assert parse_file(path) == [1]
