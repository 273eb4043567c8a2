"""The glossary of a screen: one entry for a metric, and further ones only where channels mean other things by it."""

from typing import Any

import results_widgets as rw
from results_widgets.channels import CHANNELS, EVENTS
from results_widgets.view_model.glossary import glossary_state
from results_widgets.view_model.metrics import metrics_frame
from tests.support.examples import case


def glossary(*channels: str, definitions: str = "default") -> dict[str, Any]:
    actions = [{"id": channel, "channel": channel} for channel in channels]
    # Each channel reports whatever is usual for it.
    usual = [(c, e) for c in channels for e in CHANNELS[c].events if EVENTS[e].usual]
    table = "\n".join(f"anna {channel} {event} 01T10:00" for channel, event in usual)
    asked = case(table, actions=actions)
    results = rw.Results(
        dict(asked.campaign), asked.events, time_zone="UTC", definitions=rw.DEFINITIONS[definitions]
    )
    return dict(glossary_state(results))


def test_a_rate_is_explained_by_its_own_channel() -> None:
    found = glossary("email", "push")
    assert (found["open_rate"]["numerator"], found["open_rate"]["denominator"]) == (
        "opened",
        "delivered",
    )
    assert found["push:open_rate"]["denominator"] == "sent"
    assert "email:open_rate" not in found


def test_what_channels_agree_on_is_explained_once() -> None:
    found = glossary("push", "web_push")
    assert found["open_rate"]["denominator"] == "sent"
    assert not [key for key in found if key.startswith(("push:", "web_push:"))]


def test_an_entry_says_what_a_number_is_of_and_which_way_is_good() -> None:
    found = glossary("email")
    said = ("scopes", "numerator", "denominator", "base", "group", "low_is_good")
    assert {key: tuple(found[key][name] for name in said) for key in ("users", "bounce_rate")} == {
        "users": (["campaign"], None, None, "", "Counts", False),
        "bounce_rate": (["channel", "action"], "bounced", "sent", "sent", "Rates", True),
    }
    assert found["engagement_rate"]["base"] == "unique users"
    assert found["bounced"]["low_is_good"]
    older = glossary("email", definitions="leanplum-v2")
    # That set divides by what several channels delivered or showed together.
    assert older["engagement_rate"]["base"] == "messages"


def test_rates_that_follow_the_entries_of_a_range_say_what_they_are_of_then() -> None:
    found = glossary("email")
    in_range = {key: entry["in_range"] for key, entry in found.items() if "in_range" in entry}
    assert {key: (found[key]["numerator"], one["numerator"]) for key, one in in_range.items()} == {
        "engagement_rate": ("engaged", "engaged_of_entries"),
        "conversion_rate": ("conversions", "conversions_of_entries"),
        "converted_rate": ("converted_entries", "converted_of_entries"),
        "value_per_user": ("goal_value", "goal_value_of_entries"),
        "conversion_rate_attributed": (
            "conversions_attributed",
            "conversions_attributed_of_entries",
        ),
        "value_attributed_per_user": ("value_attributed", "value_attributed_of_entries"),
    }
    assert all(one["text"].endswith("of the entries of these days.") for one in in_range.values())
    # What they are made of then is explained, and stands in no list.
    assert all(found[one["numerator"]]["scopes"] == [] for one in in_range.values())


def held_back_names(results: rw.Results) -> set[str]:
    """The numbers of the held back that a screen of the results has."""
    keys = {*glossary_state(results), *metrics_frame(results)["metric"]}
    return {key for key in keys if "held_back" in key}


def test_numbers_of_the_held_back_are_shown_where_somebody_is_held_back() -> None:
    plain = "anna mail sent 01T10:00"
    asked = case(plain)
    nobody = rw.Results(dict(asked.campaign), asked.events, time_zone="UTC")
    assert held_back_names(nobody) == set()
    assert nobody.overview().filter(metric="held_back_users")["value"].item() == 0, (
        "frames have all"
    )
    said = rw.Results(dict(asked.campaign) | {"holdback": 0.1}, asked.events, time_zone="UTC")
    seen = case(f"{plain}\nbob mail held_back 02T10:00")
    happened = rw.Results(dict(seen.campaign), seen.events, time_zone="UTC")
    for results in (said, happened, happened.between("2026-03-01", "2026-03-01")):
        assert {"held_back_users", "held_back_converted_rate", "held_back"} <= held_back_names(
            results
        )


def test_a_campaign_whose_channels_know_of_no_held_back_has_none() -> None:
    asked = case("anna hook sent 01T10:00", actions=[{"id": "hook", "channel": "webhook"}])
    results = rw.Results(dict(asked.campaign), asked.events, time_zone="UTC")
    assert held_back_names(results) == set()
