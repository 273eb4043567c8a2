"""Why a widget may stay blank: the notebook host, the installed versions, and likely causes."""

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from IPython import get_ipython

from results_widgets._static import STATIC
from results_widgets._text import escape
from results_widgets.widgets.results_widget import ResultsWidget

_PACKAGES: Final = (
    "results-widgets",
    "anywidget",
    "ipywidgets",
    "jupyterlab-widgets",
    "jupyterlab",
    "notebook",
    "voila",
    "marimo",
    "ipykernel",
    "polars",
    "altair",
)
_NEEDED: Final = {"anywidget": ((0, 11), (0, 12)), "ipywidgets": ((8, 1), (9, 0))}
_EXTENSIONS: Final = {
    "anywidget": "anywidget",
    "@jupyter-widgets/jupyterlab-manager": "jupyterlab-widgets",
}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What `doctor` found.

    Attributes:
        host: What displays the notebook, as far as the kernel can tell.
        versions: Versions of Python and of the packages that matter, by name.
        causes: What may be wrong and what to do, most likely first; empty if nothing was found.

    Examples:
        >>> print(rw.doctor())
        Host: ...
          python 3...
    """

    host: str
    versions: Mapping[str, str]
    causes: tuple[str, ...]

    def __str__(self) -> str:
        lines = [f"Host: {self.host}"]
        lines += [f"  {name} {number}" for name, number in self.versions.items()]
        lines += [f"- {cause}" for cause in self.causes] or ["No problem was found."]
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"


def doctor() -> Diagnosis:
    """Find out why a widget may stay blank.

    Returns:
        The notebook's host, the installed versions, and likely causes, each with what to do about it.

    Examples:
        >>> found = rw.doctor()
        >>> sorted(found.versions)[:2]
        ['altair', 'anywidget']
    """
    host = _host()
    versions = {"python": sys.version.split()[0]}
    for name in _PACKAGES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    causes = (
        *_missing_files(),
        *_wrong_versions(versions),
        *_host_settings(host),
        *_no_browser(host),
    )
    return Diagnosis(host, versions, causes)


def _host() -> str:
    """Return the host's name, recognised by modules and environment variables of the kernel."""
    kernel, marimo = "ipykernel" in sys.modules, sys.modules.get("marimo")
    signs = {
        "Colab": "google.colab" in sys.modules,
        "Databricks": "DATABRICKS_RUNTIME_VERSION" in os.environ,
        "Voila": os.environ.get("SERVER_SOFTWARE", "").startswith("voila/"),
        "marimo": marimo is not None and marimo.running_in_notebook(),
        "VS Code": kernel and any(name.startswith("VSCODE_") for name in os.environ),
        "Jupyter (JupyterLab or Notebook)": kernel,
        "IPython in a terminal": get_ipython() is not None,
    }
    return next((host for host, found in signs.items() if found), "plain Python")


def _missing_files() -> Iterator[str]:
    missing = [
        name
        for name in ("dashboard.js", "loader.js", "chart.js", "styles.css")
        if not (STATIC / name).is_file()
    ]
    if missing:
        yield f"{', '.join(missing)} is missing from the package: reinstall results-widgets."


def _wrong_versions(versions: Mapping[str, str]) -> Iterator[str]:
    for name, (least, below) in _NEEDED.items():
        parts = versions.get(name, "0").split(".")[:2]
        number = tuple(int(part) for part in parts if part.isdigit())
        if not least <= number < below:
            wanted = f">={least[0]}.{least[1]},<{below[0]}.{below[1]}"
            yield f"{name} {versions.get(name, 'is not installed')}: install {name}{wanted}."


def _host_settings(host: str) -> Iterator[str]:
    if host == "Colab":
        yield (
            "Colab shows custom widgets only after this: "
            "from google.colab import output; output.enable_custom_widget_manager()."
        )
    elif host == "VS Code":
        yield (
            "VS Code shows widgets through its Jupyter extension: if nothing appears, allow a source in the setting "
            "jupyter.widgetScriptSources, and reload the window."
        )
    elif host == "marimo":
        yield "In marimo, wrap a widget so that cells react to its selection: mo.ui.anywidget(rw.Dashboard(results))."
    elif host.startswith(("IPython", "plain")):
        yield "This is not a notebook: widgets show their numbers as text. Open JupyterLab, or save a report."
    elif host.startswith("Jupyter"):
        yield from _missing_extensions()


def _missing_extensions() -> Iterator[str]:
    shared = Path(sys.prefix) / "share" / "jupyter" / "labextensions"
    for folder, package in _EXTENSIONS.items():
        if not (shared / folder).is_dir():
            yield (
                f"The JupyterLab extension of {package} is not in this environment. If the server runs in another one, "
                f"install {package} there, restart the server and reload the page."
            )


def _no_browser(host: str) -> Iterator[str]:
    """A browser that draws a widget sends its time zone; if none came, the widget's code did not run."""
    alive = [widget for widget in ResultsWidget.alive if widget.comm is not None]
    if alive and not any(widget._viewer_zone for widget in alive) and "Python" not in host:
        yield (
            f"{len(alive)} widgets were made and no browser has drawn one yet. If one was displayed, the page did not "
            "run its code: reload the page, and trust the notebook if somebody else saved it."
        )
