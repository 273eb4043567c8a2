"""The command ``results-widgets report``: an HTML file or PDF, with conditions that a scheduler can act on."""

import argparse
import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import traitlets

from results_widgets._text import without_folders
from results_widgets.cli.arguments import add_campaign_command, add_scope, add_uniques, read_scope
from results_widgets.cli.report_portfolio import is_portfolio, run_portfolio
from results_widgets.cli.terminal import complain, say
from results_widgets.disclosure import SHARED_USERS
from results_widgets.errors import QueryError
from results_widgets.report import ASKED_SECTIONS, Condition, Options, write_html, write_pdf
from results_widgets.results import Results
from results_widgets.results.scope import days_of_month
from results_widgets.results.sections import Sections
from results_widgets.view_model.campaign_choice import USUAL_COLUMNS
from results_widgets.view_model.formatting import key_metrics
from results_widgets.view_model.selection import RANGES, Selection

if TYPE_CHECKING:
    from results_widgets.cli.arguments import Commands

FORMATS: Final = ("html", "pdf")

Failed = list[tuple[Condition, float | None]]
"""Conditions that hold or cannot be evaluated, with the metric's value."""


def add_parser(commands: "Commands") -> None:
    """Add the command."""
    parser = add_campaign_command(
        commands, "report", "write a campaign's results as one HTML file, or as PDF", _run
    )
    add = parser.add_argument
    add("-o", "--output", type=Path, required=True, help="file to write")
    add("--format", choices=FORMATS, help="default: the file's extension")
    ranges = [name for name in RANGES if name != "custom"]
    add("--range", choices=ranges, default="whole", help="%(default)s")
    add("--month", help="one month, 2026-03, instead of --range")
    add("--start", help="first day, 2026-03-01, instead of --range")
    add("--end", help="last day, included")
    add("--zone", action="append", default=[], help="time zone to choose; may be repeated")
    add("--by", action="append", help="column to break series down by; its values are in the file")
    add(
        "--min-users",
        type=int,
        default=SHARED_USERS,
        help="leave out values of --by with fewer users (%(default)s)",
    )
    add("--min-cell", type=int, default=0, help="hide counts from 1 to below this one")
    add(
        "--columns",
        type=_names,
        metavar="NAME,NAME",
        help=f"of several campaigns: columns of the table beside the name (default: {','.join(USUAL_COLUMNS)})",
    )
    for one in ASKED_SECTIONS:
        add(f"--{one.name}", action="store_true", help=f"add {one.asked}")
    add(
        "--fail-if",
        action="append",
        default=[],
        metavar="CONDITION",
        help="exit with 1 if the condition holds or has no value: 'conversion_rate < 0.02'; may be repeated",
    )
    add("--quiet", action="store_true", help="print errors only")
    add("--json", action="store_true", help="print one line of JSON")
    add_scope(parser)
    add_uniques(parser)


def _run(options: argparse.Namespace) -> int:
    """Write the report and check the conditions; return 1 if one holds."""
    if options.month and (options.start or options.end):
        raise QueryError("--month is a range of its own; leave out --start and --end")
    if is_portfolio(options):
        return run_portfolio(options)
    _refuse_columns(options)
    results = read_scope(options)
    conditions = [Condition.read(text) for text in options.fail_if]
    # Before the report is written, which may take minutes: a name may be misspelt.
    values = [(one, one.value(results), one.holds(results)) for one in conditions]
    kind = options.format or options.output.suffix.removeprefix(".").lower()
    if kind not in FORMATS:
        raise QueryError.unknown("format", kind, FORMATS)
    selection = _selection(options)
    write = write_pdf if kind == "pdf" else write_html
    write(
        results,
        options.output,
        Options(
            selection=selection,
            time_zones=options.zone,
            by=options.by,
            min_cell=options.min_cell,
            min_users=options.min_users,
            sections=_sections(options, selection, results),
            # The report is passed on: it names files, not the folders of this machine.
            command=without_folders(shlex.join(["results-widgets", *options.command_line])),
        ),
    )
    failed = [(condition, value) for condition, value, holds in values if holds is not False]
    _print_outcome(results, options, failed)
    return 1 if failed else 0


def _sections(options: argparse.Namespace, selection: Selection, results: Results) -> Sections:
    """Return what follows the dashboard, of what the page opens with."""
    asked = [one.name for one in ASKED_SECTIONS if getattr(options, one.name)]
    shown = selection.apply(results) if asked else results
    return cast("Sections", {name: getattr(shown, name)() for name in asked})


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _refuse_columns(options: argparse.Namespace) -> None:
    if options.columns is not None:
        raise QueryError(
            f"{options.campaign} is a single campaign, and --columns is of the table of several; name the folder "
            "that holds theirs, or leave it out"
        )


def _selection(options: argparse.Namespace) -> Selection:
    if options.month:
        first, last = days_of_month(options.month)
        return Selection(start=first.isoformat(), end=last.isoformat())
    try:
        if options.start or options.end:
            return Selection(start=options.start, end=options.end)
    except traitlets.TraitError as error:
        raise QueryError(f"{error}; write days as 2026-03-01") from None
    return Selection(range=options.range)


def _print_outcome(results: Results, options: argparse.Namespace, failed: Failed) -> None:
    if options.json:
        say(json.dumps(_summary(results, options, failed)))
        return
    for condition, value in failed:
        reason = "it has no value, its denominator is 0" if value is None else f"it is {value:g}"
        complain(f"{condition}: {reason}")
    if not options.quiet:
        size = options.output.stat().st_size
        say(f"{options.output}: {size / 1e6:.2f} MB")


def _summary(results: Results, options: argparse.Namespace, failed: Failed) -> dict[str, Any]:
    view = _selection(options).apply(results)
    values = dict(view.overview().select("metric", "value").iter_rows())
    return {
        "report": str(options.output),
        "bytes": options.output.stat().st_size,
        "campaign": results.campaign.id,
        "newest_event": results.freshness()["newest_event"][0].isoformat(),
        "version": results.freshness()["version"][0],
        "metrics": {one.key: values[one.key] for one in key_metrics(view)},
        "failed": [{"condition": str(condition), "value": value} for condition, value in failed],
    }
