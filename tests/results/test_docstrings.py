"""Public docstrings: complete, readable by documentation builders, with examples that run."""

import doctest
import inspect
import logging
import sys
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import griffe
import polars as pl
import pytest

import results_widgets as rw
from results_widgets.results import Watch

CLASSES: list[type] = [
    rw.Results,
    rw.RollUp,
    Watch,
    rw.Segment,
    rw.SegmentStore,
    rw.Campaign,
    rw.Definitions,
]
FUNCTIONS: list[Callable[..., object]] = [rw.load]
NEEDS_BROWSER = {"Results.to_pdf"}


def is_method(member: object) -> bool:
    return not isinstance(member, cached_property) and inspect.isroutine(member)


def methods(kind: type) -> Iterator[tuple[str, Callable[..., object]]]:
    """Public methods of a class, and the operators that it documents."""
    for name, found in inspect.getmembers(kind, is_method):
        if name.startswith("_") and name != "__or__":
            continue
        if name == "__or__" and "__or__" not in {n for k in kind.__mro__[:-1] for n in vars(k)}:
            continue
        yield f"{kind.__name__}.{name}", found


METHODS = dict(pair for kind in CLASSES for pair in methods(kind))
CALLABLES = METHODS | {function.__name__: function for function in FUNCTIONS}
DOCUMENTED: dict[str, Any] = CALLABLES | {kind.__name__: kind for kind in CLASSES}


def test_results_list_at_most_45_names() -> None:
    names = [name for name in dir(rw.Results) if not name.startswith("_")]
    assert 30 < len(names) <= 45
    # One class lists them all, each with its own documentation.
    assert set(names) <= set(vars(rw.Results))
    assert all(inspect.getdoc(getattr(rw.Results, name)) for name in names)


@cache
def package() -> griffe.Object:
    """The package as a documentation builder sees it that imports what it documents."""
    found = griffe.load("results_widgets", force_inspection=True, search_paths=sys.path)
    assert isinstance(found, griffe.Object)
    return found


def sections(name: str) -> dict[str, Any]:
    """What a documentation builder reads from a docstring; a warning of its parser fails the test."""
    kind, _, _ = name.partition(".")
    module = DOCUMENTED[kind].__module__.removeprefix("results_widgets.")
    found = package()[f"{module}.{name}"]
    assert found.docstring is not None, "no docstring"
    # As by default: each line of Returns that is not indented further is a value of its own.
    parts = found.docstring.parse("google", returns_multiple_items=True, returns_named_value=True)
    return {part.kind.value: part.value for part in parts}


@pytest.mark.parametrize("name", list(CALLABLES))
def test_parameters_returns_and_an_example_are_documented(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    function = CALLABLES[name]
    with caplog.at_level(logging.WARNING):
        found = sections(name)
    assert [record.getMessage() for record in caplog.records] == []
    signature = inspect.signature(function)
    stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    parameters = [one for one in signature.parameters.values() if one.name != "self"]
    taken = [
        f"{stars[one.kind]}{one.name}" if one.kind in stars else one.name for one in parameters
    ]
    assert [one.name for one in found.get("parameters", [])] == taken
    if signature.return_annotation not in (None, "None"):
        values = found["returns"]
        assert all(value.description for value in values)
        if signature.return_annotation is pl.DataFrame:
            assert all(value.name and value.annotation for value in values), "one column a line"
    assert ">>> " in inspect.getdoc(function)  # type: ignore[operator]
    assert "examples" in found


@pytest.mark.parametrize("name", [kind.__name__ for kind in CLASSES])
def test_classes_say_how_they_are_made(name: str) -> None:
    kind = DOCUMENTED[name]
    found = sections(name)
    if name != "RollUp":
        assert found.keys() & {"parameters", "attributes"}
    for member, value in vars(kind).items():
        if isinstance(value, property) and not member.startswith("_"):
            assert inspect.getdoc(value)


def columns(found: Any) -> dict[str, str]:
    return {value.name: str(value.annotation) for value in found["returns"]}


FRAMES = ["overview", "channels", "actions", "explore", "entries", "conversions"]
FRAMES += ["glossary", "quality", "freshness"]


@pytest.mark.parametrize("name", FRAMES)
def test_documented_columns_are_those_of_the_frame(name: str, example: rw.Results) -> None:
    method = getattr(example, name)
    frame = method("users") if name == "explore" else method()
    told = columns(sections(f"Results.{name}"))
    told.pop("by", None), told.pop("previous", None)
    assert list(told) == frame.columns
    for column, kind in frame.schema.items():
        words = {"Datetime": "Datetime", "Duration": "Duration"}.get(
            str(kind.base_type()), str(kind)
        )
        assert told[column].startswith(words) or told[column] == "the events' own type"


@pytest.fixture(scope="module")
def example() -> rw.Results:
    """The campaign that the examples show, made as `Results` says."""
    return rw.Results(*rw.datasets.generate(200, seed=1), time_zone="UTC")


def examples() -> list[Any]:
    found = []
    for name, documented in DOCUMENTED.items():
        if ">>> " in (inspect.getdoc(documented) or ""):
            browser = [pytest.mark.browser] if name in NEEDS_BROWSER else []
            found.append(pytest.param(name, marks=browser))
    return found


@pytest.mark.parametrize("name", examples())
def test_example_shows_what_it_says(
    name: str, example: rw.Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = {"rw": rw, "pl": pl, "results": example}
    text = inspect.getdoc(DOCUMENTED[name]) or ""
    test = doctest.DocTestParser().get_doctest(text, names, name, None, None)
    assert test.examples
    said: list[str] = []
    doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    assert said == []
