"""The names that type checkers know are the names that there are."""

from datetime import UTC, datetime
from typing import get_args

import polars as pl

import results_widgets as rw
from results_widgets import keys
from results_widgets.channels import CHANNELS
from results_widgets.engine.calendar import EVERY
from results_widgets.glossary import names
from results_widgets.results.selected import Selected

ACTIONS = [{"id": f"a{place}", "channel": channel} for place, channel in enumerate(CHANNELS)]
CAMPAIGN = {
    "id": "c",
    "goal": {"events": ["Purchase"]},
    # An action that follows another one has a drop-off.
    "actions": [*ACTIONS, {"id": "next", "channel": "email", "parent": "a0"}],
}


def known(scope: str) -> set[str]:
    """The metrics of a campaign that has every built-in channel, under every definition set."""
    row = {"user_id": "anna", "action_id": "a0", "event": "sent"}
    events = pl.DataFrame([row | {"timestamp": datetime(2026, 3, 1, tzinfo=UTC)}])
    results = rw.Results(CAMPAIGN, events, time_zone="UTC")
    views = [results.with_definitions(found) for found in rw.DEFINITIONS.values()]
    return {key for view in views for key in view.glossary().filter(scope=scope)["metric"]}


def test_metrics_are_those_of_the_glossary() -> None:
    assert set(get_args(names.CampaignMetric)) == known("campaign")
    assert set(get_args(names.ChannelMetric)) == known("channel")
    assert set(get_args(names.ActionMetric)) == known("action")


def test_intervals_and_definition_sets_are_those_there_are() -> None:
    assert get_args(keys.Every) == EVERY
    assert get_args(keys.DefinitionSet) == tuple(rw.DEFINITIONS)


def test_what_can_be_selected_are_the_traits_of_a_selection() -> None:
    assert set(Selected.__annotations__) == set(rw.Selection.class_own_traits())


def test_key_of_a_channel_of_ones_own_is_plain_text() -> None:
    campaign = {
        "id": "c",
        "goal": {"events": ["Purchase"]},
        "channels": {"qr": {"events": ["shown", "scanned"], "received": "shown"}},
        "actions": [{"id": "poster", "channel": "qr"}],
    }
    time = datetime(2026, 3, 1, tzinfo=UTC)
    rows = [("anna", "poster", event, time) for event in ("shown", "scanned")]
    columns = ["user_id", "action_id", "event", "timestamp"]
    results = rw.Results(campaign, pl.DataFrame(rows, columns, orient="row"), time_zone="UTC")
    metric = rw.MetricKey("unique_scanned")
    assert metric == "unique_scanned"
    assert results.explore(metric, channel="qr")["value"].to_list() == [1]
    assert len(results.users(metric, "poster")) == 1
