"""One page of JupyterLab for many notebooks: loading JupyterLab costs more than all that a test does in it."""

from typing import Any

from playwright.sync_api import Browser, Page

from tests.support.browser.chromium import ELSEWHERE
from tests.support.browser.lab import Notebook, Server


class KeptLab:
    """Shows one notebook at a time, each with a kernel of its own, in the page that the one before left."""

    def __init__(self, server: Server, browser: Browser) -> None:
        self.server = server
        self._browser = browser
        self._page: Page | None = None
        self._scene: dict[str, Any] = {}
        self._book: Notebook | None = None

    def open(
        self,
        name: str,
        *,
        dark: bool = False,
        width: int = 1440,
        height: int = 1000,
        fresh: bool = False,
        **options: Any,
    ) -> Notebook:
        """Opens a file of the server's folder.

        Args:
            name: The file.
            dark: Whether JupyterLab's theme is the dark one.
            width: Of the page.
            height: Of the page.
            fresh: In a page that has shown nothing before.
            options: Of the browser context; without a zone the browser's is another than the machine's.
        """
        self.leave()
        scene = {"timezone_id": ELSEWHERE, "locale": "en-GB", "reduced_motion": "reduce", **options}
        if fresh or scene != self._scene:
            self.close()
        is_loaded = self._page is not None
        page = self._page = self._page or self._browser.new_context(**scene).new_page()
        self._scene = scene
        page.set_viewport_size({"width": width, "height": height})
        page.mouse.move(0, 0)
        book = self._book = Notebook(page)
        if is_loaded:
            book.show(name, dark=dark)
        else:
            book.open(self.server.url(name), dark=dark)
        return book

    def leave(self, *, is_broken: bool = False) -> None:
        """Closes what is open, and ends its kernel.

        A page is not used again where a test failed or a question is open.
        """
        if self._book is None:
            return
        if is_broken or self._book.page.locator(".jp-Dialog").count():
            self.close()
        else:
            self._book.leave()
            self._book = None
        self.server.end_kernels()

    def close(self) -> None:
        """Closes the page: the next notebook gets a new one."""
        if self._page is not None:
            self._page.context.close()
        self._page = self._book = None
