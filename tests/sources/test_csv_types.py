"""Which type a column of CSV is read as, where its first rows say one thing and a later one another."""

import gzip
from pathlib import Path

import polars as pl
import pytest

from results_widgets.errors import EventsError
from results_widgets.sources.content import Content, recognise
from results_widgets.sources.csv_types import (
    TEXT_COLUMNS,
    csv_schema,
    header,
    is_cut_off,
    scan_csv,
)
from tests.support.text_files import MANY

TABLE = Content(".csv")


def schema_of(path: Path, text: str) -> dict[str, pl.DataType]:
    path.write_text(text, encoding="utf-8")
    return dict(csv_schema(recognise(path), path))


def type_of(path: Path, *values: str, after: int = 0, first: str = "7") -> pl.DataType:
    """Return the type of a column of these values, after so many rows of another."""
    rows = [first] * after + list(values)
    # The other column keeps a line without a value from being no line.
    return schema_of(path, "\n".join(["value,other", *(f"{row},x" for row in rows)]))["value"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.csv"


def test_columns_that_name_things_stay_text(path: Path) -> None:
    names = [*TEXT_COLUMNS, "amount"]
    found = schema_of(path, f"{','.join(names)}\n{','.join('1' for _ in names)}\n")
    assert found == {**dict.fromkeys(TEXT_COLUMNS, pl.String()), "amount": pl.Int64()}


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["7", "-8", "0", ""], pl.Int64()),
        (["7", "007"], pl.String()),
        (["7", "+8"], pl.String()),
        (["7.5", "8"], pl.Float64()),
        (["7.5", "1e3"], pl.Float64()),
        (["18446744073709551617"], pl.String()),
        (["true", "false", ""], pl.Boolean()),
        (["", "NULL"], pl.Null()),
        (["", "a"], pl.String()),
    ],
    ids=lambda one: "-".join(one) if isinstance(one, list) else str(one),
)
def test_types_of_few_rows(path: Path, values: list[str], kind: pl.DataType) -> None:
    assert type_of(path, *values) == kind


@pytest.mark.parametrize(
    ("first", "last", "kind"),
    [
        ("7", "8", pl.Int64()),
        ("7", "", pl.Int64()),
        ("7", "8.0", pl.Float64()),
        ("7", "-0.00", pl.Float64()),
        ("7", "999999999999999.0", pl.Float64()),
        ("7", "1000000000000000.0", pl.String()),
        ("7", "07.0", pl.String()),
        ("7", "8.5", pl.String()),
        ("7", "a", pl.String()),
        ("7.5", "8", pl.Float64()),
        ("7.5", "  8", pl.Float64()),
        ("7.5", "", pl.Float64()),
        ("7.5", "8 ", pl.String()),
        ("7.5", "a", pl.String()),
        ("true", "", pl.Boolean()),
        ("true", "FALSE", pl.Boolean()),
        ("true", "False", pl.Boolean()),
        ("true", "yes", pl.String()),
        ("", "7", pl.String()),
    ],
)
def test_types_of_rows_beyond_those_they_are_inferred_from(
    path: Path, first: str, last: str, kind: pl.DataType
) -> None:
    assert type_of(path, last, after=MANY, first=first) == kind


def test_a_column_without_a_value_at_first_is_text_where_one_comes(path: Path) -> None:
    assert type_of(path, "a", after=1_000, first="") == pl.String()
    assert type_of(path, "", after=1_000, first="") == pl.Null()


def test_facts_of_one_column_are_not_those_of_another(path: Path) -> None:
    found = schema_of(path, "b,a:b,a\n1,007,x\n2,8,y\n")
    assert found == {"b": pl.Int64(), "a:b": pl.String(), "a": pl.String()}
    assert schema_of(path, "a,b\nx,y\n") == {"a": pl.String(), "b": pl.String()}
    assert schema_of(path, "a,b\n") == {"a": pl.Null(), "b": pl.Null()}


def test_a_name_that_stands_twice_is_refused(path: Path) -> None:
    with pytest.raises(EventsError, match=r"^names column 'a', 'b' more than once; rename all"):
        schema_of(path, "a,b,c,b,a,a\n1,2,3,4,5,6\n")


def test_columns_without_a_name_are_told_apart(path: Path) -> None:
    path.write_text("a,b\n1,2\n")
    assert header(TABLE, path) == ["a", "b"]
    path.write_text("007,true,1e3\n8,false,2\n")
    assert header(TABLE, path) == ["007", "true", "1e3"]
    assert [*schema_of(path, "a,,,d\n1,2,3,4\n").values()] == [pl.Int64()] * 4
    found = header(TABLE, path)
    assert (found[0], found[3], len({*found})) == ("a", "d", 4)


def test_lines_are_read_as_the_content_says(tmp_path: Path) -> None:
    # The name of a file is no pattern.
    path = tmp_path / "events[1].csv"
    path.write_text("sep=;\na;b\n1,5;NULL\n")
    content = recognise(path)
    assert header(content, path) == ["a", "b"]
    assert csv_schema(content, path) == {"a": pl.String(), "b": pl.Null()}
    assert scan_csv(content, path).collect().rows() == [("1,5", None)]
    packed = tmp_path / "events.csv.gz"
    packed.write_bytes(gzip.compress(b"a\tb\n1\t2\n"))
    assert csv_schema(recognise(packed), packed) == {"a": pl.Int64(), "b": pl.Int64()}


@pytest.mark.parametrize(
    ("line", "is_cut"),
    [
        ("1,2", False),
        ("1,2,3", False),
        ("1", True),
        ('"1,2"', True),
        ("x" * 200_000, False),  # longer than the parser of lines takes: what it says is not known
    ],
    ids=["whole", "longer", "shorter", "quoted", "endless"],
)
def test_a_line_with_fewer_values_than_columns_is_cut_off(
    path: Path, line: str, *, is_cut: bool
) -> None:
    path.write_text("a,b\n")
    assert is_cut_off(TABLE, path, line) is is_cut
