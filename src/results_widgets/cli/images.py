"""The commands ``results-widgets chart`` and ``results-widgets flow``: one image each."""

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from results_widgets.cli.arguments import add_campaign_command, add_scope, add_uniques, read_scope
from results_widgets.engine.calendar import EVERY
from results_widgets.errors import QueryError
from results_widgets.report.images import write_chart, write_flow
from results_widgets.report.images.colours import PALETTES
from results_widgets.results.over_time import as_against
from results_widgets.view_model.selection import AUTOMATIC, RANGES

if TYPE_CHECKING:
    from results_widgets.cli.arguments import Commands

_SELECTED: Final = (
    "metric",
    "action",
    "channel",
    "range",
    "every",
    "by",
    "cumulative",
    "compare",
)


def add_parser(commands: "Commands") -> None:
    """Add both commands."""
    chart = add_campaign_command(commands, "chart", "draw one metric over time", _chart)
    _add_image(chart)
    add = chart.add_argument
    add("--metric", help="key of the glossary (default: the line that suits the campaign)")
    add("--action", help="id of the action whose metric is drawn")
    add("--channel", help="id of the channel whose metric is drawn")
    ranges = [name for name in RANGES if name != "custom"]
    add("--range", choices=ranges, default="whole", help="%(default)s")
    add("--every", choices=[AUTOMATIC, *EVERY], help=f"default: {AUTOMATIC}")
    add("--by", help="column to break down by")
    add("--cumulative", action="store_true", help="draw running totals")
    add(
        "--compare",
        nargs="?",
        const="previous",
        type=_compared,
        metavar="DAY",
        help="with the period before the range; or last_year, or the first of as many days: 2026-02-15",
    )
    flow = add_campaign_command(commands, "flow", "draw the flow", _flow)
    _add_image(flow)
    flow.add_argument("--variant", help="id of the variant that is drawn (default: everyone)")


def _compared(text: str) -> str | date:
    """Return what is compared with, from the command line."""
    try:
        against = as_against(text)
    except QueryError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    assert against is not None
    return against


def _add_image(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("-o", "--output", type=Path, required=True, help="file to write: .svg, .png or .pdf")
    add("--theme", choices=list(PALETTES), default="light", help="%(default)s")
    add_scope(parser)
    add_uniques(parser)


def _chart(options: argparse.Namespace) -> int:
    # What is not given stays open, so that the line that suits the campaign is drawn.
    selected = {name: value for name in _SELECTED if (value := getattr(options, name))}
    write_chart(read_scope(options), options.output, theme=options.theme, **selected)
    return 0


def _flow(options: argparse.Namespace) -> int:
    results = read_scope(options)
    write_flow(results, options.output, variant=options.variant, theme=options.theme)
    return 0
