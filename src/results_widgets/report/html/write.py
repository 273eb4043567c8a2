"""A report as one HTML file."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from results_widgets._io import check_output, write_whole
from results_widgets._version import __version__
from results_widgets.disclosure import SHARED_USERS
from results_widgets.engine.calendar import from_micros
from results_widgets.engine.fingerprint import fingerprint
from results_widgets.errors import QueryError
from results_widgets.locales import locale_of
from results_widgets.report.html.document import About
from results_widgets.report.html.page import render
from results_widgets.report.html.sections import check_sections, sections_html
from results_widgets.report.html.states import Choices, Columns
from results_widgets.results import Results
from results_widgets.results.formatting import estimate_note
from results_widgets.results.sections import Sections
from results_widgets.tables.zones import check_zone
from results_widgets.view_model.annotations import Noted
from results_widgets.view_model.campaign_choice import CampaignChoice
from results_widgets.view_model.names import check_names, with_first_line
from results_widgets.view_model.other_campaign import without_other
from results_widgets.view_model.selection import Selection
from results_widgets.view_model.serialization import zone_label
from results_widgets.view_model.status import attribution_note, clock_note, left_out_text

_BY: Final = ("variant",)


@dataclass(frozen=True, slots=True)
class Options:
    """What a report contains and what it opens with.

    Attributes:
        selection: What it opens with.
        time_zones: IANA names of zones that a reader can choose beside the results' own.
        by: Columns that a reader can break series down by; their values are in the file. None: the
            variant, if the campaign has variants.
        min_cell: Counts from 1 to below it are hidden, with what would reveal them; the report then
            has the whole campaign by day only.
        min_users: Values of columns with fewer users are left out.
        command: The command line that made it, which the report names; None: the Python call.
        locale: How numbers and days are written, such as ``"de"``; None: as the selection says, or
            in English.
        sections: What follows the dashboard, by name; None without one.
        annotations: What is marked on the chart's days, as `Noted.of` takes it.
        columns: Columns of a table of many campaigns; None: the usual ones.
    """

    selection: Selection | None = None
    time_zones: Sequence[str] = ()
    by: Sequence[str] | None = None
    min_cell: int = 0
    min_users: int = SHARED_USERS
    command: str | None = None
    locale: str | None = None
    sections: Sections = field(default_factory=Sections)
    annotations: object = None
    columns: Sequence[str] | None = None

    def __post_init__(self) -> None:
        Noted.of(self.annotations)
        # Before anything is counted: a name may be misspelt.
        CampaignChoice.of_columns(self.columns)
        if self.min_cell < 0:
            raise QueryError(
                f"min_cell is {self.min_cell}; pass 0 to hide nothing, or the least count to show"
            )
        if self.min_users < 1:
            raise QueryError(
                f"min_users is {self.min_users}; pass the fewest users of a value that is shown"
            )
        check_sections(self.sections, self.min_cell)


def write_html(results: Results, path: str | Path, options: Options | None = None) -> Path:
    """Write results as one HTML file: the dashboard, interactive without a kernel or a network.

    It contains no user ids and no attributes of users, except for the values of the columns that the
    options name in ``by``. An existing file is replaced only when the new one is complete.

    Raises:
        QueryError: A zone, column or name in the selection is not known, or a column identifies
            single users.
        OSError: The file cannot be written; nothing is left behind.
    """
    check_output(path)
    call = f"results.to_html({Path(path).name!r})"
    return write_whole(path, as_page(results, options or Options(), call).encode())


def as_page(
    results: Results, options: Options, call: str = "results.to_html()", *, paper: bool = False
) -> str:
    """Return the page that `write_html` writes; for paper with its tables and nothing to choose."""
    min_cell = options.min_cell
    if min_cell:
        # Its counts may be small, too.
        results = without_other(results)
    choices = Choices(tuple(check_zone(zone) for zone in options.time_zones))
    if min_cell or paper:
        # Two ranges would reveal the count of their difference.
        choices = Choices(
            definitions=(), ranges=(), developers=False, machine_opens=False, whole=not paper
        )
    columns = Columns([] if min_cell or paper else _columns(results, options), options.min_users)
    # Of running totals small counts are the differences, so that they stay with what has its days hidden.
    first = Selection(metric="users") if min_cell else options.selection or Selection()
    asked = options.locale or (options.selection.locale if options.selection else None)
    if asked:
        results = results._with(results._session.written_in(locale_of(asked)))
    if first.clock is not None:
        # For every view of the page, which has one clock.
        results = results.with_clock(first.clock)
    first = with_first_line(first, results, by_column=bool(columns.names))
    check_names(first, results)
    about = _about(results, options, call)
    return render(
        results,
        first,
        about,
        choices=choices,
        by=columns,
        min_cell=min_cell,
        paper=paper,
        noted=Noted.of(options.annotations),
        after=sections_html(options.sections, results),
    )


def _columns(results: Results, options: Options) -> list[str]:
    session, least = results._session, options.min_users
    if options.by is None:
        known = [name for name in _BY if results.campaign.variants and name in results.breakdowns]
        return [one for one in known if session.shown_names(one, least, may_be_none=True).height]
    for name in options.by:
        if name not in results.breakdowns:
            raise QueryError.unknown("column", name, results.breakdowns)
        session.shown_names(name, least)
    return list(options.by)


def _clock_words(results: Results) -> str:
    """Return which day counts stand on, and what rates of a range are of."""
    if results._session.query.clock == "entry":
        return clock_note(results).rstrip(".")
    followed = results.definitions.rate_clock == "entry"
    rates = "of the entries that started in it" if followed else "by what happened in it"
    return f"each count on the day it happened; rates of a range {rates}"


def _about(results: Results, options: Options, call: str) -> About:
    min_cell = options.min_cell
    newest = from_micros(results._session.newest, results.time_zone)
    day = results._session.locale.weekday_and_day(newest)
    hidden = f"counts from 1 to {min_cell - 1}, and what would reveal them (shown as a dash)"
    rows = (
        ("Data as of", f"{day}, {newest:%H:%M:%S %Z}"),
        ("Version of the events", results._session.reading.version or ""),
        ("Days of", f"{results.time_zone}, {zone_label(results.time_zone, newest)}"),
        ("Left out", left_out_text(results, options.min_users, min_cell)),
        ("Wrong clocks", results._session.data.clocks.note(results._session.locale, min_cell)),
        ("Clock", _clock_words(results)),
        ("Attribution", attribution_note(results).rstrip(".")),
        ("Definitions", f"{results.definitions.name}. {results.definitions.text}".rstrip(". ")),
        ("Estimates", estimate_note(results)),
        ("Hidden", hidden if min_cell > 1 else ""),
        ("Made with", f"results-widgets {__version__}"),
        ("Made by", options.command or call),
        ("SHA-256 of the input", fingerprint(results._session.source, results._session.reading)),
    )
    return About(tuple((name, text) for name, text in rows if text))
