"""Any value in any column of any source: it is read or refused in our own words, and equal data give equal numbers."""

import io
import warnings
from contextlib import redirect_stderr
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings, strategies as st
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets.cli.main import main
from tests.support.loops import some
from tests.support.nightly import rest_nightly
from tests.support.odd_values import (
    CAMPAIGN,
    CASES,
    COLUMNS,
    SOURCES,
    Case,
    can_hold,
    names_its_column,
    refusal,
    save,
)
from tests.support.profiles import examples, is_thorough

_HERE = [name for name in SOURCES if name != "duckdb"]
_PARTS = 7


@pytest.mark.parametrize("part", rest_nightly(range(_PARTS), 3))
def test_every_value_in_every_column_is_read_or_refused_by_name(part: int, tmp_path: Path) -> None:
    found = [
        (case, refusal(case, source, tmp_path, share=23))
        for case in CASES
        if case.place % _PARTS == part
        for source in case.sources(_HERE)
    ]
    refused = [(case, said) for case, said in found if said]
    assert [said for case, said in refused if not names_its_column(case, said)] == []
    for table in ("events", "users"):
        answers = [bool(said) for case, said in found if case.table == table]
        assert any(answers)
        assert not all(answers)


@pytest.mark.parametrize("table", ["events", "users"])
def test_every_value_on_duckdb_is_read_or_refused_by_name(table: str, tmp_path: Path) -> None:
    share = 1 if is_thorough() else 43
    cases = [case for case in CASES if case.table == table and case.place % share == 0]
    found = [
        (case, refusal(case, "duckdb", tmp_path, share=17))
        for case in cases
        if can_hold("duckdb", case.frame)
    ]
    assert [said for case, said in found if said and not names_its_column(case, said)] == []
    assert any(said for _, said in found)
    assert not all(said for _, said in found)


# ------------------------------------------------------------------------------ the command line

_COMMANDS: dict[str, list[str]] = {
    "validate": [],
    "rollup": ["-o", "x.rollup.parquet"],
    "flow": ["-o", "flow.svg"],
    "chart": ["-o", "chart.svg", "--metric", "conversions"],
}
_FILES = {"parquet": "events.parquet", "csv": "events.csv", "ndjson": "events.ndjson"}


def run(case: Case, file: str, words: list[str]) -> tuple[int, list[str]]:
    """Run a command on files that hold the table; its exit code, and its lines on stderr that are no warnings."""
    CAMPAIGN.to_json("campaign.json")
    path = save(case.frame, Path(file))
    events, users = (path, None) if case.table == "events" else (Path("plain.parquet"), path)
    if users:
        save(pl.DataFrame(COLUMNS), events)
    beside = io.StringIO()
    told = ["--users", str(users)] if users else []
    with redirect_stderr(beside), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        code = main([words[0], "campaign.json", str(events), *told, *words[1:]])
    # Which warnings there are is tested where they are made.
    warned = "results-widgets: warning: "
    return code, [line for line in beside.getvalue().splitlines() if not line.startswith(warned)]


@pytest.mark.parametrize("command", rest_nightly(_COMMANDS, 2))
def test_command_line_reads_it_or_says_in_one_line_why_not(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    turn, share = list(_COMMANDS).index(command), 1 if is_thorough() else 43
    codes = []
    for case in CASES:
        if case.place % share != turn % share:
            continue
        for source in case.sources([*_FILES]):
            code, lines = run(case, _FILES[source], [command, *_COMMANDS[command]])
            said = refusal(case, source, tmp_path, share=100)
            assert (code == 2) == bool(said), (case, code, lines)
            assert lines == ([f"results-widgets: {said}"] if said else []), case
            codes.append(code)
    assert 2 in codes
    assert 0 in codes or command == "validate"


def test_command_line_says_how_a_table_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    CAMPAIGN.to_json(tmp_path / "campaign.json")
    at = pl.col("timestamp").dt.epoch("ms")
    frame = pl.DataFrame(COLUMNS).with_columns(at).rename({"user_id": "customer"})
    renamed = frame.with_columns(pl.col("event").replace("sent", "email_sent"))
    path = save(renamed, tmp_path / "events.csv")
    options = [
        "--time-unit",
        "ms",
        "--column",
        "user_id=customer",
        "--event-name",
        "email_sent=sent",
    ]
    assert main(["validate", str(tmp_path / "campaign.json"), str(path), *options]) == 0
    assert "unknown event" not in capsys.readouterr().out
    with pytest.raises(SystemExit, match="2"):
        main(["validate", str(tmp_path / "campaign.json"), str(path), "--column", "customer"])
    assert "customer" in capsys.readouterr().err


# ------------------------------------------------------------- equal numbers from every source

_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "user_id": st.sampled_from(["anna", "bob", "carl", None]),
            "campaign_id": st.sampled_from(["c1", "other", None]),
            "action_id": st.sampled_from(["a1", "a2", None]),
            "event": st.sampled_from(["sent", "opened", "clicked", "Purchase", None]),
            "hour": st.integers(0, 200),
            "event_id": st.one_of(st.none(), st.integers(1, 9)),
            "value": st.one_of(st.none(), st.integers(0, 50).map(lambda n: n / 4)),
            "machine": st.sampled_from([True, False, None]),
            "platform": st.sampled_from(["ios", "web", None]),
        }
    ),
    min_size=1,
    max_size=12,
)


@given(rows=_ROWS)
@settings(max_examples=examples(4))
def test_equal_numbers_from_every_source(
    rows: list[dict[str, object]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    # The first row settles the types; each user's rows have times of their own.
    first = {**COLUMNS_OF_FIRST, "hour": 0}
    frame = pl.DataFrame([first, *rows], infer_schema_length=None).with_row_index("row")
    at = pl.datetime(2026, 3, 1, time_zone="UTC") + pl.duration(hours="hour", minutes="row")
    frame = frame.with_columns(timestamp=at.cast(pl.Datetime("us", "UTC"))).drop("hour", "row")
    folder = tmp_path_factory.mktemp("any")
    found = {
        name: rw.Results(CAMPAIGN, source(frame, folder), time_zone="UTC")
        for name, source in SOURCES.items()
    }
    expected = found["polars"]
    for results in some(found.values()):
        assert_frame_equal(results.overview(), expected.overview(), check_row_order=False)
        assert_frame_equal(results.channels(), expected.channels(), check_row_order=False)
        by_platform = [one.overview(by="platform") for one in (results, expected)]
        assert_frame_equal(*by_platform, check_row_order=False)


COLUMNS_OF_FIRST: dict[str, object] = {
    "user_id": "dora",
    "campaign_id": "c1",
    "action_id": "a1",
    "event": "sent",
    "event_id": 10,
    "value": 0.25,
    "machine": False,
    "platform": "ios",
}
