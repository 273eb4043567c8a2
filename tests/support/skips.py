"""In CI no test may be skipped: what a test needs is installed there, or it is no test."""

import os

import pytest

ALLOWED: frozenset[str] = frozenset()
"""Tests that may be skipped in CI, by node id. Give the reason beside each."""


def is_ci() -> bool:
    """Whether the tests run in CI."""
    return os.environ.get("CI", "").lower() in {"1", "true"}


def forbidden(config: pytest.Config) -> list[str]:
    """The tests that were skipped although this is CI, each with its reason."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not is_ci():
        return []
    return [
        f"{report.nodeid}: {_reason(report)}"
        for report in reporter.stats.get("skipped", [])
        if report.nodeid.partition("@")[0] not in ALLOWED
    ]


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    return report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
