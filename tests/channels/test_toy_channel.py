"""A channel is one declaration: what it reports, means and shows follows from it."""

import json
from pathlib import Path
from typing import Any

import pytest

import results_widgets as rw
from results_widgets.channels import CHANNELS, EVENTS, Event
from results_widgets.glossary import channel_metrics, headline_rows
from results_widgets.view_model.breakdowns import breakdowns_state
from results_widgets.view_model.campaign import campaign_state
from results_widgets.view_model.table_rows import channel_rows
from tests.support.kiosk import CAMPAIGN, KIOSK, doubled_results, kiosk_results
from tests.support.loops import some


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return kiosk_results()


def test_its_numbers_are_right(results: rw.Results) -> None:
    frame = results.channels().filter(channel="kiosk")
    assert dict(frame.select("metric", "value").iter_rows()) == {
        "shown": 5,
        "unique_shown": 4,
        "scanned": 3,
        "unique_scanned": 2,
        "jammed": 1,
        "unique_jammed": 1,
        "torn_down": 1,
        "unique_torn_down": 1,
        "scan_rate": 3 / 5,
        "unique_scan_rate": 2 / 4,
        "jam_rate": 1 / 5,
    }
    overview = dict(results.overview().select("metric", "value").iter_rows())
    assert (overview["unique_users"], overview["engaged"], overview["conversions"]) == (4, 2, 1)
    card = results.flow().nodes.row(0, named=True)
    assert (card["users_received"], card["conversions_attributed"]) == (4, 1)
    assert set(results.users(rw.MetricKey("unique_scanned"), channel="kiosk").users["user_id"]) == {
        "anna",
        "carl",
    }


def test_its_words_and_directions_are_its_own(results: rw.Results) -> None:
    told = {
        metric.key: (metric.label, metric.direction)
        for metric in results._session.metrics()
        if metric.channel == "kiosk"
    }
    assert told["scanned"] == ("Scans", "higher")
    assert told["unique_scanned"] == ("Unique scanners", "higher")
    assert told["jammed"] == ("Jams", "lower")
    assert told["unique_jammed"] == ("Unique jammed", "lower")
    assert told["jam_rate"] == ("Jam rate", "lower")
    assert (
        results.describe(rw.MetricKey("scanned"), channel="kiosk").text
        == "How often the code was scanned."
    )
    assert results.describe(rw.MetricKey("scan_rate"), channel="kiosk").text == "Scans ÷ shown."


def test_its_block_shows_its_headline(results: rw.Results) -> None:
    state: Any = campaign_state(results)
    block = next(one for one in state["channels"] if one["id"] == "kiosk")
    assert (block["label"], block["icon"], block["received"]) == ("Kiosk", "in_app", "shown")
    assert block["rows"] == [
        {"metric": "shown", "rate": None},
        {"metric": "unique_scanned", "rate": "unique_scan_rate"},
        {"metric": "jammed", "rate": "jam_rate"},
    ]
    assert [row for row in channel_rows(results) if row[0] == "Kiosk"] == [
        ("Kiosk", "Shown", "5", ""),
        ("Kiosk", "Unique scanners", "2", "50.0\u202f% (15.0\u202f% to 85.0\u202f%, of only 4)"),
        ("Kiosk", "Jams", "1", "20.0\u202f% (of only 5)"),
    ]


def test_its_details_are_listed() -> None:
    tables: Any = breakdowns_state(doubled_results())["channel:kiosk"]
    assert tables["link"]["metrics"] == ["scanned", "unique_scanned"]
    links = [(row["name"], row["values"]["scanned"]) for row in tables["link"]["rows"]]
    assert links == [("code-a", 4), ("code-b", 2)]
    assert tables["reason"]["metrics"] == ["jammed"]
    assert [row["name"] for row in tables["reason"]["rows"]] == ["paper"]


