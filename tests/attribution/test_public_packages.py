"""Models against public packages: the numbers that these give were written down, nothing of theirs is kept.

``paths`` of public_packages.json are drawn here: each path with how often it led to a conversion, and how often
not. mta 0.0.9 and ChannelAttribution 2.2.5 were asked for them. ``shipped`` is the file of 10,000 paths that both
packages ship, by how often each state follows another, and what ChannelAttribution makes of it. It simulates its
Markov chain, here five million times, so that its numbers are off by a thousandth, and by more for rare owners.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from results_widgets.attribution.frames import attribution_frame
from results_widgets.attribution.markov import CONVERTED, LEFT, START, shares_of
from results_widgets.attribution.models import Model
from results_widgets.attribution.owners import Owners
from results_widgets.attribution.paths import Paths
from results_widgets.attribution.touches import Touches
from tests.support.loops import some

KNOWN: dict[str, Any] = json.loads(
    (Path(__file__).parent / "public_packages.json").read_text(encoding="utf-8")
)


def paths_of(counted: list[tuple[list[str], int, int]]) -> Paths:
    """Paths from how often each led to a conversion, and how often not."""
    names = sorted({owner for path, _, _ in counted for owner in path})
    converted = [path for path, times, _ in counted for _ in range(times)]
    others = [path for path, _, times in counted for _ in range(times)]
    conversions = pl.DataFrame({"conversion": range(len(converted))})
    none = pl.lit(None, pl.Int64)
    untold = {"age": pl.lit(0), "interacted": pl.lit(False), "clicked": pl.lit(False)}
    found = Touches(
        conversions.with_columns(value=pl.lit(2.0), given=none),
        _rows(converted, names, "conversion").with_columns(**untold),
        _rows(others, names, "path"),
    )
    return Paths(found, Owners(tuple(names), tuple(range(len(names)))))


def _rows(paths: list[list[str]], names: list[str], number: str) -> pl.DataFrame:
    rows = [(at, names.index(owner) + 1) for at, path in enumerate(paths) for owner in path]
    return pl.DataFrame(rows, {number: pl.Int64, "action": pl.Int64}, orient="row")


CASES = [(package, model) for package in ("mta", "ChannelAttribution") for model in KNOWN[package]]


@pytest.mark.parametrize(("package", "model"), CASES)
def test_models_are_those_of_public_packages(package: str, model: Model) -> None:
    found = attribution_frame(paths_of(KNOWN["paths"]), [model], 1)
    credit = dict(found.drop_nulls("owner").select("owner", "conversions").iter_rows())
    near = 2e-3 if model == "markov" else 1e-9
    assert credit == pytest.approx(KNOWN[package][model], rel=near)
    assert found["value"].to_list() == pytest.approx([2 * n for n in found["conversions"]])


def test_markov_on_the_file_that_the_packages_ship() -> None:
    shipped = KNOWN["shipped"]
    names = sorted(shipped["markov"])
    states = dict(zip(names, range(len(names)), strict=True))
    states |= {"start": START, "converted": CONVERTED, "left": LEFT}
    transitions = Counter(
        {
            (states[source], states[target]): count
            for source, targets in shipped["transitions"].items()
            for target, count in targets.items()
        }
    )
    shares = shares_of(transitions, len(names))
    found = {
        name: share * shipped["conversions"] for name, share in zip(names, shares, strict=True)
    }
    # About two million times a path that converts met an owner: four standard errors of such a count.
    for name, share in some(zip(names, shares, strict=True)):
        near = 4 / (share * 2_000_000) ** 0.5
        assert found[name] == pytest.approx(shipped["markov"][name], rel=near), name
