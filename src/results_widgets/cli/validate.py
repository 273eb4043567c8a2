"""The command ``results-widgets validate``: what is wrong with a campaign and its events."""

import argparse
import warnings
from typing import TYPE_CHECKING

import polars as pl

from results_widgets.cli.arguments import add_campaign_command, read_results
from results_widgets.cli.terminal import print_notes, print_table, say
from results_widgets.errors import SourceWarning

if TYPE_CHECKING:
    from results_widgets.cli.arguments import Commands


def add_parser(commands: "Commands") -> None:
    """Add the command."""
    add_campaign_command(commands, "validate", "check a campaign and its events for problems", _run)


def _run(options: argparse.Namespace) -> int:
    """Print the checks that found something; return 1 if there are any."""
    with warnings.catch_warnings():
        # They are part of what is printed.
        warnings.simplefilter("ignore", SourceWarning)
        results = read_results(options)
        quality = results.quality()
    print_notes(results)
    if quality.headline:
        say(f"\n{quality.headline}")
    found = quality.filter(pl.col("rows") > 0)
    rows = [
        (
            row["check"],
            f"{row['rows']:,}",
            "kept" if row["kept"] else "left out",
            row["example"] or "",
            "" if row["share"] is None else f"{row['share']:.1%}",
            row["text"],
        )
        for row in found.iter_rows(named=True)
    ]
    header = ("check", "rows", "", "example", "of all", "meaning")
    nothing = ("none", "0", "", "", "", "no problem was found")
    print_table("Problems found", header, rows or [nothing])
    return 1 if rows else 0
