"""The command ``results-widgets demo``: the numbers of a real campaign and of a generated one."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from results_widgets import datasets
from results_widgets.cli.arguments import add_uniques
from results_widgets.cli.demo_campaign import open_campaign
from results_widgets.cli.experiment import print_arms
from results_widgets.cli.terminal import complain, print_notes, print_table, say, say_folded
from results_widgets.engine.query import Uniques
from results_widgets.errors import MissingExtraError
from results_widgets.locales import Locale, locale_of
from results_widgets.results import Results
from results_widgets.results.formatting import estimate_note, format_metric
from results_widgets.view_model.applicable import applicable
from results_widgets.view_model.table_rows import channel_rows, flow_rows

if TYPE_CHECKING:
    from results_widgets.cli.arguments import Commands


def add_parser(commands: "Commands") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "demo", help="print the numbers of a real campaign and of a generated one"
    )
    parser.add_argument(
        "--users", type=int, default=20_000, help="users of the generated campaign (%(default)s)"
    )
    add_uniques(parser, "exact")
    parser.add_argument(
        "--keep",
        type=Path,
        metavar="FOLDER",
        help="keep the generated campaign and its store here, to open it in a moment next time",
    )
    parser.add_argument("--locale", default="en", help="how numbers are written (%(default)s)")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    uniques: Uniques = options.uniques
    locale = locale_of(options.locale)
    try:
        real = datasets.complete_journey("18")
    except MissingExtraError as error:
        complain(f"the real campaign is skipped. {error}")
    else:
        _print_results(
            Results(*real, time_zone="America/New_York", uniques=uniques),
            "real, a loyalty programme's mailing",
            locale,
        )
    opened = open_campaign(options.users, uniques, options.keep)
    _print_results(opened.results, "generated", locale)
    _print_verdict(opened.results._with(opened.results._session.written_in(locale)))
    say(
        f"\n{opened.words} In a notebook:\n\n    import results_widgets as rw; rw.Dashboard({opened.code})"
    )
    return 0


def _print_results(results: Results, kind: str, locale: Locale) -> None:
    results = results._with(results._session.written_in(locale))
    names = ("overview", "channels", "actions")
    frames = {
        name: getattr(results, name)()
        for name in tqdm(names, desc="Computing", unit=" frame", file=sys.stderr, leave=False)
    }
    say(f"\n{results.campaign.label} ({kind}; days in {results.time_zone})")
    say("=" * len(results.campaign.label))
    print_notes(results)
    metrics = {m.key: m for m in results._session.metrics() if m.scope != "channel"}
    applies = applicable(results)
    overview = [
        (metrics[key].label, format_metric(results._session, metrics[key], value))
        for key, value in frames["overview"].select("metric", "value").iter_rows()
        if applies(metrics[key])
    ]
    print_table("Overview", ("metric", "value"), overview)
    print_table("Channels", ("channel", "metric", "count", "rate"), channel_rows(results))
    header = ("action", "channel", "after", "users received", "conversions")
    print_table("Actions", header, flow_rows(results))
    if note := estimate_note(results):
        say(f"\n{note}")


def _print_verdict(results: Results) -> None:
    """Print whether the campaign worked, the verdict last; users are counted exactly, however the rest is."""
    found = results.experiment()
    print_arms(found)
    verdict = found.verdict()
    say("\nDid it work?")
    for text in filter(None, (f"{verdict.title}.", verdict.detail)):
        say_folded(text)
