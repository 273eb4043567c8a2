"""Chromium and JupyterLab, once per worker."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support import retries
from tests.support.browser.chromium import FLAGS, find_chromium
from tests.support.browser.fonts import only_ours
from tests.support.browser.kept_lab import KeptLab
from tests.support.browser.lab import SECOND, Notebook, Server

# Of what comes in the end; Playwright's five seconds are too few where others want the processor too.
expect.set_options(timeout=30 * SECOND)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    program = find_chromium()
    with sync_playwright() as playwright:
        if program is None and not Path(playwright.chromium.executable_path).exists():
            pytest.fail("no Chromium here: run `make test` once, which installs one", pytrace=False)
        env: dict[str, str | float | bool] = {
            **os.environ,
            **only_ours(tmp_path_factory.mktemp("fonts")),
        }
        with playwright.chromium.launch(executable_path=program, args=FLAGS, env=env) as launched:
            yield launched


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("lab")) as running:
        yield running


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens empty pages that stand still, of a width, light or dark."""
    with ExitStack() as stack:

        def opened(width: int = 1440, *, dark: bool = False) -> Page:
            context = browser.new_context(
                viewport={"width": width, "height": 720},
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce",
            )
            stack.callback(context.close)
            return context.new_page()

        yield opened


@pytest.fixture(scope="session")
def _kept_lab(server: Server, browser: Browser) -> Iterator[KeptLab]:
    kept = KeptLab(server, browser)
    yield kept
    kept.close()


@pytest.fixture
def lab(request: pytest.FixtureRequest, _kept_lab: KeptLab) -> Iterator[KeptLab]:
    """JupyterLab in a page that tests share; a test that fails keeps it from the next."""
    yield _kept_lab
    _kept_lab.leave(is_broken=retries.has_failed(request.node))


@pytest.fixture
def open_notebook(request: pytest.FixtureRequest, lab: KeptLab) -> Callable[..., Notebook]:
    """Writes, opens and runs a notebook of code cells; takes what `KeptLab.open` takes."""
    name = re.sub(r"\W+", "-", request.node.name).strip("-") + ".ipynb"

    def opened(*cells: str, **scene: Any) -> Notebook:
        lab.server.write(name, cells)
        book = lab.open(name, **scene)
        book.run_all()
        return book

    return opened
