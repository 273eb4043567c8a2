"""The glossary of a screen: one entry for a metric, and further ones only where channels mean other things by it."""

from typing import Any

import results_widgets as rw
from results_widgets.channels import CHANNELS, EVENTS
from results_widgets.view_model.glossary import glossary_state
from tests.support.examples import case


def glossary(*channels: str) -> dict[str, Any]:
    actions = [{"id": channel, "channel": channel} for channel in channels]
    # Each channel reports whatever is usual for it.
    usual = [(c, e) for c in channels for e in CHANNELS[c].events if EVENTS[e].usual]
    table = "\n".join(f"anna {channel} {event} 01T10:00" for channel, event in usual)
    asked = case(table, actions=actions)
    return dict(glossary_state(rw.Results(dict(asked.campaign), asked.events, time_zone="UTC")))


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
