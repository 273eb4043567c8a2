"""What all tests share: Hypothesis profiles and the two who answer an example."""

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, settings

import results_widgets as rw
from tests.reference import Case, Query
from tests.support import examples, order, skips
from tests.support.answers import Answers, FromPackage, FromReference
from tests.support.comm import connected
from tests.support.views import lifelike_results

# The default profile draws the same cases every time, so that a failure is a change's own fault;
# RESULTS_WIDGETS_HYPOTHESIS=thorough draws new ones, and many.
_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
settings.register_profile(
    "default", max_examples=60, deadline=None, derandomize=True, suppress_health_check=_SLOW
)
settings.register_profile(
    "thorough", max_examples=1_000, deadline=None, print_blob=True, suppress_health_check=_SLOW
)
settings.load_profile(os.environ.get("RESULTS_WIDGETS_HYPOTHESIS", "default"))


@pytest.hookimpl(tryfirst=True)  # pytest-xdist names the groups by the marks that stand there
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order.arrange(items)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    yield
    if skips.forbidden(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if found := skips.forbidden(terminalreporter.config):
        terminalreporter.section("In CI no test may be skipped", red=True)
        for line in found:
            terminalreporter.write_line(line)


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Connect widgets to a line whose other end is the test."""
    with connected(monkeypatch):
        yield


@pytest.fixture(scope="module")
def lifelike() -> rw.Results:
    """A campaign shaped like life, once per module."""
    return lifelike_results()


@pytest.fixture(params=[FromReference, FromPackage], ids=["reference", "package"])
def ask(request: pytest.FixtureRequest) -> Callable[..., Answers]:
    """Asks an example written as text of the reference, then of the package."""

    def answers(
        table: str | Case,
        users: pl.DataFrame | None = None,
        *,
        definitions: str = "default",
        between: tuple[datetime, datetime] | None = None,
        developers: bool = True,
        zone: str = "UTC",
        **campaign: Any,
    ) -> Answers:
        start, end = between or (None, None)
        query = Query(definitions, start, end, developers, zone)
        asked = table if isinstance(table, Case) else examples.case(table, users, **campaign)
        found: Answers = request.param(asked, query)
        return found

    return answers
