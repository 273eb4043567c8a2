"""Executes a notebook with its widgets' state and writes it, trusted, to another place.

Usage: run_notebook.py SOURCE TARGET
"""

import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.sign import NotebookNotary


def main(source: Path, target: Path) -> int:
    """Runs every cell; the exit code."""
    notebook = nbformat.read(source, as_version=4)
    total = sum(cell.cell_type == "code" for cell in notebook.cells)
    started = time.monotonic()
    done = 0

    def report(**_: object) -> None:
        nonlocal done
        done += 1
        print(f"   cell {done} of {total}, {time.monotonic() - started:.0f} s", flush=True)

    client = NotebookClient(
        notebook,
        timeout=600,
        resources={"metadata": {"path": str(target.parent)}},
        on_cell_executed=report,
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
    )
    try:
        client.execute()
    except CellExecutionError as error:
        print(error, file=sys.stderr)
        return 1
    nbformat.write(notebook, target)
    # JupyterLab draws saved widgets only in notebooks that were signed where it runs.
    NotebookNotary().sign(notebook)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
