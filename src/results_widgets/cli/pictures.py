"""The commands ``results-widgets chart`` and ``results-widgets flow``: one picture."""

import argparse
from pathlib import Path

from results_widgets.definitions import DEFINITIONS
from results_widgets.engine.calendar import EVERY
from results_widgets.report.images.colours import PALETTES
from results_widgets.report.images.write import write_chart, write_flow
from results_widgets.results import Results
from results_widgets.view_model.selection import RANGES


def add_chart_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``chart`` takes beside the campaign and its events."""
    add = parser.add_argument
    _add_common(parser)
    add("--metric", default="users", help="key of the glossary (%(default)s)")
    add("--action", help="id of the action whose metric is meant")
    add("--channel", help="id of the channel whose metric is meant")
    ranges = [name for name in RANGES if name != "custom"]
    add("--range", choices=ranges, default="whole", help="%(default)s")
    add("--every", choices=list(EVERY), default="1d", help="%(default)s")
    add("--by", help="column to break down by")
    add("--cumulative", action="store_true", help="add up")
    add("--compare", action="store_true", help="with the period before the range")


def add_flow_options(parser: argparse.ArgumentParser) -> None:
    """Add what ``flow`` takes beside the campaign and its events."""
    _add_common(parser)
    parser.add_argument("--variant", help="id of the variant that is drawn (default: everybody)")


def _add_common(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("-o", "--output", type=Path, required=True, help="file to write: .svg, .png or .pdf")
    add("--theme", choices=list(PALETTES), default="light", help="%(default)s")
    add("--time-zone", help="zone whose days are meant (default: this machine's)")
    add(
        "--definitions",
        choices=sorted(DEFINITIONS),
        help="default: those of a roll-up, or 'default'",
    )


def chart(results: Results, options: argparse.Namespace) -> int:
    """Write a chart; return 0."""
    names = ("metric", "action", "channel", "range", "every", "by", "cumulative", "compare")
    selected = {name: getattr(options, name) for name in names}
    write_chart(results, options.output, theme=options.theme, **selected)
    return 0


def flow(results: Results, options: argparse.Namespace) -> int:
    """Write the flow; return 0."""
    write_flow(results, options.output, variant=options.variant, theme=options.theme)
    return 0
