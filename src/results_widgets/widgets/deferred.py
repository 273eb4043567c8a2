"""Numbers that would take long are computed when the notebook's cell has already displayed the widget."""

import sys
from abc import abstractmethod
from collections.abc import Callable, Mapping
from types import FrameType

from results_widgets.view_model.serialization import State
from results_widgets.view_model.status import error_status
from results_widgets.widgets import fallback
from results_widgets.widgets.display import WidgetDisplay, kernel_shell
from results_widgets.widgets.segment_widget import SegmentWidget


class DeferredWidget(SegmentWidget):
    """A widget that may be displayed before its numbers; they follow before the cell is done."""

    _pending = False
    _display: WidgetDisplay | None = None
    _status: Mapping[str, object]

    @abstractmethod
    def _show(self) -> None:
        """Compute the numbers and send them."""

    @abstractmethod
    def _placeholder(self) -> State:
        """Return the state without numbers: values of traits by name."""

    def _begin(self, *, late: bool) -> None:
        """Show the numbers; if they take long and a cell is running, first a placeholder."""
        self._pending = late and at_end_of_cell(self._fill)
        if self._pending:
            self._set_state(self._placeholder())
        else:
            self._show()

    def _set_state(self, state: Mapping[str, object]) -> None:
        """Set traits in one message to the browser."""
        with self.hold_sync():
            for name, value in state.items():
                setattr(self, name, value)

    def _fill(self) -> None:
        """Replace the placeholder with the numbers."""
        if not self._pending:
            return
        self._pending = False
        try:
            self._show()
            if self._display is not None:
                data, metadata = self._repr_mimebundle_() or ({}, {})
                self._display.update(data, metadata)
        except KeyboardInterrupt:
            error = {"message": "interrupted while computing", "hint": "run the cell again"}
            self._set_state({"_status": error_status(self._status, error)})

    def _ipython_display_(self) -> None:
        """Display the placeholder at once; the static HTML beside it follows with the numbers."""
        if not self._pending:
            super()._ipython_display_()
            return
        data, metadata = super()._repr_mimebundle_() or ({}, {})
        note = {"text/plain": "Computing …", "text/html": fallback.note_html("Computing …")}
        self._display = WidgetDisplay({**data, **note}, metadata)


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
