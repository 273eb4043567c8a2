"""Docstrings of all public names: complete, readable by documentation builders, with examples that run."""

import doctest
import inspect
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from tests.support.docstrings import (
    CALLABLES,
    CLASSES,
    DOCUMENTED,
    VARIABLES,
    docstring_of,
    sections,
)
from tests.support.exports.example import write_example

NEEDS_BROWSER = {"Results.to_pdf"}
STARS = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}
EVERYTHING = [*DOCUMENTED, *VARIABLES]


def test_every_public_name_is_looked_at() -> None:
    assert {*rw.__all__} - {"datasets"} <= {*EVERYTHING}
    assert {"Results.overview", "Segment.save", "Dashboard.to_html", "Goal.to_dict"} <= {*CALLABLES}
    assert inspect.getdoc(rw.datasets)


@pytest.mark.parametrize("name", list(CALLABLES))
def test_parameters_and_returns_are_documented(name: str, caplog: pytest.LogCaptureFixture) -> None:
    function = CALLABLES[name]
    with caplog.at_level(logging.WARNING):
        found = sections(name)
    assert [record.getMessage() for record in caplog.records] == []
    signature = inspect.signature(function)
    parameters = [one for one in signature.parameters.values() if one.name != "self"]
    taken = [f"{STARS.get(one.kind.name, '')}{one.name}" for one in parameters]
    assert [one.name for one in found.get("parameters", [])] == taken
    if signature.return_annotation not in (None, "None"):
        values = found["returns"]
        assert all(value.description for value in values)
        if signature.return_annotation is pl.DataFrame:
            assert all(value.name and value.annotation for value in values), "one column a line"


@pytest.mark.parametrize("name", list(CLASSES))
def test_classes_say_how_they_are_made(name: str, caplog: pytest.LogCaptureFixture) -> None:
    kind = CLASSES[name]
    with caplog.at_level(logging.WARNING):
        found = sections(name)
    assert [record.getMessage() for record in caplog.records] == []
    # A roll-up is made by results; errors take a message.
    made_here = name != "RollUp" and "__init__" in vars(kind)
    if made_here or not issubclass(kind, BaseException):
        assert name == "RollUp" or found.keys() & {"parameters", "attributes"}
    for member, value in vars(kind).items():
        if isinstance(value, property) and not member.startswith("_"):
            assert inspect.getdoc(value)


@pytest.mark.parametrize("name", EVERYTHING)
def test_an_example_is_shown(name: str) -> None:
    assert "examples" in sections(name)


@pytest.fixture(scope="module")
def results() -> rw.Results:
    """The campaign that the examples show, made as `Results` says."""
    return rw.Results(*rw.datasets.generate(200, seed=1), time_zone="UTC")


def examples() -> list[Any]:
    browser = [pytest.mark.browser]
    return [
        pytest.param(name, marks=browser if name in NEEDS_BROWSER else []) for name in EVERYTHING
    ]


@pytest.fixture(scope="module")
def portfolio(results: rw.Results) -> rw.Portfolio:
    """The portfolio that the examples show, made as `Portfolio` says."""
    other = rw.Results(*rw.datasets.generate(200, seed=2), time_zone="UTC")
    return rw.Portfolio({"spring": results, "autumn": other})


@pytest.mark.parametrize("name", examples())
def test_example_shows_what_it_says(
    name: str,
    results: rw.Results,
    portfolio: rw.Portfolio,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    write_example(Path("export"))
    names = {"rw": rw, "pl": pl, "timedelta": timedelta}
    names |= {"results": results, "portfolio": portfolio}
    text = inspect.cleandoc(docstring_of(name).value)
    test = doctest.DocTestParser().get_doctest(text, names, name, None, None)
    assert test.examples
    said: list[str] = []
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS)
    runner.run(test, out=said.append)
    assert said == []
