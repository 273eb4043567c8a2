"""One shape for every value: ids, flags, texts, amounts, names and times as exports write them, in every source."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.engine.backends.lazy.event_log import normalise as normalise_on_engine
from results_widgets.sources.engines import as_rows, engine_of
from results_widgets.sources.missing import MISSING_TEXTS
from results_widgets.tables.events import normalise
from results_widgets.tables.options import ReadOptions, TimeUnit

CAMPAIGN: dict[str, Any] = {
    "id": "18",
    "goal": {"events": ["Purchase"], "value": "value"},
    "attribution_window": "7d",
    "actions": [{"id": "7", "channel": "email"}],
}
ROWS: dict[str, list[Any]] = {
    "user_id": ["u1", "u1", "u2"],
    "campaign_id": ["18", "", "18"],
    "action_id": ["7", None, "7"],
    "event": ["sent", "Purchase", "sent"],
    "timestamp": ["2026-03-01T09:00:00Z", "2026-03-01T10:00:00Z", "2026-03-01T09:00:00Z"],
    "value": [None, 2.5, None],
}
NINE = datetime(2026, 3, 1, 9, tzinfo=UTC)


def table(**columns: Any) -> pl.DataFrame:
    return pl.DataFrame(ROWS | columns, strict=False)


def here(frame: pl.DataFrame, column: str, options: ReadOptions) -> list[Any]:
    events = normalise(frame.lazy(), rw.Campaign.from_json(CAMPAIGN), options)
    return events.frame.collect()[column].to_list()


def on_duckdb(frame: pl.DataFrame, column: str, options: ReadOptions) -> list[Any]:
    duckdb = pytest.importorskip("duckdb")
    relation = duckdb.connect().from_arrow(frame.to_arrow())
    engine = engine_of(relation)
    assert engine is not None
    campaign = rw.Campaign.from_json(CAMPAIGN)
    events = normalise_on_engine(as_rows(relation), engine, campaign, options)
    name = {"user_id": "user", "timestamp": "time"}.get(column, column)
    found: list[Any] = events.rows.select(name).collect("polars").to_native()[name].to_list()
    if column != "timestamp":
        return found
    return [None if one is None else datetime.fromtimestamp(one / 1e6, UTC) for one in found]


Shaped = Callable[[pl.DataFrame, str, ReadOptions], list[Any]]


@pytest.fixture(params=[here, on_duckdb], ids=["polars", "duckdb"])
def shaped(request: pytest.FixtureRequest) -> Shaped:
    found: Shaped = request.param
    return found


def on_both(name: str, values: Sequence[Any], by_day: int = 1) -> pytest.MarkDecorator:
    """Cases that are read here and by DuckDB, there the first for every change and the rest by night.

    Each costs DuckDB half a second of planning, for the same expressions of another column.
    """
    return pytest.mark.parametrize(
        ("shaped", name),
        [
            pytest.param(
                way,
                value,
                id=f"{place}-{value}",
                marks=pytest.mark.nightly if way is on_duckdb and at >= by_day else (),
            )
            for place, way in (("polars", here), ("duckdb", on_duckdb))
            for at, value in enumerate(values)
        ],
    )


# ------------------------------------------------------------------------------- missing values


@on_both(
    "column",
    ["timestamp", "value", "user_id", "campaign_id", "action_id", "event", "event_id"],
    by_day=2,
)
def test_texts_for_missing_values_are_missing_in_every_column(shaped: Shaped, column: str) -> None:
    words = [*MISSING_TEXTS]
    frame = pl.concat([table(), *[table()[:1]] * len(words)])
    known = {"timestamp": "2026-03-01T09:00:00Z", "value": "1.5"}.get(column, "x")
    frame = frame.with_columns(pl.Series(column, [known] * 3 + words))
    found = shaped(frame, column, ReadOptions())
    assert found[3:] == [None] * len(words)
    assert None not in found[:3]


def test_texts_for_missing_values_are_no_group() -> None:
    frame = table(platform=["ios", "NULL", " "])
    found = rw.Results(CAMPAIGN, frame, time_zone="UTC").overview(by="platform")
    assert set(found["platform"]) == {"ios", None}


def test_what_is_no_number_is_no_amount() -> None:
    frame = table(value=[None, float("nan"), 1.5])
    assert here(frame, "value", ReadOptions()) == [None, None, 1.5]


# ------------------------------------------------------------------------------------------- ids


@on_both("column", ["campaign_id", "action_id"])
def test_names_that_a_gap_made_floats_are_whole(shaped: Shaped, column: str) -> None:
    number = {"campaign_id": "18", "action_id": "7"}[column]
    for values in ([float(number), None, float(number)], [f"{number}.0", "", f"{number}.0"]):
        found = shaped(table(**{column: values}), column, ReadOptions())
        assert found == [number, None, number]


@on_both("column", ["user_id", "event_id", "entry_id"])
def test_ids_that_a_gap_made_floats_are_whole(shaped: Shaped, column: str) -> None:
    assert shaped(table(**{column: [1.0, 2.0, None]}), column, ReadOptions()) == [1, 2, None]
    texts = shaped(table(**{column: ["1.0", "2", "x1.0"]}), column, ReadOptions())
    assert texts == ["1", "2", "x1.0"]


@pytest.mark.parametrize(("value", "said"), [(1.5, "1.5"), (2.0**54, r"beyond 2\^53")])
def test_floats_that_are_no_ids_are_refused(shaped: Shaped, value: float, said: str) -> None:
    with pytest.raises(rw.EventsError, match=rf"column 'user_id' holds the number .*{said}"):
        shaped(table(user_id=[1.0, value, 2.0]), "user_id", ReadOptions())


def test_uuids_and_wide_integers_are_text() -> None:
    duckdb = pytest.importorskip("duckdb")
    rows = duckdb.sql(
        "SELECT uuid '00000000-0000-0000-0000-000000000001' AS user_id, 5::HUGEINT AS event_id, "
        "'7' AS action_id, 'sent' AS event, timestamptz '2026-03-01 09:00:00+00' AS timestamp"
    )
    campaign = rw.Campaign.from_json(CAMPAIGN)
    engine = engine_of(rows)
    assert engine is not None
    events = normalise_on_engine(as_rows(rows), engine, campaign).rows.collect("polars").to_native()
    uuid = "00000000-0000-0000-0000-000000000001"
    assert events.select("user", "event_id").row(0) == (uuid, "5")
    # The same through Parquet and Arrow, where a UUID is 16 bytes.
    stored = bytes.fromhex(uuid.replace("-", ""))
    frame = table(user_id=[stored, b"\xff" * 16, stored])
    assert here(frame, "user_id", ReadOptions())[0] == uuid


def test_ids_of_text_and_numbers_in_pandas_are_text() -> None:
    pandas = pytest.importorskip("pandas")
    frame = table().to_pandas()
    frame["user_id"] = pandas.Series(["u1", 5, 5.0], dtype=object)
    results = rw.Results(CAMPAIGN, frame, time_zone="UTC")
    assert results.users_in_campaign().users["user_id"].to_list() == ["5", "u1"]


def test_index_with_a_name_is_a_column_in_pandas() -> None:
    pytest.importorskip("pandas")
    indexed = table().to_pandas().set_index("user_id")
    assert rw.Results(CAMPAIGN, indexed, time_zone="UTC").unique_users() == 2


def test_users_of_numbers_and_events_of_text_meet() -> None:
    events = table(user_id=["1", "x", "2"])
    users = pl.DataFrame({"user_id": [1, 2], "is_developer": ["Y", "n"]})
    results = rw.Results(CAMPAIGN, events, users, time_zone="UTC")
    assert (results.unique_users(), results.analytics().unique_users()) == (2, 1)
    numbers = table(user_id=[1, 1, 2])
    texts = users.with_columns(pl.col("user_id").cast(pl.String))
    assert rw.Results(CAMPAIGN, numbers, texts, time_zone="UTC").analytics().unique_users() == 1
    with pytest.raises(
        rw.EventsError, match=r"users: column 'user_id' is String but .* it holds '01'"
    ):
        rw.Results(CAMPAIGN, numbers, pl.DataFrame({"user_id": ["01"]}))


# ----------------------------------------------------------------------------------------- flags


def test_flags_in_all_usual_words(shaped: Shaped) -> None:
    for yes, no in [("Y", "N"), (" true", "FALSE "), ("T", "f"), ("On", "off"), ("1.0", "0")]:
        assert shaped(table(machine=[yes, no, ""]), "machine", ReadOptions()) == [
            True,
            False,
            False,
        ]
    assert shaped(table(machine=[1.0, 0.0, None]), "machine", ReadOptions()) == [True, False, False]


@pytest.mark.parametrize("machine", [["yes", "maybe", None], [0, 2, None]])
def test_unknown_flags_are_refused_by_name(shaped: Shaped, machine: list[Any]) -> None:
    with pytest.raises(rw.EventsError, match=r"'machine' holds .*(maybe|2).* neither yes nor no"):
        shaped(table(machine=machine), "machine", ReadOptions())


# ---------------------------------------------------------------------------------------- nested


@pytest.mark.parametrize("column", ["user_id", "event", "value", "machine", "timestamp", "variant"])
def test_lists_and_objects_are_refused_by_name(shaped: Shaped, column: str) -> None:
    for nested in ([[1], [2], []], [{"a": 1}] * 3):
        with pytest.raises(rw.EventsError, match=rf"column '{column}' is (List|Struct)"):
            shaped(table().with_columns(pl.Series(column, nested)), column, ReadOptions())


def test_lists_and_objects_that_nobody_needs_are_no_breakdowns(tmp_path: Path) -> None:
    frame = table().with_columns(
        pl.Series("categories", [["a"], [], None]), pl.Series("props", [{"a": 1}] * 3)
    )
    assert rw.Results(CAMPAIGN, frame, time_zone="UTC").breakdowns == []
    lines = [
        {**row, "props": odd}
        for row, odd in zip(table().to_dicts(), ([], {}, {"a": 1}), strict=True)
    ]
    path = tmp_path / "events.ndjson"
    path.write_text("\n".join(map(json.dumps, lines)))
    results = rw.Results(CAMPAIGN, path, time_zone="UTC")
    assert (results.unique_users(), results.breakdowns) == (2, [])


# ----------------------------------------------------------------------------------------- times


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01 09:00:00+00",
        "2026-03-01 10:00:00 +0100",
        "2026-03-01T10:00:00.0000000+01:00",
        "2026-03-01t09:00z",
        "2026/03/01 09:00:00 UTC",
        "2026-03-01T10:00:00+01:00[Europe/Berlin]",
        "2026-03-01 09:00:00,000 GMT",
    ],
)
def test_times_in_all_usual_forms(shaped: Shaped, text: str) -> None:
    found = shaped(table(timestamp=[text, None, text]), "timestamp", ReadOptions())
    assert found == [NINE, None, NINE]


def test_dates_that_never_were_are_missing(shaped: Shaped) -> None:
    odd = ["2026-02-29T00:00:00Z", "2026-03-01T24:30:00Z", "2024-02-29T00:00:00Z"]
    found = shaped(table(timestamp=odd), "timestamp", ReadOptions())
    assert found == [None, None, datetime(2024, 2, 29, tzinfo=UTC)]


@pytest.mark.parametrize("zone", [None, "Europe/Berlin"])
@pytest.mark.parametrize(
    "text", ["02.03.2026 08:00", "3/2/2026 8:00 AM", "2026-03-02 8:00 pm", "Mar 2, 2026 08:00"]
)
def test_ambiguous_times_are_refused_in_any_row(
    shaped: Shaped, text: str, zone: str | None
) -> None:
    times = ["2026-03-01T09:00:00Z"] * 2 + [text]
    with pytest.raises(
        rw.EventsError, match=rf"holds the text '{text}', which can be read in more"
    ):
        shaped(table(timestamp=times), "timestamp", ReadOptions(zone))


@on_both("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("kind", [pl.Int64, pl.Float64, pl.String])
def test_numbers_since_1970(shaped: Shaped, unit: TimeUnit, kind: Any) -> None:
    number = 1_772_355_600 * {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    frame = table(timestamp=pl.Series([number] * 3).cast(kind))
    if kind == pl.Float64 or unit == "ns":
        frame = table(timestamp=pl.Series([number] * 3))
    assert shaped(frame, "timestamp", ReadOptions(time_unit=unit)) == [NINE] * 3
    with pytest.raises(rw.EventsError, match=rf"looks like .*: pass time_unit='{unit}'"):
        shaped(frame, "timestamp", ReadOptions())


def test_wrong_unit_is_told() -> None:
    frame = table(timestamp=[1_772_355_600_000] * 3)
    with pytest.raises(rw.EventsError, match=r"outside the years .* pass time_unit='ms'"):
        here(frame, "timestamp", ReadOptions(time_unit="s"))
    with pytest.raises(rw.QueryError, match="unknown time_unit 'sec'"):
        rw.Results(CAMPAIGN, frame, time_unit="sec")  # type: ignore[arg-type]


def test_local_times_in_text_and_the_gap_of_a_clock_change(shaped: Shaped) -> None:
    texts = ["2026-03-29 02:30:00", "2026-10-25 02:30:00", "2026-03-01T09:00:00Z"]
    found = shaped(table(timestamp=texts), "timestamp", ReadOptions("Europe/Berlin"))
    assert found == [None, datetime(2026, 10, 25, 0, 30, tzinfo=UTC), NINE]


# ----------------------------------------------------------------------------------------- names


def test_columns_and_events_are_renamed_in_place(shaped: Shaped) -> None:
    frame = table(event=["email_sent", "Purchase", "email_sent"]).rename(
        {"user_id": "customer", "timestamp": "at"}
    )
    options = ReadOptions(
        columns={"user_id": "customer", "timestamp": "at"}, event_names={"email_sent": "sent"}
    )
    assert shaped(frame, "event", options) == ["sent", "Purchase", "sent"]
    assert shaped(frame, "user_id", options) == ["u1", "u1", "u2"]
    with pytest.raises(
        rw.EventsError, match=r"there is no column 'custom' \(did you mean 'customer'"
    ):
        shaped(frame, "event", ReadOptions(columns={"user_id": "custom"}))


def test_columns_and_events_are_renamed_by_results_and_load(tmp_path: Path) -> None:
    names: dict[str, Any] = {
        "columns": {"user_id": "customer"},
        "event_names": {"email_sent": "sent"},
    }
    frame = table(event=["email_sent", "Purchase", "email_sent"]).rename({"user_id": "customer"})
    assert rw.Results(CAMPAIGN, frame, time_zone="UTC", **names).unique_users() == 2
    rw.Campaign.from_json(CAMPAIGN).to_json(tmp_path / "campaign.json")
    frame.write_csv(tmp_path / "events.csv")
    users = pl.DataFrame({"customer": ["u1"], "plan": ["free"]})
    users.write_csv(tmp_path / "users.csv")
    results = rw.load(tmp_path, time_zone="UTC", **names)
    assert results.users_in_campaign().users["plan"].to_list() == ["free", None]


def test_names_in_another_case_are_read() -> None:
    frame = table().rename({"user_id": "USER_ID", "event": "Event", "campaign_id": "Campaign ID"})
    assert rw.Results(CAMPAIGN, frame, time_zone="UTC").unique_users() == 2
    both = frame.with_columns(User_Id=pl.lit("x"))
    with pytest.raises(rw.EventsError, match="column 'user_id' is missing"):
        rw.Results(CAMPAIGN, both)


@pytest.mark.parametrize("endless", [float("inf"), float("-inf")])
def test_endless_amounts_are_refused_and_not_a_number_is_missing(endless: float) -> None:
    row = {"user_id": "u", "campaign_id": "c1", "action_id": None, "event": "Purchase"}
    rows = [
        {**row, "timestamp": "2026-03-01T09:00:00Z", "value": value}
        for value in (1.5, float("nan"))
    ]
    campaign = {
        "id": "c1",
        "goal": {"events": ["Purchase"], "value": "value"},
        "attribution_window": "1d",
        "actions": [{"id": "a1", "channel": "email"}],
    }
    rw.Results(campaign, pl.DataFrame(rows), time_zone="UTC").overview()
    with pytest.raises(
        rw.EventsError, match=r"column 'value' holds -?inf, which cannot be added up"
    ):
        rw.Results(campaign, pl.DataFrame([*rows, {**rows[0], "value": endless}])).overview()
