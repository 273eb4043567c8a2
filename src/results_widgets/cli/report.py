"""The command ``results-widgets report``: fit for cron."""

import argparse
import json
import shlex
import sys
from pathlib import Path
from typing import Any, Final

import traitlets

from results_widgets.definitions import DEFINITIONS
from results_widgets.errors import QueryError
from results_widgets.report.checks import Condition
from results_widgets.report.html.write import Options, write_html
from results_widgets.report.pdf import write_pdf
from results_widgets.results import Results
from results_widgets.view_model.formatting import key_metrics
from results_widgets.view_model.selection import RANGES, Selection

FORMATS: Final = ("html", "pdf")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes beside the campaign and its events."""
    add = parser.add_argument
    add("-o", "--output", type=Path, required=True, help="file to write, whole or not at all")
    add("--format", choices=FORMATS, help="by default the ending of the file")
    add("--time-zone", help="zone whose days are meant (default: this machine's)")
    add(
        "--definitions",
        choices=sorted(DEFINITIONS),
        help="default: those of a roll-up, or 'default'",
    )
    add(
        "--range", choices=[r for r in RANGES if r != "custom"], default="whole", help="%(default)s"
    )
    add("--start", help="first day, 2026-03-01, instead of --range")
    add("--end", help="last day, included")
    add("--zone", action="append", default=[], help="a further zone to choose; may be repeated")
    add("--by", action="append", help="column to break lines down by; its values are in the file")
    add("--min-cell", type=int, default=0, help="hide counts from 1 to below this one")
    add(
        "--fail-if",
        action="append",
        default=[],
        metavar="CONDITION",
        help="exit with 1 if it holds, or cannot be told: 'conversion_rate < 0.02'; may be repeated",
    )
    add("--quiet", action="store_true", help="print errors only")
    add("--json", action="store_true", help="print one line of JSON")


def run(results: Results, options: argparse.Namespace, words: list[str]) -> int:
    """Write the report, check the conditions; return 0, or 1 if one holds.

    Args:
        results: What is reported.
        options: What `add_options` read.
        words: The command line, for the report's reader.
    """
    conditions = [Condition.read(text) for text in options.fail_if]
    # A misspelt name shall not be found out after minutes of writing.
    met = [
        (condition, condition.value(results), condition.holds(results)) for condition in conditions
    ]
    kind = options.format or options.output.suffix.removeprefix(".").lower()
    if kind not in FORMATS:
        raise QueryError.unknown("format", kind, FORMATS)
    write = write_pdf if kind == "pdf" else write_html
    write(
        results,
        options.output,
        Options(
            selection=_selection(options),
            time_zones=options.zone,
            by=options.by,
            min_cell=options.min_cell,
            command=shlex.join(["results-widgets", *words]),
        ),
    )
    failed = [(condition, value) for condition, value, holds in met if holds is not False]
    _tell(results, options, [(str(condition), value) for condition, value in failed])
    return 1 if failed else 0


def _selection(options: argparse.Namespace) -> Selection:
    try:
        if options.start or options.end:
            return Selection(start=options.start, end=options.end)
    except traitlets.TraitError as error:
        raise QueryError(f"{error}; write days as 2026-03-01") from None
    return Selection(range=options.range)


def _tell(
    results: Results, options: argparse.Namespace, failed: list[tuple[str, float | None]]
) -> None:
    if options.json:
        sys.stdout.write(json.dumps(_summary(results, options, failed)) + "\n")
        return
    for condition, value in failed:
        said = "cannot be told, it has no base" if value is None else f"it is {value:g}"
        sys.stderr.write(f"results-widgets: {condition}: {said}\n")
    if not options.quiet:
        size = options.output.stat().st_size
        sys.stdout.write(f"{options.output}: {size / 1e6:.2f} MB\n")


def _summary(
    results: Results, options: argparse.Namespace, failed: list[tuple[str, float | None]]
) -> dict[str, Any]:
    view = _selection(options).apply(results)
    values = dict(view.overview().select("metric", "value").iter_rows())
    return {
        "report": str(options.output),
        "bytes": options.output.stat().st_size,
        "campaign": results.campaign.id,
        "newest_event": results.freshness()["newest_event"][0].isoformat(),
        "metrics": {one.key: values[one.key] for one in key_metrics(view)},
        "failed": [{"condition": condition, "value": value} for condition, value in failed],
    }
