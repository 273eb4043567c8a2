"""The glossary: every number has a row, every row a number, and its parts are what it says."""

import dataclasses
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets import datasets
from results_widgets.channels import CHANNELS, Rate
from results_widgets.glossary import Events, Users, channel_metrics, headline_rows
from results_widgets.glossary.action import ACTION
from results_widgets.glossary.campaign import CAMPAIGN
from results_widgets.glossary.channel import detail_keys
from tests.support.loops import some

DEFAULT = rw.DEFINITIONS["default"]
UNITS = {"count", "users", "entries", "rate", "amount", "seconds"}
# Sums that a definition set makes up, or that only a rate needs.
INNER = {"engaged_base", "dropped_off", "parent_users_received"}
POSTER = rw.Channel("poster", "Poster", ("shown", "scanned"), "shown", ("scanned",))


@pytest.fixture(scope="module")
def results() -> rw.Results:
    return rw.Results(*datasets.generate(300), time_zone="UTC")


def test_rows_of_the_domain_are_there_in_reading_order() -> None:
    assert [metric.key for metric in CAMPAIGN if metric.shown] == [
        "users",
        "unique_users",
        "unique_users_rate",
        "engaged",
        "engagement_rate",
        "conversions",
        "unique_converters",
        "conversion_rate",
        "converted_entries",
        "converted_rate",
        "goal_value",
        "value_per_user",
        "exits",
        "entries_open",
        "median_time_to_convert",
        "held_back_entries",
        "held_back_users",
        "held_back_conversions",
        "held_back_converted_rate",
    ]
    assert [metric.key for metric in ACTION if metric.shown] == [
        "users_received",
        "conversions_attributed",
        "entries_reached",
        "share_of_entries",
        "conversion_rate_attributed",
        "value_attributed",
        "value_attributed_per_user",
        "drop_off",
    ]


RATES = {
    "email": [
        ("delivery_rate", "delivered", "sent"),
        ("open_rate", "opened", "delivered"),
        ("unique_open_rate", "unique_opened", "unique_delivered"),
        ("click_rate", "clicked", "delivered"),
        ("click_to_open_rate", "unique_clicked", "unique_opened"),
        ("bounce_rate", "bounced", "sent"),
        ("unsubscribe_rate", "unsubscribed", "delivered"),
        ("spam_rate", "marked_as_spam", "delivered"),
    ],
    "push": [
        ("open_rate", "opened", "sent"),
        ("unique_open_rate", "unique_opened", "unique_sent"),
        ("bounce_rate", "bounced", "sent"),
    ],
    "in_app": [
        ("accept_rate", "accepted", "viewed"),
        ("unique_accept_rate", "unique_accepted", "unique_viewed"),
    ],
    "app_inbox": [("open_rate", "opened", "sent")],
    "direct_mail": [("redemption_rate", "redeemed", "sent")],
}


@pytest.mark.parametrize("channel", RATES)
def test_rate_is_of_what_the_domain_says(channel: str) -> None:
    rows = {row.key: row for row in channel_metrics(CHANNELS[channel], DEFAULT)}
    for key, numerator, denominator in some(RATES[channel]):
        assert (rows[key].numerator, rows[key].denominator) == (numerator, denominator)


@pytest.mark.parametrize("name", rw.DEFINITIONS)
@pytest.mark.parametrize("channel", [*CHANNELS.values(), POSTER], ids=lambda channel: channel.id)
def test_channel_has_each_event_its_users_and_rates_of_them(channel: rw.Channel, name: str) -> None:
    rows = channel_metrics(channel, rw.DEFINITIONS[name])
    keys = [row.key for row in rows]
    assert len(keys) == len(set(keys))
    for event in channel.events:
        assert {event, f"unique_{event}"} <= set(keys)
    for row in rows:
        assert (row.scope, row.channel) == ("channel", channel.id)
        assert row.unit in UNITS
        assert row.text.endswith(".")
        assert (row.numerator is None) == (row.denominator is None) == (row.unit != "rate")
        if row.unit == "rate":
            assert {row.numerator, row.denominator} <= set(keys)
    assert all(
        metric in keys and rate in {*keys, None} for metric, rate in headline_rows(channel, DEFAULT)
    )


def test_own_channel_has_rates_of_what_was_received() -> None:
    rates = [row for row in channel_metrics(POSTER, DEFAULT) if row.unit == "rate"]
    assert [(row.key, row.numerator, row.denominator) for row in rates] == [
        ("scanned_rate", "scanned", "shown"),
        ("unique_scanned_rate", "unique_scanned", "unique_shown"),
    ]
    assert headline_rows(POSTER, DEFAULT) == [
        ("shown", None),
        ("unique_scanned", "unique_scanned_rate"),
    ]


