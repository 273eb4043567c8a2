"""Attribution by package and reference, held against each other."""

import math
from datetime import timedelta
from typing import Any, get_args

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.attribution.models import Model
from results_widgets.attribution.owners import OwnerKind
from results_widgets.definitions import Attribution
from tests.reference.attribution import Journeys, attribution, journeys, sequences
from tests.support.strategies import STEPS, Question

MODELS: tuple[Model, ...] = get_args(Model)
SECOND = 1_000_000


def same_attribution(asked: Question, results: rw.Results) -> None:
    """Ask for every model and for the paths, of an owner and window that the question draws."""
    random = asked.choose("attribution")
    by: OwnerKind = random.choice(get_args(OwnerKind))
    window = random.choice([None, None, timedelta(0), *STEPS])
    half_life = random.choice(STEPS)
    micros = None if window is None else round(window.total_seconds() * SECOND)
    expected = journeys(asked.case, asked.query, by, micros)
    same_credit(results.attribution(None, by, window, half_life), expected, half_life)
    repeats = random.random() < 0.5
    rows = results.paths(by, window, repeats=repeats).to_dicts()
    found = {tuple(row["path"]): (row["conversions"], row["value"]) for row in rows}
    assert len(found) == len(rows)
    assert close(found, sequences(expected, repeats=repeats))
    assert [row["conversions"] for row in rows] == sorted(
        (row["conversions"] for row in rows), reverse=True
    )


def same_credit(found: Any, expected: Journeys, half_life: timedelta) -> None:
    """Every model credits as the reference does, and credits every conversion."""
    assert found["model"].unique(maintain_order=True).to_list() == [*MODELS]
    for model in MODELS:
        rows = found.filter(model=model)
        wanted = attribution(expected, model, half_life.total_seconds() * SECOND)
        credit = {r["owner"]: (r["conversions"], r["value"]) for r in rows.to_dicts()}
        assert len(credit) == rows.height
        assert close(credit, wanted), (model, credit, wanted)
        total = len(expected.paths)
        assert math.isclose(rows["conversions"].sum(), total, abs_tol=1e-9)
        shares = [r["conversions"] / total if total else None for r in rows.to_dicts()]
        assert rows["share"].to_list() == pytest.approx(shares)


def same_cards(asked: Question, results: rw.Results) -> None:
    """Cards and single conversions by a model that the question draws add up to what attribution tells of it."""
    random = asked.choose("model")
    model: Attribution = random.choice(get_args(Attribution))
    window = random.choice([None, timedelta(0), *STEPS])
    credited = results.with_attribution(model, window)
    told = results.attribution(model, window=window)
    # Which model stands on the cards does not matter to who is asked for one.
    assert credited.attribution(model, window=window).equals(told)
    wanted = dict(told.select("owner", "conversions").iter_rows())
    cards = credited.actions().filter(metric="conversions_attributed").drop_nulls("value")
    on_cards = dict(cards.select("action_id", "value").iter_rows())
    assert on_cards == {owner: wanted[owner] for owner in on_cards}
    counted = credited.conversions()
    if credited.definitions.held_back == "apart":
        counted = counted.filter(~pl.col("held_back"))
    own = dict(counted.group_by("action_id").len().iter_rows())
    assert own == {owner: number for owner, number in wanted.items() if number}


def close(found: dict[Any, Any], expected: dict[Any, Any]) -> bool:
    """Whether pairs of numbers are the same; who is missing has none."""
    return all(
        math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
        for key in found.keys() | expected.keys()
        for one, other in zip(found.get(key, (0, 0)), expected.get(key, (0, 0)), strict=True)
    )
