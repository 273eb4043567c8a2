"""Small files that unpack to very much are refused before they fill the memory: real ones, with bounds set low."""

import gzip
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.sources import unpacking
from results_widgets.sources.content import recognise
from results_widgets.sources.unpacking import BOUNDS, TooLargeError, Unpacking, whole_of

LOW = replace(BOUNDS, small=1 << 20, whole=4 << 20, rows=1_000)
HEADER = b"user_id,event,timestamp,action_id,campaign_id\n"
ROW = b"anna,sent,2026-03-02T09:00:00Z,a,c\n"
HUGE = HEADER + ROW * 100_000


@pytest.fixture
def _low(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "BOUNDS", LOW)


def write_zip(path: Path, content: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("events.csv", content)


def parquet(rows: int) -> bytes:
    file = io.BytesIO()
    pl.select(user_id=pl.repeat("anna", rows)).write_parquet(file)
    return file.getvalue()


@pytest.mark.usefixtures("_low")
@pytest.mark.parametrize("name", ["events.csv.gz", "events.csv.zip", "events.json.gz"])
def test_a_packed_table_that_fills_the_memory_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if name.endswith("zip"):
        write_zip(path, HUGE)
    else:
        path.write_bytes(gzip.compress(HUGE if "csv" in name else b"[" + b" " * len(HUGE) + b"]"))
    assert path.stat().st_size < 20_000
    with pytest.raises(rw.EventsError, match=r"unpacks to more than 250 times its [\d,]+ bytes"):
        recognise(path)
    campaign = rw.datasets.generate(10, seed=1).campaign
    with pytest.raises(rw.EventsError, match=r"events.*unpacks to more than 250 times"):
        rw.Results(campaign, path)


@pytest.mark.usefixtures("_low")
@pytest.mark.parametrize("packing", ["", "gzip", "zip"])
def test_parquet_of_more_rows_than_its_bytes_can_tell_apart_is_refused(
    packing: str, tmp_path: Path
) -> None:
    path, content = tmp_path / "events.parquet", parquet(5_000_000)
    if packing == "zip":
        write_zip(path, content + bytes(5_000_000))
    else:
        path.write_bytes(gzip.compress(content + bytes(5_000_000)) if packing else content)
    assert path.stat().st_size < 40_000
    says = "unpacks to more" if packing else r"has 5,000,000 rows in [\d,]+ bytes"
    with pytest.raises(rw.EventsError, match=says):
        recognise(path)


def test_what_tables_hold_is_read_as_before(tmp_path: Path) -> None:
    path = tmp_path / "events.csv.gz"
    path.write_bytes(gzip.compress(HUGE))
    assert recognise(path).packing == "gzip"
    (tmp_path / "events.parquet").write_bytes(parquet(5_000_000))
    assert recognise(tmp_path / "events.parquet").kind == ".parquet"


def test_what_is_read_at_once_has_a_bound_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "packed"
    path.write_bytes(bytes(100_000))
    plain = io.BytesIO(bytes(5 << 20))
    with pytest.raises(TooLargeError, match=r"more than 4,194,304 bytes, which is too much"):
        whole_of(plain, path, LOW)
    assert len(whole_of(io.BytesIO(bytes(3 << 20)), path, LOW)) == 3 << 20


@pytest.mark.parametrize("size", [-1, 1000, 3 << 20])
def test_a_stream_stops_where_it_has_become_too_large(size: int, tmp_path: Path) -> None:
    path = tmp_path / "packed"
    path.write_bytes(bytes(10))
    stream = Unpacking(io.BytesIO(bytes(5 << 20)), path, LOW)
    found = bytearray()
    with pytest.raises(TooLargeError):
        found.extend(b"".join(iter(lambda: stream.read(size), b"")))
    assert stream._unpacked <= LOW.small + max(size, 1 << 20)
