"""The command ``results-widgets serve``: Voila on this machine, with pages that load nothing from elsewhere."""

import argparse
import importlib.util
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from results_widgets.errors import MissingExtraError, QueryError
from results_widgets.report.voila.ready_report import CAMPAIGNS

if TYPE_CHECKING:
    from results_widgets.cli.arguments import Commands

TEMPLATE: Final = "results_widgets"
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
        help="kernels to start in advance per notebook, if its address has no parameters",
    )
    parser.add_argument(
        "--base-url", help="path of the site as readers see it behind a proxy: /services/reports/"
    )
    parser.add_argument(
        "--server-url", help="path of the site as the proxy requests it, if different: /"
    )
    parser.add_argument("--open", action="store_true", help="open a browser")


def run(options: argparse.Namespace) -> int:
    """Serve until interrupted; return Voila's exit code.

    Raises:
        MissingExtraError: Voila is not installed.
        QueryError: The target cannot be served.
    """
    if importlib.util.find_spec("voila") is None:
        raise MissingExtraError("serving notebooks", "voila", "voila")
    with as_file(files("results_widgets.report.voila") / "jupyter") as shared:
        words, environment = command(options, shared)
        try:
            return subprocess.run(words, env=environment, check=False).returncode  # noqa: S603 - arguments are our own
        except KeyboardInterrupt:
            return 0


def command(options: argparse.Namespace, shared: Path) -> tuple[list[str], dict[str, str]]:
    """Return Voila's command line and environment.

    Args:
        options: The command's arguments.
        shared: The folder with the template and the ready report.
    """
    notebook, more = _notebook(options.target, shared)
    words = [
        *(sys.executable, "-m", "voila", str(notebook)),
        *("--Voila.ip=127.0.0.1", f"--port={options.port}"),
        *([] if options.open else ["--no-browser"]),
        f"--template={TEMPLATE}",
        # Tracebacks go to the server's log; readers see a sentence.
        "--VoilaConfiguration.show_tracebacks=False",
        f"--VoilaExecutor.cell_error_instruction={_INSTRUCTION}",
        f"--MappingKernelManager.cull_idle_timeout={options.cull}",
        f"--MappingKernelManager.cull_interval={max(1, min(60, options.cull // 3))}",
    ]
    paths = {"base_url": options.base_url, "server_url": options.server_url}
    words += [f"--Voila.{name}={path}" for name, path in paths.items() if path]
    if options.preheat:
        pool = {"default": {"pool_size": options.preheat}}
        words += ["--preheat_kernel=True", f"--VoilaKernelManager.kernel_pools_config={pool}"]
    folders = [str(shared), os.environ.get("JUPYTER_PATH", "")]
    joined = os.pathsep.join(filter(None, folders))
    return words, {**os.environ, **more, "JUPYTER_PATH": joined}


def _notebook(target: Path, shared: Path) -> tuple[Path, Mapping[str, str]]:
    if target.suffix == ".ipynb" and target.is_file():
        return target, {}
    if target.is_dir() and any(target.glob("*.ipynb")):
        return target, {}
    if target.is_dir() or (target.suffix == ".json" and target.is_file()):
        return shared / "report.ipynb", {CAMPAIGNS: str(target.resolve())}
    raise QueryError(
        f"{target} cannot be served; pass a notebook, a folder of notebooks, or one of campaigns"
    )
