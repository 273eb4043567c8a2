"""The base of widgets that draw the flow, and may be given a height to scroll in."""

from dataclasses import replace
from typing import Final, Unpack

import traitlets

from results_widgets.errors import QueryError, ResultsError
from results_widgets.results import Results
from results_widgets.results.selected import Selected
from results_widgets.segments import SegmentStore
from results_widgets.view_model.highlight import Highlighted
from results_widgets.view_model.selection import Selection
from results_widgets.view_model.state import Inputs
from results_widgets.widgets.results_widget import ResultsWidget

_LEAST_HEIGHT: Final = 240


class FlowWidget(ResultsWidget):
    """A widget that draws the flow, and can show where given users were in it.

    Args:
        results: The results to show.
        selection: A selection shared with other widgets to link them; None creates one.
        store: Segment store for the save button, which saves segments opened by a click.
        height: Height in pixels, within which the widget scrolls; None: as high as its content.
        **selected: Initial values of the selection.
    """

    _highlight = traitlets.Dict().tag(sync=True, echo_update=False)
    _height = traitlets.Int(None, allow_none=True).tag(sync=True, echo_update=False)

    parts = ResultsWidget.parts | {"flow", "trends", "highlight"}
    opens_action = True
    _highlighted: Highlighted | None = None

    def __init__(
        self,
        results: Results,
        *,
        selection: Selection | None = None,
        store: SegmentStore | None = None,
        height: int | None = None,
        **selected: Unpack[Selected],
    ) -> None:
        checked = _checked_height(height)
        super().__init__(results, selection=selection, store=store, **selected)
        self._height = checked

    @property
    def height(self) -> int | None:
        """Height in pixels, within which the widget scrolls; None: as high as its content."""
        return self._height

    @height.setter
    def height(self, height: int | None) -> None:
        self._height = _checked_height(height)

    def highlight(self, users: object, name: str | None = None) -> None:
        """Show on every card how many of these users received its action.

        Args:
            users: A `Segment`, or a frame of any kind with a column ``user_id``; None removes the highlight.
            name: Their name on screen; None: the segment's name.

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


def _checked_height(height: object) -> int | None:
    if height is None:
        return None
    if not isinstance(height, int) or isinstance(height, bool) or height < _LEAST_HEIGHT:
        raise QueryError(
            f"height is {height!r}; pass a whole number of pixels, {_LEAST_HEIGHT} or more, or None for a "
            "widget as high as what it shows"
        )
    return height
