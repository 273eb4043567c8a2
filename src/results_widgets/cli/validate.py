"""The command ``results-widgets validate``: what is wrong with a campaign and its events."""

import argparse
import textwrap
import warnings
from typing import TYPE_CHECKING, Final

import polars as pl

from results_widgets._io import is_file, is_folder
from results_widgets.cli.arguments import add_campaign_command, read_results
from results_widgets.cli.read import add_export_options, open_export, print_export
from results_widgets.cli.terminal import print_notes, print_table, say
from results_widgets.disclosure import SYNCED_USERS
from results_widgets.errors import ResultsError, SourceWarning
from results_widgets.exports import is_export
from results_widgets.locales import ENGLISH
from results_widgets.portfolio.export import Export
from results_widgets.results.about import findings
from results_widgets.results.findings import Findings

_EXAMINED: Final = 5
"""So many campaigns of an export are examined, those with most users."""
_WIDTH: Final = 100

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
        help="show an example of each, even if it is a user or a value that only one user has",
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
    """Print what an export's names became, and what is wrong with its campaigns; return 1 if there is something."""
    export = open_export(options, options.campaign)
    print_export(export)
    ids = export.campaigns().sort("users", "campaign_id", descending=[True, False])["campaign_id"]
    problems = [_check_campaign(export, id_, _least(options)) for id_ in ids.head(_EXAMINED)]
    if (others := len(ids) - _EXAMINED) > 0:
        which = "1 more campaign is" if others == 1 else f"{others:,} more campaigns are"
        say(f"\n{which} not examined; Export.results(ID).quality() does that")
    return 1 if export.refused_rows or any(problems) else 0


def _check_campaign(export: Export, id_: str, least: int) -> bool:
    """Print what is wrong with a campaign of an export, and return whether something is."""
    say(f"\nCampaign {id_}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SourceWarning)
            quality = findings(export.results(id_)._session, least)
    except ResultsError as error:
        # As where times name no zone: what was read is listed all the same.
        say(f"! its events are not examined: {error}")
        return False
    _print(quality)
    return quality.has_problems


def _least(options: argparse.Namespace) -> int:
    # What a command prints often ends in a log.
    return 1 if options.examples else SYNCED_USERS


def _run(options: argparse.Namespace) -> int:
    """Print what was found; return 1 if there is something worse than a notice."""
    if _is_export(options):
        return _check_export(options)
    with warnings.catch_warnings():
        # They are part of what is printed.
        warnings.simplefilter("ignore", SourceWarning)
        results = read_results(options)
        quality = findings(results._session, _least(options))
    print_notes(results)
    _print(quality)
    return 1 if quality.has_problems else 0


def _print(quality: Findings) -> None:
    """Print what was found, the worst first, and below it what that does and what mends it."""
    if quality.headline:
        say(f"\n{quality.headline}")
    found = quality.filter(pl.col("rows") > 0).worst_first()
    rows = [
        (
            row["check"],
            f"{row['rows']:,}",
            "kept" if row["kept"] else "left out",
            row["example"] or "",
            "" if row["share"] is None else ENGLISH.rate(row["share"]),
            row["severity"],
            row["text"],
        )
        for row in found.iter_rows(named=True)
    ]
    header = ("check", "rows", "", "example", "of all", "severity", "meaning")
    nothing = ("none", "0", "", "", "", "", "no problem was found")
    print_table("Problems found", header, rows or [nothing])
    for title, effect, fix in found.remedies:
        say(f"\n{textwrap.fill(f'{title}. {effect}', _WIDTH)}")
        if fix:
            say(textwrap.indent(fix, "    "))
