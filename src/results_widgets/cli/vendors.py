"""The command ``results-widgets vendors``: whose exports can be read, and what they cannot tell."""

import argparse
from typing import TYPE_CHECKING

from results_widgets.cli.terminal import print_table
from results_widgets.exports import vendors

if TYPE_CHECKING:
    from results_widgets.cli.arguments import Commands


def add_parser(commands: "Commands") -> None:
    """Add the command."""
    parser = commands.add_parser("vendors", help="list the vendors whose exports can be read")
    parser.set_defaults(run=_run)


def _run(_: argparse.Namespace) -> int:
    rows = [
        (row["vendor"], row["label"], row["formats"], row["campaign"], row["action"], row["cannot"])
        for row in vendors().iter_rows(named=True)
    ]
    header = ("vendor", "name", "formats", "campaign", "action", "cannot tell")
    print_table("Vendors whose exports can be read", header, rows)
    return 0
