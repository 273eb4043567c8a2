"""The command ``results-widgets prepare``: a campaign's events in a store, which opens in a moment."""

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from results_widgets.cli.arguments import add_campaign_command, add_scope, add_uniques, read_scope
from results_widgets.cli.terminal import say

if TYPE_CHECKING:
    from results_widgets.cli.arguments import Commands


def add_parser(commands: "Commands") -> None:
    """Add the command."""
    parser = add_campaign_command(
        commands, "prepare", "keep a campaign in a folder that opens in a moment", _run
    )
    add = parser.add_argument
    add("-o", "--output", type=Path, required=True, help="folder to write, x.rw")
    add(
        "--no-warm",
        action="store_true",
        help="keep only what the first screen needs: a third of the size, slower first clicks",
    )
    add_scope(parser)
    add_uniques(parser)


def _run(options: argparse.Namespace) -> int:
    began = time.monotonic()
    results = read_scope(options)
    if not options.no_warm:
        results.warm()
    folder = results.save(options.output)
    rows = results._session.data.coded_rows or 0
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    took = time.monotonic() - began
    say(
        f"{folder}: {rows:,} events, {size / 1e6:.1f} MB, {took:.1f} s; rw.load({str(folder)!r}) opens it"
    )
    return 0
