"""A campaign guessed from its events: channels, flow, variants and holdback, each guess marked."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.exports.channels import guess_channel
from results_widgets.exports.flow import guess_parents, known_parents, order_of_sends


def events(*rows: tuple[str, str | None, str, int], campaign: str = "c1") -> pl.DataFrame:
    start = datetime(2026, 3, 2, tzinfo=UTC)
    return pl.DataFrame(
        [
            (user, campaign, action, event, start + timedelta(hours=at))
            for user, action, event, at in rows
        ],
        schema=["user_id", "campaign_id", "action_id", "event", "timestamp"],
        orient="row",
    )


LOG = events(
    ("anna", "hello", "sent", 0),
    ("anna", "hello", "clicked", 1),
    ("anna", "nudge", "sent", 2),
    ("anna", "nudge", "dismissed", 3),
    ("anna", "popup", "viewed", 4),
    ("bob", "hello", "sent", 0),
    ("bob", "popup", "viewed", 9),
    ("carl", "hello", "held_back", 0),
    ("dora", "nudge", "sent", 30),
    ("anna", None, "Purchase", 5),
)


def test_everything_that_is_guessed_is_marked() -> None:
    campaign = rw.Campaign.from_events(LOG, goal="Purchase", window="7d")
    assert [(one.id, one.channel, one.parent) for one in campaign.actions] == [
        ("hello", "email", None),
        ("nudge", "push", "hello"),
        ("popup", "in_app", "hello"),
    ]
    assert campaign.holdback == 0.25
    assert campaign.guessed == (
        *("actions[0].channel", "actions[1].channel", "actions[1].parent"),
        *("actions[2].channel", "actions[2].parent", "holdback"),
    )
    assert rw.Campaign.from_json(campaign.to_dict()) == campaign
    results = rw.Results(campaign, LOG, time_zone="UTC")
    assert dict(results.overview().select("metric", "value").iter_rows())["conversions"] == 1


def test_several_campaigns_have_to_be_told_apart() -> None:
    both = pl.concat([LOG, events(("anna", "x", "sent", 1), campaign="c2")])
    with pytest.raises(rw.EventsError, match="c1, c2; say which with campaign="):
        rw.Campaign.from_events(both, "Purchase")
    assert rw.Campaign.from_events(both, "Purchase", campaign="c2").actions[0].id == "x"


PARENTS = pl.DataFrame(
    {
        "campaign_id": ["c1", "c1", "c2"],
        "action_id": ["nudge", "popup", "popup"],
        "parent_id": ["hello", "nudge", "hello"],
        "trigger": [None, "opened", None],
    }
)


@pytest.mark.parametrize("form", ["frame", "csv", "mapping"])
def test_parents_are_the_flow_and_no_guess(form: str, tmp_path: Path) -> None:
    given: object = PARENTS
    if form == "csv":
        given = tmp_path / "parents.csv"
        PARENTS.write_csv(given)
    elif form == "mapping":
        given = {"nudge": "hello", "popup": "nudge"}
    campaign = rw.Campaign.from_events(LOG, "Purchase", "7d", parents=given)
    assert [(one.id, one.parent) for one in campaign.actions] == [
        ("hello", None),
        ("nudge", "hello"),
        ("popup", "nudge"),
    ]
    assert not [path for path in campaign.guessed if path.endswith("parent")]
    assert campaign.actions[2].trigger == (None if form == "mapping" else "opened")


def test_what_parents_leave_out_is_guessed_and_circles_are_refused() -> None:
    campaign = rw.Campaign.from_events(LOG, "Purchase", "7d", parents={"popup": "hello"})
    assert [one for one in campaign.guessed if one.endswith("parent")] == ["actions[1].parent"]
    with pytest.raises(rw.EventsError, match="leads back to itself"):
        rw.Campaign.from_events(LOG, "Purchase", parents={"hello": "nudge", "nudge": "hello"})


@pytest.mark.parametrize(
    ("action", "seen", "channel"),
    [
        ("a", {"sent", "opened"}, "email"),
        ("push-1", {"sent", "opened"}, "push"),
        ("a", {"sent", "opened", "bounced", "clicked"}, "email"),
        ("a", {"viewed", "accepted"}, "in_app"),
        ("a", {"sent", "delivered", "read"}, "whatsapp"),
        ("a", {"sent", "viewed", "opened"}, "app_inbox"),
        ("sms reminder", {"sent", "delivered", "clicked"}, "sms"),
        ("a", {"sent", "nothing of ours"}, "email"),
    ],
)
def test_channels_are_told_by_events_and_names(action: str, seen: set[str], channel: str) -> None:
    assert guess_channel(action, seen) == channel


def test_flow_is_guessed_from_the_order_of_sends() -> None:
    receipts = LOG.filter(pl.col("event").is_in(["sent", "viewed"]))
    roots, following = order_of_sends(receipts.rename({"timestamp": "time"}))
    assert roots == {"hello": 2, "nudge": 1}
    assert following == {("hello", "nudge"): 1, ("nudge", "popup"): 1, ("hello", "popup"): 1}
    found = guess_parents(["hello", "nudge", "popup"], roots, following)
    assert found.of == {"hello": None, "nudge": "hello", "popup": "hello"}
    assert found.guessed == {"nudge", "popup"}


def test_known_edges_lead_over_steps_that_are_no_actions_and_never_in_circles() -> None:
    edges = {"b": ["wait"], "wait": ["split"], "split": ["a"], "a": ["b"]}
    found = known_parents(["a", "b"], edges, {"a": 5})
    assert found is not None
    assert found.of == {"a": None, "b": "a"}, "entries start with a"
    assert known_parents(["a"], {"x": ["y"]}, {}) is None
