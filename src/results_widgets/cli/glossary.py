"""The command ``results-widgets glossary``: every metric of a campaign and what it means."""

import argparse
from typing import TYPE_CHECKING

from results_widgets.cli.arguments import add_campaign_command, read_results
from results_widgets.cli.terminal import print_table

if TYPE_CHECKING:
    from results_widgets.cli.arguments import Commands


def add_parser(commands: "Commands") -> None:
    """Add the command."""
    add_campaign_command(commands, "glossary", "list a campaign's metrics and what they mean", _run)


def _run(options: argparse.Namespace) -> int:
    rows = [
        (row["scope"], row["channel"] or "", row["metric"], row["label"], row["text"])
        for row in read_results(options).glossary().iter_rows(named=True)
    ]
    print_table("Glossary", ("scope", "channel", "metric", "label", "meaning"), rows)
    return 0
