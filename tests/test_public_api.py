"""The names that users rely on, and how little it takes to import them."""

import inspect
import subprocess
import sys

import pytest

import results_widgets as rw

NAMES = {
    "Action",
    "ActionDetail",
    "Campaign",
    "Campaigns",
    "Channels",
    "Dashboard",
    "Definitions",
    "Experiment",
    "Explore",
    "Flow",
    "Goal",
    "Overview",
    "Portfolio",
    "Results",
    "Segment",
    "Selection",
    "Variant",
    "datasets",
    "load",
}
METHODS = {
    "overview": "by",
    "channels": "by",
    "actions": "by",
    "explore": "metric action channel every cumulative by compare",
    "flow": "",
    "entries": "",
    "conversions": "",
    "users_in_campaign": "",
    "users_in_action": "action_id event",
    "glossary": "",
    "quality": "",
    "freshness": "",
    "between": "start end",
    "in_time_zone": "time_zone",
    "with_definitions": "definitions",
    "refresh": "",
    "attribution": "models by window",
    "paths": "by window",
    "with_attribution": "model window interacted",
}
TRAITS = [
    "metric",
    "action",
    "channel",
    "start",
    "end",
    "every",
    "time_zone",
    "definitions",
    "developers",
]


def python(code: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_documented_names_are_public() -> None:
    assert NAMES - set(rw.__all__) == set()
    assert rw.__all__ == sorted(rw.__all__, key=lambda name: (not name.isupper(), name))


@pytest.mark.parametrize("name", rw.__all__)
def test_public_name_is_there_and_says_what_it_is(name: str) -> None:
    found = getattr(rw, name)
    if not isinstance(found, dict) and name != "DEFINITIONS":
        assert inspect.getdoc(found)


def test_star_brings_the_public_names_and_no_others() -> None:
    code = "from results_widgets import *; print(sorted(n for n in dir() if n[0] != '_'))"
    assert python(code) == str(sorted(rw.__all__))


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(
        AttributeError, match="module 'results_widgets' has no attribute 'Dashbord'"
    ):
        rw.Dashbord  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize("name", METHODS)
def test_method_takes_the_documented_arguments(name: str) -> None:
    parameters = list(inspect.signature(getattr(rw.Results, name)).parameters)
    assert parameters[1 : 1 + len(METHODS[name].split())] == METHODS[name].split()
    assert inspect.getdoc(getattr(rw.Results, name))


PORTFOLIO = {
    "overview": "",
    "explore": "metric every",
    "overlap": "",
    "credit": "rule",
    "attribution": "models by window",
    "pressure": "every",
    "heatmap": "metric",
    "month": "month",
    "between": "start end",
    "in_time_zone": "time_zone",
    "with_definitions": "definitions",
    "with_clock": "clock",
    "with_attribution": "model window interacted",
}


@pytest.mark.parametrize("name", PORTFOLIO)
def test_method_of_a_portfolio_takes_the_documented_arguments(name: str) -> None:
    parameters = list(inspect.signature(getattr(rw.Portfolio, name)).parameters)
    assert parameters[1 : 1 + len(PORTFOLIO[name].split())] == PORTFOLIO[name].split()


def test_results_are_made_as_documented() -> None:
    parameters = inspect.signature(rw.Results).parameters
    assert list(parameters)[:5] == ["campaign", "events", "users", "definitions", "time_zone"]
    for name in ("definitions", "time_zone"):
        assert parameters[name].kind is inspect.Parameter.KEYWORD_ONLY
    assert parameters["definitions"].default == "default"
    assert parameters["users"].default is parameters["time_zone"].default is None


def test_selection_has_the_documented_traits() -> None:
    assert set(TRAITS) <= set(rw.Selection.class_trait_names())


ERRORS: dict[str, type[Exception]] = {
    "CampaignError": ValueError,
    "EventsError": ValueError,
    "QueryError": ValueError,
    "MissingExtraError": ImportError,
}


@pytest.mark.parametrize("name", ERRORS)
def test_error_is_caught_by_our_root_and_by_pythons(name: str) -> None:
    kind = getattr(rw, name)
    assert issubclass(kind, rw.ResultsError)
    assert issubclass(kind, ERRORS[name])


HEAVY = [
    "altair",
    "anywidget",
    "ipywidgets",
    "IPython",
    "pandas",
    "pyarrow",
    "duckdb",
    "voila",
    "asyncio",
]
HEAVY += [f"results_widgets.{room}" for room in ("exports", "reconciliation", "alternatives")]


def test_import_brings_no_widget_and_no_chart() -> None:
    code = f"import sys, results_widgets; print([n for n in {HEAVY} if n in sys.modules])"
    assert python(code) == "[]"


def test_computing_brings_none_either() -> None:
    code = f"""
import sys, results_widgets as rw
from datetime import datetime, UTC
import polars as pl
events = pl.DataFrame({{"user_id": ["a"], "action_id": ["a1"], "event": ["sent"],
                        "timestamp": [datetime(2026, 3, 1, tzinfo=UTC)]}})
campaign = {{"id": "c", "goal": {{"events": ["P"]}}, "actions": [{{"id": "a1", "channel": "email"}}]}}
results = rw.Results(campaign, events, time_zone="Europe/Berlin")
results.overview(), results.explore("users", every="1h"), results.flow(), results.quality()
len(results.users_in_action("a1"))
print([n for n in {HEAVY} if n in sys.modules])
"""
    assert python(code) == "[]"


def test_widgets_come_when_they_are_named() -> None:
    code = "import sys, results_widgets as rw; rw.Dashboard; print('anywidget' in sys.modules)"
    assert python(code) == "True"


def test_package_says_it_is_typed() -> None:
    from importlib.resources import files

    assert files("results_widgets").joinpath("py.typed").is_file()
