"""Every notebook tells its story to the end, and stays small when saved with its widgets."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
# Megabytes, saved: each widget brings its code, those with a chart bring Vega (0.9 MB).
BUDGET = 8


@pytest.mark.slow
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs_and_stays_small(notebook: Path, tmp_path: Path) -> None:
    target = tmp_path / notebook.name
    # A process of its own: a kernel's client and the browser tests both want the event loop.
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "run_notebook.py", notebook, target],
        capture_output=True,
        text=True,
        check=False,
        env={
            **os.environ,
            "JUPYTER_DATA_DIR": str(tmp_path / "data"),
            "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
            "IPYTHONDIR": str(tmp_path / "ipython"),
        },
    )
    assert done.returncode == 0, done.stderr
    assert target.stat().st_size < BUDGET * 1_000_000
    # Users never leave the kernel by way of a widget's saved state.
    state = json.loads(target.read_text())["metadata"].get("widgets", {})
    assert "u0000001" not in json.dumps(state)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_is_committed_without_outputs(notebook: Path) -> None:
    cells = json.loads(notebook.read_text())["cells"]
    assert [cell["id"] for cell in cells if cell.get("outputs")] == []
