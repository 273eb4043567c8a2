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


class ByFile(LoadScopeScheduling):  # type: ignore[misc]
    """Gives a file's tests to one worker, which makes its fixtures once; and all on Spark to one session."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "spark" if file.startswith(SPARK) else file


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
    # Within the browser's, the longest files come first, so that all workers end together.
    items.sort(key=lambda item: (_stage(item), -costs[item.path] if _in_browser(item) else 0))


def _cost(item: pytest.Item) -> int:
    """Return about how many seconds a browser test takes: a page of JupyterLab and a kernel, or a page."""
    starts_kernel = {"server", "lab"} & set(getattr(item, "fixturenames", ()))
    return 6 if starts_kernel else 1


def _stage(item: pytest.Item) -> int:
    return 0 if item.get_closest_marker("spark") else 2 if _in_browser(item) else 1


def _in_browser(item: pytest.Item) -> bool:
    return item.get_closest_marker("browser") is not None
