"""The order of tests, and which of them one worker of pytest-xdist runs."""

from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent.parent
BROWSER = TESTS / "browser"


def arrange(items: list[pytest.Item]) -> None:
    """Groups tests by file, and by Spark's one session; puts the browser's last.

    A file's fixtures are made once this way. Spark starts first, since its group is the longest
    that one worker must run alone. The browser's tests come last because Playwright's event loop
    stays in the thread once it has started, and asyncio would stumble over it.
    """
    sizes: dict[Path, int] = {}
    for item in items:
        sizes[item.path] = sizes.get(item.path, 0) + 1
        if item.path.is_relative_to(BROWSER):
            item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.xdist_group(_group(item)))
    # Within the browser's, the longest files come first, so that both workers end together.
    items.sort(key=lambda item: (_stage(item), -sizes[item.path] if _in_browser(item) else 0))


def _group(item: pytest.Item) -> str:
    if item.get_closest_marker("spark"):
        return "spark"
    return item.path.relative_to(TESTS).with_suffix("").as_posix()


def _stage(item: pytest.Item) -> int:
    return 0 if item.get_closest_marker("spark") else 2 if _in_browser(item) else 1


def _in_browser(item: pytest.Item) -> bool:
    return item.get_closest_marker("browser") is not None
