"""What all tests share: Hypothesis profiles and the two who answer an example."""

import gc
from collections.abc import Callable, Generator, Iterator
from datetime import datetime
from typing import Any, Literal

import polars as pl
import pytest

import results_widgets as rw
from tests.reference import Case, Query
from tests.support import (
    dearest,
    examples,
    generated,
    nightly,
    order,
    profiles,
    retries,
    saved_pages,
    skips,
)
from tests.support.answers import Answers, FromPackage, FromReference
from tests.support.comm import connected
from tests.support.views import lifelike_results

profiles.load()
generated.remember()
saved_pages.offer_few()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    nightly.leave_out(config, items)
    order.arrange(items)
    retries.allow(items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    retries.remember(item, report)
    return report


def pytest_collection_finish() -> None:
    # Modules and tests stay to the end: not to look for circles among them again and again saves 7 % of a property.
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> order.ByFile:
    # Not pytest-xdist's own groups: 3.8 writes them into a field that pytest 9.2 no longer reads.
    return order.ByFile(config, log)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    yield
    gc.unfreeze()
    if skips.forbidden(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if took := dearest.files(terminalreporter.config):
        terminalreporter.section(f"slowest {len(took) - 1} files")
        for line in took:
            terminalreporter.write_line(line)
    if found := skips.forbidden(terminalreporter.config):
        terminalreporter.section("In CI no test may be skipped", red=True)
        for line in found:
            terminalreporter.write_line(line)
    if again := retries.second_tries(terminalreporter.config):
        terminalreporter.section("Failed once, and was tried again", yellow=True)
        for line in again:
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
        clock: Literal["event", "entry"] = "event",
        **campaign: Any,
    ) -> Answers:
        start, end = between or (None, None)
        query = Query(definitions, start, end, developers, zone, clock)
        asked = table if isinstance(table, Case) else examples.case(table, users, **campaign)
        found: Answers = request.param(asked, query)
        return found

    return answers
