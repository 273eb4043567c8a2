"""Notebooks executed by a kernel of their own, without a browser."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LATE = """
import ipywidgets
import results_widgets as rw
from results_widgets.results import session
session.MANY_ROWS = 0
results = rw.load("campaign", time_zone="UTC")
"""
"""A first cell: results of the folder `campaign` that are read only when they are needed."""


def run(folder: Path, *cells: str) -> dict[str, Any]:
    """A notebook executed by a kernel of its own, as nbconvert does."""
    code: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "id": f"c{number}",
            "metadata": {},
            "outputs": [],
            "source": source,
            "execution_count": None,
        }
        for number, source in enumerate(cells)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = {"cells": code, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "book.ipynb").write_text(json.dumps(book))
    words = [sys.executable, str(ROOT / "scripts" / "run_notebook.py"), "book.ipynb", "done.ipynb"]
    places = {"JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime", "IPYTHONDIR": "ipython"}
    own = {name: str(folder / place) for name, place in places.items()}
    done = subprocess.run(
        words, cwd=folder, capture_output=True, text=True, check=False, env={**os.environ, **own}
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads((folder / "done.ipynb").read_text())
    return found
