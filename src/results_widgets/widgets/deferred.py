"""Numbers that would take long are computed when the notebook's cell has already displayed the widget."""

from abc import abstractmethod
from collections.abc import Mapping

from results_widgets.view_model.serialization import State
from results_widgets.view_model.status import error_status
from results_widgets.widgets import fallback
from results_widgets.widgets.display import WidgetDisplay, at_end_of_cell
from results_widgets.widgets.naming import note_displayed
from results_widgets.widgets.segment_widget import SegmentWidget


class DeferredWidget(SegmentWidget):
    """A widget that may be displayed before its numbers; they follow before the cell is done."""

    _display: WidgetDisplay | None = None
    _status: Mapping[str, object]

    @abstractmethod
    def _show(self) -> None:
        """Compute the numbers and send them."""

    def _show_first(self) -> None:
        """Compute the numbers for a widget that is on screen without any."""
        self._show()

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
            self._show_first()
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
        note_displayed(self)
        data, metadata = super()._repr_mimebundle_() or ({}, {})
        self._display = WidgetDisplay({**data, **fallback.COMPUTING}, metadata)
