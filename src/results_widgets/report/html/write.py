"""Reports as files."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from results_widgets._io import write_whole
from results_widgets._version import __version__
from results_widgets.engine.calendar import from_micros
from results_widgets.errors import QueryError
from results_widgets.report.fingerprint import fingerprint
from results_widgets.report.html.page import About, render
from results_widgets.report.html.states import Wanted
from results_widgets.results import Results
from results_widgets.tables.zones import check_zone
from results_widgets.view_model.formatting import estimate_note
from results_widgets.view_model.selection import Selection
from results_widgets.view_model.serialization import zone_label

_BY: Final = ("variant",)


@dataclass(frozen=True, slots=True)
class Options:
    """What a report holds and how it opens.

    Attributes:
        selection: What it shows first.
        time_zones: IANA names of zones that a reader can choose beside the results' own.
        by: Columns that a reader can break lines down by; their values are in the file. None: the
            campaign's variants, if it has some.
        min_cell: Counts from 1 to below it are hidden, with what would reveal them; the report then
            holds the whole campaign per day only.
        command: What made it, for its reader; None names the call.
    """

    selection: Selection | None = None
    time_zones: Sequence[str] = ()
    by: Sequence[str] | None = None
    min_cell: int = 0
    command: str | None = None

    def __post_init__(self) -> None:
        if self.min_cell < 0:
            raise QueryError(
                f"min_cell is {self.min_cell}; pass 0 (nothing hidden) or the least count to show"
            )


def write_html(results: Results, path: str | Path, options: Options | None = None) -> Path:
    """Write results as one HTML file: the dashboard, live without a kernel and without a request.

    No user id and no attribute of a user is in it, but for the values of columns named in the
    options' ``by``. The file appears whole or not at all.

    Raises:
        QueryError: A zone or column is not known, or a column tells single users apart.
        OSError: The file cannot be written; nothing is left behind.
    """
    call = f"results.to_html({Path(path).name!r})"
    return write_whole(path, as_page(results, options or Options(), call).encode())


def as_page(
    results: Results, options: Options, call: str = "results.to_html()", *, paper: bool = False
) -> str:
    """Return the page that `write_html` writes; for paper without choices, with its tables."""
    min_cell = options.min_cell
    wanted = Wanted(tuple(check_zone(zone) for zone in options.time_zones))
    if min_cell or paper:
        # The difference of two ranges is a count, too.
        wanted = Wanted(
            definitions=(), ranges=(), developers=False, machines=False, whole=not paper
        )
    columns = [] if min_cell or paper else _columns(results, options.by)
    first = Selection() if options.selection is None or min_cell else options.selection
    about = _about(results, min_cell, options.command or call)
    return render(results, first, about, wanted=wanted, by=columns, min_cell=min_cell, paper=paper)


def _columns(results: Results, by: Sequence[str] | None) -> list[str]:
    if by is None:
        return [name for name in _BY if results.campaign.variants and name in results.breakdowns]
    for name in by:
        if name not in results.breakdowns:
            raise QueryError.unknown("column", name, results.breakdowns)
        results._session.check_shared(name)
    return list(by)


def _about(results: Results, min_cell: int, command: str) -> About:
    newest = from_micros(results._session.newest, results.time_zone)
    hidden = f"counts from 1 to {min_cell - 1}, and what would reveal them (shown as a dash)"
    rows = (
        ("Data as of", f"{newest:%a} {newest.day} {newest:%b %Y, %H:%M:%S %Z}"),
        ("Days of", f"{results.time_zone}, {zone_label(results.time_zone, newest)}"),
        ("Definitions", f"{results.definitions.name}. {results.definitions.text}".rstrip(". ")),
        ("Estimates", estimate_note(results)),
        ("Hidden", hidden if min_cell > 1 else ""),
        ("Made with", f"results-widgets {__version__}"),
        ("Made by", command),
        ("SHA-256 of the input", fingerprint(results)),
    )
    return About(tuple((name, text) for name, text in rows if text))
