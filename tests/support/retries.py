"""In CI a browser's test that fails is tried once more, and is told of by name.

A browser, a kernel and a server on two busy cores answer in an order that no test can fix; JupyterLab
tries its own browser tests again for the same reason. Elsewhere, and for all other tests, the first
failure counts.
"""

import pytest

from tests.support.skips import is_ci

_FAILED = pytest.StashKey[bool]()


def allow(items: list[pytest.Item]) -> None:
    """Gives each browser test its second try, where this is CI."""
    if is_ci():
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.flaky(reruns=1))


def remember(item: pytest.Item, report: pytest.TestReport) -> None:
    """Notes how a part of a test ended, before its fixtures are given back."""
    item.stash[_FAILED] = report.failed or (report.when != "setup" and has_failed(item))


def has_failed(item: pytest.Item) -> bool:
    """Whether the test has failed in this try."""
    return item.stash.get(_FAILED, False)


def second_tries(config: pytest.Config) -> list[str]:
    """The tests that failed once and were tried again, each with what was wrong."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    again = reporter.stats.get("rerun", []) if reporter else []
    return [f"{report.nodeid} ({report.when})\n{report.longreprtext}" for report in again]
