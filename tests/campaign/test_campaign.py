"""A campaign: what JSON may say, what it says back, and how a mistake is named."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, strategies as st

import results_widgets as rw
from results_widgets.channels import CHANNELS
from results_widgets.durations import format_duration, parse_duration
from tests.support.campaigns import LEAST, WHOLE


def action(id_: str = "a1", channel: str = "email", **more: Any) -> dict[str, Any]:
    return {"id": id_, "channel": channel, **more}


# ------------------------------------------------------------------------------------ what is read


def test_least_campaign_has_defaults() -> None:
    campaign = rw.Campaign.from_json(LEAST)
    assert campaign.goal == rw.Goal(("Purchase",), "single", None)
    assert campaign.attribution_window == timedelta()
    assert (campaign.status, campaign.delivery) == (None, "triggered")
    assert (campaign.on_finish, campaign.holdback) == ("keep_windows", 0.0)
    assert (campaign.variants, campaign.control, campaign.label) == ((), None, "c1")
    assert campaign.actions == (rw.Action("a1", "email"),)


def test_documented_example_is_read_field_by_field() -> None:
    campaign = rw.Campaign.from_json(WHOLE)
    assert campaign.started_at == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert campaign.attribution_window == timedelta(days=7)
    assert campaign.control == rw.Variant("A", 0.5, control=True)
    first, second = campaign.actions
    assert first.copy == {"subject": "…", "body": "…"}
    assert (second.parent, second.trigger, second.delay) == ("a1", "not_opened", timedelta(days=2))
    assert list(campaign.channels) == ["email", "push"]


def test_text_path_and_dict_give_the_same(tmp_path: Path) -> None:
    campaign = rw.Campaign.from_json(WHOLE)
    path = tmp_path / "campaign.json"
    text = campaign.to_json(path)
    assert rw.Campaign.from_json(text) == campaign
    assert rw.Campaign.from_json(path) == rw.Campaign.from_json(str(path)) == campaign
    assert rw.Campaign.from_json(campaign) is campaign


def test_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "campaign.json"
    path.write_text(rw.Campaign.from_json(LEAST).to_json(), encoding="utf-8-sig")
    assert rw.Campaign.from_json(path).id == "c1"


def test_own_channel_needs_only_what_received_means() -> None:
    own = {"received": "shown", "interacted": ["scanned"]}
    campaign = rw.Campaign.from_json(
        LEAST | {"actions": [action(channel="poster")], "channels": {"poster": own}}
    )
    expected = rw.Channel("poster", "poster", ("shown", "scanned"), "shown", ("scanned",))
    assert campaign.channels == {"poster": expected}


def test_campaign_cannot_be_changed() -> None:
    campaign = rw.Campaign.from_json(WHOLE)
    with pytest.raises(AttributeError, match="cannot assign to field"):
        campaign.name = "Other"  # type: ignore[misc]
    with pytest.raises(AttributeError, match="cannot assign to field"):
        campaign.actions[0].name = "Other"  # type: ignore[misc]


@st.composite
def campaigns(draw: st.DrawFn) -> rw.Campaign:
    count = draw(st.integers(1, 5))
    durations = st.timedeltas(timedelta(), timedelta(days=400))
    actions: list[rw.Action] = []
    for index in range(count):
        parent = draw(st.sampled_from([None, *(known.id for known in actions)]))
        actions.append(
            rw.Action(
                f"a{index}",
                draw(st.sampled_from([*CHANNELS, "poster"])),
                name=draw(st.text(max_size=5)),
                parent=parent,
                delay=draw(durations),
                copy=draw(st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2)),
            )
        )
    instants = st.none() | st.datetimes(
        datetime(2020, 1, 1),  # noqa: DTZ001
        datetime(2030, 1, 1),  # noqa: DTZ001
        timezones=st.timezones(),
    )
    return rw.Campaign(
        draw(st.text(min_size=1)),
        rw.Goal(("Purchase",), draw(st.sampled_from(["single", "multiple"])), "value"),
        tuple(actions),
        started_at=draw(instants),
        attribution_window=draw(durations),
        holdback=draw(st.floats(0, 1)),
        variants=tuple(rw.Variant(id_, draw(st.none() | st.floats(0, 0.5))) for id_ in ("A", "B")),
        own_channels=(rw.Channel("poster", "Poster", ("shown", "scanned"), "shown"),),
    )


@given(campaigns())
def test_what_is_written_is_read_back_equal(campaign: rw.Campaign) -> None:
    assert rw.Campaign.from_json(campaign.to_json()) == campaign


# ----------------------------------------------------------------------------------- what is wrong

MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "no id": ({"id": None}, r"^id: is required"),
    "empty id": ({"id": ""}, r"^id: is required and must be text that is not empty"),
    "id of another type": ({"id": 5}, r"^id: expected text, found 5"),
    "typo in a field": ({"atribution_window": "7d"}, r"did you mean 'attribution_window'\?"),
    "unknown status": ({"status": "runing"}, r"^status: 'runing' is not known .*'running'"),
    "no goal": ({"goal": None}, r"^goal: expected an object"),
    "goal without events": ({"goal": {"events": []}}, r"^goal.events: expected a list of names"),
    "goal of no mode": ({"goal": {"events": ["P"], "mode": "both"}}, r"^goal.mode: .*multiple"),
    "naive time": ({"started_at": "2026-03-01T09:00:00"}, r"^started_at: .* has no time zone; add"),
    "no time": ({"started_at": "March"}, r"^started_at: expected a time such as '2026-03-01T"),
    "time as a number": ({"finished_at": 5}, r"^finished_at: expected a time or null, found 5"),
    "ends before it starts": (
        {"started_at": "2026-03-02T00:00:00Z", "finished_at": "2026-03-01T00:00:00Z"},
        r"^finished_at: .* lies before started_at",
    ),
    "no duration": ({"attribution_window": "7 days"}, r"^attribution_window: .* write .*'7d'"),
    "window as a number": ({"attribution_window": 7}, r"expected a duration such as '7d', found 7"),
    "endless window": ({"attribution_window": "99999999999d"}, r"longer than 100 years"),
    "holdback in per cent": ({"holdback": 10}, r"^holdback: .*10 % is 0.1\), found 10"),
    "holdback of true": ({"holdback": True}, r"^holdback: expected a share"),
    "no actions": ({"actions": []}, r"^actions: is required"),
    "actions as an object": ({"actions": {"a1": {}}}, r"^actions: expected a list"),
    "action as a text": ({"actions": ["a1"]}, r"^actions\[0\]: expected an object"),
    "action twice": ({"actions": [action(), action()]}, r"^actions\[1\].id: 'a1' is there twice"),
    "unknown channel": (
        {"actions": [action(channel="emial")]},
        r"^actions\[0\].channel: 'emial' .*did you mean 'email'.*Declare your own under channels",
    ),
    "unknown parent": (
        {"actions": [action(), action("a2"), action("a3", parent="a9")]},
        r"^actions\[2\].parent: this campaign has no action 'a9'; known: a1, a2, a3$",
    ),
    "own parent": ({"actions": [action(parent="a1")]}, r"cycle: a1 → a1; remove"),
    "circle": (
        {"actions": [action(), action("a2", parent="a3"), action("a3", parent="a2")]},
        r"^actions\[1\].parent: is part of a cycle: a2 → a3 → a2; remove one",
    ),
    "trigger that the parent's channel lacks": (
        {"actions": [action(), action("a2", "push", parent="a1", trigger="accepted")]},
        r"^actions\[1\].trigger: 'accepted' is not an event of the parent's channel email; known: sent",
    ),
    "unknown template": ({"actions": [action(template="popup")]}, r"^actions\[0\].template:"),
    "unknown variant": (
        {"actions": [action(variant="A")]},
        r"^actions\[0\].variant: this campaign has no variant 'A'; known: none",
    ),
    "two controls": (
        {"variants": [{"id": "A", "control": True}, {"id": "B", "control": True}]},
        r"^variants: two controls: A, B; mark one",
    ),
    "shares over 100 %": (
        {"variants": [{"id": "A", "share": 0.7}, {"id": "B", "share": 0.5}]},
        r"^variants: the shares add up to 1.2, over 1 \(100 %\)",
    ),
    "variant twice": ({"variants": [{"id": "A"}, {"id": "A"}]}, r"^variants\[1\].id: 'A'"),
    "too many variants": ({"variants": [{"id": f"{i}"} for i in range(17)]}, r"found 17; at most"),
    "own channel without received": (
        {"channels": {"poster": {"events": ["shown"]}}},
        r"^channels.poster.received: is required",
    ),
    "own channel lacks an event": (
        {"channels": {"poster": {"events": ["shown"], "received": "seen"}}},
        r"^channels.poster.events: lacks 'seen', which means received or interacted; add it",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_is_named_with_its_path_and_mend(name: str) -> None:
    change, words = MISTAKES[name]
    with pytest.raises(rw.CampaignError, match=words):
        rw.Campaign.from_json(LEAST | change)


def test_shares_of_a_third_each_are_no_mistake() -> None:
    thirds = [{"id": id_, "share": 1 / 3} for id_ in "ABC"]
    assert len(rw.Campaign.from_json(LEAST | {"variants": thirds}).variants) == 3
    tenths = [{"id": f"{i}", "share": 0.1} for i in range(10)]
    assert len(rw.Campaign.from_json(LEAST | {"variants": tenths}).variants) == 10


def test_missing_file_and_broken_text_say_so(tmp_path: Path) -> None:
    with pytest.raises(rw.CampaignError, match="no such file; pass the path"):
        rw.Campaign.from_json(tmp_path / "nowhere.json")
    with pytest.raises(rw.CampaignError, match=r"a folder; open it by rw\.load"):
        rw.Campaign.from_json(tmp_path)
    with pytest.raises(rw.CampaignError, match=r"a DataFrame; a campaign comes first"):
        rw.Campaign.from_json(pl.DataFrame({"user_id": [1]}))  # type: ignore[arg-type]
    with pytest.raises(rw.CampaignError, match=r"is not valid JSON: .*line 1"):
        rw.Campaign.from_json('{"id": ')
    with pytest.raises(rw.CampaignError, match="expected an object with named fields, found 5"):
        rw.Campaign.from_json(5)  # type: ignore[arg-type]


def test_a_broken_document_is_refused_with_its_file(tmp_path: Path) -> None:
    path = tmp_path / "campaign.json"
    for content, words in (
        (b'{"id": "\xff"}', "is not text in UTF-8"),
        (b'{"id": ' + b"[" * 100_000 + b"}", "nested more than 400 levels deep"),
        (b'{"holdback": NaN}', "NaN is not a number in JSON"),
        (b"[]", r"expected an object with named fields, found \[\]"),
    ):
        path.write_bytes(content)
        with pytest.raises(rw.CampaignError, match=words):
            rw.Campaign.from_json(path)
    with pytest.raises(rw.CampaignError, match="nested more than 400 levels deep"):
        rw.Campaign.from_json('{"id": ' + '{"a":' * 500 + "1" + "}" * 501)


def test_built_in_code_runs_the_same_checks() -> None:
    goal = rw.Goal(("Purchase",))
    with pytest.raises(rw.CampaignError, match="this campaign has no action"):
        rw.Campaign("c1", goal, (rw.Action("a1", "email", parent="a9"),))
    with pytest.raises(rw.CampaignError, match="a campaign has at least one action"):
        rw.Campaign("c1", goal, ())


# --------------------------------------------------------------------------------------- durations


@given(st.timedeltas(timedelta(), timedelta(days=10_000)))
def test_duration_survives_its_text(value: timedelta) -> None:
    assert parse_duration(format_duration(value)) == value


@pytest.mark.parametrize(
    ("text", "hours"), [("7d", 168), ("1w", 168), ("1.5h", 1.5), ("1d12h", 36), ("90s", 0.025)]
)
def test_duration_is_read(text: str, hours: float) -> None:
    assert parse_duration(text) == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["", "7", "d7", "-7d", "7y", "7d7", "7 days"])
def test_text_that_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration; write for example '7d'"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"goal": {"events": ()}}, r"goal\.events"),
        ({"holdback": 5.0}, "holdback"),
        ({"status": "over"}, "status.*known: draft"),
        ({"attribution_window": timedelta(days=-1)}, "attribution_window"),
        ({"started_at": datetime(2026, 3, 1)}, "started_at.*zone"),  # noqa: DTZ001 - that is the mistake
        ({"id": ""}, "id"),
    ],
)
def test_a_campaign_made_in_code_passes_the_same_checks(
    change: dict[str, Any], message: str
) -> None:
    good: dict[str, Any] = {
        "id": "c",
        "goal": rw.Goal(("Buy",)),
        "actions": (rw.Action("a", "email"),),
    }
    rw.Campaign(**good)
    with pytest.raises(rw.CampaignError, match=message):
        rw.Campaign(**{**good, **change})
