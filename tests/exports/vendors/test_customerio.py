"""Customer.io: whose event it is, which are a machine's, and its warehouse's tables."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.exports import all_vendors
from tests.support.exports.files import became, counts, read_lines, write_lines
from tests.support.exports.story import tell
from tests.support.exports.writers import customerio as writer

NOW = 1772442000


def post(metric: str, object_type: str = "email", at: int = NOW, **data: Any) -> dict[str, Any]:
    known = {"campaign_id": 5, "action_id": 9, "identifiers": {"id": "anna", "cio_id": "c0ffee"}}
    return {
        "event_id": f"{object_type}-{metric}-{at}-{sorted(data.items())}",
        "object_type": object_type,
        "metric": metric,
        "timestamp": at,
        "data": {**known, **data},
    }


def test_prefetched_opens_and_machine_clicks_are_a_machines_and_proxied_opens_are_not(
    tmp_path: Path,
) -> None:
    export = read_lines(
        tmp_path,
        post("sent"),
        post("opened", prefetched=True, proxied=False),
        post("opened", at=NOW + 1, prefetched=False, proxied=True),
        post("opened", at=NOW + 2, synthetic=True),
        post("clicked", at=NOW + 3, machine=True, href="https://example.com"),
        post("clicked", at=NOW + 4, machine=False, href="https://example.com"),
    )
    events = export.events("5")
    assert events["machine"].fill_null(False).to_list() == [False, True, False, False, True, False]
    assert counts(export, "5", "opened", "machine_opened") == {"opened": 3, "machine_opened": 1}


def test_open_in_the_app_is_a_view_and_of_whatsapp_a_read(tmp_path: Path) -> None:
    export = read_lines(
        tmp_path,
        post("sent", "in_app"),
        post("opened", "in_app"),
        post("clicked", "in_app", tracked_response="yes"),
        post("opened", "whatsapp", action_id=10),
        post("clicked", "slack", action_id=11),
        post("subscribed", "customer"),
        post("invented", "email"),
    )
    assert became(export) == {
        ("sent", None, None, 1),
        ("opened", "in_app", "viewed", 1),
        ("clicked", "in_app", "selected", 1),
        ("opened", "whatsapp", "read", 1),
        ("clicked", "slack", "clicked", 1),
        ("subscribed", None, None, 1),
        ("invented", None, None, 1),
    }


def test_person_is_the_id_and_not_the_deprecated_customer_id(tmp_path: Path) -> None:
    nobody = {"id": None, "email": "b@example.com", "cio_id": "beef"}
    export = read_lines(
        tmp_path,
        post("sent", customer_id="another"),
        post("sent", at=NOW + 1, identifiers=nobody, customer_id="old"),
        post("sent", at=NOW + 2, identifiers={}, customer_id="old"),
    )
    assert export.events("5")["user_id"].to_list() == ["anna", "beef", "old"]


def test_events_of_one_second_are_ordered_by_life_cycle(tmp_path: Path) -> None:
    export = read_lines(
        tmp_path,
        post("converted"),
        post("clicked"),
        post("opened"),
        post("sent"),
        post("delivered"),
    )
    results = export.results("5", window="1d", time_zone="UTC")
    found = dict(results.overview().select("metric", "value").iter_rows())
    assert (found["users"], found["engaged"], found["conversions"]) == (1, 1, 1)
    assert export.campaign("5").goal.events == ("converted",)


def test_newsletters_and_broadcasts_are_campaigns_and_never_mixed_with_one_of_the_same_number(
    tmp_path: Path,
) -> None:
    export = read_lines(
        tmp_path,
        post("sent", content_id=3),
        post("sent", campaign_id=None, action_id=None, newsletter_id=5, content_id=1),
        post("sent", campaign_id=None, action_id=None, newsletter_id=6),
        post("sent", campaign_id=None, broadcast_id=8),
        post("sent", campaign_id=None, action_id=None, transactional_message_id=5),
        post("sent", campaign_id=None, action_id=None),
    )
    found = export.campaigns().select("campaign_id", "kind", "users").sort("campaign_id")
    assert found.rows() == [
        ("5", "campaign", 1),
        ("6", "newsletter", 1),
        ("8", "broadcast", 1),
        ("newsletter-5", "newsletter", 1),
        ("transactional-5", "transactional", 1),
    ]
    assert [one.id for one in export.campaign("6").actions] == ["6"]
    lost = export.report().filter(pl.col("note").str.contains("names no campaign"))
    assert lost["rows"].to_list() == [1]


def test_repeated_webhook_counts_once_and_flat_fields_are_read(tmp_path: Path) -> None:
    flat = {
        "event_id": "e1",
        "object_type": "push",
        "metric": "opened",
        "timestamp": str(NOW),
        "data.campaign_id": "5",
        "data.action_id": "9",
        "data.identifiers.id": "anna",
    }
    export = read_lines(tmp_path, post("sent", "push"), flat, flat)
    assert counts(export, "5", "sent", "opened") == {"sent": 1, "opened": 1}


def test_webhook_of_before_2020_is_read(tmp_path: Path) -> None:
    old = {
        "event_type": "in_app_opened",
        "event_id": "e1",
        "timestamp": NOW,
        "data": {"customer_id": "anna", "campaign_id": "5", "delivery_id": "d"},
    }
    export = read_lines(tmp_path, old)
    assert export.vendor == "customerio"
    assert became(export) == {("opened", "in_app", "viewed", 1)}


def test_tables_of_the_warehouse_have_the_numbers_of_the_webhooks(tmp_path: Path) -> None:
    story = tell(all_vendors()["customerio"], writer.LIMITS, 4)
    for name in ("webhooks", "tables"):
        (tmp_path / name).mkdir()
    writer.write(story, tmp_path / "webhooks")
    writer.write_warehouse(story, tmp_path / "tables")
    posts, tables = (rw.read_export(tmp_path / name) for name in ("webhooks", "tables"))
    assert tables.vendor == "customerio"
    columns = ["user_id", "action_id", "event", "timestamp", "event_id", "variant", "link"]
    theirs, ours = (one.events("spring").select(columns) for one in (tables, posts))
    assert theirs.sort("event_id").equals(ours.sort("event_id"))
    # Its tables do not say which opens are prefetched.
    assert "machine_opened" in tables.campaign("spring").channels["email"].not_reported
    assert "machine_opened" not in posts.campaign("spring").channels["email"].not_reported


def test_metric_whose_delivery_came_with_an_earlier_sync_is_left_over_and_said_so(
    tmp_path: Path,
) -> None:
    story = tell(all_vendors()["customerio"], writer.LIMITS, 4)
    writer.write_warehouse(story, tmp_path)
    path = tmp_path / "deliveries_v4_7_1.parquet"
    pl.read_parquet(path)[1:].write_parquet(path)
    export = rw.read_export(tmp_path)
    lost = export.report().filter(pl.col("event").is_null() & (pl.col("rows") > 0))
    kept = export.events("spring").height
    assert lost["rows"].sum() > 0
    assert lost["rows"].sum() + kept == len(story.rows)


def test_half_a_first_line_is_refused_once(tmp_path: Path) -> None:
    write_lines(tmp_path / "events.jsonl", [post("sent"), post("opened", at=NOW + 1)])
    whole = (tmp_path / "events.jsonl").read_text()
    (tmp_path / "events.jsonl").write_text('{"event_id": "e\n' + whole)
    with pytest.warns(rw.SourceWarning, match="1 row"):
        report = rw.read_export(tmp_path).report()
    assert report.drop_nulls("file").select("rows", "line").rows() == [(1, 1)]


def test_table_without_events_is_named_as_not_read(tmp_path: Path) -> None:
    story = tell(all_vendors()["customerio"], writer.LIMITS, 4)
    writer.write_warehouse(story, tmp_path)
    outputs = pl.DataFrame({"workspace_id": [7], "output_id": ["o1"], "seq_num": [1]})
    outputs.write_parquet(tmp_path / "outputs_v4_7_1.parquet")
    report = rw.read_export(tmp_path).report().drop_nulls("file")
    assert report["note"].to_list() == ["not read: a table of Customer.io that has no events"]


def test_tables_of_campaigns_and_actions_give_names(tmp_path: Path) -> None:
    story = tell(all_vendors()["customerio"], writer.LIMITS, 4)
    writer.write_warehouse(story, tmp_path)
    named = {"workspace_id": [7], "campaign_id": ["spring"]}
    campaigns = pl.DataFrame({**named, "name": ["Spring sale"]})
    campaigns.write_parquet(tmp_path / "campaigns_v4_7_1.parquet")
    actions = pl.DataFrame({**named, "action_id": ["root"], "name": ["Hello"], "type": ["email"]})
    actions.write_parquet(tmp_path / "campaign_actions_v4_7_1.parquet")
    campaign = rw.read_export(tmp_path).campaign("Spring sale")
    assert {one.id: one.name for one in campaign.actions}["root"] == "Hello"
