"""Reports as files."""

from collections.abc import Sequence
from pathlib import Path

from results_widgets import __version__
from results_widgets.engine.zones import from_micros
from results_widgets.errors import QueryError
from results_widgets.events import check_zone
from results_widgets.files import write_whole
from results_widgets.report.fingerprint import fingerprint
from results_widgets.report.looks import Wanted
from results_widgets.report.page import About, render
from results_widgets.results import Results
from results_widgets.widgets._wire import zone_label
from results_widgets.widgets.selection import Selection

_BY = ("variant",)


def write_html(
    results: Results,
    path: str | Path,
    *,
    selection: Selection | None = None,
    time_zones: Sequence[str] = (),
    by: Sequence[str] | None = None,
    min_cell: int = 0,
    command: str | None = None,
) -> Path:
    """Write results as one HTML file: the dashboard, live without a kernel and without a request.

    No user id and no attribute of a user is in it, but for the values of columns named in ``by``.

    Args:
        results: What is written.
        path: The file; it appears whole or not at all.
        selection: What the page opens with.
        time_zones: IANA names of zones that a reader can choose beside the results' own.
        by: Columns that a reader can break lines down by; their values are in the file. None: the
            campaign's variants, if it has some.
        min_cell: Counts from 1 to below it are hidden, with what would reveal them; the page then
            holds the whole campaign per day only.
        command: What made the file, for its reader; None names this call.

    Returns:
        The path.

    Raises:
        QueryError: A zone or column is not known.
        OSError: The file cannot be written; nothing is left behind.
    """
    text = as_page(
        results,
        selection=selection,
        time_zones=time_zones,
        by=by,
        min_cell=min_cell,
        command=command or f"results.to_html({Path(path).name!r})",
    )
    return write_whole(path, text.encode())


def as_page(
    results: Results,
    *,
    selection: Selection | None = None,
    time_zones: Sequence[str] = (),
    by: Sequence[str] | None = None,
    min_cell: int = 0,
    command: str = "results.to_html()",
    paper: bool = False,
) -> str:
    """Return the page that `write_html` writes; for paper without choices, with its tables."""
    if min_cell < 0:
        raise QueryError(
            f"min_cell is {min_cell}; pass 0 (nothing hidden) or the least count to show"
        )
    wanted = Wanted(tuple(check_zone(zone) for zone in time_zones))
    if min_cell or paper:
        # The difference of two ranges is a count, too.
        wanted = Wanted(
            definitions=(), ranges=(), developers=False, machines=False, whole=not paper
        )
    columns = [] if min_cell else _columns(results, by)
    first = Selection() if selection is None or min_cell else selection
    about = _about(results, min_cell, command)
    return render(results, first, about, wanted=wanted, by=columns, min_cell=min_cell, paper=paper)


def _columns(results: Results, by: Sequence[str] | None) -> list[str]:
    if by is None:
        return [name for name in _BY if results.campaign.variants and name in results.breakdowns]
    for name in by:
        if name not in results.breakdowns:
            raise QueryError.unknown("column", name, results.breakdowns)
    return list(by)


def _about(results: Results, min_cell: int, command: str) -> About:
    newest = from_micros(results.newest, results.time_zone)
    hidden = f"counts from 1 to {min_cell - 1}, and what would reveal them (shown as a dash)"
    rows = (
        ("Data as of", f"{newest:%a} {newest.day} {newest:%b %Y, %H:%M:%S %Z}"),
        ("Days of", f"{results.time_zone}, {zone_label(results.time_zone, newest)}"),
        ("Definitions", results.definitions.name),
        ("Hidden", hidden if min_cell > 1 else ""),
        ("Made with", f"results-widgets {__version__}"),
        ("Made by", command),
        ("SHA-256 of the input", fingerprint(results)),
    )
    return About(tuple((name, text) for name, text in rows if text))
