"""Exports read in both ways, many records at once and one by one, and records that one may come across."""

from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, strategies as st
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets.exports import all_vendors
from results_widgets.exports.reading import read
from tests.support.exports.one_by_one import read_one_by_one

SEEDS = st.integers(0, 2**32 - 1)
PHASES = (Phase.explicit, Phase.generate)
ODD: list[Any] = [
    *(None, "", " ", "0", 0, False, True, 1, 1.0, 1.5, -0.0, 1e30, 1e-7, 2**53 + 1, 2**63, 2**70),
    *(" x ", "\x1cx\x1f", "\u00a0x", "null", "NaN", "yes", "off", "1_000", "+1.5", "٣", "x" * 400),
    *([], {}, ["a"], ["a", 1], {"a": 1}, [{"name": "a"}], "[1]", '{"a": 1}', "\ud800", "\u0000"),
    *(1772442000, 1772442000123, 1772442000123456789, "1772442000", "1772442000.5", 1.7724e9),
    *("2026-03-02T09:00:00Z", "2026-03-02 09:00:00", "2026-03-02T09:00:00.5+02:00", "soon"),
]


def forms() -> list[Any]:
    found = []
    for key in sorted(all_vendors()):
        module = import_module(f"tests.support.exports.writers.{key}")
        for form, write in (getattr(module, "FORMS", None) or {"": module.write}).items():
            found.append(pytest.param(key, module.LIMITS, write, id=f"{key}-{form}".rstrip("-")))
    return found


def assert_the_same(folder: Path, vendor: str | rw.Mapping) -> None:
    slow = read_one_by_one(folder, vendor)
    mapping = vendor if isinstance(vendor, rw.Mapping) else None
    fast = read(folder, None if mapping else str(vendor), mapping)
    assert_frame_equal(fast.rows.collect(), slow.rows)
    tallies = {key: (one.rows, one.example) for key, one in fast.tallies.items()}
    assert tallies == slow.tallies
    assert {*fast.refused.named} == slow.refused
    assert {repr(one) for one in fast.about} <= slow.about


OWN = rw.Mapping(
    user_id=("who", "person.id", "a.b.c"),
    timestamp=("at", "then.at"),
    campaign_id="of",
    action_id=("step", "x.step"),
    event={
        "sent": ("email", "sent"),
        "odd": {"by": "why", "cases": {"x": ("email", "bounced")}, "otherwise": ("push", "opened")},
        "any": "opened",
        "buy": "goal",
        "left": (None, None, "nothing"),
    },
    channel="via",
    value=("paid", "x.paid"),
    machine=("bot", "x.bot"),
    campaign_name="called",
    columns={"city": ("town", "person.town")},
    time_zone="Europe/Berlin",
)


@st.composite
def records(draw: st.DrawFn) -> list[dict[str, Any]]:
    dice = Random(draw(SEEDS))
    names = ["who", "person", "a", "at", "of", "step", "x", "via", "paid", "bot", "called", "why"]
    names += ["town", "person.id", "x.step", "a.b", "event", "what"]
    usual: dict[str, list[Any]] = {
        "event": ["sent", "odd", "any", "buy", "left", "new", "SENT"],
        "at": [1772442000, "2026-03-02T09:00:00Z", "2026-03-02T09:00:00"],
        "who": ["anna", "bob"],
        "person": [{"id": "carl", "town": "Rome"}, {"id": {"no": 1}}, {}],
        "a": [{"b": {"c": "dan"}}, {"b.c": "eve"}, {"b": None, "b.c": ""}],
        "a.b": [{"c": "frank"}],
        "x": [{"step": "two", "paid": 1.5, "bot": True}, {"step": ""}],
        "via": ["email", "push"],
    }
    tame = dice.random()
    found: list[dict[str, Any]] = []
    for _ in range(dice.randrange(1, 40)):
        own = dice.sample(names, dice.randrange(len(names)))
        found.append(
            {
                name: dice.choice(usual.get(name, ["x", "1"]) if dice.random() < tame else ODD)
                for name in [*own, "event", "at"]
            }
        )
    return found
