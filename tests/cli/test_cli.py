"""The command line: exit codes, what it prints, and where."""

import json
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from results_widgets import __version__
from results_widgets.cli import main as cli
from tests.support.examples import case
from tests.support.nightly import rest_nightly
from tests.support.saved_pages import unpacked

ONE_VIEW = ("--min-cell", "1")
"""A page that hides nothing, as no count is below 1, and holds one view of its numbers in place of eleven."""
GOOD = """
    anna mail sent   01T10:00
    anna mail opened 01T11:00
"""


def folder(path: Path, table: str = GOOD, **campaign: Any) -> Path:
    """A folder with a campaign and its events."""
    import results_widgets as rw

    asked = case(table, **campaign)
    rw.Campaign.from_json(dict(asked.campaign)).to_json(path / "campaign.json")
    asked.events.write_parquet(path / "events.parquet")
    return path


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    code = cli.main([str(word) for word in words])
    out, err = capsys.readouterr()
    return code, out, err


# ------------------------------------------------------------------------- distinct users, roll-ups


def test_demo_estimates_users_where_asked(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "demo", "--users", 500, "--uniques", "approximate")
    assert code == 0
    shown = out[out.index("generated;") :]
    assert re.search(r"Unique users +≈\s\d+\n", shown)
    assert re.search(r"Entries +\d+\n", shown)
    assert re.search(r"Engagement rate +≈\s[\d.]+\s%\n", shown)
    assert re.search(r"We miss you +Email +entry +≈\s\d+ +\d+\n", shown)
    assert "≈ distinct users are estimated: within 1.75" in shown


def test_reports_of_estimates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder(tmp_path)
    words = ("--uniques", "approximate", "--time-zone", "UTC")
    code, _, err = run(capsys, "report", path, "-o", path / "r.html", *words, *ONE_VIEW)
    assert (code, err) == (0, "")
    assert "<td>≈\u202f1</td>" in (path / "r.html").read_text()
    code, _, _ = run(capsys, "flow", path, "-o", path / "flow.svg", *words)
    assert "≈\u202f1<" in (path / "flow.svg").read_text()
    words = ("--time-zone", "UTC", *ONE_VIEW)
    code, _, _ = run(capsys, "report", path, "-o", path / "r.html", *words)
    assert "≈" not in (path / "r.html").read_text().split("<main")[1].split("<script")[0]


@pytest.mark.parametrize("users_every", rest_nightly(["1w", "1h", "whole"]))
def test_a_report_without_user_level_data(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], users_every: str
) -> None:
    path = folder(tmp_path)
    kept = tmp_path / "apart" / "x.rollup.parquet"
    kept.parent.mkdir()
    words = ("--time-zone", "Europe/Berlin", "--users-every", users_every)
    code, out, err = run(capsys, "rollup", path, "-o", kept, *words)
    assert (code, err) == (0, "")
    assert "cells" in out
    (path / "events.parquet").unlink()
    (path / "campaign.json").unlink()
    report = kept.parent / "report.html"
    code, _, err = run(capsys, "report", kept, "-o", report, "--time-zone", "Europe/Berlin")
    assert (code, err) == (0, "")
    page = report.read_text()
    assert "<td>≈\u202f1</td>" in page
    # In the packed data, as text of base 64, any four letters may meet by chance.
    data, _ = unpacked(page)
    shown = re.sub(r"(data-rw-report>)[^<]*<", r"\1<", page) + json.dumps(data, ensure_ascii=False)
    assert "mail" in shown
    assert "anna" not in shown
    code, _, err = run(capsys, "chart", kept, "--metric", "users", "-o", kept.parent / "c.svg")
    assert (code, err) == (0, "")


