"""A report as PDF, printed by a headless Chromium."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from results_widgets._io import check_output, whole_file
from results_widgets.errors import ResultsError
from results_widgets.report.html import Options, as_page
from results_widgets.results import Results

_PROGRAMS: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "microsoft-edge",
)
_TIMEOUT_SECONDS: Final = 120


class MissingBrowserError(ResultsError):
    """No Chromium is installed to print with."""

    def __init__(self) -> None:
        super().__init__(
            f"a PDF is printed by Chromium, and none of {', '.join(_PROGRAMS)} is installed. Install "
            "one, or name its program in RESULTS_WIDGETS_CHROMIUM; to_html needs none"
        )


def write_pdf(results: Results, path: str | Path, options: Options | None = None) -> Path:
    """Write results as PDF: the dashboard as the options select it, then tables of every number.

    The options' zones and columns to choose from are ignored.

    Raises:
        MissingBrowserError: Chromium is not installed.
        ResultsError: Chromium failed to print.
        OSError: The file cannot be written; nothing is left behind.
    """
    check_output(path)
    program = browser()
    call = f"results.to_pdf({Path(path).name!r})"
    page = as_page(results, options or Options(), call, paper=True)
    with tempfile.TemporaryDirectory() as folder, whole_file(path) as unfinished:
        source = Path(folder) / "report.html"
        source.write_text(page, encoding="utf-8")
        _print(program, source, unfinished, Path(folder) / "profile")
    return Path(path)


def browser() -> str:
    """Return the path of a Chromium.

    Raises:
        MissingBrowserError: None is installed.
    """
    named = os.environ.get("RESULTS_WIDGETS_CHROMIUM")
    found = next(filter(None, map(shutil.which, [named] if named else _PROGRAMS)), None)
    if found is None:
        raise MissingBrowserError
    return found


def _print(program: str, source: Path, target: Path, profile: Path) -> None:
    command = [
        program,
        "--headless",
        "--disable-gpu",
        "--no-first-run",
        "--disable-extensions",
        "--disable-background-networking",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--user-data-dir={profile}",
        # Milliseconds of virtual time, which advances as fast as the page is idle.
        "--virtual-time-budget=8000",
        "--no-pdf-header-footer",
        f"--print-to-pdf={target}",
        source.as_uri(),
    ]
    # Chromium cannot use its sandbox as root, as which it runs in most containers.
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.insert(1, "--no-sandbox")
    try:
        done = subprocess.run(command, capture_output=True, timeout=_TIMEOUT_SECONDS, check=False)  # noqa: S603 - arguments are our own
    except subprocess.TimeoutExpired:
        raise ResultsError(
            f"Chromium did not print the report within {_TIMEOUT_SECONDS} s"
        ) from None
    if done.returncode or not target.stat().st_size:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise ResultsError(
            f"Chromium could not print the report: {''.join(last) or 'no reason given'}"
        )
