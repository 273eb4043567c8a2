"""Files made to do harm: mappings and exports end in our error or in refused rows, in bounded memory."""

import gzip
import json
import resource
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import Phase, given, settings, strategies as st

import results_widgets as rw
from results_widgets.errors import OutputError
from results_widgets.sources import unpacking
from tests.support.damage import flipped, with_strange_field
from tests.support.profiles import examples

pytestmark = pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")

SEEDS = st.integers(0, 2**32 - 1)
PHASES = (Phase.explicit, Phase.generate)
MAPPING: dict[str, Any] = {
    "user_id": "who",
    "timestamp": ["at", "then.at"],
    "event": {"sent": ["email", "sent"], "buy": "goal", "*": {"by": "what", "cases": {"x": None}}},
    "columns": {"city": "town"},
    "value": "paid",
    "time_zone": "UTC",
}
ROW = {"who": "anna", "at": "2026-03-02T09:00:00Z", "what": "sent", "paid": 1.5}
ALIEN = {"who": "a\ud800", "at": "2026-03-02T09:00:00Z", "what": "sent"}
PATIENCE = 20.0
MEMORY = 1 << 30
DEEP_RULE = '{"event": {"a": ' + '{"by": "x", "cases": {"a": ' * 100 + "null" + "}}" * 101


@pytest.fixture(autouse=True)
def _bounded() -> Iterator[None]:
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    yield
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert grown < MEMORY
    assert time.monotonic() - began < PATIENCE * 5


