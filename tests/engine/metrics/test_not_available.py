"""What the source never reports is not available, which is not 0; and a rate says what it is taken of."""

from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from tests.support.examples import Ask, at, case

# Of the mail the source reports no deliveries and no clicks; the push is there without an open.
TABLE = """
    anna mail  sent    01T10:00
    anna mail  opened  01T11:00
    bob  mail  sent    01T10:00
    bob  nudge sent    03T10:00
"""


def test_event_that_the_source_never_reports_is_null_and_every_rate_on_it(ask: Ask) -> None:
    mail = ask(TABLE).channels()[None]["email"]
    assert mail["delivered"] == mail["unique_delivered"] == (None, None, None)
    assert mail["delivery_rate"] == (None, None, 2)
    assert mail["click_to_open_rate"] == (None, None, 1)
    assert mail["sent"][0] == 2


def test_event_that_may_just_not_happen_is_0_without_a_row(ask: Ask) -> None:
    mail = ask(TABLE).channels()[None]["email"]
    assert mail["bounced"] == mail["marked_as_spam"] == (0, None, None)
    assert mail["bounce_rate"] == (0, 0, 2)


def test_channel_that_is_not_used_yet_has_counts_of_0(ask: Ask) -> None:
    views = ask(TABLE).channels()[None]["in_app"]
    assert views["viewed"] == (0, None, None)
    assert views["accept_rate"] == (None, 0, 0)


def test_email_rates_fall_back_from_delivered_to_sent(ask: Ask) -> None:
    mail = ask(TABLE).channels()[None]["email"]
    assert mail["open_rate"] == mail["unique_open_rate"] == (0.5, 1, 2)


def test_event_reported_anywhere_is_0_elsewhere(ask: Ask) -> None:
    table = TABLE + "anna mail delivered 01T10:01"
    found = ask(table, between=(at("02T00:00"), at("04T00:00"))).channels()[None]["email"]
    assert found["delivered"] == (0, None, None)
    assert found["open_rate"] == (None, 0, 0), "delivered is the base again"
    push = ask(table).channels()[None]["push"]
    assert push["opened"] == (None, None, None), "an open of the mail says nothing of the push"
    assert push["open_rate"] == (None, None, 1)
    assert push["bounce_rate"] == (0, 0, 1)


def test_rates_of_people_are_of_people_unless_a_definition_set_says_otherwise(ask: Ask) -> None:
    table = """
        anna mail  sent      01T10:00
        anna mail  sent      01T12:00
        anna mail  delivered 01T10:01
        anna mail  delivered 01T12:01
        anna mail  opened    01T13:00
    """
    assert ask(table).channels()[None]["email"]["unique_open_rate"] == (1, 1, 1)
    older = ask(table, definitions="leanplum").channels()[None]["email"]
    assert older["unique_open_rate"] == (0.5, 1, 2)


@pytest.fixture(scope="module")
def results() -> rw.Results:
    story = case(TABLE)
    return rw.Results(dict(story.campaign), story.events, time_zone="UTC")


def test_glossary_says_what_is_missing_and_what_rates_are_of(results: rw.Results) -> None:
    rows = {
        row["metric"]: row
        for row in results.glossary().filter(channel="email").iter_rows(named=True)
    }
    assert rows["delivered"]["missing"] == (
        "The source reports no “delivered” event of this channel."
    )
    assert rows["sent"]["missing"] is None
    said = "Opens ÷ sent (of sent: the source reports no “delivered”)."
    assert rows["open_rate"]["text"] == said
    assert rows["open_rate"]["denominator"] == "sent"
    assert rows["bounce_rate"]["text"] == "Bounced ÷ sent."


def test_lines_of_what_is_missing_are_empty(results: rw.Results) -> None:
    assert results.explore("delivered", channel="email")["value"].null_count() == 3
    assert results.explore("sent", channel="email")["value"].to_list() == [2, 0, 0]


def test_rates_of_ones_own_channel_are_of_people_too() -> None:
    poster = {"received": "shown", "interacted": ["scanned"]}
    campaign = {
        "id": "c1",
        "goal": {"events": ["Purchase"]},
        "attribution_window": "2d",
        "actions": [{"id": "wall", "channel": "poster"}],
        "channels": {"poster": poster},
    }
    events = case("""
        anna wall shown   01T10:00
        anna wall shown   01T11:00
        anna wall scanned 01T12:00
    """).events
    frame = rw.Results(campaign, events, time_zone="UTC").channels()
    (rate,) = frame.filter(metric="unique_scanned_rate").rows()
    assert rate == ("poster", "unique_scanned_rate", 1.0, 1.0, 1.0)


@pytest.mark.parametrize("definitions", ["default", "leanplum", "leanplum-v2"])
def test_engaged_is_not_available_where_no_interaction_is_reported(definitions: Any) -> None:
    silent = {
        "label": "Email",
        "events": ["sent", "delivered", "opened", "clicked"],
        "received": "sent",
        "interacted": ["opened", "clicked"],
        "not_reported": ["opened", "clicked"],
    }
    campaign = {
        "id": "c",
        "goal": {"events": ["Purchase"]},
        "channels": {"email": silent},
        "actions": [{"id": "mail", "channel": "email"}],
    }
    row = {"user_id": "anna", "action_id": "mail", "event": "sent", "timestamp": at("01T10:00")}
    results = rw.Results(campaign, pl.DataFrame([row]), definitions=definitions, time_zone="UTC")
    found = {row["metric"]: row for row in results.overview().iter_rows(named=True)}
    assert found["engaged"]["value"] is None
    assert found["engagement_rate"]["value"] is None
    assert found["users"]["value"] == 1
    missing = dict(results.glossary().select("metric", "missing").iter_rows())["engaged"]
    assert missing.startswith("The source reports no interaction: no “")
    silent["not_reported"] = []
    known = rw.Results(campaign, pl.DataFrame([row]), definitions=definitions, time_zone="UTC")
    assert known.overview().filter(metric="engaged")["value"].item() == 0
