"""Klaviyo: metrics by id, flows and campaigns, flat tables, opens by machines."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.exports import all_vendors
from tests.support.exports.files import became, counts, read_lines, write_lines
from tests.support.exports.story import tell
from tests.support.exports.writers import klaviyo as writer


def event(metric: str, number: int, **properties: Any) -> dict[str, Any]:
    return {
        "type": "event",
        "id": f"e{number}",
        "attributes": {
            "datetime": f"2026-03-02T09:00:{number:02}+00:00",
            "event_properties": properties,
        },
        "relationships": {
            "profile": {"data": {"type": "profile", "id": "anna"}},
            "metric": {"data": {"type": "metric", "id": writer.metric_id(metric)}},
        },
    }


def metric(name: str) -> dict[str, Any]:
    return {"type": "metric", "id": writer.metric_id(name), "attributes": {"name": name}}


def page(*events: dict[str, Any], names: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"data": [*events], "included": [metric(name) for name in names]}


_NAMES = ("Received Email", "Opened Email", "Placed Order", "Received SMS", "Sent SMS", "Surprise")


def test_campaign_is_the_flow_or_the_message_and_receipts_are_sends(tmp_path: Path) -> None:
    mail = {"$message": "M1", "$flow": "F1", "Campaign Name": "Welcome 1", "$variation": "V1"}
    export = read_lines(
        tmp_path,
        page(
            event("Received Email", 1, **mail),
            event("Received Email", 2, **{"$message": "M9", "Campaign Name": "Newsletter"}),
            event("Received SMS", 3, **{"$message": "M2", "$flow": "F1"}),
            event("Sent SMS", 4, **{"$message": "M2", "$flow": "F1"}),
            event("Surprise", 5),
            names=_NAMES,
        ),
    )
    found = export.campaigns().select("campaign_id", "name", "kind").sort("campaign_id")
    assert found.rows() == [("F1", "Welcome 1", "flow"), ("M9", "Newsletter", "campaign")]
    assert [one.id for one in export.campaign("F1").actions] == ["M1", "M2"]
    assert [one.id for one in export.campaign("M9").actions] == ["M9"]
    assert "delivered" in export.campaign("M9").channels["email"].not_reported
    assert became(export) == {
        ("Received Email", "email", "sent", 2),
        ("Received SMS", "sms", "sent", 1),
        ("Sent SMS", "sms", "replied", 1),
        ("Surprise", None, None, 1),
    }


def test_metrics_of_a_file_of_their_own_name_the_events(tmp_path: Path) -> None:
    write_lines(tmp_path / "z_metrics.jsonl", [metric("Received Email"), metric("Placed Order")])
    events = [event("Received Email", 1, **{"$message": "M1"}), event("Opened Email", 2)]
    export = read_lines(tmp_path, *events)
    unnamed = writer.metric_id("Opened Email")
    assert became(export) == {("Received Email", "email", "sent", 1), (unnamed, None, None, 1)}


def test_opens_by_a_machine_are_flagged_or_not_available(tmp_path: Path) -> None:
    mail = {"$message": "M1"}
    pages = {
        "flagged": [
            event("Received Email", 1, **mail),
            event("Opened Email", 2, **mail, **{"Machine Open": True}),
            event("Opened Email", 3, **mail, **{"Machine Open": False}),
        ],
        "plain": [event("Received Email", 1, **mail), event("Opened Email", 2, **mail)],
    }
    found = {}
    for name, events in pages.items():
        (tmp_path / name).mkdir()
        export = read_lines(tmp_path / name, page(*events, names=_NAMES))
        found[name] = counts(export, "M1", "opened", "machine_opened", "delivered")
    assert found == {
        "flagged": {"opened": 2, "machine_opened": 1, "delivered": None},
        "plain": {"opened": 1, "machine_opened": None, "delivered": None},
    }


def test_profiles_that_a_page_includes_are_its_users(tmp_path: Path) -> None:
    profile = {
        "type": "profile",
        "id": "anna",
        "attributes": {"email": "a@example.com", "properties": {"plan": "pro"}, "location": {}},
    }
    pages = page(event("Received Email", 1, **{"$message": "M1"}), names=_NAMES)
    pages["included"].append(profile)
    users = read_lines(tmp_path, pages).users()
    assert users.select("user_id", "email", "plan").rows() == [("anna", "a@example.com", "pro")]


def test_goal_has_its_value(tmp_path: Path) -> None:
    export = read_lines(
        tmp_path,
        page(
            event("Received Email", 1, **{"$message": "M1"}),
            event("Placed Order", 2, **{"$value": 19.5}),
            names=_NAMES,
        ),
    )
    results = export.results("M1", goal="Placed Order", window="1d", time_zone="UTC")
    found = dict(results.overview().select("metric", "value").iter_rows())
    assert (found["conversions"], found["goal_value"]) == (1, 19.5)


def test_table_with_the_same_fields_has_the_same_numbers(tmp_path: Path) -> None:
    story = tell(all_vendors()["klaviyo"], writer.LIMITS, 4)
    (tmp_path / "pages").mkdir()
    writer.write(story, tmp_path / "pages")
    rows = []
    for row in story.rows:
        one = json.loads(json.dumps(writer.record(row, story)))
        properties = one["attributes"]["event_properties"]
        known = (
            "$message",
            "$flow",
            "$variation",
            "$value",
            "URL",
            "Machine Open",
            "Campaign Name",
        )
        rows.append(
            {
                "metric_name": writer.metric_of(row),
                "profile_id": row["user_id"],
                "datetime": one["attributes"]["datetime"],
                "uuid": one["id"],
                **{f"event_properties.{name}": properties.get(name) for name in known},
            }
        )
    pl.DataFrame(rows, infer_schema_length=None).write_csv(tmp_path / "events.csv")
    exports = rw.read_export(tmp_path / "events.csv"), rw.read_export(tmp_path / "pages")
    assert exports[0].vendor == "klaviyo"
    table, pages = (
        one.results("spring", goal="Placed Order", window="3d", time_zone="UTC") for one in exports
    )
    assert table.overview().equals(pages.overview())
    assert table.actions().equals(pages.actions())


def test_half_a_first_line_is_refused_once(tmp_path: Path) -> None:
    write_lines(
        tmp_path / "events.jsonl",
        [page(event("Received Email", 1, **{"$message": "M1"}), names=_NAMES)],
    )
    whole = (tmp_path / "events.jsonl").read_text()
    (tmp_path / "events.jsonl").write_text('{"event_id": "e\n' + whole)
    with pytest.warns(rw.SourceWarning, match="1 row"):
        report = rw.read_export(tmp_path).report()
    assert report.drop_nulls("file").select("rows", "line").rows() == [(1, 1)]
