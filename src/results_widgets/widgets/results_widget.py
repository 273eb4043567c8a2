"""The base of widgets that show results: traits, messages and observers.

Values come from `view_model`; nothing is computed here.
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any, ClassVar, Unpack
from weakref import WeakSet

import traitlets

from results_widgets._static import STATIC
from results_widgets.disclosure import NO_USERS, users_are_shown
from results_widgets.errors import QueryError, ResultsError
from results_widgets.progress import phase
from results_widgets.results import Results, Watch, clicked, showing
from results_widgets.results.selected import Selected
from results_widgets.segments import Segment, SegmentStore
from results_widgets.view_model.code_snippet import AS_DOCUMENTED, code_snippet, scope_snippet
from results_widgets.view_model.names import (
    check_names,
    check_owner,
    choose_first_line,
    drop_unknown_names,
    match_metric_to_owner,
)
from results_widgets.view_model.other_campaign import keeping_other, with_other
from results_widgets.view_model.pivot import totals_state
from results_widgets.view_model.points import point_reply
from results_widgets.view_model.requests import (
    days_reply,
    error_message,
    next_steps_reply,
    requested_segment,
)
from results_widgets.view_model.selection import Selection
from results_widgets.view_model.serialization import State
from results_widgets.view_model.state import (
    COMMON_PARTS,
    Inputs,
    StateBuilder,
    placeholder_state,
)
from results_widgets.view_model.status import computing_status, error_status
from results_widgets.view_model.views import Views, views_reply, views_state
from results_widgets.widgets import fallback
from results_widgets.widgets.naming import names_of
from results_widgets.widgets.segment_widget import Request
from results_widgets.widgets.selecting_widget import SelectingWidget


class ResultsWidget(SelectingWidget):
    """A widget that shows results; see its subclasses.

    Args:
        results: The results to show.
        selection: A selection shared with other widgets to link them; None creates one.
        store: Segment store for the save button, which saves segments opened by a click.
        **selected: Initial values of the selection, for example ``metric="conversions"``.

    Attributes:
        results: The results to show; assign others to show them.
        selection: What is selected.
        segment: The segment that a click opened last, or None. Selecting an action opens the users
            who received it.
        store: Segment store for the save button, or None.

    Raises:
        TypeError: A keyword is not a field of the selection, or ``results`` is not a `Results`.
    """

    _css = STATIC / "styles.css"

    # Set by the kernel and read by the browser, so never echoed back. No trait may hold users.
    _campaign = traitlets.Dict().tag(sync=True, echo_update=False)
    _glossary = traitlets.Dict().tag(sync=True, echo_update=False)
    _metrics = traitlets.Bytes().tag(sync=True, echo_update=False)
    _flow = traitlets.Dict().tag(sync=True, echo_update=False)
    _trends = traitlets.Dict().tag(sync=True, echo_update=False)
    _chart = traitlets.Dict().tag(sync=True, echo_update=False)
    _series = traitlets.Bytes().tag(sync=True, echo_update=False)
    _status = traitlets.Dict().tag(sync=True, echo_update=False)
    _parts = traitlets.Dict().tag(sync=True, echo_update=False)
    _options = traitlets.Dict().tag(sync=True, echo_update=False)
    _experiment = traitlets.Dict().tag(sync=True, echo_update=False)
    _notes: traitlets.List[Any] = traitlets.List().tag(sync=True, echo_update=False)
    _views: traitlets.List[Any] = traitlets.List().tag(sync=True, echo_update=False)

    alive: ClassVar[WeakSet["ResultsWidget"]] = WeakSet()
    parts: ClassVar[frozenset[str]] = frozenset(COMMON_PARTS)
    opens_action: ClassVar[bool] = False

    def __init__(
        self,
        results: Results,
        *,
        selection: Selection | None = None,
        store: SegmentStore | None = None,
        **selected: Unpack[Selected],
    ) -> None:
        if not isinstance(results, Results):
            raise TypeError(
                f"{type(self).__name__} takes Results, found {type(results).__name__}; make them with "
                "rw.Results(campaign, events) or rw.load(folder); rw.Campaigns shows a Portfolio"
            )
        results, asked = with_other(results, selected, selection)
        if selection is not None and asked:
            raise TypeError(
                "pass a selection or its traits, not both; set the traits on the selection"
            )
        self._results, self._names = results, AS_DOCUMENTED
        self._builder = StateBuilder(self.parts)
        self.selection = selection if selection is not None else Selection(**asked)
        super().__init__(store)
        self._kept_views = Views(self.selection, lambda: self._results, self._send_views)
        ResultsWidget.alive.add(self)
        showing.add(self)
        self._shown_action = self.selection.action
        self._callbacks.link(self)
        self._begin(late=results._session.takes_long)

    @property
    def results(self) -> Results:
        """What is shown."""
        return self._results

    @results.setter
    def results(self, results: Results) -> None:
        results = keeping_other(results, self._results)
        if results._session.warmer is not self._warmer:
            self._stop_warming()
        previous, self._results = self._results, results
        with self._callbacks.held():
            if not results._session.shares_source_with(previous._session):
                drop_unknown_names(self.selection, results)
            self._callbacks.changed()

    def watch(self, every: str | timedelta = "1m") -> Watch[Results]:
        """Refresh what is shown until stopped or closed; the selection stays.

        Args:
            every: How long to wait between two refreshes: ``"1m"``, ``"30s"``, a timedelta.

        Returns:
            What stops it, and holds the newest results; see `Results.watch`.

        Raises:
            QueryError: ``every`` is not a duration, or less than a second.

        Examples:
            >>> watch = rw.Dashboard(results).watch("5m")
            >>> watch.stop()
        """
        return self._results.watch(every, self)

    @property
    def views(self) -> Views:
        """Saved selections by name; see `Views`."""
        return self._kept_views

    def _send_views(self) -> None:
        self._views = views_state(self._kept_views)

    @property
    def view(self) -> Results:
        """The results as selected: in the selected range, zone and definitions."""
        return self.selection.apply(self._results, self._viewer_zone)

    def close(self) -> None:
        """Close the widget and disconnect it from its selection, so that it can be collected.

        Examples:
            >>> rw.Overview(results).close()
        """
        showing.discard(self)
        self._stop_warming()
        # ipywidgets also closes a widget that is collected, which may never have been initialised.
        if self.comm is not None:
            self._callbacks.unlink(self)
        super().close()

    # --- to the browser

    def _inputs(self, results: Results) -> Inputs:
        """Return what the state is built from."""
        self._names = names_of(results, self._names)
        return Inputs(results, self.selection, self._viewer_zone, names=self._names)

    def agree(self) -> None:
        """Select a metric that goes with the selected action or channel."""
        if not self._pending:  # it may read the data
            with clicked(), phase("counting"):
                choose_first_line(self.selection, self._results)
            match_metric_to_owner(self.selection, self._results)

    def follow(self) -> None:
        """Show what is selected, and open the users of an action that was selected."""
        self._show()
        action, shown = self.selection.action, self._shown_action
        self._shown_action = action
        if action not in (None, shown) and self.opens_action:
            # The segment is lazy: its users are computed when somebody asks for them.
            with suppress(ResultsError):
                self.segment = self.view.users_in_action(action)

    def _show(self, parts: Collection[str] | None = None) -> None:
        """Send what changed, in one message; an error is shown and the last numbers stay."""
        if self._pending:
            return
        try:
            state = self._changed_state(parts)
        except ResultsError as error:
            state = self._error_state(error)
            self._builder.resend(*state)
        self._set_state(state)

    def _changed_state(self, parts: Collection[str] | None = None) -> State:
        """Return the traits to update.

        Raises:
            ResultsError: The selection cannot be computed.
        """
        # The first numbers are shown without a change that would have had it done.
        self.agree()
        with clicked(), phase("counting"):
            check_names(self.selection, self._results)
            check_owner(self.selection, self._results)
            return self._builder.update(self._inputs(self._results), parts)

    def _error_state(self, error: ResultsError) -> State:
        # Where there never were numbers, the menus to choose something else still need the placeholder.
        state = {} if self._status else self._placeholder()
        return {
            **state,
            "_selection": self.selection.to_state(self._results),
            "_status": error_status(
                self._status or computing_status(self._results), error_message(error)
            ),
        }

    def _placeholder(self) -> State:
        return placeholder_state(self._results, self.selection)

    def prepare(self, results: Results) -> None:
        """Compute what it takes to show results, so that they appear as soon as they are assigned.

        Args:
            results: What will be shown.

        Examples:
            >>> overview, newest = rw.Overview(results), results.refresh()
            >>> overview.prepare(newest)
            >>> overview.results = newest
        """
        with suppress(ResultsError):
            self._builder.build(self._inputs(results))

    def _requested_segment(self, request: Request) -> Segment:
        return requested_segment(self.view, request)

    def _handlers(self) -> Mapping[str, Callable[[Request], object]]:
        return {
            **super()._handlers(),
            "days": lambda _: days_reply(self.view),
            "next_steps": lambda request: next_steps_reply(self.view, request),
            "point": self._point,
            "totals": self._totals,
            "views": lambda request: views_reply(self._kept_views, request),
        }

    def _point(self, request: Request) -> State:
        if not users_are_shown():
            raise QueryError(NO_USERS)
        scope = scope_snippet(self.selection, self._results, self._viewer_zone, self._names)
        return point_reply(self.view, scope, request)

    def _totals(self, _: Request) -> State:
        code = code_snippet(self.selection, self._results, self._viewer_zone, self._names)
        return totals_state(self.view, self.selection, code)

    # --- without JavaScript

    def _repr_mimebundle_(
        self, **kwargs: dict[Any, Any]
    ) -> tuple[dict[Any, Any], dict[Any, Any]] | None:
        self._fill()
        bundle = super()._repr_mimebundle_(**kwargs)
        return fallback.beside(bundle, lambda: fallback.results_bundle(self.view))
