"""The lift over the held back of each campaign of a portfolio, counted one user at a time."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

import results_widgets as rw
from results_widgets.experiments.pooled import pooled
from results_widgets.view_model.campaign_row import NO_HOLDOUT, NOT_COMPARED, campaign_row
from tests.support.loops import some
from tests.support.profiles import examples

pytestmark = pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")

START = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
Z = 1.959963984540054
Row = tuple[str, str | None, str | None, str, datetime]


@dataclass(frozen=True)
class Sent:
    """What a campaign did to a user: at which hour it sent, or held back."""

    user: str
    event: str
    hour: int


@dataclass(frozen=True)
class Drawn:
    """Campaigns that share users and purchases, and the last hour that the log knows of."""

    windows: dict[str, int]
    sent: dict[str, list[Sent]]
    bought: dict[str, list[int]]
    last: int

    def portfolio(self) -> rw.Portfolio:
        rows = pl.DataFrame(
            [*self._rows()],
            ["user_id", "campaign_id", "action_id", "event", "timestamp"],
            orient="row",
        )
        return rw.Portfolio(
            {
                name: rw.Results(
                    {
                        "id": name,
                        "goal": {"events": ["Purchase"]},
                        "attribution_window": f"{window}h",
                        "actions": [{"id": "mail", "channel": "email"}],
                    },
                    rows,
                    time_zone="UTC",
                )
                for name, window in self.windows.items()
            }
        )

    def _rows(self) -> Iterator[Row]:
        for name, sent in self.sent.items():
            yield from ((s.user, name, "mail", s.event, START + s.hour * HOUR) for s in sent)
        for user, hours in self.bought.items():
            yield from ((user, None, None, "Purchase", START + hour * HOUR) for hour in hours)
        yield "nobody", None, None, "Purchase", START + self.last * HOUR


def drawn(seed: int) -> Drawn:
    """The portfolio that follows from a seed."""
    random = Random(seed)
    users = [f"u{number}" for number in range(random.choice([3, 20, 80]))]
    windows = {f"c{number}": random.choice([6, 24, 72]) for number in range(random.randint(1, 4))}
    sent = {}
    for name in windows:
        inside = [user for user in users if random.random() < 0.7]
        events = ["sent", "sent", random.choice(["sent", "held_back", "held_back"])]
        sent[name] = [Sent(one, random.choice(events), random.randint(0, 48)) for one in inside]
    bought = {
        user: [random.randint(0, 120) for _ in range(random.choice([0, 0, 1, 3]))] for user in users
    }
    if random.random() < 0.5:  # the first campaign works
        for one in sent["c0"]:
            if one.event == "sent" and random.random() < 0.7:
                bought[one.user].append(one.hour + 1)
    return Drawn(windows, sent, bought, random.choice([121, 60, 400]))


Counts = tuple[int, int]


def counted(asked: Drawn, name: str, event: str) -> Counts:
    """Who of those sent to, or held back, converted in their window, and how many they are.

    Only those count whose window is over: all are looked at for equally long.
    """
    window, last = asked.windows[name], asked.last
    every = [hour for hours in asked.bought.values() for hour in hours]
    last = max([last, *every])
    hits = users = 0
    for one in asked.sent[name]:
        if one.event == event and one.hour + window <= last:
            users += 1
            ends = one.hour + window
            hits += any(one.hour <= at <= ends for at in asked.bought[one.user])
    return hits, users


def wilson(hits: int, users: int) -> tuple[float, float]:
    share, square = hits / users, Z * Z
    centre = (share + square / (2 * users)) / (1 + square / users)
    half = Z * math.sqrt(share * (1 - share) / users + square / (4 * users**2))
    half /= 1 + square / users
    return centre - half, centre + half


def lift(treated: Counts, held: Counts) -> tuple[float, float, float]:
    """The difference of two shares and Newcombe's interval of it, as his paper prints it."""
    (k, n), (other, m) = treated, held
    p, q = k / n, other / m
    (low, high), (low_q, high_q) = wilson(k, n), wilson(other, m)
    below, above = math.hypot(p - low, high_q - q), math.hypot(high - p, q - low_q)
    return p - q, p - q - below, p - q + above


def lifts(asked: Drawn) -> dict[str, tuple[int, tuple[float, float, float]]]:
    """How many were sent to, and the lift, of each campaign that has both."""
    found = {}
    for name in asked.windows:
        treated, held = (counted(asked, name, event) for event in ("sent", "held_back"))
        if treated[1] and held[1]:
            found[name] = treated[1], lift(treated, held)
    return found


def compared(row: Any) -> tuple[float, float, float]:
    return row.lift.difference, row.lift.low, row.lift.high


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=examples(24))
def test_lift_of_each_campaign_and_of_all_is_that_of_plain_counting(seed: int) -> None:
    asked = drawn(seed)
    portfolio = asked.portfolio()
    rows = {name: campaign_row(one) for name, one in portfolio.items() if asked.sent[name]}
    expected = lifts(asked)
    for name, row in rows.items():
        known = row.lift is not None and row.lift.difference is not None
        assert known == (name in expected), name
        if name in expected:
            assert compared(row) == pytest.approx(expected[name][1], abs=1e-9)
        elif not any(one.event == "held_back" for one in asked.sent[name]):
            assert row.lift_text == NO_HOLDOUT
    whole = pooled(row.pair for row in rows.values() if row.pair is not None)
    total = sum(users for users, _ in expected.values())
    assert (whole is None) == (not expected)
    if whole is None:
        return
    assert (whole.campaigns, whole.users) == (len(expected), total)
    mean = sum(users * found[0] for users, found in expected.values()) / total
    below = math.hypot(*(users * (one[0] - one[1]) for users, one in expected.values())) / total
    above = math.hypot(*(users * (one[2] - one[0]) for users, one in expected.values())) / total
    assert (whole.difference, whole.low, whole.high) == pytest.approx(
        (mean, mean - below, mean + above), abs=1e-9
    )


def test_drawn_portfolios_have_what_this_is_about() -> None:
    found = [lifts(drawn(seed)) for seed in range(40)]
    assert sum(len(one) > 1 for one in found) > 9
    assert any(not one for one in found)
    shown = [one for asked in some(found) for _, one in asked.values()]
    assert any(low > 0 for _, low, _ in shown) or any(high < 0 for _, _, high in shown)


def test_where_everybody_was_held_back_there_is_no_lift() -> None:
    held = {"c0": [Sent(user, "held_back", 1) for user in ("u1", "u2")]}
    asked = Drawn({"c0": 24}, held, {"u1": [2], "u2": []}, 400)
    results = asked.portfolio()["c0"]
    row, verdict = campaign_row(results), results.summary()
    assert (row.lift, row.lift_text) == (None, NOT_COMPARED)
    assert "Everybody in this range was held back" in str(verdict)
