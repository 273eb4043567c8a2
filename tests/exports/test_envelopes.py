"""Records read the same in every envelope, many at once and one by one: rows, refusals with their lines, the report."""

from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from results_widgets.errors import QueryError
from results_widgets.exports import all_vendors, arrays, json_lines
from results_widgets.exports.detecting import detect
from results_widgets.exports.records import format_of, records_of
from tests.support.exports.envelopes import ENVELOPES, with_pieces, write_envelope
from tests.support.exports.equal import OWN, PHASES, SEEDS, assert_the_same, forms, records
from tests.support.exports.story import tell
from tests.support.profiles import examples

pytestmark = pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")

TOGETHER = [one for one in forms() if all_vendors()[one.values[0]].read is None]

DAMAGED = ("json", "csv")
"""Envelopes in which one may find half of what is meant."""


def sizes(dice: Random, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read files in pieces of some size, so that they end anywhere."""
    size = dice.choice([200, 1_000, 5_000, 1 << 22])
    for module, name in ((arrays, "_CHUNK"), (json_lines, "_FIRST"), (json_lines, "_BLOCK")):
        monkeypatch.setattr(module, name, size)


@pytest.mark.parametrize(("key", "limits", "write"), TOGETHER)
@given(SEEDS)
@settings(max_examples=examples(1), phases=PHASES, deadline=None)
def test_a_vendors_records_read_the_same_in_every_envelope(
    tmp_path_factory: pytest.TempPathFactory, key: str, limits: Any, write: Any, seed: int
) -> None:
    folder, dice = tmp_path_factory.mktemp(key), Random(f"{key} {seed}")
    write(tell(all_vendors()[key], limits, seed), folder)
    paths = [path for path in folder.rglob("*") if path.is_file()]
    path = max(paths, key=lambda one: one.stat().st_size)
    found = [one.record for one in records_of(path, str(format_of(path)), lambda *_: None)]
    form = dice.choice([*ENVELOPES])
    own = tmp_path_factory.mktemp(form)
    if not is_of(write_envelope(own, form, found, Random(seed)), key):
        # A table of one column is no export, and in CSV a call is not told from a row.
        own, form = tmp_path_factory.mktemp("json"), "json"
    with pytest.MonkeyPatch.context() as monkeypatch:
        sizes(dice, monkeypatch)
        written = write_envelope(own, form, found, dice)
        assert_the_same(own, key)
        written.write_bytes(with_pieces(written.read_bytes(), dice))
        if form in DAMAGED and format_of(written) == form and is_of(written, key):
            assert_the_same(own, key)


def is_of(path: Path, key: str) -> bool:
    """Whether a file may be a vendor's."""
    try:
        detect(path, all_vendors()[key])
    except QueryError:
        return False
    return True


@given(records(), SEEDS, st.sampled_from([*ENVELOPES]))
@settings(max_examples=examples(25), phases=PHASES, deadline=None)
def test_records_of_ones_own_read_the_same_in_every_envelope(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]], seed: int, form: str
) -> None:
    folder, dice = tmp_path_factory.mktemp("own"), Random(seed)
    with pytest.MonkeyPatch.context() as monkeypatch:
        sizes(dice, monkeypatch)
        written = write_envelope(folder, form, rows, dice)
        assert_the_same(folder, OWN)
        for _ in range(3 if form in DAMAGED else 0):
            written.write_bytes(with_pieces(written.read_bytes(), dice))
            if format_of(written) == form:
                assert_the_same(folder, OWN)
