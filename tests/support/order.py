"""The order of tests, and which of them one worker of pytest-xdist runs."""

from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

TESTS = Path(__file__).resolve().parent.parent
BROWSER = TESTS / "browser"
SPARK = tuple(
    f"tests/engine/backends/lazy/test_{name}" for name in ("spark", "followup", "quality")
)
"""Files with tests on Spark; a session of it takes ten seconds and a gigabyte."""

LAB = tuple(
    f"tests/browser/test_{name}.py"
    for name in (
        *("audience", "campaigns", "dashboard", "demo", "elsewhere", "hosts", "lab", "lab_manners"),
        *("live", "order", "report_notebooks", "reopened", "sticking"),
    )
)
"""Files with notebooks in JupyterLab: its server and its page take as long to start as three notebooks."""


class ByFile(LoadScopeScheduling):  # type: ignore[misc]
    """Gives a file's tests to one worker, which makes its fixtures once; all on Spark, or in JupyterLab, to one."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "spark" if file.startswith(SPARK) else "lab" if file in LAB else file


def arrange(items: list[pytest.Item]) -> None:
    """Puts Spark's tests first and the browser's last.

    Spark's are the longest that one worker must run alone. The browser's come last because
    Playwright's event loop stays in the thread once it has started, and asyncio would stumble over it.
    """
    costs: dict[Path, int] = {}
    for item in items:
        costs[item.path] = costs.get(item.path, 0) + _cost(item)
        if item.path.is_relative_to(BROWSER):
            item.add_marker(pytest.mark.browser)
    if strays := {item.path.name for item in items if _in_lab(item)} - {
        Path(one).name for one in LAB
    }:
        raise pytest.UsageError(f"LAB in tests/support/order.py does not name {sorted(strays)}")
    # Within the browser's, JupyterLab's and then the longest files come first, so that all workers end together.
    items.sort(key=lambda item: (_stage(item), -costs[item.path] if _in_browser(item) else 0))


def _cost(item: pytest.Item) -> int:
    """Return about how many seconds a browser test takes: a page of JupyterLab and a kernel, or a page."""
    return 6 if _in_lab(item) else 1


def _in_lab(item: pytest.Item) -> bool:
    fixtures = {"server", "lab"} & {*getattr(item, "fixturenames", ())}
    return bool(fixtures) and item.path.is_relative_to(BROWSER)


def _stage(item: pytest.Item) -> int:
    if item.get_closest_marker("spark"):
        return 0
    if not _in_browser(item):
        return 1
    return 2 if item.path.relative_to(TESTS.parent).as_posix() in LAB else 3


def _in_browser(item: pytest.Item) -> bool:
    return item.get_closest_marker("browser") is not None
