"""The command line: ``results-widgets`` and one of its commands, ``results-widgets --help`` lists them."""

import argparse
import sys
import warnings
from collections.abc import Sequence
from typing import NoReturn

from results_widgets._text import visible
from results_widgets._version import __version__
from results_widgets.cli import (
    demo,
    experiment,
    glossary,
    images,
    prepare,
    read,
    reconcile,
    report,
    rollup,
    serve,
    validate,
    vendors,
)
from results_widgets.cli.terminal import complain
from results_widgets.errors import ResultsError, SourceWarning


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code: 0 success, 1 a check failed, 2 an error."""
    options = _parser().parse_args(arguments)
    options.command_line = list(sys.argv[1:] if arguments is None else arguments)
    with warnings.catch_warnings():
        warnings.simplefilter("always", SourceWarning)
        warnings.showwarning = _print_warning
        return _run(options)


def _run(options: argparse.Namespace) -> int:
    try:
        code: int = options.run(options)
    except (ResultsError, OSError) as error:
        complain(str(error))
        return 2
    return code


def _print_warning(message: Warning | str, *_: object, **__: object) -> None:
    complain(f"warning: {message}")


class _Parser(argparse.ArgumentParser):
    """A parser whose errors show what a terminal would obey."""

    def error(self, message: str) -> NoReturn:
        """Print an error, and end with exit code 2."""
        super().error(visible(message))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="results-widgets", description="A marketing campaign's results from its raw events."
    )
    parser.add_argument("--version", action="version", version=f"results-widgets {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in (
        demo,
        read,
        vendors,
        validate,
        glossary,
        experiment,
        reconcile,
        report,
        images,
        rollup,
        prepare,
        serve,
    ):
        command.add_parser(commands)
    return parser