def test_metrics_where_lower_is_better_say_so() -> None:
    rows = {row.key: row for row in channel_metrics(CHANNELS["email"], DEFAULT)}
    bad = {key for key, row in rows.items() if row.direction == "lower"}
    assert {"bounced", "bounce_rate", "unsubscribe_rate", "spam_rate", "unique_dropped"} <= bad
    assert not bad & {"sent", "opened", "open_rate", "click_to_open_rate", "held_back"}


# -------------------------------------------------------------------------------- beside the numbers


def frames(results: rw.Results) -> list[pl.DataFrame]:
    none = pl.lit(None, pl.String)
    columns = ("scope", "channel", "metric", "value", "numerator", "denominator")
    return [
        frame.with_columns(scope=pl.lit(scope)).select(columns)
        for scope, frame in (
            ("campaign", results.overview().with_columns(channel=none)),
            ("channel", results.channels()),
            ("action", results.actions()),
        )
    ]


def test_every_number_has_a_row_and_every_row_a_number(results: rw.Results) -> None:
    glossary = results.glossary()
    known = set(glossary.select("scope", "channel", "metric").rows())
    shown: set[tuple[Any, ...]] = set()
    for frame in frames(results):
        for scope, channel, metric in frame.select("scope", "channel", "metric").rows():
            row = (scope, channel, metric)
            # A channel's metrics are its actions' too; an action's own hang on no channel.
            options = [row, ("action", None, metric), ("channel", channel, metric)]
            found = [option for option in options if option in known]
            assert found, row
            shown.add(found[0])
    assert shown == known


def test_numerator_and_denominator_are_the_numbers_of_those_names(results: rw.Results) -> None:
    parts = {(r["metric"], r["channel"]): r for r in results.glossary().to_dicts()}
    for owner, frame in (("channel", results.channels()), ("action_id", results.actions())):
        values = {(row[owner], row["metric"]): row["value"] for row in frame.iter_rows(named=True)}
        for row in frame.filter(pl.col("numerator").is_not_null()).iter_rows(named=True):
            said = parts.get((row["metric"], row["channel"])) or parts[row["metric"], None]
            for side in ("numerator", "denominator"):
                if said[side] not in INNER and (row[owner], said[side]) in values:
                    assert row[side] == values[row[owner], said[side]], row


@pytest.mark.parametrize("name", rw.DEFINITIONS)
def test_rate_is_numerator_over_denominator(results: rw.Results, name: str) -> None:
    for frame in some(frames(results.with_definitions(rw.DEFINITIONS[name]))):
        rated = frame.filter(pl.col("denominator") > 0)
        assert rated.height > 0
        assert rated["value"].to_list() == pytest.approx(
            (rated["numerator"] / rated["denominator"]).to_list()
        )
        plain = frame.filter(pl.col("denominator").is_null())
        assert plain["numerator"].null_count() == plain.height


def test_definitions_change_the_glossary_too(results: rw.Results) -> None:
    default = results.describe("open_rate", channel="email")
    leanplum = results.with_definitions("leanplum").describe("open_rate", channel="email")
    assert (default.denominator, leanplum.denominator) == ("delivered", "sent")
    assert (default.text, leanplum.text) == ("Opens ÷ delivered.", "Opens ÷ sent.")


def test_a_row_is_a_value() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'label'"):
        CAMPAIGN[0].label = "x"  # type: ignore[misc]


def test_a_click_is_rated_by_deliveries_in_a_channels_block() -> None:
    """Click-to-open also divides unique clicks, and stands behind the click rate."""
    rows = dict(headline_rows(CHANNELS["email"], rw.DEFINITIONS["default"]))
    assert rows["unique_clicked"] == "unique_click_rate"
    assert rows["unique_opened"] == "unique_open_rate"


def test_what_says_more_about_an_event_lists_its_users_where_they_made_it() -> None:
    found = detail_keys([CHANNELS["email"]])
    assert found["link"] == ("clicked", "unique_clicked")
    assert found["reason"] == ("suppressed", "bounced", "failed")
    assert set(found) == {"link", "reason"}


def test_distinct_users_of_an_event_are_counted_as_the_definition_set_says() -> None:
    opened = {row.key: row for row in channel_metrics(CHANNELS["email"], DEFAULT)}["unique_opened"]
    assert opened.measure == Users(Events(("opened",)), per_definition=True)


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"rates": (Rate("x", "X", "scans", "shown"),)}, "its rate 'x' 'scans'.*scanned"),
        ({"rates": (Rate("x", "X", "scanned", "showed"),)}, "its rate 'x' 'showed'.*shown"),
        ({"headline": ("shown", "unique_scan")}, "'poster' 'unique_scan'.*unique_scanned"),
    ],
)
def test_a_channel_that_names_what_it_does_not_declare_is_refused(
    declared: dict[str, Any], said: str
) -> None:
    wrong = dataclasses.replace(POSTER, **declared)
    with pytest.raises(rw.QueryError, match=f"unknown metric of channel .*{said}"):
        channel_metrics(wrong, DEFAULT)
    assert channel_metrics(POSTER, DEFAULT)
