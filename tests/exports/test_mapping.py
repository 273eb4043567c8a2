"""A mapping of one's own: which field says what, from code and from JSON, over frames and files."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

import results_widgets as rw

MAPPING = rw.Mapping(
    user_id="customer_id",
    timestamp="sent_at",
    campaign_id="campaign_name",
    action_id="message_name",
    event={
        "email_sent": ("email", "sent"),
        "email_open": ("email", "opened"),
        "purchase": "goal",
    },
)
ROWS = pl.DataFrame(
    [
        ("1", "2026-03-02T09:00:00Z", "Win-back", "Miss you", "email_sent"),
        ("2", "2026-03-02T09:00:00Z", "Win-back", "Miss you", "email_sent"),
        ("1", "2026-03-02T10:00:00Z", "Win-back", "Miss you", "email_open"),
        ("1", "2026-03-03T10:00:00Z", None, None, "purchase"),
        ("2", "2026-03-03T11:00:00Z", None, None, "email_opne"),
    ],
    schema=["customer_id", "sent_at", "campaign_name", "message_name", "kind"],
    orient="row",
)


def test_frame_becomes_results() -> None:
    export = rw.read_export(ROWS, mapping=MAPPING)
    assert export.vendor == "mapping"
    results = export.results("Win-back", goal="purchase", window="7d", time_zone="UTC")
    found = dict(results.overview().select("metric", "value").iter_rows())
    assert (found["users"], found["conversions"], found["engaged"]) == (2, 1, 1)
    channel = dict(results.channels().select("metric", "value").iter_rows())
    assert channel["opened"] == 1
    assert channel["delivered"] is None, "the mapping names no delivery, which is not 0"
    assert channel["machine_opened"] is None, "no field says so"


def test_report_lists_what_is_left_over_with_a_near_miss() -> None:
    report = rw.read_export(ROWS, mapping=MAPPING).report()
    left = report.filter(pl.col("event").is_null()).row(0, named=True)
    assert (left["name"], left["rows"]) == ("email_opne", 1)
    assert "did you mean 'email_open'?" in left["note"]
    assert json.loads(left["example"])["customer_id"] == "2"
    assert report["rows"].sum() == ROWS.height


def test_json_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "mapping.json"
    path.write_text(json.dumps(MAPPING.to_dict()))
    assert rw.Mapping.from_json(path) == MAPPING
    by = {
        "by": "type",
        "cases": {"blocked": ["email", "blocked"]},
        "otherwise": ["email", "bounced"],
    }
    mapping = rw.Mapping(
        user_id="who", event={"bounce": by, "x": None, "y": ("email", "sent", "note")}
    )
    assert rw.Mapping.from_json(mapping.to_dict()) == mapping
    assert mapping.pairs == {("email", "blocked"), ("email", "bounced"), ("email", "sent")}


@pytest.mark.parametrize("ending", ["csv", "parquet", "ndjson"])
def test_files_of_any_format_say_the_same(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"log.{ending}"
    getattr(ROWS, f"write_{ending}")(path)
    export = rw.read_export(path, mapping=MAPPING.to_dict())
    assert export.events("Win-back").equals(
        rw.read_export(ROWS, mapping=MAPPING).events("Win-back")
    )


def test_column_of_the_event_is_named_or_found() -> None:
    rows = ROWS.rename({"kind": "what"}).with_columns(event=pl.lit("nothing"))
    found = rw.read_export(rows, mapping=MAPPING).campaigns()
    assert found["users"].to_list() == [2]
    named = rw.Mapping(event_column="what").over(MAPPING)
    assert rw.read_export(rows, mapping=named).campaigns().equals(found)


def test_times_without_a_zone_are_read_and_taken_with_the_results() -> None:
    rows = ROWS.with_columns(pl.col("sent_at").str.strip_suffix("Z"))
    export = rw.read_export(rows, mapping=MAPPING)
    assert export.campaigns()["first"].item() == datetime(2026, 3, 2, 9)  # noqa: DTZ001
    assert export.events("Win-back")["timestamp"].dtype == pl.Datetime("us")
    with pytest.raises(rw.EventsError, match="naive_time_zone"):
        export.results("Win-back", goal="purchase", window="7d", time_zone="UTC")
    results = export.results(
        "Win-back", goal="purchase", window="7d", time_zone="UTC", naive_time_zone="Europe/Berlin"
    )
    assert results.entries()["started_at"][0] == datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"userid": "id"}, "did you mean 'user_id'"),
        ({"event": {"a": ["emial", "sent"]}}, "did you mean 'email'"),
        ({"event": {"a": ["email", "opend"]}}, "did you mean 'opened'"),
        ({"event": {"a": 3}}, "expected a channel and an event"),
        ({"user_id": 3}, "expected a field's name"),
        ({"time_unit": "h"}, "time_unit"),
    ],
)
def test_what_is_wrong_is_named(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(rw.QueryError, match=said):
        rw.Mapping.from_json(wrong)


def test_goals_from_elsewhere_win() -> None:
    orders = pl.DataFrame(
        {"user_id": [2], "timestamp": [datetime(2026, 3, 4, tzinfo=UTC)], "value": [9.5]}
    )
    results = rw.read_export(ROWS, mapping=MAPPING).results(
        "Win-back", goal="order", window="7d", goal_events=orders, time_zone="UTC"
    )
    assert results.conversions().select("user_id", "value").rows() == [("2", 9.5)]


def test_what_a_mapping_calls_a_goal_is_the_goal_unless_another_is_named() -> None:
    export = rw.read_export(ROWS, mapping=MAPPING)
    results = export.results("Win-back", window="7d", time_zone="UTC")
    assert results.campaign.goal.events == ("purchase",)
    assert results.conversions()["user_id"].to_list() == ["1"]
    assert export.campaign("Win-back", goal="email_open").goal.events == ("email_open",)


def test_export_without_conversions_says_so_and_names_candidates() -> None:
    events = {name: rule for name, rule in MAPPING.event.items() if name != "purchase"}
    again = ROWS.filter(kind="purchase").with_columns(customer_id=pl.lit("2"))
    mapping = replace(MAPPING, event=events)
    export = rw.read_export(pl.concat([ROWS, again]), mapping=mapping)
    # What only one user did may say who that is: "email_opne" stands in Export.report().
    with pytest.warns(rw.SourceWarning, match="goal=; it may be 'purchase', or give"):
        results = export.results("Win-back", window="7d", time_zone="UTC")
    overview = dict(results.overview().select("metric", "value").iter_rows())
    assert overview["users"] == 2
    assert overview["conversions"] is overview["conversion_rate"] is None


def test_candidates_of_single_users_are_not_named_but_said_to_be_there() -> None:
    events = {name: rule for name, rule in MAPPING.event.items() if name != "purchase"}
    mapping = replace(MAPPING, event=events)
    with pytest.warns(
        rw.SourceWarning, match=r"goal=; Export.report\(\) lists what it may be"
    ) as told:
        rw.read_export(ROWS, mapping=mapping).results("Win-back", window="7d", time_zone="UTC")
    assert "purchase" not in str(told[0].message)
    sent = ROWS.filter(kind="email_sent")
    with pytest.warns(rw.SourceWarning, match="goal=, none is in it"):
        rw.read_export(sent, mapping=mapping).results("Win-back", window="7d", time_zone="UTC")


def test_unknown_names_get_a_suggestion() -> None:
    export = rw.read_export(ROWS, mapping=MAPPING)
    with pytest.raises(rw.QueryError, match="did you mean 'Win-back'"):
        export.results("Winback")
    with pytest.raises(rw.QueryError, match="did you mean 'purchase'"):
        export.results("Win-back", goal="purchas")
    with pytest.raises(rw.QueryError, match="did you mean 'braze'"):
        rw.read_export(ROWS, "brase")


def test_zone_of_the_mapping_places_times_that_name_none(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text(
        "who,at,what\nanna,2026-03-02 09:00:00,sent\nbob,2026-07-02T09:00:00Z,sent\n"
        "carl,2026-07-02 09:00:00,sent\n"
    )
    mapping = rw.Mapping(
        user_id="who", timestamp="at", event={"sent": ("email", "sent")}, time_zone="Europe/Berlin"
    )
    times = rw.read_export(path, mapping=mapping).events().sort("user_id")["timestamp"]
    assert times.dt.to_string("%d %H:%M").to_list() == ["02 08:00", "02 09:00", "02 07:00"]


PAGE = (Path(__file__).resolve().parents[2] / "docs" / "exports.md").read_text("utf-8")


def test_mapping_as_yaml_is_the_one_in_code(tmp_path: Path) -> None:
    (written,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    (code,) = re.findall(r"mapping=(rw\.Mapping\(\n.*?\n    \)),\n\)", PAGE, re.DOTALL)
    path = tmp_path / "mapping.yaml"
    path.write_text(written)
    assert rw.Mapping.from_json(path) == eval(code)
    path.write_text(json.dumps(MAPPING.to_dict()))
    assert rw.Mapping.from_json(path) == MAPPING, "JSON is YAML"
    export = rw.read_export(ROWS, mapping=str(path))
    assert export.campaigns()["received"].to_list() == [2]


def test_words_that_yaml_takes_for_something_else_stay_names_of_events(tmp_path: Path) -> None:
    path = tmp_path / "mapping.yml"
    path.write_text("event: {on: goal, no: goal, 2026-03-02: goal, 'true': goal}\nuser_id: off\n")
    found = rw.Mapping.from_json(path)
    assert [*found.event] == ["on", "no", "2026-03-02", "true"]
    assert found.names("user_id") == ("off",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: &a [x]\nuser_id: *a\n", "aliases are not read"),
        ("user_id: !!python/object/apply:os.system [ls]\n", "could not determine a constructor"),
        ("user_id: [", "is not a mapping in YAML"),
        ("user_id: .inf\n", "is not a mapping in YAML"),
        ("[" * 20_000, "nested too deeply"),
        ("x" * 1_000_001, "is larger than"),
        ("- user_id\n", "expected an object"),
        ("user: x\n", "unknown field"),
        ("user_id: \x00\n", "is not a mapping in YAML"),
    ],
)
def test_yaml_is_read_within_bounds(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(text)
    with pytest.raises(rw.QueryError, match=says) as caught:
        rw.Mapping.from_json(path)
    assert "\n" not in str(caught.value)
    with pytest.raises(rw.QueryError, match="cannot be read"):
        rw.Mapping.from_json(tmp_path / "nowhere.yaml")
