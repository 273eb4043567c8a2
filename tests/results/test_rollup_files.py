"""Roll-ups as files: those of older versions open, and what is wrong in one is named."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw

# What version 0.1.0 wrote beside the cells, to the letter.
ABOUT = """{"campaign": {"id": "c1", "name": "Spring", "status": "running", "delivery": "triggered",
  "started_at": null, "finished_at": null,
  "goal": {"events": ["Purchase"], "mode": "single", "value": "value"}, "attribution_window": "2d",
  "on_finish": "keep_windows", "holdback": 0.0, "variants": [], "channels": {},
  "actions": [{"id": "mail", "name": "", "channel": "email", "template": null, "parent": null,
               "trigger": null, "delay": "0d", "variant": null, "copy": {}, "settings": {}}]},
 "grain": "1h", "users_grain": "1h", "zone": "UTC",
 "definitions": {"name": "mine", "interacted": [["email", ["clicked"]]], "engaged": [],
                 "engaged_base": [], "email_rate_base": "sent", "unique": "user",
                 "machine_opens": "counted", "text": ""},
 "developers": null, "ids": "String", "oldest": 1772323200000000, "newest": 1772409600000000,
 "parts": ["abc"], "version": 2}"""
CELLS = pl.DataFrame(
    [("events", 1, 1772323200000000, 5, 0.0, None)],
    schema={
        "kind": pl.String,
        "number": pl.Int64,
        "time": pl.Int64,
        "rows": pl.Int64,
        "value": pl.Float64,
        "users": pl.Binary,
    },
    orient="row",
)


def written(path: Path, about: object) -> Path:
    text = about if isinstance(about, str) else json.dumps(about)
    CELLS.write_parquet(path, metadata={"results_widgets.rollup": text})
    return path


def test_a_roll_up_that_an_older_version_saved_is_read(tmp_path: Path) -> None:
    rollup = rw.RollUp.load(written(tmp_path / "old.rollup", ABOUT))
    assert rollup.campaign.label == "Spring"
    assert rollup.cells.equals(CELLS)
    results = rollup.results()
    # Its cells do not know what became of the entries of a range, so its rates are by events.
    mine = rw.Definitions("mine", {"email": "clicked"}, (), (), "sent", rate_clock="event")
    assert results.definitions == mine
    assert (
        results.between("2026-03-01", "2026-03-01").describe("conversion_rate").numerator
        == "conversions"
    )
    again = rw.RollUp.load(rollup.save(tmp_path / "new.rollup"))
    assert again.campaign == rollup.campaign
    assert again.results().definitions == results.definitions


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"grain": "2h"}, r"grain: '2h' is not known; known: 15m, 1h, 1d"),
    ({"grain": None}, r"grain: is required"),
    ({"newest": "now"}, r"newest: expected a whole number, found 'now'"),
    ({"parts": []}, r"parts: expected a list of names that is not empty"),
    ({"definitions": {"name": "x", "clock": "entry"}}, r"definitions.clock: unknown field; known"),
    ({"version": 1}, "no roll-up of version 3"),
]


@pytest.mark.parametrize(("change", "words"), WRONG)
def test_what_is_wrong_in_a_roll_up_is_named(
    change: dict[str, Any], words: str, tmp_path: Path
) -> None:
    path = written(tmp_path / "wrong.rollup", json.loads(ABOUT) | change)
    with pytest.raises(rw.QueryError, match=words):
        rw.RollUp.load(path)
    with pytest.raises(rw.QueryError, match=f"^{path}: is not valid JSON"):
        rw.RollUp.load(written(path, '{"version": '))
