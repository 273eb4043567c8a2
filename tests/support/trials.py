"""Experiments of random campaigns: asked of the package and of the reference, and compared."""

import math
from typing import Any

from results_widgets import QueryError
from tests.reference.experiment import Asked, Study
from tests.support.answers import FromPackage
from tests.support.strategies import Question

NUMBERS = [
    *("users", "ripe_users", "value", "control_users", "control_ripe_users", "control_value"),
    *("difference", "low", "high", "relative", "relative_low", "relative_high"),
    *("p_value", "p_adjusted"),
]


def experiments(asked: Question) -> None:
    """The table, the arms and who is left out are the reference's, however the experiment is asked for."""
    package = FromPackage(asked.case, asked.query)
    random = asked.choose("experiment")
    for by in dict.fromkeys(["variant", *asked.columns]):
        how = Asked(
            by=by,
            control="",
            window=random.choice([None, None, "90m", "2d"]),
            crossovers=random.choice([None, "first"]),
            trust=by != "variant",
            covariate=random.choice([None, None, "before"]),
            level=random.choice([0.95, 0.8]),
            adjust=random.choice(["holm", "fdr", None]),
        )
        study = Study(asked.case, asked.query, how)
        if not study.arms or not any(unit.arm for unit in study.units):
            continue
        control = random.choice(study.arms)
        compare(package, Study(asked.case, asked.query, how_with(how, control)))


def how_with(how: Asked, control: str) -> Asked:
    """The same with a control."""
    return Asked(**{**vars(how), "control": control})


def compare(package: FromPackage, study: Study) -> None:
    """Asks the package for the experiment that the reference has worked out."""
    how: dict[str, Any] = dict(vars(study.asked))
    try:
        found = package.results.experiment(**how)
    except QueryError as error:
        refused = str(error)
        assert not how["trust"], refused
        assert known_later(study) or "has an entry" in refused, refused
        return
    assert found.crossovers == len(study.crossed)
    assert found.study.unassigned == len(study.unassigned)
    assert found.arms["arm"].to_list() == study.arms
    assert found.mismatch is None
    rows = found.table.to_dicts()
    expected = study.table()
    names = [tuple(row[name] for name in ("metric", "channel", "arm")) for row in rows]
    assert names == [tuple(row[name] for name in ("metric", "channel", "arm")) for row in expected]
    for row, told in zip(rows, expected, strict=True):
        wrong = {
            name: (row[name], told[name]) for name in NUMBERS if not close(row[name], told[name])
        }
        assert not wrong, (told["metric"], told["channel"], told["arm"], wrong)
        assert row["verdict"] == told["verdict"], (row, told)


def known_later(study: Study) -> bool:
    """Whether no root names a variant, though other rows do."""
    return not any(unit.arm != "held_back" for unit in study.units)


def close(one: float | None, other: float | None) -> bool:
    """Whether two numbers are the same but for rounding."""
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-7, abs_tol=1e-9)
