"""Files as exports write them: recognised by what they hold, whatever their name says, and no two alike."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.sources.content import Content, _encoding, _header_line, recognise, suffix_of
from tests.support.odd_values import save

CAMPAIGN: dict[str, Any] = {
    "id": "c1",
    "goal": {"events": ["Purchase"], "value": "value"},
    "attribution_window": "7d",
    "actions": [{"id": "a1", "channel": "email"}],
}
EVENTS = pl.DataFrame(
    {
        "user_id": ["u1", "u1", "u1", "u2", "u2"],
        "action_id": ["a1", "a1", None, "a1", None],
        "event": ["sent", "opened", "Purchase", "sent", "Purchase"],
        "timestamp": [f"2026-03-02T0{hour}:00:00Z" for hour in (8, 9, 9, 8, 9)],
        "value": [None, None, 12.5, None, 7.5],
    }
)
ONE, TWO = EVENTS[:3], EVENTS[3:]


def numbers(source: object, **options: Any) -> Mapping[str, float]:
    results = rw.Results(CAMPAIGN, source, time_zone="UTC", **options)
    found = results.overview()
    return dict(
        found.filter(pl.col("metric").is_in(["users", "conversions", "goal_value"]))
        .select("metric", "value")
        .iter_rows()
    )


BOTH = {"users": 2, "conversions": 2, "goal_value": 20}


def csv(separator: str = ",") -> str:
    return EVENTS.write_csv(separator=separator)


def zipped(data: bytes, *names: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for name in names:
            file.writestr(name, data)
    return archive.getvalue()


def parquet() -> bytes:
    data = io.BytesIO()
    EVENTS.write_parquet(data)
    return data.getvalue()


def ndjson(ahead: str = "") -> bytes:
    return (ahead + EVENTS.write_ndjson()).encode()


READ: dict[str, tuple[str, Callable[[], bytes]]] = {
    "semicolons": ("csv", lambda: csv(";").encode()),
    "tabs": ("csv", lambda: csv("\t").encode()),
    "tabs by name": ("tsv", lambda: csv("\t").encode()),
    "bars": ("csv", lambda: csv("|").encode()),
    "Excel's line": ("csv", lambda: b"sep=;\n" + csv(";").encode()),
    "UTF-16": ("csv", lambda: csv().encode("utf-16")),
    "UTF-16 without a mark": ("csv", lambda: csv("\t").encode("utf-16-le")),
    "UTF-8 with a mark": ("csv", lambda: csv().encode("utf-8-sig")),
    "gzip": ("csv", lambda: gzip.compress(csv().encode())),
    "gzip of UTF-16": ("csv.gz", lambda: gzip.compress(csv().encode("utf-16"))),
    "zip": ("csv", lambda: zipped(csv().encode(), "events.csv")),
    "zip by name": ("csv.zip", lambda: zipped(csv().encode(), "events.csv")),
    "NDJSON with a mark": ("ndjson", lambda: ndjson("\ufeff")),
    "NDJSON in UTF-16": ("ndjson", lambda: ndjson().decode().encode("utf-16")),
    "NDJSON gzipped": ("ndjson", lambda: gzip.compress(ndjson())),
    "NDJSON named CSV": ("csv", ndjson),
    "JSON array": ("json", lambda: json.dumps(EVENTS.to_dicts()).encode()),
    "Parquet named CSV": ("csv", parquet),
    "Parquet gzipped": ("parquet", lambda: gzip.compress(parquet())),
    "CSV without a name": ("export", lambda: csv().encode()),
    "quoted": ("csv", lambda: EVENTS.write_csv(quote_style="always").encode()),
    "CSV without a last line feed": ("csv", lambda: csv().removesuffix("\n").encode()),
    "NDJSON without a last line feed": ("ndjson", lambda: ndjson().removesuffix(b"\n")),
    "Windows": ("csv", lambda: csv().replace("\n", "\r\n").encode()),
}


@pytest.mark.parametrize("kind", READ)
def test_file_is_read_by_what_it_holds(tmp_path: Path, kind: str) -> None:
    suffix, data = READ[kind]
    path = tmp_path / f"events.{suffix}"
    path.write_bytes(data())
    assert numbers(path) == BOTH


REFUSED: dict[str, tuple[str, bytes, str]] = {
    "Excel": ("csv", zipped(b"x", "[Content_Types].xml", "xl/workbook.xml"), "Excel workbook"),
    "old Excel": ("csv", b"\xd0\xcf\x11\xe0\xa1\xb1", "Excel workbook"),
    "Arrow": ("parquet", b"ARROW1\0\0", "Arrow file"),
    "Avro": ("parquet", b"Obj\x01", "Avro file"),
    "page": ("csv", b"<!DOCTYPE html><title>Sign in</title>", "HTML or XML page"),
    "archive": ("csv", zipped(b"x", "a.csv", "b.csv"), "zip archive of 2 files"),
    "zstd": ("csv", b"\x28\xb5\x2f\xfd", "compressed with zstd"),
    "Latin-1": ("csv", csv().replace("u1", "é").encode("latin-1"), "not text in UTF-8"),
    "names twice": ("csv", b"user_id,event,event\nu1,sent,x\n", "names column 'event' more than"),
    "cut gzip": ("csv", gzip.compress(csv().encode())[:-20], "cannot be read|gzip"),
    "array of numbers": ("json", b"[1, 2]", "JSON array of values that are not objects"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_file_that_is_something_else_is_called_what_it_is(tmp_path: Path, kind: str) -> None:
    suffix, data, said = REFUSED[kind]
    path = tmp_path / f"events.{suffix}"
    path.write_bytes(data)
    with pytest.raises(rw.EventsError, match=rf"events\.{suffix} .*({said})"):
        numbers(path)


@pytest.mark.parametrize(
    ("content", "plain", "grows"),
    [
        (Content(".csv"), True, True),
        (Content(".csv", encoding="utf-8-sig"), True, True),
        (Content(".csv", "gzip"), True, False),
        (Content(".csv", "zip"), False, False),
        (Content(".csv", encoding="utf-16"), False, False),
        (Content(".ndjson"), True, True),
        (Content(".ndjson", encoding="utf-8-sig"), False, False),
        (Content(".ndjson", is_array=True), False, False),
        (Content(".parquet"), True, False),
        (Content(".parquet", "gzip"), False, False),
    ],
)
def test_only_text_as_it_lies_there_can_grow(content: Content, plain: bool, grows: bool) -> None:
    assert (content.is_plain, content.can_grow) == (plain, grows)


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("events", ""),
        ("Events.CSV", ".csv"),
        ("2026.03.csv", ".csv"),
        ("events.csv.gz", ".csv"),
        ("2026.03.ndjson.zip", ".ndjson"),
        ("events.gz", ".gz"),
    ],
)
def test_suffix_is_the_last_but_for_compression(name: str, suffix: str) -> None:
    assert suffix_of(Path(name)) == suffix


def test_encoding_without_a_mark_is_told_by_where_the_zeros_are() -> None:
    for encoding in ("utf-16-le", "utf-16-be"):
        assert _encoding("user".encode(encoding)) == encoding
        # Half of the letters have none: of so few it cannot be told.
        assert _encoding("usēř".encode(encoding)) == "utf-8"
        assert _encoding("useř".encode(encoding)) == encoding
        # A head that was cut in the middle of a letter.
        assert _encoding("user_id".encode(encoding)[:-1]) == encoding
    assert _encoding(b"user") == _encoding(b"") == _encoding(b"\0") == "utf-8"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ("", 0, ",")),
        ("sep=;", ("", 1, ";")),
        ("SEP=|\nuser_id|event", ("user_id|event", 1, "|")),
        ("sep=,,\nx", ("sep=,,", 0, ",")),
        ("a;b,c;d\nuser_id|event", ("a;b,c;d", 0, ";")),
        # Names that are known say more than how many names there are.
        ("a;b;c;d;user_id|event", ("a;b;c;d;user_id|event", 0, "|")),
    ],
)
def test_header_says_what_separates_its_names(text: str, found: tuple[str, int, str]) -> None:
    assert _header_line(text) == found


def test_text_of_three_known_columns_is_a_table_whatever_it_is_called(tmp_path: Path) -> None:
    path = tmp_path / "events.dat"
    path.write_text("user_id;event;timestamp;own\n")
    assert recognise(path) == Content(".csv", separator=";")
    path.write_text("sep=;\nuser_id;event;timestamp\n")
    assert recognise(path) == Content(".csv", separator=";", lines_ahead=1)
    path.write_text("user_id;event;own;more\n")
    with pytest.raises(rw.EventsError, match=r"has the unknown format '\.dat'; known: .parquet, "):
        recognise(path)
    path.write_text(' [{"a": 1}]')
    assert recognise(path) == Content(".ndjson", is_array=True)


def test_archive_may_have_folders_and_what_a_mac_adds(tmp_path: Path) -> None:
    path = tmp_path / "events.zip"
    data = csv().encode()
    path.write_bytes(zipped(data, "a/", "a/events.csv", "__MACOSX/events.csv"))
    assert recognise(path) == Content(".csv", "zip")
    path.write_bytes(zipped(data, "1.csv", "2.csv", "3.csv", "4.csv"))
    with pytest.raises(
        rw.EventsError, match=r"archive of 4 files \(1\.csv, 2\.csv, 3\.csv, … \(4 in all"
    ):
        recognise(path)
    path.write_bytes(zipped(b"", "__MACOSX/"))
    with pytest.raises(rw.EventsError, match="archive of 0 files"):
        recognise(path)


def test_database_is_told_by_its_mark(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_bytes(b"12345678DUCK" + (64).to_bytes(8, "little"))
    with pytest.raises(rw.EventsError, match=r"DuckDB database; name it with the suffix \.duckdb"):
        recognise(path)
    for header in (b"DUCK,user_id,event,timestamp\n", b"user_id,DUCK,event,timestamp\n"):
        path.write_bytes(header)
        assert recognise(path).kind == ".csv"


# ------------------------------------------------------------------ files that differ from each other


WIDER: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "nanoseconds": lambda rows: rows.cast({"timestamp": pl.Datetime("ns", "UTC")}),
    "milliseconds": lambda rows: rows.cast({"timestamp": pl.Datetime("ms", "UTC")}),
    "another zone": lambda rows: rows.with_columns(
        pl.col("timestamp").dt.convert_time_zone("Asia/Tokyo")
    ),
    "times as text": lambda rows: rows.with_columns(
        pl.col("timestamp").dt.to_string("%Y-%m-%dT%H:%M:%S%:z")
    ),
    "Float32": lambda rows: rows.cast({"value": pl.Float32}),
    "decimals": lambda rows: rows.cast({"value": pl.Decimal(10, 2)}),
    "amounts as text": lambda rows: rows.cast({"value": pl.String}),
    "no amounts": lambda rows: rows.drop("value").with_columns(value=None),
    "categories": lambda rows: rows.cast({"event": pl.Categorical, "user_id": pl.Categorical}),
    "another order": lambda rows: rows.select(reversed(rows.columns)),
    "one more": lambda rows: rows.with_columns(source=pl.lit("news")),
    "another list": lambda rows: rows.with_columns(tags=pl.lit([1], pl.List(pl.Int64))),
}


@pytest.mark.parametrize("change", WIDER)
@pytest.mark.parametrize("first", [True, False], ids=["first", "later"])
def test_parquet_files_need_not_match(tmp_path: Path, change: str, first: bool) -> None:
    time = pl.col("timestamp").str.to_datetime(time_unit="us", time_zone="UTC")
    tags = pl.lit(["a"], pl.List(pl.String)).alias("tags")
    one, two = (part.with_columns(time, tags) for part in (ONE, TWO))
    WIDER[change](one if first else two).write_parquet(tmp_path / ("1" if first else "2"))
    (two if first else one).write_parquet(tmp_path / ("2" if first else "1"))
    found = numbers([tmp_path / "1", tmp_path / "2"])
    assert found == (
        BOTH | {"goal_value": 7.5 if first else 12.5} if change == "no amounts" else BOTH
    )


def test_integers_widen_and_ids_stay_exact(tmp_path: Path) -> None:
    for place, (part, kind) in enumerate([(ONE, pl.Int32), (TWO, pl.Int64)]):
        ids = pl.col("user_id").str.slice(1).cast(kind)
        part.with_columns(ids).write_parquet(tmp_path / f"{place}.parquet")
    assert numbers(tmp_path) == BOTH


@pytest.mark.parametrize("kind", ["csv", "ndjson"])
def test_ids_with_and_without_a_fraction_are_one(tmp_path: Path, kind: str) -> None:
    texts = {"csv": ("1", "1.0"), "ndjson": (1, 1.0)}[kind]
    for name, user, rows in [("a", texts[0], ONE[:1]), ("b", texts[1], ONE[2:])]:
        frame = rows.with_columns(user_id=pl.lit(user))
        path = tmp_path / f"{name}.{kind}"
        path.write_text(frame.write_csv() if kind == "csv" else frame.write_ndjson())
    assert numbers(tmp_path) == {"users": 1, "conversions": 1, "goal_value": 12.5}


def test_ids_of_late_lines_with_a_fraction_are_whole(tmp_path: Path) -> None:
    many = [f"{number},a1,sent,2026-03-02T08:00:00Z," for number in range(10_001)]
    late = ["5.0,,Purchase,2026-03-02T09:00:00Z,2"]
    path = tmp_path / "events.csv"
    path.write_text("\n".join(["user_id,action_id,event,timestamp,value", *many, *late, ""]))
    assert numbers(path) == {"users": 10_001, "conversions": 1, "goal_value": 2}


def test_naive_times_among_zoned_ones_name_no_zone(tmp_path: Path) -> None:
    time = pl.col("timestamp").str.to_datetime(time_unit="us", time_zone="UTC")
    ONE.with_columns(time).write_parquet(tmp_path / "1.parquet")
    TWO.with_columns(time.dt.replace_time_zone(None)).write_parquet(tmp_path / "2.parquet")
    with pytest.raises(
        rw.EventsError, match=r"holds '2026-03-02T08:00:00\.000000', which names no"
    ):
        numbers(tmp_path)
    assert numbers(tmp_path, naive_time_zone="UTC") == BOTH


def test_what_cannot_be_widened_is_told_with_both_types(tmp_path: Path) -> None:
    ONE.write_parquet(tmp_path / "1.parquet")
    TWO.with_columns(value=pl.date(2026, 3, 1)).write_parquet(tmp_path / "2.parquet")
    said = r"2\.parquet has column 'value' as Date, which does not match the Float64"
    with pytest.warns(rw.SourceWarning, match=said):
        assert numbers(tmp_path)["users"] == 1


@pytest.mark.parametrize("kind", ["parquet", "csv", "ndjson"])
@pytest.mark.parametrize("glob", [False, True])
def test_folders_give_their_column(tmp_path: Path, kind: str, glob: bool) -> None:
    for campaign, part in [("c1", ONE), ("c%202", TWO), ("__HIVE_DEFAULT_PARTITION__", TWO)]:
        folder = tmp_path / f"campaign_id={campaign}"
        folder.mkdir()
        save(part, folder / f"part.{kind}")
    (tmp_path / "_SUCCESS").write_text("")
    source = str(tmp_path / "*" / f"*.{kind}") if glob else tmp_path
    results = rw.Results(CAMPAIGN, source, time_zone="UTC")
    assert results.unique_users() == 2
    other = results.quality().filter(check="other campaign")
    assert (other["rows"].item(), other["example"].item()) == (2, "c 2")
