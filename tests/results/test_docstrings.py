"""What `Results` documents: all of its methods in one list, and the columns of its frames as they are."""

import inspect
from typing import Any

import pytest

import results_widgets as rw
from tests.support.docstrings import sections

CONCLUSIONS = {"summary", "experiment", "maturity", "cohorts", "time_to_convert", "reconcile"}
CONCLUSIONS |= {"attribution", "paths", "with_attribution", "next_steps"}

ALTERNATIVES = {"dialects", "sensitivity"}
"""What the numbers are under other rules."""

STORE = {"save"}

FOLLOWED = {"within", "outcome"}
"""What some users saw, and did later."""


def test_results_list_at_most_45_names_beside_conclusions_and_the_store() -> None:
    names = [name for name in dir(rw.Results) if not name.startswith("_")]
    assert 30 < len(set(names) - CONCLUSIONS - ALTERNATIVES - STORE - FOLLOWED) <= 45
    # One class lists them all, each with its own documentation.
    assert set(names) <= set(vars(rw.Results))
    assert all(inspect.getdoc(getattr(rw.Results, name)) for name in names)


def columns(found: Any) -> dict[str, str]:
    return {value.name: str(value.annotation) for value in found["returns"]}


FRAMES = ["overview", "channels", "actions", "explore", "entries", "conversions"]
FRAMES += ["glossary", "quality", "freshness", "maturity", "cohorts", "time_to_convert"]
FRAMES += ["attribution", "paths", "dialects"]


@pytest.mark.parametrize("name", FRAMES)
def test_documented_columns_are_those_of_the_frame(name: str, example: rw.Results) -> None:
    method = getattr(example, name)
    asked = {"interval": 0.95} if "interval" in inspect.signature(method).parameters else {}
    frame = method("users", **asked) if name == "explore" else method(**asked)
    told = columns(sections(f"Results.{name}"))
    for absent in ("by", "previous", "previous_time"):
        told.pop(absent, None)
    assert list(told) == frame.columns
    for column, kind in frame.schema.items():
        words = {"Datetime": "Datetime", "Duration": "Duration"}.get(
            str(kind.base_type()), str(kind)
        )
        assert told[column].startswith(words) or told[column] == "the events' own type"


@pytest.fixture(scope="module")
def example() -> rw.Results:
    return rw.Results(*rw.datasets.generate(200, seed=1), time_zone="UTC")
