"""``results-widgets experiment``: the verdict in words and as a table, and conditions on it."""

import json
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.cli import main as cli
from tests.support.arms import CAMPAIGN, HELD_BACK, SCHEMA, closing, users

GOOD = [users("A", 450, 45), users("B", 450, 90), users(HELD_BACK, 100, 5), closing()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a campaign of two variants and a holdback."""
    rw.Campaign.from_json(CAMPAIGN).to_json(tmp_path / "campaign.json")
    rows = [row for some in GOOD for row in some]
    pl.DataFrame(rows, schema=SCHEMA, orient="row").write_parquet(tmp_path / "events.parquet")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = cli.main(["experiment", *(str(word) for word in words), "--time-zone", "UTC"])
    out, err = capsys.readouterr()
    return code, out, err


def test_prints_the_verdict_and_the_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, folder, "--by", "variant")
    assert (code, err) == (0, "")
    assert out.lstrip().startswith("+10.0 points over the held back")
    assert "15 % off beats 10 % off" in out
    line = next(line for line in out.splitlines() if re.match(r" +Converted +15 % off ", line))
    assert "20.0\u202f% of 450" in line
    assert re.search("5.0\u202f% of 100 +\\+15.0\u202fpt", line)
    assert line.endswith("better")
    arms = [line.split("  ") for line in out.splitlines() if line.startswith("  held_back")]
    found = [cell.strip() for cell in arms[0] if cell]
    assert found == ["held_back", "control", "10.0\u202f%", "10.0\u202f%", "100"]


def test_numbers_are_in_the_language_that_is_asked_for(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = run(capsys, folder, "--locale", "de")
    assert out.lstrip().startswith("+10,0 points over the held back (95\u202f%: 3,5 to 13,8)")
    assert "+15,0\u202fpt" in out
    assert re.findall(r"\d\.\d{1,2}\b|\d\.\d{4}", out) == []


@pytest.mark.parametrize(
    ("condition", "code", "said"),
    [
        ("converted_low <= 0", 1, "converted_low <= 0: A: it is -0.0"),
        ("B:converted < 0.1", 0, ""),
        ("B:converted < 20%", 1, "B:converted < 0.2: B: it is 0.15"),
        ("A:converted_p_adjusted > 0.05", 1, "A: it is 0."),
        ("B:converted_value < 0.2", 0, ""),
        ("C:converted < 0", 2, "unknown arm 'C'; known: A, B"),
        (
            "convrted < 0",
            2,
            "unknown metric of the experiment 'convrted' (did you mean 'converted'",
        ),
        ("converted", 2, "cannot read the condition"),
    ],
)
def test_conditions_fail_of_any_arm_or_of_one(
    condition: str, code: int, said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found, _, err = run(capsys, folder, "--fail-if", condition)
    assert found == code
    assert said in err


def test_what_cannot_be_decided_yet_fails(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, folder, "--window", "60d", "--fail-if", "converted < 0")
    assert code == 1
    assert "converted < 0: A: too early" in err


def test_one_line_of_json_has_it_all(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--json", "--metric", "converted", "--adjust", "none", "--control", "A")
    code, out, _ = run(capsys, folder, *words, "--fail-if", "B:converted > 0")
    assert code == 1
    told: dict[str, Any] = json.loads(out)
    assert [row["metric"] for row in told["table"]] == ["converted"] * 2
    assert told["table"][0]["p_value"] == told["table"][0]["p_adjusted"]
    assert told["window_seconds"] == 7 * 86_400
    assert told["mismatch"] is None
    assert [failure["arm"] for failure in told["failed"]] == ["B"]


def test_options_reach_the_experiment(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--sequential", "--covariate", "before", "--crossovers", "first", "--level", "0.9")
    _, out, _ = run(capsys, folder, *words, "--start", "2026-02-01", "--end", "2026-03-31")
    assert "(90\u202f%: " in out
    assert "Intervals and p-values are valid however often you look." in out
    assert "Values are adjusted (CUPED)" in out
    code, _, err = run(capsys, folder, "--by", "country")
    assert code == 2
    assert "unknown column 'country'" in err


def test_demo_prints_the_verdict_of_the_generated_campaign(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["demo", "--users", "2000"]) == 0
    out, _ = capsys.readouterr()
    verdict = out[out.index(" points over the held back") - 6 :]
    assert "extra\nconversions" in verdict
    assert "Differences\n" in out
    assert "\nDid it work?\n+" in out
    # The last line is one to copy.
    last = out.rstrip().splitlines()[-1].strip()
    assert last.startswith("import results_widgets as rw; rw.Dashboard(")
    compile(last, "the last line", "exec")
