"""Arguments that commands share: the campaign, its events, and the scope of the numbers."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from results_widgets._io import is_folder
from results_widgets.definitions import DEFINITIONS
from results_widgets.engine.query import Clock, Uniques
from results_widgets.errors import QueryError
from results_widgets.locales import locale_of
from results_widgets.portfolio import load_one
from results_widgets.results import Results, RollUp
from results_widgets.tables.options import TIME_UNITS, ReadOptions

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

Run = Callable[[argparse.Namespace], int]


def add_campaign_command(
    commands: "Commands", name: str, text: str, run: Run
) -> argparse.ArgumentParser:
    """Add a command that takes a campaign and its events, and return its parser."""
    parser = commands.add_parser(name, help=text)
    add = parser.add_argument
    add(
        "campaign",
        type=Path,
        help="campaign.json, a folder with it and the events, a store, or a saved roll-up (.parquet)",
    )
    add("events", nargs="*", help="event files (Parquet, CSV, NDJSON) or globs")
    add_reading(parser)
    parser.set_defaults(run=run, uniques=None)
    return parser


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how tables are read."""
    add = parser.add_argument
    add("--users", help="table of users")
    add("--naive-time-zone", help="time zone of timestamps that name none")
    add("--time-unit", choices=TIME_UNITS, help="unit of timestamps that are numbers since 1970")
    for option, meaning in (
        ("--column", "our name of a column and the table's, such as user_id=customer_id"),
        ("--event-name", "the table's name of an event and ours, such as email_open=opened"),
    ):
        add(option, action="append", type=_pair, default=[], metavar="NAME=NAME", help=meaning)


def reading_options(options: argparse.Namespace) -> dict[str, Any]:
    """Return how tables are read, as keywords of `Results`."""
    return ReadOptions(
        options.naive_time_zone,
        options.time_unit,
        dict(options.column),
        dict(options.event_name),
    ).arguments


def add_uniques(parser: argparse.ArgumentParser, default: Uniques | None = None) -> None:
    """Add ``--uniques``; without a default, roll-ups keep their own way of counting."""
    text = "how distinct users are counted: exactly (the default), or approximately by sketches"
    parser.add_argument("--uniques", choices=get_args(Uniques), default=default, help=text)


def add_scope(parser: argparse.ArgumentParser) -> None:
    """Add ``--time-zone``, ``--definitions``, ``--clock`` and ``--locale``."""
    add = parser.add_argument
    add("--time-zone", help="time zone of the days (default: this machine's)")
    add(
        "--definitions",
        choices=sorted(DEFINITIONS),
        help="definition set (default: a roll-up's own, or 'default')",
    )
    add(
        "--clock",
        choices=get_args(Clock),
        help="the day that an event counts on: its own (the default), or that of its entry",
    )
    add(
        "--locale",
        default="en",
        help="how numbers and days are written: de, en-US, … (%(default)s)",
    )


def read_results(options: argparse.Namespace) -> Results:
    """Return the results of the campaign and events that the command line names."""
    if options.campaign.suffix == ".parquet":
        return _read_rollup(options)
    uniques: Uniques = options.uniques or "exact"
    how = reading_options(options)
    if is_folder(options.campaign):
        return load_one(options.campaign, uniques=uniques, **how)
    return Results(options.campaign, options.events, options.users, uniques=uniques, **how)


def _pair(text: str) -> tuple[str, str]:
    name, _, other = text.partition("=")
    if not name or not other:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=NAME")
    return name, other


def _read_rollup(options: argparse.Namespace) -> Results:
    if options.events or options.users or options.uniques == "exact":
        raise QueryError(
            f"{options.campaign} is read as a roll-up, which has numbers but no events or users; "
            "pass it alone, or the campaign and its events"
        )
    return RollUp.load(options.campaign).results(time_zone=getattr(options, "time_zone", None))


def read_scope(options: argparse.Namespace) -> Results:
    """Return the results in the time zone, definitions, clock and locale that the command line names."""
    locale = locale_of(options.locale)
    results = read_results(options)
    results = results._with(results._session.written_in(locale))
    if options.definitions:
        results = results.with_definitions(options.definitions)
    if options.clock:
        results = results.with_clock(options.clock)
    return results.in_time_zone(options.time_zone) if options.time_zone else results
