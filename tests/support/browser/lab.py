"""A real JupyterLab: the server, and one notebook in it as a reader sees and works it."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Error, Locator, Page, Request, WebSocket

LOCAL = {"127.0.0.1", "localhost", ""}
SECOND = 1000  # Playwright counts in milliseconds
PATIENCE = 60 * SECOND

_KERNEL_IDLE = """() => {
  const widget = window.jupyterapp?.shell?.currentWidget;
  return widget?.context?.sessionContext?.session?.kernel?.status === 'idle';
}"""
_RUN_ALL = """() => {
  window.__ran = false;
  window.jupyterapp.commands.execute('notebook:run-all-cells').then(() => { window.__ran = true; });
}"""
_RUN_NEW_CELL = """async (source) => {
  const { commands, shell } = window.jupyterapp;
  const notebook = shell.currentWidget.content;
  notebook.activeCellIndex = notebook.widgets.length - 1;
  await commands.execute('notebook:insert-cell-below');
  // A widget that takes the focus meanwhile makes its own cell the active one.
  const cell = notebook.activeCell;
  cell.model.sharedModel.setSource(source);
  await commands.execute('notebook:run-cell');
  return cell.model.outputs.toJSON();
}"""
_HEAR = """(what) => {
  const { kernel } = window.jupyterapp.shell.currentWidget.context.sessionContext.session;
  window.__heard = new Promise((done, fail) => {
    setTimeout(() => fail(new Error(`the kernel has heard of no ${what}`)), 60_000);
    let told = null;
    const hear = (_, { msg, direction }) => {
      const { data, execution_state } = msg.content;
      if (direction === 'send') {
        if ((data?.state && what in data.state) || data?.content?.kind === what)
          told ??= msg.header.msg_id;
      } else if (execution_state === 'idle' && told !== null && msg.parent_header.msg_id === told) {
        kernel.anyMessage.disconnect(hear);
        done();
      }
    };
    kernel.anyMessage.connect(hear);
  });
}"""
_SHOW = """async (path) => {
  const { commands } = window.jupyterapp;
  await commands.execute('docmanager:open', { path, factory: 'Notebook' });
}"""
_LEAVE = """async () => {
  const widget = window.jupyterapp.shell.currentWidget;
  await widget.context.sessionContext.shutdown();
  widget.dispose();
  // What JupyterLab itself stumbles over in closing is not laid to the notebook that comes next.
  await new Promise((done) => setTimeout(done, 50));
}"""
_OUTPUTS = """() => window.jupyterapp.shell.currentWidget.content.widgets
  .map((cell) => (cell.model.outputs ? cell.model.outputs.toJSON() : []))"""


class Server:
    """JupyterLab on a free port, in its own folders: nothing of the user's is read or changed."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "notebooks"
        self.root.mkdir(parents=True)
        self._token = secrets.token_hex(8)
        self._folder = folder
        self._port = _free_port()
        self._log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        options = {
            "ServerApp.root_dir": self.root,
            "IdentityProvider.token": self._token,
            "ServerApp.port_retries": 0,
            "LabApp.expose_app_in_browser": True,
            "JupyterNotebookApp.expose_app_in_browser": True,
            "LabApp.extension_manager": "readonly",
        }
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
        command += ["--ip=127.0.0.1", f"--port={self._port}"]
        command += [f"--{name}={value}" for name, value in options.items()]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=subprocess.STDOUT, env=self.environment
            )
        self._wait()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is None:
            return
        self.end_kernels()
        self._process.terminate()
        try:
            self._process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def url(self, name: str) -> str:
        """Where a notebook opens as a single document, in a workspace of its own."""
        return f"http://127.0.0.1:{self._port}/doc/tree/{name}?token={self._token}&reset"

    def notebook_url(self, name: str) -> str:
        """Where Notebook 7 shows the same file: it is an extension of the same server."""
        return f"http://127.0.0.1:{self._port}/notebooks/{name}?token={self._token}"

    def write(self, name: str, cells: Sequence[str]) -> None:
        """Writes a notebook of code cells into the server's folder."""
        code: list[dict[str, Any]] = [
            {
                "cell_type": "code",
                "id": f"cell-{number}",
                "metadata": {},
                "execution_count": None,
                "outputs": [],
                "source": source,
            }
            for number, source in enumerate(cells)
        ]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook = {"cells": code, "metadata": {"kernelspec": kernel}}
        text = json.dumps({**notebook, "nbformat": 4, "nbformat_minor": 5})
        (self.root / name).write_text(text)

    def end_kernels(self) -> None:
        """Ends every kernel, so that one test's memory is not the next one's."""
        for kernel in json.loads(self._ask("api/kernels")):
            self._ask(f"api/kernels/{kernel['id']}", "DELETE")

    def _ask(self, path: str, method: str = "GET") -> str:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._port}/{path}",
            method=method,
            headers={"Authorization": f"token {self._token}"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            text: str = answer.read().decode()
            return text

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            try:
                self._ask("api/status")
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
            else:
                return
        raise RuntimeError(f"JupyterLab did not start:\n{self._log.read_text()[-3000:]}")

    @property
    def environment(self) -> dict[str, str]:
        """The variables the server runs with, for what must share its folders."""
        folders = {
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "JUPYTERLAB_SETTINGS_DIR": "settings",
            "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
            "IPYTHONDIR": "ipython",
        }
        # The news popup covers the corner, and only this file keeps it away.
        apputils = self._folder / "settings" / "@jupyterlab" / "apputils-extension"
        apputils.mkdir(parents=True, exist_ok=True)
        quiet = {"fetchNews": "false", "checkForUpdates": False}
        (apputils / "notification.jupyterlab-settings").write_text(json.dumps(quiet))
        own = {name: str(self._folder / part) for name, part in folders.items()}
        return {**os.environ, **own}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _is_the_splash(stack: str) -> bool:
    """Whether JupyterLab alone failed, which takes its splash away twice where a theme follows another at once."""
    message, *frames = stack.splitlines()
    own = frames and all("/static/lab/jlab_core." in frame for frame in frames)
    return bool(own) and "'removeChild'" in message


@dataclass
class Problems:
    """What a page must not do: complain in its console, fail, or ask another machine."""

    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Collects from now on."""
        for event, hears in self._ears.items():
            page.on(event, hears)  # type: ignore[call-overload]

    def ignore(self, page: Page) -> None:
        """Collects no more."""
        for event, hears in self._ears.items():
            page.remove_listener(event, hears)

    def check(self) -> None:
        """Fails if there was any."""
        if self.console or self.errors or self.outside:
            raise AssertionError(repr(self))

    @property
    def _ears(self) -> dict[str, Callable[..., None]]:
        return {
            "console": self._said,
            "pageerror": self._failed,
            "request": self._asked,
            "websocket": self._asked,
        }

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.console.append(message.text)

    def _failed(self, error: Error) -> None:
        stack = error.stack or str(error)
        if not _is_the_splash(stack):
            self.errors.append(stack)

    def _asked(self, request: Request | WebSocket) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and parts.hostname not in LOCAL:
            self.outside.append(request.url)


class Notebook:
    """One open notebook: what a reader does with it, and what stands in it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.problems = Problems()
        self.problems.watch(page)

    def open(self, url: str, *, dark: bool = False) -> None:
        """Opens the notebook and waits until its kernel is ready."""
        self.page.goto(url)
        self._wait(dark=dark)

    def show(self, name: str, *, dark: bool = False) -> None:
        """Opens a file in the JupyterLab that the page has loaded, and waits until its kernel is ready."""
        self.page.evaluate(_SHOW, name)
        self._wait(dark=dark)

    def leave(self) -> None:
        """Ends the kernel and closes the file; JupyterLab stays."""
        self.problems.ignore(self.page)
        self.page.evaluate(_LEAVE)

    def _wait(self, *, dark: bool) -> None:
        self.page.wait_for_function(_KERNEL_IDLE, timeout=PATIENCE)
        theme = "JupyterLab Dark" if dark else "JupyterLab Light"
        self.page.evaluate(
            "theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", theme
        )
        light = "false" if dark else "true"
        self.page.locator(f'body[data-jp-theme-light="{light}"]').wait_for(state="attached")

    def run_all(self) -> None:
        """Runs every cell; fails if one of them raised."""
        self.page.evaluate(_RUN_ALL)
        self.page.wait_for_function("() => window.__ran", timeout=3 * PATIENCE)
        for outputs in self.page.evaluate(_OUTPUTS):
            _raise_for(outputs)

    def run(self, source: str) -> str:
        """Runs code in a new cell at the end, as a reader would; what it prints or shows."""
        outputs: list[dict[str, Any]] = self.page.evaluate(_RUN_NEW_CELL, source)
        _raise_for(outputs)
        return "".join(_text(output) for output in outputs).strip()

    def start(self, source: str) -> None:
        """Runs code in a new cell at the end, and does not wait for it."""
        self.page.evaluate(
            f"(source) => {{ window.__started = ({_RUN_NEW_CELL})(source); }}", source
        )

    def finish(self) -> None:
        """Waits until the cell that was started last is done."""
        self.page.evaluate("() => window.__started")

    @contextmanager
    def heard(self, what: str = "_selection") -> Iterator[None]:
        """Waits until the kernel is done with a trait or a request of this kind from within: a cell may overtake it."""
        self.page.evaluate(_HEAR, what)
        yield
        self.page.evaluate("() => window.__heard")

    def value(self, expression: str) -> Any:
        """What an expression is in the kernel, by way of JSON."""
        return json.loads(self.run(f"import json; print(json.dumps({expression}))"))

    def widget(self, number: int = 0) -> Locator:
        """The root element of a widget of ours, once it is drawn."""
        found = self.page.locator(".jp-OutputArea-output .rw").nth(number)
        found.wait_for(timeout=PATIENCE)
        return found


def _raise_for(outputs: Sequence[dict[str, Any]]) -> None:
    for output in outputs:
        if output["output_type"] == "error":
            trace = "\n".join(output.get("traceback", []))
            raise AssertionError(f"{output['ename']}: {output['evalue']}\n{trace}")


def _text(output: dict[str, Any]) -> str:
    text = output.get("text") or output.get("data", {}).get("text/plain", "")
    return text if isinstance(text, str) else "".join(text)


def keep_screenshot(page: Page, name: str) -> None:
    """Keeps a screenshot where one was asked for, to be looked at."""
    folder = os.environ.get("RESULTS_WIDGETS_PICTURES")
    if folder:
        page.get_by_test_id("rw-dashboard").screenshot(path=Path(folder) / f"{name}.png")
