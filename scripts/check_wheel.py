"""What is released: the wheel has the committed list of files, and works where nothing else is.

    python scripts/check_wheel.py list dist/*.whl      compares its files with scripts/wheel_files.txt
    python scripts/check_wheel.py write dist/*.whl     renews that list, for a change that is meant
    python scripts/check_wheel.py smoke dist/*.whl     installs it into an empty environment and runs it

Only the standard library: the environment it runs in may hold nothing else.
"""

import os
import re
import subprocess
import sys
import tempfile
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path

LIST = Path(__file__).resolve().parent / "wheel_files.txt"
_SMOKE = """
import results_widgets as rw
results = rw.Results(*rw.datasets.generate(200, seed=1), time_zone="UTC")
assert results.overview().height > 5
results.to_html("report.html")
assert "rw-static" in open("report.html", encoding="utf-8").read()
rw.Dashboard(results)
"""


def files(wheel: Path) -> list[str]:
    """The files of a wheel, sorted; its version is left out of their names."""
    with zipfile.ZipFile(wheel) as archive:
        names = (re.sub(r"-[^/]+\.dist-info/", ".dist-info/", name) for name in archive.namelist())
        return sorted(names)


def differences(wheel: Path) -> list[str]:
    """What the wheel holds too much (+) or lacks (-), against the committed list."""
    kept, found = set(LIST.read_text(encoding="utf-8").splitlines()), set(files(wheel))
    return [f"+ {name}" for name in sorted(found - kept)] + [
        f"- {name}" for name in sorted(kept - found)
    ]


def smoke(wheel: Path) -> None:
    """Installs the wheel into an environment of its own and runs the command line and a report."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "venv"
        venv.create(home, with_pip=True)
        programs = home / ("Scripts" if os.name == "nt" else "bin")
        env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

        def run(name: str, *words: str) -> None:
            subprocess.run([str(programs / name), *words], cwd=folder, env=env, check=True)

        run("python", "-m", "pip", "install", "--quiet", str(wheel.resolve()))
        run("results-widgets", "--version")
        run("results-widgets", "glossary", "--help")
        run("python", "-c", _SMOKE)


def main(arguments: Sequence[str]) -> int:
    """Runs one of the three; the exit code."""
    task, wheel = arguments[0], Path(arguments[1])
    if task == "write":
        LIST.write_text("\n".join(files(wheel)) + "\n", encoding="utf-8")
    elif task == "smoke":
        smoke(wheel)
    elif found := differences(wheel):
        print("\n".join(found))
        print("The wheel is not as listed; if that is meant: scripts/check_wheel.py write WHEEL")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
