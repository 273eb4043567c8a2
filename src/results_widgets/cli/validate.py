"""The command ``results-widgets validate``: what is wrong with a campaign and its events."""

import argparse
import warnings
from typing import TYPE_CHECKING

import polars as pl

from results_widgets._io import is_file, is_folder
from results_widgets.cli.arguments import add_campaign_command, read_results
from results_widgets.cli.read import add_export_options, open_export, print_export
from results_widgets.cli.terminal import print_notes, print_table, say
from results_widgets.disclosure import SYNCED_USERS
from results_widgets.errors import SourceWarning
from results_widgets.exports import is_export
from results_widgets.results.about import findings

if TYPE_CHECKING:
    from results_widgets.cli.arguments import Commands


def add_parser(commands: "Commands") -> None:
    """Add the command."""
    text = "check a campaign and its events, or a vendor's export, for problems"
    parser = add_campaign_command(commands, "validate", text, _run)
    add_export_options(parser, with_zone=False)
    parser.add_argument(
        "--examples",
        action="store_true",
        help="show an example of each, also where it is a user or a value that one user has",
    )


def _is_export(options: argparse.Namespace) -> bool:
    """Whether the path holds what a vendor exported, and no campaign of our own."""
    path = options.campaign
    if options.vendor or options.mapping:
        return True
    has_campaign = is_folder(path) and (path / "campaign.json").exists()
    return (
        (is_file(path) or is_folder(path))
        and not has_campaign
        and not options.events
        and is_export(path)
    )


def _check_export(options: argparse.Namespace) -> int:
    """Print what an export's names became; return 1 if rows were refused."""
    export = open_export(options, options.campaign)
    print_export(export)
    return 1 if export.refused_rows else 0


def _run(options: argparse.Namespace) -> int:
    """Print the checks that found something; return 1 if there are any."""
    if _is_export(options):
        return _check_export(options)
    with warnings.catch_warnings():
        # They are part of what is printed.
        warnings.simplefilter("ignore", SourceWarning)
        results = read_results(options)
        # What a command prints often ends in a log.
        quality = findings(results._session, 1 if options.examples else SYNCED_USERS)
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
