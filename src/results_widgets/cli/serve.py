"""The command ``results-widgets serve``: Voila on this machine, with pages that load nothing from elsewhere."""

import argparse
import importlib.util
import json
import os
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from results_widgets._io import is_file, is_folder
from results_widgets.cli.arguments import add_reading, reading_options
from results_widgets.disclosure import HIDE_USERS
from results_widgets.errors import MissingExtraError, QueryError
from results_widgets.report.voila.ready_report import CAMPAIGNS, READING

if TYPE_CHECKING:
    from results_widgets.cli.arguments import Commands

TEMPLATE: Final = "results_widgets"
_KERNELS: Final = "results_widgets.report.voila.server.LimitedKernelManager"
_UNVISITED: Final = 60
"""Seconds after which an idle kernel ends to which no page has connected: its reader left, or was a program."""
_INSTRUCTION: Final = "Its author finds the reason in the server’s log."


def add_parser(commands: "Commands") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "serve", help="serve notebooks or campaigns to readers, with Voila"
    )
    parser.set_defaults(run=run)
    parser.add_argument(
        "target",
        type=Path,
        help="a notebook, a folder of notebooks, a folder of campaigns, or a JSON file that names campaigns",
    )
    add_reading(parser)
    parser.add_argument("--port", type=int, default=8866, help="%(default)s")
    parser.add_argument(
        "--cull",
        type=int,
        default=900,
        help="seconds after which the kernel of an idle reader is shut down (%(default)s)",
    )
    parser.add_argument(
        "--preheat",
        type=int,
        default=0,
        help="kernels to start in advance per notebook, for addresses without parameters",
    )
    parser.add_argument("--open", action="store_true", help="open a browser")
    _add_readers(parser)


def _add_readers(parser: argparse.ArgumentParser) -> None:
    """Add the options that say who reaches the server, and how."""
    parser.add_argument(
        "--base-url", help="path of the site as readers see it behind a proxy: /services/reports/"
    )
    parser.add_argument(
        "--server-url", help="path of the site as the proxy requests it, if different: /"
    )
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="host name under which readers reach the server, such as behind a proxy: reports.example.com; may be "
        "repeated",
    )
    parser.add_argument(
        "--no-users",
        action="store_true",
        help="answer with numbers only: readers see no user, no sample and no segment",
    )
    parser.add_argument(
        "--kernels",
        type=int,
        default=20,
        help="most readers at once; each has a kernel of their own (%(default)s)",
    )


def run(options: argparse.Namespace) -> int:
    """Serve until interrupted.

    Raises:
        MissingExtraError: Voila is not installed.
        QueryError: The target cannot be served.
        PortTakenError: The port is in use.
    """
    if importlib.util.find_spec("voila") is None:
        raise MissingExtraError("serving notebooks", "voila", "voila")
    with as_file(files("results_widgets.report.voila") / "jupyter") as shared:
        words, environment = arguments(options, shared)
        # Kernels inherit it, and so learn what is served.
        os.environ.update(environment)
        from results_widgets.report.voila.server import ReportServer

        # In this process: whoever ends it, ends the server and its kernels.
        server = ReportServer.instance()
        server.initialize(words)
        server.start()
    return 0


def arguments(options: argparse.Namespace, shared: Path) -> tuple[list[str], dict[str, str]]:
    """Return the server's command line, and what is added to its environment.

    Args:
        options: The command's arguments.
        shared: The folder with the template and the ready report.
    """
    notebook, more = _notebook(options, shared)
    words = [
        str(notebook),
        *("--Voila.ip=127.0.0.1", f"--port={options.port}", "--Voila.port_retries=0"),
        f"--ReportServer.allow_hosts={options.allow_host}",
        f"--VoilaConfiguration.multi_kernel_manager_class={_KERNELS}",
        f"--LimitedKernelManager.most_kernels={options.kernels}",
        *([] if options.open else ["--no-browser"]),
        f"--template={TEMPLATE}",
        # Tracebacks go to the server's log; readers see a sentence.
        "--VoilaConfiguration.show_tracebacks=False",
        f"--VoilaExecutor.cell_error_instruction={_INSTRUCTION}",
        f"--MappingKernelManager.cull_idle_timeout={options.cull}",
        f"--MappingKernelManager.cull_interval={max(1, min(15, options.cull // 3))}",
        f"--LimitedKernelManager.cull_unvisited={min(_UNVISITED, options.cull)}",
    ]
    paths = {"base_url": options.base_url, "server_url": options.server_url}
    words += [f"--Voila.{name}={path}" for name, path in paths.items() if path]
    if options.preheat:
        pool = {"default": {"pool_size": options.preheat}}
        words += ["--preheat_kernel=True", f"--VoilaKernelManager.kernel_pools_config={pool}"]
    folders = [str(shared), os.environ.get("JUPYTER_PATH", "")]
    joined = os.pathsep.join(filter(None, folders))
    hidden = {HIDE_USERS: "1"} if options.no_users else {}
    return words, {**more, **hidden, "JUPYTER_PATH": joined}


def _reading(options: argparse.Namespace) -> dict[str, object]:
    """Return how campaigns are read that do not say so themselves."""
    given = {"users": options.users, **reading_options(options)}
    return {name: value for name, value in given.items() if value}


def _notebook(options: argparse.Namespace, shared: Path) -> tuple[Path, Mapping[str, str]]:
    target: Path = options.target
    if target.suffix == ".ipynb" and is_file(target):
        return target, {}
    if is_folder(target) and any(target.glob("*.ipynb")):
        return target, {}
    if is_folder(target) or (target.suffix == ".json" and is_file(target)):
        return shared / "report.ipynb", {
            CAMPAIGNS: str(target.resolve()),
            READING: json.dumps(_reading(options)),
        }
    raise QueryError(
        f"{target} cannot be served; pass a notebook, a folder of notebooks, or one of campaigns"
    )
