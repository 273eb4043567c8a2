"""The command ``results-widgets validate``: what is wrong with a campaign and its events."""

import argparse
from typing import TYPE_CHECKING

import polars as pl

from results_widgets.cli.arguments import add_campaign_command, read_results
from results_widgets.cli.terminal import print_table

if TYPE_CHECKING:
    from results_widgets.cli.arguments import Commands


def add_parser(commands: "Commands") -> None:
    """Add the command."""
    add_campaign_command(commands, "validate", "check a campaign and its events for problems", _run)


def _run(options: argparse.Namespace) -> int:
    """Print the checks that found something; return 1 if there are any."""
    found = read_results(options).quality().filter(pl.col("rows") > 0)
    rows = [
        (
            row["check"],
            f"{row['rows']:,}",
            "kept" if row["kept"] else "left out",
            row["example"] or "",
            row["text"],
        )
        for row in found.iter_rows(named=True)
    ]
    header = ("check", "rows", "", "example", "meaning")
    print_table("Problems found", header, rows or [("none", "0", "", "", "no problem was found")])
    return 1 if rows else 0
