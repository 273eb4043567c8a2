"""A page as PDF, printed by a headless Chromium."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from results_widgets._io import whole_file
from results_widgets.errors import ResultsError
from results_widgets.report.html.write import Options, as_page
from results_widgets.results import Results

_PROGRAMS: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "microsoft-edge",
)
_PATIENCE: Final = 120


class MissingBrowserError(ResultsError):
    """No Chromium is there to print with."""

    def __init__(self) -> None:
        super().__init__(
            f"a PDF is printed by Chromium, and none of {', '.join(_PROGRAMS)} is installed. Install "
            "one, or name its program in RESULTS_WIDGETS_CHROMIUM; to_html needs none"
        )


def write_pdf(results: Results, path: str | Path, options: Options | None = None) -> Path:
    """Write results as PDF: the dashboard as the options' selection shows it, then every number as
    a table, with page numbers. Paper offers no choices, so zones and columns to choose are left out.

    Raises:
        MissingBrowserError: There is no Chromium.
        ResultsError: It failed to print.
        OSError: The file cannot be written; nothing is left behind.
    """
    program = browser()
    call = f"results.to_pdf({Path(path).name!r})"
    page = as_page(results, options or Options(), call, paper=True)
    with tempfile.TemporaryDirectory() as folder, whole_file(path) as unfinished:
        source = Path(folder) / "report.html"
        source.write_text(page, encoding="utf-8")
        _print(program, source, unfinished, Path(folder) / "profile")
    return Path(path)


def browser() -> str:
    """Return the program of a Chromium.

    Raises:
        MissingBrowserError: There is none.
    """
    named = os.environ.get("RESULTS_WIDGETS_CHROMIUM")
    found = next(filter(None, map(shutil.which, [named] if named else _PROGRAMS)), None)
    if found is None:
        raise MissingBrowserError
    return found


def _print(program: str, source: Path, target: Path, profile: Path) -> None:
    words = [
        program,
        "--headless",
        "--disable-gpu",
        "--no-first-run",
        "--disable-extensions",
        "--disable-background-networking",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--user-data-dir={profile}",
        # Time for the browser's clock, not ours: it runs ahead as soon as nothing is left to do.
        "--virtual-time-budget=8000",
        "--no-pdf-header-footer",
        f"--print-to-pdf={target}",
        source.as_uri(),
    ]
    # Chromium refuses its sandbox to root, as it runs in most containers.
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        words.insert(1, "--no-sandbox")
    try:
        done = subprocess.run(words, capture_output=True, timeout=_PATIENCE, check=False)  # noqa: S603 - our own words
    except subprocess.TimeoutExpired:
        raise ResultsError(f"Chromium did not print the report within {_PATIENCE} s") from None
    if done.returncode or not target.stat().st_size:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise ResultsError(
            f"Chromium could not print the report: {''.join(last) or 'no reason given'}"
        )
