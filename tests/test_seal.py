"""Damaged files end in an error of ours, or in the numbers that were saved: never in others, nor without end."""

import json
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import Phase, given, settings, strategies as st

import results_widgets as rw
from results_widgets._seal import SEAL, UNSEALED, are_sealed, is_sealed, seal, seal_file
from tests.support.damage import KINDS, Kind, flipped, rewritten, with_strange_field
from tests.support.profiles import examples

SEEDS = st.integers(0, 2**32 - 1)
PHASES = (Phase.explicit, Phase.generate)
PATIENCE = 20.0
"""Seconds within which any file is read or refused, on a machine that does much else."""
MEMORY = 2 << 30
"""Bytes that reading may take beside what the tests have taken before."""


@dataclass(frozen=True, repr=False)
class Saved:
    """A file, and what is read of it as long as it is whole."""

    kind: Kind
    path: Path
    content: bytes
    expected: object


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return rw.Results(*rw.datasets.generate(60, seed=3), time_zone="UTC")


@pytest.fixture(scope="module", params=KINDS)
def saved(
    request: pytest.FixtureRequest, results: rw.Results, tmp_path_factory: pytest.TempPathFactory
) -> Saved:
    kind = KINDS[request.param]
    path = kind.write(results, tmp_path_factory.mktemp("saved"))
    return Saved(kind, path, path.read_bytes(), kind.read(results, path))


@pytest.fixture(autouse=True)
def _bounded() -> Iterator[None]:
    """No file takes more than some memory."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert grown < MEMORY


def read_or_refused(kind: Kind, results: rw.Results, path: Path) -> object:
    """What is read, or None where an error of ours says that it cannot be."""
    began = time.monotonic()
    try:
        return kind.read(results, path)
    except rw.ResultsError:
        return None
    finally:
        assert time.monotonic() - began < PATIENCE


@given(seed=SEEDS)
@settings(max_examples=examples(40), phases=PHASES)
def test_flipped_bytes(saved: Saved, results: rw.Results, seed: int) -> None:
    saved.path.write_bytes(flipped(saved.content, Random(seed)))
    found = read_or_refused(saved.kind, results, saved.path)
    saved.path.write_bytes(saved.content)
    assert not saved.kind.sealed or found in (None, saved.expected)


@pytest.mark.parametrize("name", ["campaign", "snapshot"])
@given(seed=SEEDS)
@settings(max_examples=examples(30), phases=PHASES)
def test_strange_fields_of_json(
    name: str, results: rw.Results, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    kind, folder = KINDS[name], tmp_path_factory.mktemp("strange")
    path = kind.write(results, folder)
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(with_strange_field(document, Random(seed))), encoding="utf-8")
    found = read_or_refused(kind, results, path)
    assert not kind.sealed or found in (None, kind.read(results, kind.write(results, folder)))


METADATA = {"roll-up": "results_widgets.rollup", "segment": "results_widgets.expression"}


@pytest.mark.parametrize("name", METADATA)
@given(seed=SEEDS)
@settings(max_examples=examples(20), phases=PHASES)
def test_strange_fields_of_parquet(
    name: str, results: rw.Results, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    kind = KINDS[name]
    path = kind.write(results, tmp_path_factory.mktemp("strange"))
    rewritten(path, METADATA[name], lambda about: with_strange_field(about, Random(seed)))
    read_or_refused(kind, results, path)


CELLS: dict[str, Any] = {
    "kind": "nothing",
    "number": 1 << 60,
    "time": 1 << 60,
    "rows": -1,
    "value": float("nan"),
    "users": b"no sketch",
}


@pytest.mark.parametrize("column", CELLS)
def test_impossible_cells_are_refused(results: rw.Results, tmp_path: Path, column: str) -> None:
    path = results.rollup("1d").save(tmp_path / "x.rollup")
    words = pl.read_parquet_metadata(path) | {SEAL: UNSEALED}
    words.pop("ARROW:schema", None)
    cells = pl.read_parquet(path)
    first = pl.int_range(pl.len()) == 0
    own = pl.lit(CELLS[column], cells.schema[column])
    changed = cells.with_columns(pl.when(first).then(own).otherwise(pl.col(column)).alias(column))
    changed.write_parquet(path, metadata=words)
    seal_file(path)
    with pytest.raises(rw.QueryError, match=rf"\.{column}: has a value that"):
        rw.RollUp.load(path)


def test_cells_of_centuries_are_refused(results: rw.Results, tmp_path: Path) -> None:
    path = results.rollup("1d").save(tmp_path / "x.rollup")
    words = pl.read_parquet_metadata(path) | {SEAL: UNSEALED}
    words.pop("ARROW:schema", None)
    cells = pl.read_parquet(path)
    century = 100 * 365 * 24 * 3600 * 1_000_000
    pl.concat([cells, cells.with_columns(pl.col("time") + century)]).write_parquet(
        path, metadata=words
    )
    seal_file(path)
    with pytest.raises(rw.QueryError, match="more than fifty years apart"):
        rw.RollUp.load(path)


def test_every_bit_of_a_sealed_file_counts(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    # Zeros in the data are not taken for the place of the digest.
    table = pl.DataFrame({"user_id": ["anna", UNSEALED]})
    table.write_parquet(path, metadata={SEAL: UNSEALED})
    assert seal(path.read_bytes()) != path.read_bytes()
    seal_file(path)
    content = path.read_bytes()
    assert is_sealed(path)
    assert are_sealed(content)
    assert pl.read_parquet(path).equals(table)
    for place in range(len(content)):
        flipped_ = bytearray(content)
        flipped_[place] ^= 1
        assert not are_sealed(bytes(flipped_)), place


def test_files_of_older_versions_have_no_seal_and_are_read(
    results: rw.Results, tmp_path: Path
) -> None:
    path = results.users_in_campaign().save(tmp_path / "x.parquet")
    words = pl.read_parquet_metadata(path)
    del words[SEAL]
    words.pop("ARROW:schema", None)
    pl.read_parquet(path).write_parquet(path, metadata=words)
    assert is_sealed(path) is None
    assert rw.Segment.load(path).rule == results.users_in_campaign().rule
