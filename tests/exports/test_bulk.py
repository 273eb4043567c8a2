"""Reading many records at once gives the same as reading them one by one, whatever is in them."""

import json
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings

from results_widgets.exports import all_vendors
from results_widgets.exports.asked import Asked, Asker
from results_widgets.exports.lines import LineReader, Lines
from results_widgets.exports.reading import read
from results_widgets.exports.records import records_of
from results_widgets.exports.shaping import Shaper
from results_widgets.exports.vendor import Placed
from tests.support.exports.equal import (
    ODD,
    OWN,
    PHASES,
    SEEDS,
    assert_the_same,
    forms,
    records,
)
from tests.support.exports.story import tell
from tests.support.profiles import examples

pytestmark = pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")

LINES = ['{"half', "[1]", "7", "", "  ", '{"a": 1} {"b": 2}', '{"a":', "1}", "NaN", '[{"a": 1}]']


def damaged(lines: list[str], dice: Random) -> list[str]:
    """Lines of JSON, some with another value of a field, a field twice, or no JSON at all."""
    found = []
    for line in lines:
        what = dice.random()
        if what < 0.02:
            found.append(dice.choice(LINES))
        record = json.loads(line)
        if what > 0.7 and isinstance(record, dict):
            place = record
            while isinstance(inner := place[dice.choice([*place])], dict) and inner:
                place = inner
            place[dice.choice([*place])] = dice.choice(ODD)
        text = json.dumps(record)
        if what > 0.98:
            text = text.replace("{", '{"timestamp": "twice", ', 1)
        found.append(text)
    return found


@pytest.mark.parametrize(("key", "limits", "write"), forms())
@given(SEEDS)
@settings(max_examples=examples(1), phases=PHASES)
def test_every_vendors_export_reads_the_same_one_by_one(
    tmp_path_factory: pytest.TempPathFactory, key: str, limits: Any, write: Any, seed: int
) -> None:
    folder = tmp_path_factory.mktemp(key)
    write(tell(all_vendors()[key], limits, seed), folder)
    assert_the_same(folder, key)
    dice = Random(seed)
    for path in folder.rglob("*"):
        if not path.is_file() or path.read_bytes()[:1] != b"{":
            continue
        lines = path.read_text().splitlines()
        try:
            changed = damaged(lines, dice)
        except ValueError:  # not a value on each line
            continue
        path.write_text("\n".join(changed) + dice.choice(["", "\n"]), encoding="utf-8")
    assert_the_same(folder, key)


@given(records())
@settings(max_examples=examples(60), phases=PHASES, deadline=None)
def test_ones_own_mapping_reads_the_same_one_by_one(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]
) -> None:
    folder = tmp_path_factory.mktemp("own")
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "rows.jsonl").write_text(text, encoding="utf-8")
    assert_the_same(folder, OWN)


def test_a_line_that_holds_two_is_two_and_never_takes_a_neighbours_place(tmp_path: Path) -> None:
    row = {"who": "anna", "at": "2026-03-02T09:00:00Z", "event": "sent", "of": "c"}
    one = json.dumps(row)
    text = f"{one}\n{one} {one}\n\n{one}\n" + one.replace('"event"', '"event" ') + "\n"
    (tmp_path / "rows.jsonl").write_text(text)
    assert_the_same(tmp_path, OWN)
    found = read(tmp_path, None, OWN)
    assert not found.refused.rows
    assert found.rows.collect().height == 5


@pytest.mark.parametrize(
    "key",
    [
        *("sendgrid", "segment", "iterable", "postmark", "brevo", "mailjet", "mailgun"),
        *("posthog", "amplitude", "onesignal"),
    ],
)
def test_a_vendor_is_asked_once_for_each_kind_of_record(key: str, tmp_path: Path) -> None:
    vendor = all_vendors()[key]
    module: Any = import_module(f"tests.support.exports.writers.{key}")
    own_forms: dict[str, Any] = getattr(module, "FORMS", None) or {"": module.write}
    next(iter(own_forms.values()))(tell(vendor, module.LIMITS, 1), tmp_path)
    path = max(tmp_path.rglob("*.json*"), key=lambda one: one.stat().st_size)
    asked: list[Placed] = []

    def rows(placed: Placed) -> Any:
        asked.append(placed)
        assert vendor.rows is not None
        return vendor.rows(placed)

    records = [
        one.record
        for one in records_of(path, "json", lambda *_: None)
        if not any(isinstance(one.record.get(name), str) for name in vendor.objects)
    ]
    lines = "".join(json.dumps(one) + "\n" for one in records).encode()
    shaper, own = Shaper(vendor.mapping, lambda *_: None), replace(vendor, rows=rows)
    found = LineReader(own, shaper)(lines, len(records), str(path), 1)
    assert isinstance(found, Lines)
    assert len(found) == len(records)
    assert isinstance(Asker(own, shaper)(found), Asked)
    assert 0 < len(asked) < len(records) / 2
