"""Which metrics are proportions, by their declarations."""

from collections.abc import Iterable

import pytest

import results_widgets as rw
from results_widgets.channels import CHANNELS
from results_widgets.definitions import DEFINITIONS
from results_widgets.glossary import Metric, campaign_metrics, channel_metrics
from results_widgets.glossary.action import ACTION
from results_widgets.glossary.campaign import CAMPAIGN
from results_widgets.glossary.proportions import is_proportion


def keys(metrics: Iterable[Metric], *, converts_once: bool = True) -> set[str]:
    return {one.key for one in metrics if is_proportion(one, converts_once=converts_once)}


def test_of_the_campaign() -> None:
    always = {"unique_users_rate", "engagement_rate", "converted_rate", "held_back_converted_rate"}
    assert keys(CAMPAIGN) == {*always, "conversion_rate"}
    assert keys(CAMPAIGN, converts_once=False) == always


def test_of_an_action() -> None:
    always = {"share_of_entries", "drop_off"}
    assert keys(ACTION) == {*always, "conversion_rate_attributed"}
    assert keys(ACTION, converts_once=False) == always


def test_of_channels_what_a_message_has_at_most_once_and_whatever_counts_people() -> None:
    default = DEFINITIONS["default"]
    found = {name: keys(channel_metrics(one, default)) for name, one in CHANNELS.items()}
    assert found["email"] == {
        *("delivery_rate", "unique_open_rate", "unique_click_rate", "click_to_open_rate"),
        *("bounce_rate", "unsubscribe_rate", "spam_rate"),
    }
    assert found["push"] == {"delivery_rate", "unique_open_rate", "bounce_rate"}
    assert found["in_app"] == {"accept_rate", "unique_accept_rate"}
    assert found["sms"] == {
        *("delivery_rate", "read_rate", "unique_click_rate", "bounce_rate", "unsubscribe_rate"),
        "failure_rate",
    }
    assert found["direct_mail"] == {"delivery_rate", "unique_redemption_rate", "return_rate"}


def test_rates_added_up_by_a_definition_set_stay_proportions() -> None:
    older = campaign_metrics(DEFINITIONS["leanplum-v2"], CHANNELS)
    assert "engagement_rate" in keys(older)


@pytest.mark.parametrize("once", [True, False])
def test_a_channel_of_ones_own_says_what_happens_once(once: bool) -> None:
    campaign = rw.Campaign.from_json(
        {
            "id": "c",
            "goal": {"events": ["Purchase"]},
            "channels": {
                "kiosk": {
                    "received": "shown",
                    "interacted": ["scanned"],
                    "vocabulary": [{"name": "scanned", "once": once, "usual": True}],
                }
            },
            "actions": [{"id": "a1", "channel": "kiosk"}],
        }
    )
    kiosk = campaign.channels["kiosk"]
    found = keys(channel_metrics(kiosk, DEFINITIONS["default"]))
    assert found == ({"scanned_rate"} if once else set()) | {"unique_scanned_rate"}
    # Nothing is lost on the way to a file and back.
    again = rw.Campaign.from_json(campaign.to_dict()).channels["kiosk"]
    assert again == kiosk
    assert again.event("scanned") == kiosk.event("scanned")
    assert again.event("scanned").usual
