"""The command ``results-widgets reconcile``: another tool's numbers beside these, and what makes the difference."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args

from results_widgets.cli.arguments import add_campaign_command, add_scope, read_scope
from results_widgets.cli.terminal import print_notes, print_table, say
from results_widgets.definitions import DEFINITIONS, EmailRateBase, MachineOpens, Unique
from results_widgets.engine.query import Clock, Uniques
from results_widgets.reconciliation import Rates, Reconciliation
from results_widgets.reconciliation.display import HEAD, STEPS
from results_widgets.reconciliation.told import Duplicates, MachineClicks
from results_widgets.report import Options, write_html

if TYPE_CHECKING:
    from results_widgets.cli.arguments import Commands

_CHOICES: Final[dict[str, tuple[Any, str]]] = {
    "machine-opens": (MachineOpens, "opens by mail privacy proxies"),
    "machine-clicks": (MachineClicks, "clicks that the source flags as a machine's"),
    "duplicates": (Duplicates, "rows that repeat an event id"),
    "unique": (Unique, "whether a user counts once, or once per local day"),
    "rate-base": (EmailRateBase, "the denominator of email rates"),
    "count-clock": (Clock, "the day that events count on"),
    "uniques": (Uniques, "whether distinct users are estimates"),
}
_DEVELOPERS: Final = {"counted": True, "left_out": False}


def add_parser(commands: "Commands") -> None:
    """Add the command."""
    parser = add_campaign_command(
        commands,
        "reconcile",
        "compare another tool's numbers with these, and say what makes the difference",
        _run,
    )
    add = parser.add_argument
    add("theirs", type=Path, help="their numbers: CSV, Parquet or NDJSON of action, metric, value")
    add("--start", help="first day that their numbers cover, 2026-03-01")
    add("--end", help="last day, included")
    add("--no-guess", action="store_true", help="assume only the rules given here")
    add("--rates", choices=get_args(Rates), help="how rates are written (default: as they look)")
    add("-o", "--output", type=Path, help="write a report with the comparison, an HTML file")
    add("--json", action="store_true", help="print one line of JSON")
    add_scope(parser)
    rules = parser.add_argument_group(
        "their rules", "each is given here, or else tried where possible"
    )
    rules.add_argument("--their-time-zone", metavar="ZONE", help="time zone of their days")
    rules.add_argument("--their-definitions", choices=sorted(DEFINITIONS), help="definition set")
    rules.add_argument("--as-of", metavar="DAY", help="when their numbers were made")
    rules.add_argument("--arrived", metavar="COLUMN", help="column that says when events came in")
    rules.add_argument("--window", help="their attribution window, 30d")
    rules.add_argument("--developers", choices=_DEVELOPERS, help="whether developers count")
    for name, (values, text) in _CHOICES.items():
        rules.add_argument(f"--{name}", choices=get_args(values), help=text)


def _run(options: argparse.Namespace) -> int:
    """Print what makes the difference; return 1 if a number is not explained."""
    uniques, options.uniques = options.uniques, None
    results = read_scope(options)
    found = results.reconcile(
        options.theirs,
        time_zone=options.their_time_zone,
        definitions=options.their_definitions,
        start=options.start,
        end=options.end,
        as_of=options.as_of,
        arrived=options.arrived,
        window=options.window,
        developers=None if options.developers is None else _DEVELOPERS[options.developers],
        machine_opens=options.machine_opens,
        machine_clicks=options.machine_clicks,
        duplicates=options.duplicates,
        unique=options.unique,
        rate_base=options.rate_base,
        clock=options.count_clock,
        uniques=uniques,
        rates=options.rates,
        guess=not options.no_guess,
    )
    if options.output:
        command = f"results-widgets reconcile {options.theirs.name}"
        write_html(results, options.output, Options(sections={"reconcile": found}, command=command))
    if options.json:
        say(json.dumps(_summary(found)))
    else:
        print_reconciliation(found)
        print_notes(results)
    return 0 if found.is_explained else 1


def print_reconciliation(found: Reconciliation) -> None:
    """Print what a reconciliation shows: its sentences, its table, and the way to each number that differs."""
    say(f"\n{found.summary()}")
    print_table("Numbers", HEAD, found.rows_as_text())
    for title, rows in found.steps_as_text():
        print_table(title, STEPS, rows)


def _summary(found: Reconciliation) -> dict[str, Any]:
    return {
        "summary": found.sentences,
        "explained": found.is_explained,
        "table": found.table.to_dicts(),
        "waterfall": found.waterfall.to_dicts(),
        "rules": found.rules.to_dicts(),
    }
