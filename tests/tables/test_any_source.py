"""Any value in any column of any source: it is read or refused in our own words, and equal data give equal numbers."""

import warnings
from itertools import product
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings, strategies as st
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets.cli.main import main
from tests.support.loops import some
from tests.support.odd_values import (
    CAMPAIGN,
    COLUMNS,
    SOURCES,
    VALUES,
    can_hold,
    questions,
    save,
    table,
)

_HERE = [name for name in SOURCES if name != "duckdb"]
_CASES = list(enumerate(product(VALUES, COLUMNS)))
_EVERY = 7  # each question is asked of one case in seven


def ask(column: str, value: str, source: str, folder: Path, place: int) -> bool:
    """Ask some questions; whether the table could be read. Any error but ours fails the test."""
    frame = table(column, value)
    if not can_hold(source, frame):
        source = "polars"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        said = ""
        try:
            results = rw.Results(CAMPAIGN, SOURCES[source](frame, folder), time_zone="UTC")
        except rw.EventsError as error:
            said = str(error)
        if said:
            assert said.startswith(f"events: column '{column}' ")
            return False
        results.overview()
        for number, question in enumerate(questions(results)):
            if (number + place) % _EVERY == 0:
                question()
    return True


@pytest.mark.parametrize("part", range(_EVERY))
def test_every_value_in_every_column_is_read_or_refused_by_name(part: int, tmp_path: Path) -> None:
    read = [
        ask(column, value, _HERE[(place + part) % len(_HERE)], tmp_path, place // _EVERY)
        for place, (value, column) in _CASES
        if place % _EVERY == part
    ]
    assert any(read)
    assert not all(read)


@pytest.mark.parametrize("column", ["user_id", "value"])
def test_every_value_on_an_engine_is_read_or_refused_by_name(column: str, tmp_path: Path) -> None:
    read = [
        ask(column, value, "duckdb", tmp_path, 3)
        for value in ("whole float", "null words", "struct")
    ]
    assert any(read)
    assert not all(read)


@pytest.mark.parametrize("value", ["struct", "list", "bytes", "span"])
@pytest.mark.parametrize("column", ["user_id", "value", "timestamp"])
def test_command_line_says_it_in_one_line(
    column: str, value: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    CAMPAIGN.to_json(tmp_path / "campaign.json")
    path = tmp_path / "events.parquet"
    table(column, value).write_parquet(path)
    assert main(["validate", str(tmp_path / "campaign.json"), str(path)]) != 0
    captured = capsys.readouterr()
    said = (captured.out + captured.err).strip().splitlines()
    assert len(said) == 1
    assert f"column '{column}'" in said[0]


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
@settings(max_examples=5)
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
