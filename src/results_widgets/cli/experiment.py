"""The command ``results-widgets experiment``: did it work, in words and as a table."""

import argparse
import json
from typing import TYPE_CHECKING, Any, Final, get_args

from results_widgets.cli.arguments import add_campaign_command, add_scope, read_scope
from results_widgets.cli.terminal import complain, print_table, say, say_folded
from results_widgets.errors import QueryError
from results_widgets.experiments import Experiment
from results_widgets.experiments.display import HEAD
from results_widgets.experiments.estimates import Adjust
from results_widgets.report import Condition

if TYPE_CHECKING:
    from results_widgets.cli.arguments import Commands

NUMBERS: Final = ("value", "low", "high", "relative", "p_adjusted")
"""Columns of the table that a condition can name behind the metric, as in ``converted_low``."""

_UNDECIDED: Final = ("too early", "not comparable")

Failed = list[tuple[Condition, str, str, float | None]]
"""Conditions that hold or cannot be evaluated: with the arm, its verdict and the number."""


def add_parser(commands: "Commands") -> None:
    """Add the command."""
    parser = add_campaign_command(
        commands,
        "experiment",
        "compare the arms of a campaign: did it work, and how certain is that",
        _run,
    )
    add = parser.add_argument
    add("--by", default="variant", help="column that names each user's arm (%(default)s)")
    add("--control", help="arm to compare with (default: the held back, else the control variant)")
    add("--metric", action="append", help="metric to compare; may be repeated (default: all)")
    add("--window", help="how long every user is observed, 7d (default: the attribution window)")
    add("--level", type=float, default=0.95, help="level of the intervals (%(default)s)")
    add("--adjust", choices=[*get_args(Adjust), "none"], default="holm", help="%(default)s")
    add(
        "--sequential", action="store_true", help="intervals that stay valid however often you look"
    )
    add("--covariate", help="a number of the users' table, or 'before', for CUPED")
    add("--crossovers", choices=["first"], help="keep users seen in two arms in their first arm")
    add(
        "--trust",
        action="store_true",
        help="compare arms that were not assigned at random, and say so",
    )
    add("--start", help="first day of entries, 2026-03-01")
    add("--end", help="last day of entries, included")
    add(
        "--fail-if",
        action="append",
        default=[],
        metavar="CONDITION",
        help=(
            "exit with 1 if the condition holds for any arm or cannot be decided yet: 'converted < 0.01' is about "
            "the difference, 'converted_low <= 0' about its interval, 'B:converted < 0' about one arm; may be repeated"
        ),
    )
    add("--json", action="store_true", help="print one line of JSON")
    add_scope(parser)


def _run(options: argparse.Namespace) -> int:
    """Print the verdict and the table; return 1 if a condition holds or cannot be decided."""
    conditions = [Condition.read(text) for text in options.fail_if]
    results = read_scope(options)
    if options.start or options.end:
        results = results.between(options.start, options.end)
    found = results.experiment(
        by=options.by,
        control=options.control,
        metrics=options.metric,
        window=options.window,
        level=options.level,
        adjust=None if options.adjust == "none" else options.adjust,
        sequential=options.sequential,
        covariate=options.covariate,
        crossovers=options.crossovers,
        trust=options.trust,
    )
    failed = [failure for one in conditions for failure in _failures(found, one)]
    if options.json:
        say(json.dumps(_summary(found, failed)))
        return 1 if failed else 0
    print_experiment(found)
    for condition, arm, verdict, number in failed:
        reason = verdict if number is None else f"it is {number:g}"
        complain(f"{condition}: {arm}: {reason}")
    return 1 if failed else 0


def print_experiment(found: Experiment) -> None:
    """Print what an experiment shows, its arms and its table."""
    say("")
    for sentence in found.sentences:
        say_folded(sentence.text)
    print_arms(found)


def print_arms(found: Experiment) -> None:
    """Print an experiment's arms and its table."""
    locale = found.locale
    arms = [
        (
            row["arm"],
            row["role"],
            locale.value(row["declared_share"], "rate"),
            locale.value(row["share"], "rate"),
            locale.exact(row["users"]),
        )
        for row in found.arms.to_dicts()
    ]
    print_table("Arms", ("arm", "role", "declared", "share", "users"), arms)
    print_table("Differences", HEAD, found._rows)


def _failures(found: Experiment, condition: Condition) -> Failed:
    """Return the arms of which a condition holds or cannot be decided.

    Raises:
        QueryError: The metric or the arm is not known.
    """
    rows = found.table.to_dicts()
    known = {row["metric"]: "difference" for row in rows}
    columns = {f"{metric}_{number}": (metric, number) for metric in known for number in NUMBERS}
    columns |= {metric: (metric, number) for metric, number in known.items()}
    if condition.metric not in columns:
        raise QueryError.unknown("metric of the experiment", condition.metric, columns)
    metric, column = columns[condition.metric]
    own = [row for row in rows if row["metric"] == metric]
    if condition.owner:
        named = [row for row in own if condition.owner in (row["arm"], row["channel"])]
        if not named:
            arms = dict.fromkeys(row["arm"] for row in own)
            raise QueryError.unknown("arm", condition.owner, arms)
        own = named
    failed: Failed = []
    for row in own:
        number = None if row["verdict"] in _UNDECIDED else row[column]
        if condition.holds_of(number) is not False:
            failed.append((condition, row["arm"], row["verdict"], number))
    return failed


def _summary(found: Experiment, failed: Failed) -> dict[str, Any]:
    rows = found.table.drop("window").to_dicts()
    arms = found.arms.select("arm", "role", "declared_share", "users", "share").to_dicts()
    return {
        "summary": found.summary().splitlines(),
        "arms": arms,
        "table": rows,
        "incremental": found.incremental.to_dicts(),
        "window_seconds": found.study.window.total_seconds(),
        "crossovers": found.crossovers,
        "mismatch": None if found.mismatch is None else str(found.mismatch),
        "failed": [
            {"condition": str(condition), "arm": arm, "verdict": verdict, "number": number}
            for condition, arm, verdict, number in failed
        ],
    }
