"""The command ``results-widgets report`` on folders of campaigns: a folder of pages."""

import argparse
import shlex

from results_widgets._text import without_folders
from results_widgets.cli.arguments import reading_options
from results_widgets.cli.terminal import say
from results_widgets.errors import QueryError
from results_widgets.locales import locale_of
from results_widgets.portfolio import Portfolio, holds_campaigns
from results_widgets.portfolio.members import counted
from results_widgets.report import ASKED_SECTIONS, Options, write_portfolio


def is_portfolio(options: argparse.Namespace) -> bool:
    """Whether the command line names a folder whose folders hold campaigns."""
    return not options.events and options.campaign.is_dir() and holds_campaigns(options.campaign)


def run_portfolio(options: argparse.Namespace) -> int:
    """Write the pages.

    Raises:
        QueryError: An option is of a single campaign's report, or a column is not known.
    """
    _check(options)
    locale_of(options.locale)
    # Before the events are read, which may take minutes: a column may be misspelt.
    contents = Options(
        time_zones=options.zone,
        min_cell=options.min_cell,
        min_users=options.min_users,
        locale=options.locale,
        columns=options.columns,
        # The report is passed on: it names files, not the folders of this machine.
        command=without_folders(shlex.join(["results-widgets", *options.command_line])),
    )
    portfolio = _scoped(options)
    page = write_portfolio(portfolio, options.output, contents)
    if not options.quiet:
        say(f"{page}: {counted(portfolio._members)}")
    return 0


def _check(options: argparse.Namespace) -> None:
    given = {
        "--fail-if": options.fail_if,
        "--by": options.by,
        "--json": options.json,
        **{f"--{one.name}": getattr(options, one.name) for one in ASKED_SECTIONS},
        "--users": options.users,
        "--range": options.range != "whole",
        "--format": options.format not in (None, "html"),
    }
    for name, is_given in given.items():
        if is_given:
            raise QueryError(
                f"{options.campaign} holds several campaigns, and {name} is of a single one; name the folder of "
                "one of them, or leave it out"
            )


def _scoped(options: argparse.Namespace) -> Portfolio:
    how = reading_options(options)
    portfolio = Portfolio.load(options.campaign, uniques=options.uniques or "exact", **how)
    if options.definitions:
        portfolio = portfolio.with_definitions(options.definitions)
    if options.clock:
        portfolio = portfolio.with_clock(options.clock)
    if options.time_zone:
        portfolio = portfolio.in_time_zone(options.time_zone)
    if options.month:
        return portfolio.month(options.month)
    return portfolio.between(options.start, options.end)
