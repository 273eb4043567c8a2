"""The command line: results-widgets demo | report | chart | flow | rollup | serve | validate | glossary."""

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, get_args

import polars as pl
from tqdm import tqdm

from results_widgets import datasets
from results_widgets._version import __version__
from results_widgets.cli import pictures, report as report_command, serve
from results_widgets.definitions import DEFINITIONS
from results_widgets.engine.query import Uniques
from results_widgets.engine.rollup.grains import LENGTHS, UsersGrain
from results_widgets.errors import MissingExtraError, QueryError, ResultsError
from results_widgets.results import Results, RollUp, load
from results_widgets.view_model import formatting, table_rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the exit code: 0 fine, 1 something was found, 2 it could not be done."""
    options = _parser().parse_args(arguments)
    options.words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code: int = options.run(options)
    except (ResultsError, OSError) as error:
        print(f"results-widgets: {error}", file=sys.stderr)
        return 2
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="results-widgets", description="A campaign's results from its raw events."
    )
    parser.add_argument("--version", action="version", version=f"results-widgets {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    demo = commands.add_parser("demo", help="compute and print a real campaign and a generated one")
    demo.add_argument(
        "--users", type=int, default=20_000, help="users of the generated campaign (%(default)s)"
    )
    _add_uniques(demo, "exact")
    demo.set_defaults(run=_demo)
    _add_commands(commands)
    server = commands.add_parser("serve", help="show notebooks or campaigns to readers, with Voila")
    serve.add_options(server)
    server.set_defaults(run=serve.run)
    return parser


def _add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands that take one campaign."""
    for name, run, text, add_options in (
        ("validate", _validate, "say what is wrong with a campaign and its events", None),
        ("glossary", _glossary, "list every metric of a campaign and what it means", None),
        (
            "report",
            _report,
            "write a campaign's results as one HTML file, or as PDF",
            report_command.add_options,
        ),
        ("chart", _chart, "draw one metric over time", pictures.add_chart_options),
        ("flow", _flow, "draw the flow", pictures.add_flow_options),
        ("rollup", _rollup, "keep a campaign's numbers without its users", _add_rollup_options),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument(
            "campaign",
            type=Path,
            help="campaign.json, a folder that holds it and the events, or a saved roll-up (.parquet)",
        )
        command.add_argument(
            "events", nargs="*", help="event files (Parquet, CSV, NDJSON) or globs"
        )
        command.add_argument("--users", help="table of users")
        command.add_argument("--naive-time-zone", help="zone of timestamps that carry none")
        command.set_defaults(run=run, uniques=None)
        if add_options is not None:
            _add_uniques(command, None)
            add_options(command)


def _add_uniques(parser: argparse.ArgumentParser, default: Uniques | None) -> None:
    text = "how distinct users are counted: exact (what is done if nothing is said), or by sketches"
    parser.add_argument("--uniques", choices=get_args(Uniques), default=default, help=text)


def _add_rollup_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("-o", "--output", type=Path, required=True, help="file to write, x.rollup.parquet")
    add("--time-zone", help="zone whose days are meant (default: this machine's)")
    add("--definitions", choices=sorted(DEFINITIONS), default="default", help="%(default)s")
    add("--every", choices=list(LENGTHS), default="1h", help="how long a cell lasts (%(default)s)")
    add(
        "--users-every",
        choices=get_args(UsersGrain),
        help="how long a cell lasts that users are kept by; 1w or whole make a small file",
    )


def _read(options: argparse.Namespace) -> Results:
    if options.campaign.suffix == ".parquet":
        return _of_rollup(options)
    naive: str | None = options.naive_time_zone
    uniques: Uniques = options.uniques or "exact"
    if options.campaign.is_dir():
        return load(options.campaign, naive_time_zone=naive, uniques=uniques)
    return Results(
        options.campaign, options.events, options.users, naive_time_zone=naive, uniques=uniques
    )


def _of_rollup(options: argparse.Namespace) -> Results:
    if options.events or options.users or options.uniques == "exact":
        raise QueryError(
            f"{options.campaign} is read as a roll-up, which holds its numbers and no users; "
            "pass it alone, or the campaign and its events"
        )
    return RollUp.load(options.campaign).results(time_zone=getattr(options, "time_zone", None))


def _validate(options: argparse.Namespace) -> int:
    found = _read(options).quality().filter(pl.col("rows") > 0)
    rows = [
        (
            row["check"],
            f"{row['rows']:,}",
            "kept" if row["kept"] else "left out",
            row["example"] or "",
            row["text"],
        )
        for row in found.iter_rows(named=True)
    ]
    _print(
        "What was found",
        ("check", "rows", "", "example", "meaning"),
        rows or [("nothing", "0", "", "", "all fine")],
    )
    return 1 if rows else 0


def _glossary(options: argparse.Namespace) -> int:
    rows = [
        (row["scope"], row["channel"] or "", row["metric"], row["label"], row["text"])
        for row in _read(options).glossary().iter_rows(named=True)
    ]
    _print("Glossary", ("scope", "channel", "metric", "label", "meaning"), rows)
    return 0


def _view(options: argparse.Namespace) -> Results:
    results = _read(options)
    if options.definitions:
        results = results.with_definitions(options.definitions)
    return results.in_time_zone(options.time_zone) if options.time_zone else results


def _report(options: argparse.Namespace) -> int:
    return report_command.run(_view(options), options, options.words)


def _chart(options: argparse.Namespace) -> int:
    return pictures.chart(_view(options), options)


def _flow(options: argparse.Namespace) -> int:
    return pictures.flow(_view(options), options)


def _rollup(options: argparse.Namespace) -> int:
    made = _view(options).rollup(options.every, options.users_every)
    size = made.save(options.output).stat().st_size
    print(f"{options.output}: {made.cells.height:,} cells, {size / 1e6:.2f} MB")
    return 0


def _demo(options: argparse.Namespace) -> int:
    uniques: Uniques = options.uniques
    try:
        real = datasets.complete_journey("18")
    except MissingExtraError as error:
        print(f"results-widgets: the real campaign is left out. {error}", file=sys.stderr)
    else:
        _show(
            Results(*real, time_zone="America/New_York", uniques=uniques),
            "real, a loyalty programme's mailing",
        )
    with tqdm(
        total=options.users, unit=" users", desc="Generating", file=sys.stderr, leave=False
    ) as bar:
        generated = datasets.generate(options.users, progress=_progress(bar))
    _show(Results(*generated, time_zone="America/Los_Angeles", uniques=uniques), "generated")
    return 0


def _progress(bar: "tqdm[Any]") -> Callable[[int, int], None]:
    def advance(done: int, _: int) -> None:
        bar.update(done - bar.n)

    return advance


def _show(results: Results, kind: str) -> None:
    steps = ("overview", "channels", "actions")
    frames = {
        name: getattr(results, name)()
        for name in tqdm(steps, desc="Computing", unit=" frame", file=sys.stderr, leave=False)
    }
    print(f"\n{results.campaign.label} ({kind}; days of {results.time_zone})")
    print("=" * len(results.campaign.label))
    labels = {
        metric.key: metric for metric in results._session.metrics() if metric.scope != "channel"
    }
    overview = [
        (labels[m].label, formatting.format_metric(results, labels[m], v))
        for m, v in frames["overview"].select("metric", "value").iter_rows()
    ]
    _print("Overview", ("metric", "value"), overview)
    _print("Channels", ("channel", "metric", "count", "rate"), table_rows.channel_rows(results))
    _print(
        "Actions",
        ("action", "channel", "after", "users received", "conversions"),
        table_rows.flow_rows(results),
    )
    if note := formatting.estimate_note(results):
        print(f"\n{note}")


def _print(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table; columns of numbers stand to the right."""
    lines = [list(head), *(list(row) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    right = [all(_is_number(line[i]) for line in lines[1:]) for i in range(len(head))]
    print(f"\n{title}")
    for index, line in enumerate(lines):
        cells = [
            cell.rjust(w) if r else cell.ljust(w)
            for cell, w, r in zip(line, widths, right, strict=True)
        ]
        print("  " + "  ".join(cells).rstrip())
        if index == 0:
            print("  " + "  ".join("-" * width for width in widths))


def _is_number(cell: str) -> bool:
    return not cell or cell[0].isdigit() or cell.startswith(("≈", "–", "-"))
