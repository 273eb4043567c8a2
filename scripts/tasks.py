"""What the Makefile's targets do. Run them through make, which finds a Python first.

Only the standard library: this runs before anything is installed.
"""

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import _tools
from _changed import changed_files, files_concerned
from _checks import Checks, cores
from _shell import ROOT, Stop, run, say, step

STATIC = ROOT / "src" / "results_widgets" / "static"
DEMO = ROOT / "build" / "demo"
# Each worker of the tests has a JupyterLab and a Chromium of its own: more than four need much memory.
MOST_WORKERS = 4
# Kernels, servers and command lines are many Pythons, and compiling the package takes each of them 0.4 s.
COMPILED_ONCE = {"PYTHONDONTWRITEBYTECODE": ""}
# tests/support/order.py says which tests one worker runs (a file, or all on Spark), and in which order.
# One more than cores was tried: it spares 3 % of the time, and tests that wait for a moment of a busy kernel fail.
WORKERS = ["-n", str(min(cores(), MOST_WORKERS)), "--dist=loadscope", "--no-loadscope-reorder"]


# ------------------------------------------------------------------------------------------ demo


def demo() -> int:
    """The executed notebook, the two campaigns in the terminal, which end with the verdict, then JupyterLab."""
    _tools.python_packages("demo")
    step("The demo notebook, executed into build/demo")
    DEMO.mkdir(parents=True, exist_ok=True)
    jupyter = _own_jupyter(DEMO / "jupyter")
    notebook = DEMO / "demo.ipynb"
    script = ROOT / "scripts" / "run_notebook.py"
    if not run([_tools.PYTHON, script, ROOT / "notebooks" / "demo.ipynb", notebook], jupyter):
        raise Stop("The notebook did not run to its end; the cell that failed stands above.")
    step("The campaigns, from their raw events")
    kept = (DEMO / "kept").relative_to(ROOT)
    if not run([_tools.tool("results-widgets"), "demo", "--keep", kept]):
        raise Stop("The demo did not run to its end; what went wrong stands above.")
    if os.environ.get("SERVE") == "0" or not (sys.stdin.isatty() and sys.stdout.isatty()):
        say(
            f"\n    jupyter lab {notebook.relative_to(ROOT)}    (make demo in a terminal serves it)"
        )
        return 0
    return _serve(notebook, jupyter)


def _serve(notebook: Path, env: Mapping[str, str]) -> int:
    step("JupyterLab on 127.0.0.1 (Ctrl-C twice stops it)")
    words = [str(_tools.PYTHON), "-m", "jupyterlab", str(notebook), "--ip=127.0.0.1"]
    flags = [f"--ServerApp.root_dir={DEMO}", f"--port={os.environ.get('PORT', '8888')}"]
    flags += ["--log-level=WARN", "--LabApp.extension_manager=readonly"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--allow-root")
    # Lab takes this process's place, so that Ctrl-C reaches it and it ends its kernels itself.
    os.execve(words[0], [*words, *flags], {**os.environ, **env})  # noqa: S606 - no shell wanted


def _own_jupyter(folder: Path) -> dict[str, str]:
    """Jupyter's folders inside the checkout: the demo neither reads nor changes the user's."""
    names = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    settings = folder / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True, exist_ok=True)
    # Lab would ask for its news, and cover a corner with the question.
    quiet = {"fetchNews": "false", "checkForUpdates": False}
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(quiet))
    return {name: str(folder / part) for name, part in names.items()}


# -------------------------------------------------------------------------------- lint and tests


def lint() -> int:
    """Formatting, lint, types and the direction of imports, Python and TypeScript."""
    _tools.python_packages("dev")
    env = _tools.node_packages()
    checks = Checks()
    _lint_python(checks)
    _lint_typescript(checks, env)
    return checks.close()


def _lint_python(checks: Checks) -> None:
    checks.add(
        "Python: formatting",
        [_tools.tool("ruff"), "format", "--check", "--output-format=concise", "."],
    )
    checks.add("Python: lint", [_tools.tool("ruff"), "check", "--quiet", "."])
    checks.add("Python: types", [_tools.tool("mypy")])
    checks.add(
        "Python: direction of imports, no circle", [_tools.tool("lint-imports"), "--no-logo"]
    )
    checks.add("Spelling", [_tools.tool("typos")])


def check() -> int:
    """The inner loop: the Python checks, and the quick tests of what differs from main."""
    _tools.python_packages("dev")
    checks = Checks()
    _lint_python(checks)
    files = files_concerned(changed_files())
    quick = ["-m", "not slow and not browser and not spark", "-q", *WORKERS]
    checks.add(
        f"Python: tests of what changed ({len(files)} files)",
        [_tools.PYTHON, "-m", "pytest", *quick, *files],
    )
    return checks.close()


def _lint_typescript(checks: Checks, env: Mapping[str, str]) -> None:
    checks.add(
        "TypeScript: formatting, lint and direction of imports",
        [_npm(env), "run", "--silent", "lint"],
        env,
    )
    checks.add("TypeScript: types", [_npm(env), "run", "--silent", "check"], env)


def test(*arguments: str) -> int:
    """Every check, and every test but those of the night. Arguments go to pytest."""
    return _test(arguments, {"RESULTS_WIDGETS_NIGHTLY": "0"})


