"""The command ``results-widgets prepare``: a campaign's events in a store, which opens in a moment."""

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from results_widgets.cli.arguments import add_campaign_command, add_scope, add_uniques, read_scope
from results_widgets.cli.terminal import say
from results_widgets.errors import QueryError
from results_widgets.results import Results

if TYPE_CHECKING:
    from results_widgets.cli.arguments import Commands


def add_parser(commands: "Commands") -> None:
    """Add the command."""
    parser = add_campaign_command(
        commands, "prepare", "save a campaign to a folder that opens in a moment", _run
    )
    add = parser.add_argument
    add("-o", "--output", type=Path, required=True, help="folder to write, x.rw")
    add(
        "--no-warm",
        action="store_true",
        help="keep only what the first screen needs: a third of the size, slower first clicks",
    )
    add(
        "--hash-users",
        type=Path,
        metavar="FILE",
        help="store user ids as their HMAC-SHA256, with the first line of this file as the secret",
    )
    add_scope(parser)
    add_uniques(parser)


def _run(options: argparse.Namespace) -> int:
    began = time.monotonic()
    results = read_scope(options)
    if not options.no_warm:
        results.warm()
    if options.hash_users:
        folder = results.save(options.output, users="hashed", key=_key(options.hash_users))
    else:
        _ask_first_screen(results)
        folder = results.save(options.output)
    rows = results._session.data.coded_rows or 0
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    took = time.monotonic() - began
    say(
        f"{folder}: {rows:,} events, {size / 1e6:.1f} MB, {took:.1f} s; rw.load({str(folder)!r}) opens it"
    )
    return 0


def _ask_first_screen(results: Results) -> None:
    """Ask what a dashboard shows first, so that it is in the store and nobody reads events for that."""
    # Imported here, since it takes as long as all commands do to start.
    from results_widgets.widgets import Dashboard

    Dashboard(results)


def _key(path: Path) -> str:
    """Return the secret that a file holds, which other processes would see as an argument.

    Raises:
        QueryError: The file cannot be read, or its first line is empty.
    """
    try:
        with path.open(encoding="utf-8") as file:
            first = file.readline().strip()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is not text"
        raise QueryError(f"--hash-users {path.name}: cannot be read: {why}") from None
    if not first:
        raise QueryError(f"--hash-users {path.name}: its first line, the secret, is empty")
    return first
