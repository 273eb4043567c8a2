"""Experiments of random campaigns: asked of the package and of the reference, and compared."""

import math
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import polars as pl

from results_widgets import QueryError
from tests.reference import Case, Query
from tests.reference.experiment import Asked, Study
from tests.support.answers import FromPackage
from tests.support.strategies import Question

NUMBERS = [
    *("users", "ripe_users", "value", "control_users", "control_ripe_users", "control_value"),
    *("difference", "low", "high", "relative", "relative_low", "relative_high"),
    *("p_value", "p_adjusted"),
]
START = datetime(2026, 3, 27, 9, tzinfo=UTC)


def same_experiments(asked: Question, package: FromPackage) -> None:
    """The table, the arms and who is left out are the reference's, however the experiment is asked for."""
    random = asked.choose("experiment")
    for by in dict.fromkeys(["variant", *asked.columns]):
        how = _how(random, by)
        arms = Study(asked.case, asked.query, Asked(**how, control="")).arms
        if arms:
            chosen = Asked(**how, control=random.choice(arms))
            compare(package, Study(asked.case, asked.query, chosen))


def _how(random: Random, by: str) -> dict[str, Any]:
    return {
        "by": by,
        "window": random.choice([None, None, "90m", "2d"]),
        "crossovers": random.choice([None, "first"]),
        "trust": by != "variant",
        "covariate": random.choice([None, None, "before"]),
        "level": random.choice([0.95, 0.8]),
        "adjust": random.choice(["holm", "fdr", None]),
    }


def compare(package: FromPackage, study: Study) -> None:
    """Ask the package for the experiment that the reference has worked out."""
    how: dict[str, Any] = dict(vars(study.asked))
    try:
        found = package.results.experiment(**how)
    except QueryError as error:
        refused = str(error)
        assert not how["trust"], refused
        nobody = not any(unit.arm == how["control"] for unit in study.units)
        assert nobody or not any(unit.arm != "held_back" for unit in study.units), refused
        return
    assert found.crossovers == len(study.crossed)
    assert found.study.unassigned == len(study.unassigned)
    assert found.arms["arm"].to_list() == study.arms
    wrong = found.mismatch is not None
    rows, expected = found.table.to_dicts(), study.table()
    names = [tuple(row[name] for name in ("metric", "channel", "arm")) for row in rows]
    assert names == [tuple(row[name] for name in ("metric", "channel", "arm")) for row in expected]
    for row, told in zip(rows, expected, strict=True):
        differing = {n: (row[n], told[n]) for n in NUMBERS if not close(row[n], told[n])}
        assert not differing, (told["metric"], told["channel"], told["arm"], differing)
        assert row["verdict"] == ("not comparable" if wrong else told["verdict"]), (row, told)


def close(one: float | None, other: float | None) -> bool:
    """Whether two numbers are the same but for rounding."""
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-7, abs_tol=1e-9)


# ------------------------------------------------------------------------- a trial of its own size


def trial(seed: int) -> Question:
    """A campaign of some sixty users in arms that mostly stay as they are, so that verdicts differ."""
    random = Random(seed)
    lift = random.choice([0.0, 0.3, -0.3])
    shares = random.choice([(0.5, 0.5), (0.8, 0.2)])
    campaign = {
        "id": "c1",
        "goal": {
            "events": ["Purchase"],
            "mode": random.choice(["single", "multiple"]),
            "value": "value",
        },
        "attribution_window": "2d",
        "holdback": random.choice([0.0, 0.3]),
        "variants": [
            {"id": "A", "share": shares[0], "control": random.random() < 0.7},
            {"id": "B", "share": shares[1]},
        ],
        "actions": [
            {"id": "mail", "channel": "email"},
            {"id": "nudge", "channel": "push", "parent": "mail"},
        ],
    }
    rows = [row for n in range(random.randint(30, 90)) for row in _user(random, n, lift)]
    kinds: dict[str, Any] = {
        "user_id": pl.String,
        "action_id": pl.String,
        "event": pl.String,
        "timestamp": pl.Datetime("us", "UTC"),
        "campaign_id": pl.String,
        "variant": pl.String,
        "value": pl.Float64,
    }
    # Whoever is cut off early has windows that are still open.
    until = START + timedelta(days=random.choice([3, 6, 30]))
    events = pl.DataFrame([r for r in rows if r["timestamp"] <= until], kinds, orient="row")
    return Question(seed, Case(campaign, events), Query(zone="Europe/Berlin"))


def _user(random: Random, number: int, lift: float) -> list[dict[str, Any]]:
    """One user's events: bought before, mailed or held back, opened, bought."""
    start = START + timedelta(hours=random.randint(0, 100))
    arm = random.choice(["A", "B", "held back"])
    rows: list[dict[str, Any]] = []

    def add(action: str | None, event: str, hours: float, variant: str | None = arm) -> None:
        value = random.choice([5.0, 20.0, 20.0, 100.0]) if event == "Purchase" else None
        named = None if variant == "held back" or action is None else variant
        rows.append(
            {
                "user_id": f"u{number}",
                "action_id": action,
                "event": event,
                "timestamp": start + timedelta(hours=hours),
                "campaign_id": action and "c1",
                "variant": named,
                "value": value,
            }
        )

    eager = random.random() < 0.5
    if eager and random.random() < 0.6:
        add(None, "Purchase", -random.choice([1, 20, 48]))
    add("mail", "held_back" if arm == "held back" else "sent", 0)
    if arm != "held back":
        for event, chance in (("opened", 0.6), ("clicked", 0.3), ("unsubscribed", 0.1)):
            if random.random() < chance + (lift if arm == "B" else 0):
                add("mail", event, random.choice([0, 1, 48, 60]))
        if random.random() < 0.3:
            add("nudge", "sent", 20)
    while random.random() < 0.25 + 0.2 * eager + (lift if arm == "B" else 0):
        add(None, "Purchase", random.choice([0, 3, 24, 48, 49]))
    if random.random() < 0.1:
        add("mail", "sent", random.choice([1, 70]), random.choice(["A", "B", None]))
    return rows
