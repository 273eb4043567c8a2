"""Chromium and JupyterLab, once per worker; a fresh browser context per test."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.browser.chromium import ELSEWHERE, FLAGS, find_chromium
from tests.support.browser.fonts import only_ours
from tests.support.browser.lab import Notebook, Server, notebook


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


@pytest.fixture
def open_notebook(
    request: pytest.FixtureRequest, server: Server, browser: Browser
) -> Iterator[Callable[..., Notebook]]:
    """Writes, opens and runs a notebook of code cells.

    `dark`, `width` and any option of a browser context (`timezone_id`, `color_scheme` …) set the
    scene; without a zone the browser's is another than the machine's.
    """
    name = re.sub(r"\W+", "-", request.node.name).strip("-")
    with ExitStack() as stack:

        def opened(
            *cells: str, dark: bool = False, width: int = 1440, height: int = 1000, **options: Any
        ) -> Notebook:
            scene = {"timezone_id": ELSEWHERE, "locale": "en-GB", **options}
            context = browser.new_context(viewport={"width": width, "height": height}, **scene)
            stack.callback(context.close)
            server.write(f"{name}.ipynb", cells)
            book = stack.enter_context(notebook(server, context))
            book.open(server.url(f"{name}.ipynb"), dark=dark)
            book.run_all()
            return book

        yield opened
