"""The base of widgets in which a browser selects: what it sends is checked, taken over, and prepared for."""

from abc import abstractmethod
from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any

import traitlets

from results_widgets.errors import ResultsError
from results_widgets.results import Results, Warmer, clicked
from results_widgets.view_model.callbacks import Callbacks
from results_widgets.view_model.selection import Selection
from results_widgets.view_model.state import COMMON_PARTS, StateBuilder
from results_widgets.widgets.deferred import DeferredWidget
from results_widgets.widgets.segment_widget import Request


class SelectingWidget(DeferredWidget):
    """A widget whose browser half changes its `Selection`."""

    _selection = traitlets.Dict().tag(sync=True, echo_update=False)
    _viewer_zone = traitlets.Unicode("").tag(sync=True, echo_update=False)

    selection: Selection
    _results: Results
    _builder: StateBuilder
    _warmer: Warmer | None = None

    @property
    @abstractmethod
    def view(self) -> Results:
        """The results as selected."""

    @property
    def _callbacks(self) -> Callbacks:
        return self.selection._callbacks

    @traitlets.observe("_selection")
    def _on_browser_selection(self, change: Mapping[str, object]) -> None:
        state = change["new"]
        if not isinstance(state, Mapping) or state == self.selection.to_state(self._results):
            return
        self.selection.update_from(state, self._results)
        # Values that were ignored are reset in the browser.
        self._builder.resend("_selection")
        self._callbacks.changed()

    @traitlets.observe("_viewer_zone")
    def _on_viewer_zone(self, _: object) -> None:
        self._callbacks.changed()

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take what a browser sent, as one change."""
        try:
            super().set_state(sync_data)
        finally:
            self._start_warming()

    def _answer(self, content: Request) -> None:
        with clicked():
            # A host may hold a trait back while the kernel is busy, and send messages at once: a
            # request brings the selection that it was made under, if the kernel may not have it yet.
            if isinstance(content.get("selection"), dict):
                super().set_state({"_selection": content["selection"]})
                self._callbacks.show()
            super()._answer(content)
        self._start_warming()

    @abstractmethod
    def _show(self, parts: Collection[str] | None = None) -> None:
        """Compute what changed, of some parts or of all, and send it."""

    def _show_first(self) -> None:
        """Send the headline as soon as it is known: flow and breakdowns may take longer than it."""
        # The line that is chosen for the chart meanwhile is a change: shown at once, it would bring all the rest.
        with self._callbacks.held():
            self._show(COMMON_PARTS)
            self._show()

    def _start_warming(self) -> None:
        """Prepare for changes of the range in the background, once a browser shows the numbers.

        Only messages from a browser start it: where a notebook is executed unseen, nobody clicks.
        """
        self._warmer = None if self._pending else self._results._session.warmer
        if self._warmer is not None and not self._warmer.is_done:
            with suppress(ResultsError):
                self._warmer.look(id(self), self._builder.steps_to_warm(self.view))

    def _stop_warming(self) -> None:
        if self._warmer is not None:
            self._warmer.leave(id(self))
