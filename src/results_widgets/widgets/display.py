"""Displaying a widget in a notebook, together with what stands there when the notebook is opened again."""

import sys
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any, Protocol

from results_widgets.widgets import fallback


class Displayed(Protocol):
    """Something on display that can be replaced."""

    def update(self, data: Any, *, metadata: Any = ..., raw: bool = ...) -> None:
        """Show other data in its place."""


class WidgetDisplay:
    """The outputs of one displayed widget.

    Args:
        data: Representations of the widget by MIME type, HTML among them.
        metadata: Of these.
    """

    def __init__(self, data: Mapping[str, Any], metadata: Mapping[str, Any]) -> None:
        from IPython import display

        show: Any = display.display
        self._widget: Displayed = show(
            dict(data), metadata=dict(metadata), raw=True, display_id=True
        )
        again = fallback.reopened_bundle(data.get("text/html", ""))
        self._again: Displayed = show(again, raw=True, display_id=True)

    def update(self, data: Mapping[str, Any], metadata: Mapping[str, Any]) -> None:
        """Show other representations of the widget."""
        self._widget.update(dict(data), metadata=dict(metadata), raw=True)
        self._again.update(fallback.reopened_bundle(data.get("text/html", "")), raw=True)


def kernel_shell() -> Any:
    """Return the IPython shell of a kernel; None in a terminal or without IPython."""
    module = sys.modules.get("IPython")
    shell = None if module is None else module.get_ipython()
    return shell if hasattr(shell, "kernel") else None


def at_end_of_cell(work: Callable[[], None]) -> bool:
    """Register work to run at the end of the running cell, as part of it; False if no cell is running.

    Its messages reach the notebook before the cell is done, so that they are in the output of nbconvert,
    papermill and Voila, too; and interrupting the kernel interrupts it.
    """
    shell = kernel_shell()
    if shell is None or not _runs_cell(sys._getframe()):
        return False

    def run_once(*_: object) -> None:
        shell.events.unregister("post_run_cell", run_once)
        work()

    shell.events.register("post_run_cell", run_once)
    return True


def _runs_cell(frame: FrameType | None) -> bool:
    """Whether the code of a cell is on the stack; callbacks of widgets run outside of cells."""
    while frame is not None:
        code = frame.f_code
        if code.co_name == "run_code" and code.co_filename.endswith("interactiveshell.py"):
            return True
        frame = frame.f_back
    return False
