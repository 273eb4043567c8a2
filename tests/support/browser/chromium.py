"""Which Chromium the tests drive, and how it is started."""

import os
import shutil

# Nothing but this machine resolves, so that a request to elsewhere cannot succeed unseen.
FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--font-render-hinting=none",
    "--host-resolver-rules=MAP reports.example.com 127.0.0.1 , MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]
CHROMIUMS = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]
# Not the machine's zone, nor that of any generated campaign's default: a leak of either shows.
ELSEWHERE = "Asia/Tokyo"


def find_chromium() -> str | None:
    """The Chromium that is asked for or installed; None leaves Playwright its own."""
    found = (shutil.which(name) for name in CHROMIUMS)
    return os.environ.get("RESULTS_WIDGETS_CHROMIUM") or next(filter(None, found), None)