def read(path: Path) -> None:
    """Ask an export everything; an error of ours may say that it cannot be read."""
    began = time.monotonic()
    try:
        export = rw.read_export(path, mapping=MAPPING)
        export.report(), export.users(), export.events()
        for campaign in export.campaigns()["campaign_id"]:
            export.results(campaign, time_zone="UTC").overview()
    except rw.ResultsError:
        pass
    finally:
        assert time.monotonic() - began < PATIENCE


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"[" * 100_000, "nested"),
        (DEEP_RULE.encode(), "more than 20 deep"),
        (b'{"user_id": NaN}', "not a number in JSON"),
        ('{"user_id": "x"}'.encode("utf-16"), "UTF-8"),
        (b'{"columns": {"time": "at"}}', "has a meaning already"),
        (b'{"time_format": 5}', "expected text"),
        (b"null", "expected an object"),
        (b'{"user": "x"}', "unknown field"),
        (b"", "is empty; it should hold a JSON object"),
    ],
)
def test_mappings_are_read_within_bounds(text: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "mapping.json"
    path.write_bytes(text)
    with pytest.raises(rw.QueryError, match=says) as caught:
        rw.Mapping.from_json(path)
    assert "\n" not in str(caught.value)


def test_a_wrong_value_is_quoted_in_part() -> None:
    with pytest.raises(rw.QueryError) as caught:
        rw.Mapping.from_json({"user_id": ["x"] * 100_000 + [5]})
    assert len(str(caught.value)) < 200


@given(SEEDS)
@settings(max_examples=examples(40), phases=PHASES)
def test_strange_mappings(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    folder, random = tmp_path_factory.mktemp("strange"), Random(seed)
    path = folder / "mapping.json"
    path.write_text(json.dumps(with_strange_field(MAPPING, random)), encoding="utf-8")
    if random.random() < 0.5:
        path.write_bytes(flipped(path.read_bytes(), random))
    rows = folder / "rows.json"
    rows.write_text(f"{json.dumps(ROW)}\n" * 3, encoding="utf-8")
    with suppress(rw.ResultsError):
        rw.read_export(rows, mapping=path).report()


@pytest.mark.parametrize("packed", [False, True])
@given(SEEDS)
@settings(max_examples=examples(20), phases=PHASES)
def test_flipped_exports(packed: bool, tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    random = Random(seed)
    rows = "".join(f"{json.dumps(ROW | {'who': f'user {n}'})}\n" for n in range(20)).encode()
    path = tmp_path_factory.mktemp("flipped") / "rows.json"
    path.write_bytes(flipped(gzip.compress(rows) if packed else rows, random))
    read(path)


def write_long(path: Path, start: bytes, piece: bytes, megabytes: int = 70) -> None:
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(start)
        for _ in range(megabytes):
            file.write(piece * ((1 << 20) // len(piece)))


HEADER = b"who;at;what\nanna;2026-03-02T09:00:00Z;sent\n"
LINE = json.dumps(ROW).encode() + b"\n"


@pytest.mark.parametrize(
    ("name", "start", "piece", "kept"),
    [
        ("line.json.gz", LINE + b'{"who": "', b"a", 1),
        ("line.csv.gz", HEADER, b"a", 1),
        ("header.csv.gz", b"who;at;what", b"a", 0),
    ],
)
def test_a_line_without_end_is_refused_in_bounded_memory(
    name: str, start: bytes, piece: bytes, kept: int, tmp_path: Path
) -> None:
    write_long(tmp_path / name, start, piece)
    export = rw.read_export(tmp_path / name, mapping=MAPPING)
    assert export.refused_rows
    assert export.report().filter(pl.col("event").is_not_null())["rows"].sum() == kept


@pytest.mark.parametrize(
    "row",
    [
        b'{"who": ' * 5_000 + b"1" + b"}" * 5_000,
        json.dumps(ROW).replace("1.5", "9" * 400).encode(),
        json.dumps(ROW).replace("1.5", "9" * 5_000).encode(),
    ],
)
def test_a_value_out_of_all_bounds_costs_its_row(row: bytes, tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    path.write_bytes(LINE + row + b"\n" + LINE)
    export = rw.read_export(path, mapping=MAPPING)
    assert export.refused_rows == 1
    assert export.report()["rows"].to_list() == [2, 1]


@pytest.mark.parametrize("text", [json.dumps(ALIEN) + "\n", json.dumps([ALIEN], indent=1)])
def test_half_of_a_character_is_written_out(text: str, tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    path.write_text(text, encoding="utf-8")
    assert rw.read_export(path, mapping=MAPPING).users()["user_id"].to_list() == [r"a\ud800"]


@pytest.mark.parametrize("name", ["rows.json.gz", "rows.csv.gz", "rows.json.zip"])
def test_a_packed_export_that_fills_the_memory_is_read_up_to_its_bound(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bounds = replace(unpacking.BOUNDS, small=1 << 20)
    monkeypatch.setattr(unpacking, "BOUNDS", bounds)
    path = tmp_path / name
    row = HEADER.split(b"\n")[1] + b"\n" if "csv" in name else LINE
    content = (HEADER if "csv" in name else b"") + row * 200_000
    if name.endswith("zip"):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("rows.json", content)
    else:
        path.write_bytes(gzip.compress(content))
    assert len(content) / path.stat().st_size > bounds.ratio
    report = rw.read_export(path, mapping=MAPPING).report()
    assert 10_000 < report["rows"][0] < 199_000
    (why,) = (
        report["note"].drop_nulls().str.extract("(unpacks to more than 250 times)").drop_nulls()
    )
    assert why


def test_an_archive_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rows.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("rows.csv", HEADER)
    content = bytearray(path.read_bytes())
    place = content.find(b"PK\x01\x02")
    for offset, value in ((6, 1), (8, 99)):
        changed = bytearray(content)
        changed[offset] = changed[place + offset + 2] = value
        path.write_bytes(changed)
        (tmp_path / "rows.json").write_bytes(LINE)
        report = rw.read_export(tmp_path, mapping=MAPPING).report()
        assert report.filter(pl.col("note").str.starts_with("not read"))["file"].len() == 1


def test_a_name_with_signs_of_a_glob_is_that_file(tmp_path: Path) -> None:
    rows = pl.DataFrame([ROW])
    rows.write_parquet(tmp_path / "rows[1].parquet")
    pl.concat([rows, rows]).write_parquet(tmp_path / "rows1.parquet")
    found = rw.read_export(tmp_path / "rows[1].parquet", mapping=MAPPING)
    assert found.report()["rows"].to_list() == [1]


def test_an_export_is_not_replaced_by_what_is_made_of_it(tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    pl.DataFrame([ROW]).write_parquet(path)
    before = path.read_bytes()
    with pytest.raises(OutputError, match="results read this file"):
        rw.read_export(path, mapping=MAPPING, rejects=path)
    with pytest.raises(OutputError, match="results read this file"):
        rw.read_export(path, mapping=MAPPING).save(tmp_path)
    assert path.read_bytes() == before


def test_time_beyond_what_64_bits_hold_is_refused_and_the_rest_kept(tmp_path: Path) -> None:
    mail = {"email": "anna@example.com", "event": "processed", "category": "Spring"}
    posts = [
        {**mail, "timestamp": 1772442000123456789, "sg_event_id": "far"},
        {**mail, "timestamp": "1772442000123456789", "sg_event_id": "far as text"},
        {**mail, "timestamp": 1772442000, "sg_event_id": "now"},
    ]
    (tmp_path / "posts.json").write_text(json.dumps(posts))
    with pytest.warns(rw.SourceWarning, match="2 rows"):
        export = rw.read_export(tmp_path)
    assert export.events("Spring").height == 1
    assert export.report()["note"].str.contains("timestamp is not a time").sum() == 2
