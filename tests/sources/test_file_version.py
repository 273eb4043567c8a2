"""A file as it was read: what it holds, whether it is still so, and whether its digest, where it has one, fits."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

import results_widgets as rw
from results_widgets._seal import SEAL, UNSEALED, seal_file
from results_widgets.errors import EventsError
from results_widgets.sources import file_version
from results_widgets.sources.content import Content, Kind
from results_widgets.sources.file_version import (
    FileStamp,
    FileVersion,
    inspect_file,
    scan_files,
    widened_schema,
)
from tests.support.text_files import MANY

CAMPAIGN = {
    "id": "c1",
    "goal": {"events": ["Purchase"]},
    "attribution_window": "1d",
    "actions": [{"id": "mail", "channel": "email"}],
}
SENT = pl.DataFrame(
    {
        "user_id": ["anna"],
        "action_id": ["mail"],
        "event": ["sent"],
        "timestamp": [datetime(2026, 3, 1, tzinfo=UTC)],
    }
)
NOTHING_YET = pl.Schema()


def test_events_are_read_that_are_as_they_were_sealed_or_have_no_seal(tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    SENT.write_parquet(path)
    assert rw.Results(CAMPAIGN, path, time_zone="UTC").unique_users() == 1
    SENT.write_parquet(path, metadata={SEAL: UNSEALED})
    with pytest.raises(
        rw.EventsError, match=r"bytes were changed or lost; save it again, or remove"
    ):
        rw.Results(CAMPAIGN, path, time_zone="UTC")
    seal_file(path)
    assert rw.Results(CAMPAIGN, path, time_zone="UTC").unique_users() == 1


# --------------------------------------------------------------------------------- one file by itself


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def version(path: Path, kind: Kind = ".csv", schema: pl.Schema = NOTHING_YET) -> FileVersion:
    return inspect_file((0, path), kind, schema)


def refused(path: Path, kind: Kind = ".csv", schema: pl.Schema = NOTHING_YET) -> str:
    with pytest.raises(EventsError) as error:
        version(path, kind, schema)
    return str(error.value)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "events.csv", "a,b\n1,x\n2,y\n")


def test_what_was_read_of_a_file(path: Path) -> None:
    found = version(path)
    assert (found.path, found.rows, found.lost, found.partition) == (path, 2, False, ())
    assert found.content == Content(".csv")
    assert found.stamp == FileStamp(12, path.stat().st_mtime_ns)
    assert found.schema == found.columns == {"a": pl.Int64(), "b": pl.String()}


def test_a_file_changes_by_its_size_or_its_time(path: Path) -> None:
    found = version(path)
    assert found.is_unchanged()
    os.utime(path, ns=(0, found.stamp.changed + 1))
    assert not found.is_unchanged()
    assert not found.is_appended_to()


def changed(path: Path, text: str) -> bool:
    """Return whether a file seems to be appended to after it is written anew."""
    found = version(path, ".csv" if path.suffix == ".csv" else ".ndjson")
    path.write_text(text, encoding="utf-8")
    return found.is_appended_to()


def test_a_file_is_appended_to_where_it_begins_as_it_was(path: Path) -> None:
    text = path.read_text()
    assert changed(path, f"{text}3,z\n")
    assert not changed(path, "a,b\n1,x\n2,y\n3,w\n4,z\n"[::-1])
    write(path, text)
    assert not changed(path, text)
    assert not changed(path, "a,b\n")
    # A last line without an end may itself go on.
    write(path, text.rstrip("\n"))
    assert not changed(path, f"{text}3,z\n")
    # Of a longer file the last 4 KiB are compared.
    rest = "0,x\n" * 1_024
    write(path, f"a,b\n1,x\n{rest}")
    assert changed(path, f"a,b\n1,y;{rest}3,z\n")
    write(path, f"a,b\n1,x\n{rest}")
    assert not changed(path, f"a,b\n1,x\n4{rest[1:]}3,z\n")


def test_a_stored_table_is_never_appended_to(tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    SENT.write_parquet(path)
    found = version(path, ".parquet")
    assert found.tail == b""
    path.write_bytes(path.read_bytes() + b"more")
    assert not found.is_appended_to()


def test_files_are_alike_where_one_scan_reads_both(path: Path) -> None:
    one = version(path)
    two = version(write(path.with_name("two.csv"), "a,b\n3,z\n"))
    assert one.is_like(two)
    assert scan_files([one, two], one.schema).collect().rows() == [(1, "x"), (2, "y"), (3, "z")]
    for name, text in {
        "order": "b,a\nx,1\n",
        "type": "a,b\n1.5,x\n",
        "separator": "a;b\n1;x\n",
        "day=1/partition": "a,b\n1,x\n",
    }.items():
        assert not one.is_like(version(write(path.parent / f"{name}.csv", text)))
    wide = path.with_name("wide.csv")
    wide.write_bytes("a,b\n1,x\n".encode("utf-16"))
    assert not version(wide).is_like(version(wide))


def test_folders_give_columns_that_a_file_does_not_have(path: Path) -> None:
    place = path.parent / "b=mine" / "day=1" / "more=__HIVE_DEFAULT_PARTITION__" / "events.csv"
    found = version(write(place, "a,b\n1,x\n"))
    assert found.partition == (("day", "1"), ("more", None))
    assert dict(found.schema) == {
        **found.columns,
        **dict.fromkeys(("day", "more"), pl.String()),
    }
    rows = scan_files([found], found.schema).collect()
    assert rows.row(0, named=True) == {"a": 1, "b": "x", "day": "1", "more": None}
    order = pl.Schema({"day": pl.String(), "other": pl.Int64(), "a": pl.Float64()})
    other = replace(found, partition=(("day", "1"),))
    assert scan_files([other], order).collect().rows(named=True) == [
        {"day": "1", "other": None, "a": 1.0}
    ]


# -------------------------------------------------------------------------------- what is refused, and how


@pytest.mark.parametrize(
    ("name", "data", "kind", "said"),
    [
        ("a.csv", b"a,b\n1,2\n3", ".csv", "is incomplete: its last line is cut off"),
        (
            "a.csv",
            b"a,b\n1,2\n",
            ".ndjson",
            "has a different format from the files before, which are",
        ),
        ("a.csv", b"a,b\n1,2\n3,4,5\n", ".csv", "cannot be read as csv (a line has more values"),
        ("a.csv", b"a,b\r1,2\r", ".csv", "cannot be read as csv (its lines end in CR alone; end"),
        ("a.csv", b"a,b\n1,\xff\n", ".csv", "is not text in UTF-8; save it in that encoding"),
        ("a.ndjson", b'{"a": "\xff"}\n', ".ndjson", "is not text in UTF-8; save it in that"),
        ("a.csv.gz", b"\x1f\x8b\x08 broken", ".csv", "cannot be read as csv ("),
        ("a.parquet", b"PAR1 broken", ".parquet", "cannot be read as parquet ("),
        ("a.csv", b"", ".csv", "cannot be read as csv ("),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    tmp_path: Path, name: str, data: bytes, kind: Kind, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert refused(path, kind).startswith(said)


def test_a_file_that_is_gone_says_so(tmp_path: Path) -> None:
    assert refused(tmp_path / "events.csv") == "is gone or may not be read"


def test_mistakes_of_ours_are_not_the_files(path: Path) -> None:
    def fits(rows: pl.LazyFrame) -> None:
        raise KeyError("ours")

    with pytest.raises(KeyError, match="ours"):
        inspect_file((0, path), ".csv", NOTHING_YET, fits)


def test_types_that_do_not_go_with_the_files_before_are_refused(path: Path) -> None:
    said = "has column 'a' as Int64, which does not match the Date of the files before"
    assert refused(path, schema=pl.Schema({"a": pl.Date()})) == said
    both = widened_schema(pl.Schema({"a": pl.Float64()}), version(path).schema)
    assert [*both.items()] == [("a", pl.Float64()), ("b", pl.String())]


def test_a_file_that_changes_while_it_is_read_is_read_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = 0

    def written_meanwhile(times: int) -> Callable[..., bool]:
        def look(content: Content, place: Path) -> bool:
            nonlocal tries
            tries += 1
            if tries <= times:
                write(place, f"{place.read_text()}3,z\n")
            return False

        return look

    monkeypatch.setattr(file_version, "has_partial_last_line", written_meanwhile(4))
    assert (version(path).rows, tries) == (6, 5)
    tries = 0
    monkeypatch.setattr(file_version, "has_partial_last_line", written_meanwhile(5))
    assert (refused(path), tries) == ("is being written", 5)


def test_rows_are_asked_whether_they_fit(tmp_path: Path) -> None:
    asked: list[list[object]] = []

    def fits(rows: pl.LazyFrame) -> None:
        asked.append(rows.collect().to_series().to_list())

    wider = pl.Schema({"a": pl.Float64()})
    inspect_file((0, write(tmp_path / "a.csv", "a\n1\n")), ".csv", wider, fits)
    inspect_file((0, write(tmp_path / "b.csv", "a\n")), ".csv", wider, fits)
    pl.DataFrame({"a": [2]}).write_parquet(tmp_path / "c.parquet")
    inspect_file((0, tmp_path / "c.parquet"), ".parquet", wider, fits)
    assert asked == [[1.0], [2.0]]
    assert all(isinstance(one, float) for (one,) in asked)


def test_a_line_far_down_with_too_many_values_is_found(tmp_path: Path) -> None:
    # Counting rows parses no values.
    path = write(tmp_path / "events.csv", "a,b\n" + "x,y\n" * MANY + "x,y,z\n")
    assert version(path).rows == MANY + 1
    with pytest.raises(EventsError, match="a line has more values than the first one names"):
        inspect_file((0, path), ".csv", NOTHING_YET, lambda rows: rows)