def test_thorough(*arguments: str) -> int:
    """As `test`, with the tests of the night, new random examples, and many of them. Arguments go to pytest."""
    return _test(arguments, {"RESULTS_WIDGETS_HYPOTHESIS": "thorough"})


def _test(arguments: Sequence[str], env: Mapping[str, str]) -> int:
    _tools.python_packages("dev")
    node = _tools.node_packages()
    browser = _tools.chromium(node)
    _tools.programs()
    checks = Checks()
    words = ["-m", "pytest", *WORKERS, "--durations=20", *arguments]
    environment = {**browser, **COMPILED_ONCE, **env}
    # Not beside the browser's tests, which load what this writes.
    checks.call("TypeScript: the committed build is the source's", lambda: _same_build(node))
    # The short checks take the seconds in which the tests wait, for a kernel or for Java.
    with checks.beside("Lint, types, TypeScript", [_tools.PYTHON, __file__, "short-checks"]):
        checks.add("Python and browser: tests", [_tools.PYTHON, *words], environment)
    return checks.close()


def short_checks() -> int:
    """What `test` runs beside pytest: lint, types, and the tests of the TypeScript half."""
    if hasattr(os, "nice"):
        os.nice(10)
    node = _tools.node_packages()
    checks = Checks()
    _lint_python(checks)
    _lint_typescript(checks, node)
    checks.call("TypeScript: tests", lambda: _vitest(node))
    return checks.close()


def _vitest(env: Mapping[str, str]) -> bool:
    report = ROOT / "build" / "vitest.json"
    report.unlink(missing_ok=True)
    flags = ["--reporter=default", "--reporter=json", f"--outputFile.json={report}"]
    ok = run([_npm(env), "test", "--silent", "--", *flags], env)
    if report.is_file():
        sums = json.loads(report.read_text())
        say(f"TypeScript: {sums['numPassedTests']} passed, {sums['numFailedTests']} failed")
    return ok


def _same_build(env: Mapping[str, str]) -> bool:
    before = _prints(STATIC)
    if not run([_npm(env), "run", "--silent", "build"], env):
        return False
    after = _prints(STATIC)
    changed = sorted(
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    )
    if changed:
        say(f"Not what js/ builds: {', '.join(changed)}. It is built now: commit it.")
    return not changed


def _prints(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def _npm(env: Mapping[str, str]) -> str:
    return shutil.which("npm", path=env["PATH"]) or "npm"


# ---------------------------------------------------------------------------------------- others


def js() -> int:
    """Builds the TypeScript into the package's static folder."""
    env = _tools.node_packages()
    step("TypeScript into src/results_widgets/static")
    return 0 if run([_npm(env), "run", "--silent", "build"], env) else 1


def bench(*arguments: str) -> int:
    """Times the first paint beside other engines, clicks and segments. Arguments go to the benchmark."""
    _tools.python_packages("dev")
    return 0 if run([_tools.PYTHON, "-m", "benchmarks.run", *arguments]) else 1


def mutants(*arguments: str) -> int:
    """Plants one-token mistakes and counts those that no test catches. Arguments go to the script."""
    _tools.python_packages("dev")
    _tools.pip("mutants", "cosmic-ray")
    step("Mutants of the Python half")
    return 0 if run([_tools.PYTHON, ROOT / "scripts" / "mutants.py", *arguments]) else 1


def pins() -> int:
    """Renews the pins, newest and minimum: plain name==version lines for all Pythons, no address; and their hashes."""
    _tools.python_packages("dev")
    _tools.pip("uv", "uv")
    groups = ["--all-extras", "--group", "node", "--group", "pins"]
    plain = ["--no-header", "--no-annotate", "--no-emit-package", "results-widgets"]
    span = ["--universal", "--python-version", "3.11", "--upgrade", "--quiet"]
    words = [str(_tools.PYTHON), "-m", "uv", "pip", "compile", "pyproject.toml", *span, *plain]
    lowest = ["--extra", "dev", "--resolution", "lowest-direct"]
    newest_ok = run([*words, *groups, "-o", _tools.CONSTRAINTS])
    lowest_ok = newest_ok and run([*words, *lowest, "-o", _tools.MINIMUM])
    return 0 if lowest_ok and _hashes() else 1


def _hashes() -> bool:
    """Writes the newest pins with the SHA-256 of every file that a package index may give for each."""
    flags = ["--universal", "--python-version", "3.11", "--no-deps", "--generate-hashes", "--quiet"]
    words = [str(_tools.PYTHON), "-m", "uv", "pip", "compile", str(_tools.CONSTRAINTS), *flags]
    return run([*words, "--no-header", "--no-annotate", "-o", str(_tools.HASHED)])


TASKS: dict[str, Callable[..., int]] = {
    "demo": demo,
    "test": test,
    "short-checks": short_checks,
    "test-thorough": test_thorough,
    "check": check,
    "lint": lint,
    "js": js,
    "bench": bench,
    "mutants": mutants,
    "pins": pins,
}


def main(arguments: Sequence[str]) -> int:
    """Runs one task; the exit code."""
    name, *rest = arguments
    try:
        return TASKS[name](*rest)
    except Stop as stop:
        print(f"\n{stop}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
