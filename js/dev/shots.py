"""Take pictures of the pages that pages.mjs wrote: python js/dev/shots.py [page ...]."""

import os
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).parent.parent / "build"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
WIDTHS = (1440, 800, 480)


def main(names: list[str]) -> None:
    """Write one picture per page, width and theme, and say what the browser complained about."""
    pages = names or sorted(path.stem for path in FOLDER.glob("*.html"))
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name in pages:
            stem, _, only = name.partition(":")
            for width in [int(only)] if only else WIDTHS:
                for theme in ("light", "dark"):
                    page = browser.new_page(
                        viewport={"width": width, "height": 900}, color_scheme=theme
                    )
                    page.on("console", lambda message: print("console", message.text))
                    page.on("pageerror", lambda error: print("error", error))
                    page.goto(f"file://{FOLDER / stem}.html")
                    page.wait_for_selector("[data-rw-ready]", timeout=5000, state="attached")
                    page.wait_for_timeout(500)
                    page.screenshot(path=FOLDER / f"{stem}-{width}-{theme}.png", full_page=True)
                    page.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
