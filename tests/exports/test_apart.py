"""Many campaigns of one export: laid apart in one pass, with the numbers of each read on its own."""

import json
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings, strategies as st
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets.disclosure import SYNCED_USERS
from results_widgets.exports import campaigns, frames, read, spool
from results_widgets.exports.report import shared_names
from tests.support.profiles import examples

MAPPING = rw.Mapping(
    user_id="who",
    timestamp="at",
    campaign_id="of",
    action_id="step",
    event={
        "sent": ("email", "sent"),
        "open": ("email", "opened"),
        "held": (None, "held_back"),
        "converted": (None, "converted"),
        "buy": "goal",
    },
)


def write(folder: Path, dice: Random, count: int = 400) -> Path:
    """An export of several campaigns whose users and goal events are shared; many events at one second."""
    path = folder / "events.jsonl"
    with path.open("w") as file:
        for n in range(count):
            row: dict[str, Any] = {
                "who": dice.choice([None, *(f"user{n}" for n in range(40))]),
                "at": 1_772_442_000 + n // 7 * 60,
                "event": dice.choice(
                    ["sent", "sent", "open", "held", "converted", "buy", "x", "y"]
                ),
                "of": dice.choice(["a", "b", "c", None]),
                "step": dice.choice(["one", "two"]),
            }
            file.write(
                json.dumps({name: one for name, one in row.items() if one is not None}) + "\n"
            )
    return path


@pytest.mark.filterwarnings("ignore:export:results_widgets.SourceWarning")
@pytest.mark.parametrize("goal", [None, "buy", "open"])
def test_a_portfolio_has_the_numbers_of_each_campaign(
    goal: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "_FEW", 90)
    export = rw.read_export(write(tmp_path, Random(1)), mapping=MAPPING)
    found = export.portfolio(goal, "7d", time_zone="UTC")
    # A message that names no campaign has its step for one.
    assert sorted(found) == ["a", "b", "c", "one", "two"]
    for name, results in found.items():
        own = export.results(name, goal, "7d", time_zone="UTC")
        assert results.campaign == own.campaign
        for question in ("overview", "channels", "actions"):
            assert_frame_equal(getattr(results, question)(), getattr(own, question)())


def test_a_portfolio_asks_for_the_campaigns_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = rw.read_export(write(tmp_path, Random(2)), mapping=MAPPING)
    asked = []

    def counted(*arguments: Any) -> pl.DataFrame:
        asked.append(arguments)
        return campaigns.campaigns(*arguments)

    monkeypatch.setattr(frames, "campaigns", counted)
    assert len(export.portfolio("buy", "7d", time_zone="UTC")) == 5
    assert len(asked) == 1


@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 50, 399]))
@settings(max_examples=examples(4), deadline=None)
def test_people_counted_part_by_part_are_all_people(
    tmp_path_factory: pytest.TempPathFactory, seed: int, together: int
) -> None:
    folder = tmp_path_factory.mktemp("parts")
    export = rw.read_export(write(folder, Random(seed)), mapping=MAPPING)
    whole = export.campaigns()
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(campaigns, "_TOGETHER", together)
        assert_frame_equal(export.campaigns(), whole)
    rows = export._reading.rows.collect()
    seen: dict[str, set[str | None]] = {}
    for of, event, user in rows.select("campaign_id", "event", "user_id").iter_rows():
        if of is not None and event is not None:
            seen.setdefault(of, set()).add(user)
    assert dict(whole.select("campaign_id", "users").iter_rows()) == {
        of: len(users) for of, users in seen.items()
    }


def test_names_of_one_user_alone_are_told_from_those_of_two(tmp_path: Path) -> None:
    assert SYNCED_USERS == 2
    rows = [
        ("p", "anna"),
        ("p", "anna"),
        ("q", "anna"),
        ("q", "bob"),
        ("r", None),
        ("r", "bob"),
        ("s", None),
    ]
    path = tmp_path / "events.jsonl"
    path.write_text(
        "".join(
            json.dumps({"event": name, "who": who, "at": 1_772_442_000}) + "\n"
            for name, who in rows
        )
    )
    known = {"sent", "open", "held", "converted", "buy"}
    assert shared_names(read(path, None, MAPPING)) - known == {"q", "r"}
