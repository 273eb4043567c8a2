"""Work that waits until a notebook's cell has shown what it makes."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def at_end_of_cell(work: Callable[[], None]) -> bool:
    """Do work when the cell that runs now has run, still as part of it; False where no cell runs.

    What it sends reaches the notebook before the cell is done, so that whoever executes notebooks
    unseen (nbconvert, papermill, Voila) finds it there; and interrupting the kernel interrupts it.
    """
    shell = _shell()
    if shell is None or not _runs_cell(sys._getframe()):
        return False

    def done(*_: object) -> None:
        shell.events.unregister("post_run_cell", done)
        work()

    shell.events.register("post_run_cell", done)
    return True


def _shell() -> Any:
    """Return the IPython of a kernel; None in a terminal or without one."""
    module = sys.modules.get("IPython")
    shell = None if module is None else module.get_ipython()
    return shell if hasattr(shell, "kernel") else None


def _runs_cell(frame: FrameType | None) -> bool:
    """Whether code of a cell is what runs, and not an answer to a click."""
    while frame is not None:
        code = frame.f_code
        if code.co_name == "run_code" and code.co_filename.endswith("interactiveshell.py"):
            return True
        frame = frame.f_back
    return False
