"""The command ``results-widgets rollup``: a campaign's numbers without its users."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from results_widgets.cli.arguments import add_campaign_command, add_scope, add_uniques, read_scope
from results_widgets.cli.terminal import say
from results_widgets.engine.rollup.grains import LENGTHS, UsersGrain

if TYPE_CHECKING:
    from results_widgets.cli.arguments import Commands


def add_parser(commands: "Commands") -> None:
    """Add the command."""
    parser = add_campaign_command(
        commands, "rollup", "save a campaign's numbers without its users", _run
    )
    add = parser.add_argument
    add("-o", "--output", type=Path, required=True, help="file to write, x.rollup.parquet")
    add("--every", choices=list(LENGTHS), default="1h", help="length of a cell (%(default)s)")
    add(
        "--users-every",
        choices=get_args(UsersGrain),
        help="length of a cell of distinct users; 1w or whole make a small file",
    )
    add_scope(parser)
    add_uniques(parser)


def _run(options: argparse.Namespace) -> int:
    rollup = read_scope(options).rollup(options.every, options.users_every)
    size = rollup.save(options.output).stat().st_size
    say(f"{options.output}: {rollup.cells.height:,} cells, {size / 1e6:.2f} MB")
    return 0
