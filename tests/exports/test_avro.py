"""Avro within bounds: every packing is read as fastavro reads it, and none may fill the memory."""

import gzip
import io
import json
import resource
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import fastavro
import pytest
from hypothesis import given, settings, strategies as st

import results_widgets as rw
from results_widgets.exports.avro import avro_reader
from results_widgets.exports.records import records_of
from results_widgets.sources.unpacking import BOUNDS
from tests.support.profiles import examples

CODECS = ("null", "deflate", "bzip2", "xz", "snappy", "zstandard")
LOW = replace(BOUNDS, block=1 << 20, small=2 << 20)
SEND = {
    "type": "record",
    "name": "Send",
    "namespace": "users.email",
    "fields": [
        {"name": "id", "type": "string"},
        {"name": "time", "type": "long"},
        {"name": "machine", "type": ["null", "boolean"]},
        {"name": "tags", "type": {"type": "array", "items": "string"}},
        {"name": "more", "type": {"type": "map", "values": ["null", "double"]}},
        {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["A", "B"]}},
        {
            "name": "of",
            "type": {
                "type": "record",
                "name": "Of",
                "fields": [
                    {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}}
                ],
            },
        },
        {"name": "then", "type": ["null", "Of"]},
    ],
}
TEXT = {"type": "record", "name": "Text", "fields": [{"name": "text", "type": "string"}]}


def record(n: int) -> dict[str, Any]:
    return {
        "id": f"user {n}",
        "time": n * 1_000_003,
        "machine": None if n % 3 else bool(n % 2),
        "tags": ["a", "b"][: n % 3],
        "more": {"x": n / 7} if n % 2 else {"y": None},
        "kind": "AB"[n % 2],
        "of": {"at": n * 1000},
        "then": None if n % 4 else {"at": n},
    }


def written(schema: Any, records: list[Any], codec: str) -> bytes:
    file = io.BytesIO()
    fastavro.writer(file, schema, records, codec=codec)
    return file.getvalue()


@pytest.mark.parametrize("codec", CODECS)
@given(st.integers(0, 400), st.integers(0, 2**32 - 1))
@settings(max_examples=examples(4))
def test_every_packing_is_read_as_fastavro_reads_it(codec: str, count: int, cut: int) -> None:
    content = written(SEND, [record(n) for n in range(count)], codec)
    whole = [*avro_reader(io.BytesIO(content))]
    assert whole == [*fastavro.reader(io.BytesIO(content))]
    assert len(whole) == count
    found: list[Any] = []
    try:
        reader = avro_reader(io.BytesIO(content[: cut % len(content)]))
        found.extend(reader)
    except (ValueError, EOFError, OSError):
        pass
    assert found == whole[: len(found)]


def all_read(content: bytes, bounds: Any = LOW) -> int:
    return sum(1 for _ in avro_reader(io.BytesIO(content), bounds))


@pytest.mark.parametrize("codec", CODECS)
def test_a_block_that_unpacks_to_too_much_is_refused(codec: str) -> None:
    content = written(TEXT, [{"text": "a" * (3 << 20)}], codec)
    with pytest.raises(OSError, match="a block that unpacks to more than 1,048,576 bytes"):
        all_read(content)
    assert all_read(content, BOUNDS) == 1


@pytest.mark.parametrize("codec", ["deflate", "bzip2", "xz", "snappy", "zstandard"])
def test_many_blocks_that_unpack_to_too_much_are_refused(codec: str) -> None:
    content = written(TEXT, [{"text": "a" * (1 << 19)}] * 16, codec)
    bounds = replace(LOW, ratio=10)
    with pytest.raises(OSError, match="unpacks to more than 10 times"):
        all_read(content, bounds)
    assert all_read(content, BOUNDS) == 16


def number(value: int) -> bytes:
    value, found = value << 1, bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


def file_of(schema: Any, count: int, data: bytes) -> bytes:
    """An Avro file of one block, which may claim what is not so."""
    header = {"avro.schema": json.dumps(schema).encode(), "avro.codec": b"null"}
    parts = [b"Obj\x01", number(len(header))]
    for key, value in header.items():
        parts += [number(len(key)), key.encode(), number(len(value)), value]
    sync = bytes(range(16))
    return b"".join([*parts, b"\0", sync, number(count), number(len(data)), data, sync])


def nothing() -> Any:
    return {"type": "record", "name": "Nothing", "fields": [{"name": "no", "type": "null"}]}


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: file_of(nothing(), 1 << 40, b""), "claims 1,099,511,627,776 records"),
        (
            lambda: file_of({"type": "array", "items": nothing()}, 1, number(1 << 40)),
            "lists of items that take no bytes",
        ),
        (
            lambda: file_of(
                {
                    "type": "record",
                    "name": "Node",
                    "fields": [{"name": "next", "type": ["null", "Node"]}],
                },
                1,
                b"\x02" * 1_000_000 + b"\x00",
            ),
            "contains itself",
        ),
        (lambda: file_of("string", 1, number(1 << 40))[:-30], "expected"),
        (lambda: b"Obj\x01" + number(1) + number(1 << 40), "a header without end"),
        (lambda: b"Obj\x01" + b"\xff" * 20, "a number has no end"),
    ],
)
def test_what_claims_more_than_it_holds_is_refused(make: Callable[[], bytes], says: str) -> None:
    with pytest.raises((OSError, ValueError), match=says):
        all_read(make(), BOUNDS)


def test_small_objects_in_lists_count_as_what_they_become() -> None:
    flags = {
        "type": "record",
        "name": "Flags",
        "fields": [{"name": name, "type": "boolean"} for name in ("a",)],
    }
    many = {"type": "array", "items": flags}
    content = file_of(many, 1, number(1 << 20) + bytes(1 << 20) + b"\0")
    with pytest.raises(OSError, match=r"a block that unpacks to more than [\d,]{6,7} bytes"):
        all_read(content, replace(BOUNDS, objects=100 << 20))
    assert all_read(content, BOUNDS) == 1


def test_a_bomb_of_the_usual_size_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.avro"
    text = {"text": "a" * (60 << 20)}
    path.write_bytes(written(TEXT, [text] * 5, "deflate"))
    assert path.stat().st_size < 2 << 20
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    refused: list[str] = []
    read = sum(1 for _ in records_of(path, "avro", lambda _, why, __: refused.append(why)))
    assert read == 4
    (why,) = refused
    assert "breaks off after 4 records: unpacks to more than 250 times its" in why
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) < 400 << 10


def test_avro_in_a_gzip_that_breaks_off_is_named(tmp_path: Path) -> None:
    fields = [{"name": name, "type": "string"} for name in ("who", "what", "at")]
    schema = {"type": "record", "name": "event", "fields": fields}
    rows = [
        {"who": f"user{n}", "what": "sent", "at": f"2026-03-02T09:{n % 60:02}:00Z"}
        for n in range(5_000)
    ]
    plain = io.BytesIO()
    fastavro.writer(plain, schema, rows, sync_interval=1_000)
    packed = gzip.compress(plain.getvalue())
    path = tmp_path / "events.avro.gz"
    path.write_bytes(packed[: len(packed) // 2])
    mapping = rw.Mapping(user_id="who", timestamp="at", event={"sent": ("email", "sent")})
    with pytest.warns(rw.SourceWarning, match="1 row refused"):
        export = rw.read_export(path, mapping=mapping)
    report = export.report()
    assert 0 < report["rows"][0] < 5_000
    assert "breaks off" in report.drop_nulls("file")["note"].item()