def test_a_rollup_keeps_its_definitions_and_its_report_can_fail(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, kept = folder(tmp_path), tmp_path / "x.rollup.parquet"
    run(capsys, "rollup", path, "-o", kept, "--definitions", "leanplum", "--time-zone", "UTC")
    words = ("report", kept, "-o", tmp_path / "r.html", "--time-zone", "UTC", "--quiet", *ONE_VIEW)
    code, _, err = run(capsys, *words, "--fail-if", "conversions < 1")
    assert code == 1
    assert "conversions < 1" in err
    assert "<dd>leanplum" in (tmp_path / "r.html").read_text()


def test_a_rollup_stands_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, kept = folder(tmp_path), tmp_path / "x.rollup.parquet"
    run(capsys, "rollup", path, "-o", kept)
    for words in ((path / "events.parquet",), ("--uniques", "exact")):
        code, _, err = run(capsys, "report", kept, *words, "-o", tmp_path / "r.html")
        assert code == 2
        assert "pass it alone" in err
    code, _, err = run(capsys, "report", path / "events.parquet", "-o", tmp_path / "r.html")
    assert code == 2
    assert "no roll-up" in err


# ---------------------------------------------------------------------------------------- validate


def test_validate_good_events(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "validate", folder(tmp_path))
    assert (code, err) == (0, "")
    assert "Problems found" in out
    assert out.splitlines()[-1].split() == ["none", "0", "no", "problem", "was", "found"]


def test_validate_says_what_it_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder(tmp_path, GOOD + "bob elsewhere sent 01T10:00\n" * 1200)
    code, out, err = run(capsys, "validate", path, "--examples")
    assert (code, err) == (1, "")
    (line,) = [line for line in out.splitlines() if "unknown action" in line]
    assert line.split()[:6] == ["unknown", "action", "1,200", "left", "out", "elsewhere"]
    # Without being asked, it prints what two users share.
    assert "elsewhere" not in run(capsys, "validate", path)[1]
    two = folder(tmp_path, GOOD + "bob elsewhere sent 01T10:00\nanna elsewhere sent 01T10:00\n")
    assert "elsewhere" in run(capsys, "validate", two)[1]


def test_validate_files_one_by_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder(tmp_path)
    users = path / "people.csv"
    pl.DataFrame({"user_id": ["bob"]}).write_csv(users)
    words = ("validate", path / "campaign.json", path / "*.parquet", "--users", users)
    code, out, _ = run(capsys, *words)
    assert code == 1
    assert "unknown user" in out


def test_naive_times_need_a_zone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder(tmp_path)
    events = pl.read_parquet(path / "events.parquet")
    naive = events.with_columns(pl.col("timestamp").dt.replace_time_zone(None))
    naive.write_parquet(path / "events.parquet")
    code, out, err = run(capsys, "validate", path)
    assert (code, out) == (2, "")
    assert "names no zone" in err
    assert run(capsys, "validate", path, "--naive-time-zone", "Europe/Berlin")[0] == 0


# ------------------------------------------------------------------------------------------ errors


ERRORS: list[tuple[str, str]] = [
    ("nowhere.json", "nowhere.json: no such file; pass the path of a campaign's JSON"),
    ("", "no events file; found: nothing.txt"),
]


@pytest.mark.parametrize("command", ["validate", "glossary"])
@pytest.mark.parametrize(("name", "words"), ERRORS)
def test_error_is_one_line_on_stderr(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, name: str, words: str
) -> None:
    (tmp_path / "nothing.txt").touch()
    code, out, err = run(capsys, command, tmp_path / name if name else tmp_path)
    assert (code, out) == (2, "")
    assert err.startswith("results-widgets: ")
    assert words in err
    assert err.count("\n") == 1


def test_campaign_that_is_wrong_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder(tmp_path) / "campaign.json").write_text('{"id": "c1", "goal": {"events": ["P"]}}')
    code, _, err = run(capsys, "validate", tmp_path)
    assert (code, err) == (
        2,
        "results-widgets: actions: is required: a campaign has at least one action\n",
    )


def test_events_that_are_not_named_are_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = run(capsys, "glossary", folder(tmp_path) / "campaign.json")
    assert code == 2
    assert "events: the list of files is empty; pass at least one file" in err


