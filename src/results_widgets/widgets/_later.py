"""Work that waits until a notebook's cell has shown what it makes."""

import sys
from abc import abstractmethod
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

from results_widgets.widgets import fallback
from results_widgets.widgets._asked import AskedWidget


class LateWidget(AskedWidget):
    """A widget whose frame may appear before its numbers: they follow before the cell is done."""

    _pending = False
    _display: Any = None
    _status: Mapping[str, object]

    @abstractmethod
    def _show(self) -> None:
        """Show the numbers."""

    @abstractmethod
    def _frame(self) -> Mapping[str, object]:
        """Return what can be shown without numbers: traits by name."""

    def _begin(self, *, late: bool) -> None:
        """Show the numbers, or the frame where they would take long and may follow."""
        self._pending = late and at_end_of_cell(self._fill)
        if self._pending:
            self._put(self._frame())
        else:
            self._show()

    def _put(self, state: Mapping[str, object]) -> None:
        with self.hold_sync():
            for name, value in state.items():
                setattr(self, name, value)

    def _fill(self) -> None:
        """Bring the numbers into a frame that stands already."""
        if not self._pending:
            return
        self._pending = False
        try:
            self._show()
            if self._display is not None:
                data, metadata = self._repr_mimebundle_() or ({}, {})
                self._display.update(data, metadata=metadata, raw=True)
        except KeyboardInterrupt:
            said = "interrupted before the numbers were there"
            words = {"message": said, "hint": "run the cell again"}
            self._put({"_status": {**self._status, "state": "error", "error": words}})

    def _ipython_display_(self) -> None:
        """Appear at once; what stands beside the widget where no JavaScript runs follows with the numbers."""
        if not self._pending:
            # IPython goes on as if this method was not there.
            raise NotImplementedError
        from IPython import display

        data, metadata = super()._repr_mimebundle_() or ({}, {})
        note = {"text/plain": "Computing …", "text/html": fallback.as_note("Computing …")}
        show: Any = display.display
        self._display = show({**data, **note}, metadata=metadata, raw=True, display_id=True)


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