def test_its_events_say_who_can_be_reached_and_who_is_active(results: rw.Results) -> None:
    reach = results.users_in_campaign().reach()
    kiosk = reach.filter(channel="kiosk").row(0, named=True)
    # Carl's board is torn down; dora and bob did nothing themselves: a jam is the machine's doing.
    assert (kiosk["users"], kiosk["reachable"], kiosk["active_7d"]) == (4, 3, 1)
    assert reach.filter(channel="email")["active_7d"].to_list() == [2]


def test_its_rates_follow_the_definitions(results: rw.Results) -> None:
    own = rw.Definitions("jams", interacted={"kiosk": ["jammed"]}, engaged=[("kiosk", "jammed")])
    view = results.with_definitions(own)
    found = dict(view.overview().select("metric", "value").iter_rows())
    assert found["engaged"] == 1
    assert view.describe("engaged").text == "Kiosk jams."
    assert set(view.users("engaged").users["user_id"]) == {"bob"}


def test_json_has_all_of_it(results: rw.Results, tmp_path: Path) -> None:
    path = tmp_path / "campaign.json"
    CAMPAIGN.to_json(path)
    read = rw.Campaign.from_json(path)
    assert read == CAMPAIGN
    assert read.own_channels == (KIOSK,)
    again = kiosk_results(read).channels()
    assert again.equals(results.channels())
    # What follows from events alone is not written down.
    plain = rw.Channel("poster", "Poster", ("shown", "scanned"), "shown", ("scanned",))
    written = rw.Campaign("c", rw.Goal("x"), [rw.Action("a", "poster")], own_channels=[plain])
    declared: Any = written.to_dict()["channels"]
    assert set(declared["poster"]) == {"label", "events", "received", "interacted", "icon"}


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"rates": [{"key": "x", "numerator": "scanned"}]}, "rates[0].denominator: is required"),
        ({"vocabulary": [{"name": "shown", "direction": "up"}]}, "vocabulary[0].direction: 'up'"),
        ({"rates": {"key": "x"}}, "channels.poster.rates: expected a list"),
        ({"headlines": ["shown"]}, "channels.poster.headlines: unknown field (did you mean"),
    ],
)
def test_json_is_checked(part: dict[str, object], words: str) -> None:
    poster = {"received": "shown", "interacted": ["scanned"], **part}
    campaign = {
        "id": "c",
        "goal": {"events": ["x"]},
        "actions": [{"id": "a", "channel": "poster"}],
        "channels": {"poster": poster},
    }
    with pytest.raises(rw.CampaignError) as told:
        rw.Campaign.from_json(json.dumps(campaign))
    assert words in str(told.value)


# ----------------------------------------------------------------------------- the built-in channels


def test_every_event_of_a_built_in_channel_is_in_the_vocabulary() -> None:
    for channel in some(CHANNELS.values()):
        assert set(channel.events) <= set(EVENTS)
        assert {channel.received, *channel.interacted} <= set(channel.events)


def test_an_event_that_no_vocabulary_knows_is_the_users_unless_it_means_received() -> None:
    poster = rw.Channel("poster", "Poster", ("shown", "scanned"), "shown", ("scanned",))
    assert poster.event("scanned") == Event("scanned")
    assert not poster.event("shown").by_user
    assert poster.event("opened") == EVENTS["opened"]


def test_own_version_of_a_built_in_channel_keeps_the_rates_of_what_it_reports() -> None:
    email = rw.Channel("email", "Letters", ("sent", "opened", "bounced"), "sent", ("opened",))
    default = rw.DEFINITIONS["default"]
    sent = rw.DEFINITIONS["leanplum"]
    rates = {one.key: one for one in channel_metrics(email, default) if one.unit == "rate"}
    assert list(rates) == ["open_rate", "unique_open_rate", "bounce_rate"]
    # It has no deliveries that they could be taken of.
    assert rates["open_rate"].denominator == "sent"
    assert rates["open_rate"].note == "of sent: the source reports no “delivered”"
    keys = [one.key for one in channel_metrics(email, sent) if one.unit == "rate"]
    assert keys == ["open_rate", "unique_open_rate", "bounce_rate"]
    assert headline_rows(email, sent) == [("unique_opened", "unique_open_rate")]