@pytest.mark.parametrize("words", [[], ["dance"], ["validate"], ["validate", "x", "--color"]])
def test_wrong_arguments_print_the_usage(
    capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(words)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("usage: results-widgets")


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--version"])
    assert capsys.readouterr().out == f"results-widgets {__version__}\n"


# ------------------------------------------------------------------------------- glossary and demo


def test_glossary_lists_every_metric(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "glossary", folder(tmp_path))
    assert (code, err) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    assert ["campaign", "unique_users", "Unique", "users", "Distinct"] in [x[:5] for x in lines]
    assert ["channel", "email", "click_to_open_rate"] in [line[:3] for line in lines]
    assert ["action", "users_received"] in [line[:2] for line in lines]
    assert ["channel", "billboard", "scanned_rate"] in [line[:3] for line in lines]


def test_demo_prints_both_campaigns(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "demo", "--users", 200)
    assert code == 0
    assert out.count("\nOverview\n") == out.count("\nChannels\n") == out.count("\nActions\n") == 2
    assert "(real, a loyalty programme's mailing; days in America/New_York)" in out
    assert "(generated; days in America/New_York)" in out
    lines = [line.split() for line in out.splitlines()]
    assert ["Unique", "users", "1,133"] in lines
    # Numbers stand to the right, in one column.
    overview = out.split("\nOverview\n")[1].split("\n\n")[0].splitlines()[2:]
    assert len({len(line) for line in overview}) == 1


@pytest.mark.nightly
def test_demo_opens_the_second_time_from_its_store_unless_it_would_be_made_otherwise(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def numbers(users: int = 200) -> tuple[str, str]:
        code, out, _ = run(capsys, "demo", "--users", users, "--keep", tmp_path)
        assert code == 0
        generated = out[out.index("Win-back, spring 2026") :]
        first, last = generated.split("\nDid it work?")
        return first, last

    first, told = numbers()
    assert "Generated, read and kept in" in told
    again, told = numbers()
    assert again == first
    assert "Opened from its store in" in told
    code = told.rstrip().splitlines()[-1].strip().removeprefix("import results_widgets as rw; ")
    import results_widgets as rw

    dashboard = eval(code, {"rw": rw})
    assert f" {dashboard.results.unique_users()}\n" in first
    # Other users, another version, another campaign, a damaged store: made anew, and right.
    other, told = numbers(150)
    assert "Generated" in told
    assert other != first
    assert "Opened" in numbers(150)[1]
    monkeypatch.setattr("results_widgets.cli.demo_campaign.__version__", "99")
    assert "Generated" in numbers(150)[1]
    monkeypatch.setattr("results_widgets.cli.demo_campaign.SEED", 2)
    changed, told = numbers(150)
    assert "Generated" in told
    assert changed != other
    (tmp_path / "win-back.rw" / "manifest.json").write_text("{")
    mended, told = numbers(150)
    assert "Generated" in told
    assert mended == changed


def test_demo_of_nobody_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "demo", "--users", -5)
    assert code == 2
    assert "users" in err


# ---------------------------------------------------------------------------- names that a terminal obeys

HOSTILE = "\x1b]0;owned\x07\x1b[2J\rmail\u202e"


@pytest.mark.parametrize("command", ["validate", "glossary"])
def test_names_of_data_do_not_reach_the_terminal_as_commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    actions = [{"id": "mail", "name": HOSTILE, "channel": "email"}]
    path = folder(tmp_path, GOOD + "    anna mail open\x1b[2Jed 01T12:00\n", actions=actions)
    _, out, err = run(capsys, command, path)
    assert out
    for shown in (out, err):
        # The narrow space stands between a number and its unit.
        assert {letter for letter in shown if not letter.isprintable()} <= {"\n", "\u202f"}


def test_errors_do_not_reach_the_terminal_as_commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder(tmp_path)
    code, _, err = run(capsys, "chart", path, "-o", path / "c.svg", "--metric", HOSTILE)
    assert code == 2
    assert {letter for letter in err if not letter.isprintable()} <= {"\n"}
    code, _, said = run(capsys, "report", path, "-o", path / "x.html", "--locale", HOSTILE)
    assert code == 2
    assert {letter for letter in said if not letter.isprintable()} <= {"\n"}
    for words in ((f"--{HOSTILE}",), ("--format", HOSTILE)):
        with pytest.raises(SystemExit):
            run(capsys, "report", path, "-o", path / "x.html", *words)
        said = capsys.readouterr().err
        assert said
        assert {letter for letter in said if not letter.isprintable()} <= {"\n"}
