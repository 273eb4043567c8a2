"""The base of widgets that draw the flow."""

from dataclasses import replace

import traitlets

from results_widgets.errors import ResultsError
from results_widgets.results import Results
from results_widgets.view_model.highlight import Highlighted
from results_widgets.view_model.state import Inputs
from results_widgets.widgets.results_widget import ResultsWidget


class FlowWidget(ResultsWidget):
    """A widget that draws the flow, and can show where given users were in it."""

    _highlight = traitlets.Dict().tag(sync=True, echo_update=False)

    parts = ResultsWidget.parts | {"flow", "trends", "highlight"}
    opens_action = True
    _highlighted: Highlighted | None = None

    def highlight(self, users: object, name: str | None = None) -> None:
        """Show on every card how many of these users received its action.

        Args:
            users: A `Segment`, or a frame of any kind with a column ``user_id``; None ends it.
            name: What they are called on screen; None: the segment's name.

        Raises:
            EventsError: It is neither a segment nor a frame, or has no ``user_id``.
            QueryError: The results are a roll-up, which holds no users.

        Examples:
            >>> flow = rw.Flow(results)
            >>> flow.highlight(results.users("engaged"), name="Engaged")
        """
        previous = self._highlighted
        self._highlighted = None if users is None else Highlighted.of(users, name)
        if self._pending:
            return
        try:
            self._set_state(self._changed_state())
        except ResultsError:
            self._highlighted = previous
            raise

    def _inputs(self, results: Results) -> Inputs:
        return replace(super()._inputs(results), highlighted=self._highlighted)
