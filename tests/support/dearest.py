"""Which files of tests take longest: a Pareto of every run that names its slowest tests."""

import pytest

_MOST = 30


def files(config: pytest.Config) -> list[str]:
    """The files that took most of the time of all, each with its seconds and its share, fixtures included."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not config.getoption("durations", default=None):
        return []
    seconds: dict[str, float] = {}
    for reports in reporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                file = report.nodeid.partition("::")[0]
                seconds[file] = seconds.get(file, 0) + report.duration
    whole = sum(seconds.values())
    dearest = sorted(seconds.items(), key=lambda one: -one[1])[:_MOST]
    rest = whole - sum(took for _, took in dearest)
    lines = [f"{took:7.1f}s {took / whole:6.1%} {file}" for file, took in dearest if took]
    return [*lines, f"{rest:7.1f}s {rest / whole:6.1%} the rest"] if lines else []
