"""Every vendor's files with wrong values in any field: what is wrong is refused by file and line, the rest kept."""

import csv
import json
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import fastavro
import polars as pl
import pytest
from hypothesis import Phase, given, settings, strategies as st

import results_widgets as rw
from results_widgets.exports import all_vendors
from tests.support.damage import with_strange_field
from tests.support.exports.story import tell
from tests.support.profiles import examples

pytestmark = pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")

PHASES = (Phase.explicit, Phase.generate)
CELLS = (
    *("", "x", "-1", "0", "nan", "1e400", "9" * 400, "[]", "[1]", '{"x": 1}', '"', "null"),
    *("2026-13-45", "9999-12-31T00:00:00Z", "\ud7ff", "true", "a,b;c\td", "=1+1", "0x10"),
)
COLUMNS: tuple[Callable[[int], pl.Series], ...] = (
    lambda n: pl.Series([[1]] * n),
    lambda n: pl.Series([{"x": 1}] * n),
    lambda n: pl.Series([b"\xff\x00"] * n),
    lambda n: pl.Series([None] * n),
    lambda n: pl.Series([float("nan")] * n),
    lambda n: pl.Series([-(1 << 62)] * n),
    lambda n: pl.Series([True] * n),
    lambda n: pl.Series([1] * n).cast(pl.Duration),
    lambda n: pl.Series(["x"] * n).cast(pl.Categorical),
    lambda n: pl.Series(["1.5"] * n).cast(pl.Decimal(38, 10)),
    lambda n: pl.Series([1] * n).cast(pl.Date),
    lambda n: pl.Series([1] * n).cast(pl.Time),
)
ANYTHING = [
    *("null", "string", "long", "double", "boolean", "bytes"),
    {"type": "array", "items": "string"},
    {"type": "map", "values": "long"},
]
VALUES: tuple[Any, ...] = (
    None,
    "x",
    "",
    -1,
    1 << 62,
    1e308,
    float("nan"),
    True,
    b"\xff",
    [],
    ["x"],
    {},
    {"x": 1},
)


def forms() -> list[Any]:
    """Every vendor, in each form that its test export comes in."""
    found = []
    for key in sorted(all_vendors()):
        module = import_module(f"tests.support.exports.writers.{key}")
        own = getattr(module, "FORMS", None) or {"": module.write}
        found += [
            pytest.param(key, module.LIMITS, write, id=f"{key}-{form}".rstrip("-"))
            for form, write in own.items()
        ]
    return found


def damage(path: Path, dice: Random) -> int:
    """Change every third record of a file, and return how many records of lines stayed as they were."""
    head = path.read_bytes()[:4]
    if head[:3] == b"Obj":
        return damage_avro(path, dice)
    if head == b"PAR1":
        return damage_parquet(path, dice)
    if head[:2] == b"\x1f\x8b":
        return 0
    if head[:1] in (b"{", b"["):
        return damage_json(path, dice)
    return damage_csv(path, dice)


def damage_json(path: Path, dice: Random) -> int:
    text = path.read_text(encoding="utf-8")
    try:
        records = [json.loads(line) for line in text.splitlines()]
    except ValueError:
        document = json.loads(text)
        for _ in range(10):
            document = with_strange_field(document, dice)
        path.write_text(json.dumps(document), encoding="utf-8")
        return 0
    wrong = [isinstance(one, dict) and dice.random() < 0.3 for one in records]
    changed = (
        with_strange_field(one, dice) if is_wrong else one
        for one, is_wrong in zip(records, wrong, strict=True)
    )
    path.write_text("".join(json.dumps(one) + "\n" for one in changed), encoding="utf-8")
    return wrong.count(False)


def damage_csv(path: Path, dice: Random) -> int:
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    whole = 0
    for row in rows:
        if dice.random() < 0.3:
            row[dice.randrange(len(row))] = dice.choice(CELLS)
        else:
            whole += 1
    if dice.random() < 0.3:
        header[dice.randrange(len(header))] = dice.choice(["", "x", header[0]])
        whole = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return whole


def damage_parquet(path: Path, dice: Random) -> int:
    frame = pl.read_parquet(path)
    for name in frame.columns:
        if dice.random() < 0.2:
            frame = frame.with_columns(dice.choice(COLUMNS)(frame.height).alias(name))
        elif dice.random() < 0.1:
            frame = frame.drop(name)
    frame.write_parquet(path)
    return 0


def damage_avro(path: Path, dice: Random) -> int:
    with path.open("rb") as file:
        reader = fastavro.reader(file)
        schema, rows = reader.writer_schema, [*reader]
    assert isinstance(schema, dict)
    fields = [{"name": one["name"], "type": ANYTHING, "default": None} for one in schema["fields"]]
    for row in rows:
        if dice.random() < 0.5:
            row[dice.choice([*row])] = dice.choice(VALUES)
    loose = {"type": "record", "name": schema["name"], "fields": fields}
    with path.open("wb") as file:
        fastavro.writer(file, fastavro.parse_schema(loose), rows)
    return 0


def ask_everything(export: rw.Export) -> pl.DataFrame:
    """Ask an export what there is to ask, and return its report."""
    export.users(), export.events()
    for campaign in export.campaigns()["campaign_id"][:1]:
        with suppress(rw.ResultsError):
            results = export.results(campaign, time_zone="UTC", naive_time_zone="UTC", window="1d")
            results.overview(), results.channels()
    return export.report()


@pytest.mark.parametrize(("key", "limits", "write"), forms())
@given(st.integers(0, 2**32 - 1))
@settings(max_examples=examples(1), phases=PHASES)
def test_wrong_values_cost_their_rows_and_no_others(
    tmp_path_factory: pytest.TempPathFactory, key: str, limits: Any, write: Any, seed: int
) -> None:
    folder, dice = tmp_path_factory.mktemp(key), Random(seed)
    vendor = all_vendors()[key]
    write(tell(vendor, limits, seed), folder)
    whole = sum(damage(path, dice) for path in sorted(folder.rglob("*")) if path.is_file())
    with suppress(rw.ResultsError):
        rw.read_export(folder)  # whose it is may not be told any more
    try:
        report = ask_everything(rw.read_export(folder, key))
    except rw.ResultsError:
        assert not whole, "what is whole is read, whatever else there is"
        return
    refused = report.filter(pl.col("note").str.starts_with("refused"))
    assert refused["file"].null_count() == 0
    assert refused.filter(
        pl.col("line").is_null() & ~pl.col("note").str.contains("breaks|Parquet")
    ).is_empty()
    if vendor.read is None:
        assert report.filter(pl.col("file").is_null())["rows"].sum() >= whole
