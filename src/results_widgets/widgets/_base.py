"""What every widget shares: traits and glue. Numbers come from `Results`, shapes from `_wire`."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial
from itertools import chain
from typing import Any, ClassVar
from weakref import WeakSet

import traitlets

from results_widgets._static import STATIC
from results_widgets._version import __version__
from results_widgets.definitions import DEFINITIONS
from results_widgets.errors import QueryError, ResultsError
from results_widgets.progress import phase
from results_widgets.results import (
    Results,
    Warmer,
    Watch,
    as_range,
    clicked,
    showing,
    steps_to_warm,
)
from results_widgets.segments import Segment, SegmentStore
from results_widgets.tables.events import check_zone
from results_widgets.view_model import wire as _wire
from results_widgets.view_model.code import code_for
from results_widgets.view_model.parts import parts_wire
from results_widgets.view_model.requests import days_wire, segment_asked
from results_widgets.view_model.selection import Selection
from results_widgets.widgets import fallback
from results_widgets.widgets._asked import Asked, in_words
from results_widgets.widgets._later import LateWidget


class ResultsWidget(LateWidget):
    """A view of results; see its subclasses.

    Args:
        results: What is shown.
        selection: Shared with other widgets to link them; None makes one.
        store: Where segments are saved that were opened by a click.
        **selected: Traits of the selection to begin with, for example ``metric="conversions"``.

    Attributes:
        results: What is shown; assign other results to show those.
        selection: What is selected.
        segment: The last segment asked for by a click, a chosen card's users included, or None.
        store: Where the save button saves, or None.

    Raises:
        TypeError: A keyword is none of the selection's traits, or the results are none.
    """

    _css = STATIC / "styles.css"

    # The wire, kernel-owned: never echoed back, since the browser does not change it. Users are
    # never in it.
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
    # The wire, browser-owned.
    _selection = traitlets.Dict().tag(sync=True, echo_update=False)
    _viewer_zone = traitlets.Unicode("").tag(sync=True, echo_update=False)

    alive: ClassVar[WeakSet["ResultsWidget"]] = WeakSet()
    draws_flow: ClassVar[bool] = False
    draws_trends: ClassVar[bool] = False
    draws_parts: ClassVar[bool] = False
    _warmer: Warmer | None = None

    def __init__(
        self,
        results: Results,
        *,
        selection: Selection | None = None,
        store: SegmentStore | None = None,
        **selected: object,
    ) -> None:
        if not isinstance(results, Results):
            raise TypeError(
                f"{type(self).__name__} takes Results, found {type(results).__name__}; make them with rw.Results(…)"
            )
        if selection is not None and selected:
            raise TypeError(
                "pass a selection or its traits, not both; set the traits on the selection"
            )
        self._results = results
        self._shown: tuple[object, ...] | None = None
        self.selection = selection if selection is not None else Selection(**selected)
        super().__init__(store)
        ResultsWidget.alive.add(self)
        showing.add(self)
        self.selection.observe(self._on_selected)
        self._begin(late=results._session.takes_long)

    @property
    def results(self) -> Results:
        """What is shown."""
        return self._results

    @results.setter
    def results(self, results: Results) -> None:
        if results._session.warmer is not self._warmer:
            self._leave()
        self._results, self._shown = results, None
        self._show()

    def watch(self, every: str | timedelta = "1m") -> Watch[Results]:
        """Refresh what is shown until stopped or closed; the selection stays. See `Results.watch`."""
        return self._results.watch(every, self)

    @property
    def view(self) -> Results:
        """The results as selected: in the selected range, zone and definitions."""
        return self.selection.look(self._results, self._viewer_zone)

    def close(self) -> None:
        """Close the widget: it leaves its selection, so that nothing holds it any more."""
        showing.discard(self)
        self._leave()
        # ipywidgets closes a widget again when it is collected, also one that was never finished.
        if self.comm is not None:
            with suppress(ValueError):
                self.selection.unobserve(self._on_selected)
        super().close()

    def _on_selected(self, change: Mapping[str, object]) -> None:
        self._show()
        if change["name"] == "action" and isinstance(change["new"], str) and self.draws_flow:
            # A card's users are at hand as soon as it is chosen; they are computed when asked for.
            with suppress(ResultsError):
                self.segment = self.view.users_in_action(change["new"])

    def _show(self) -> None:
        """Bring the wire up to the selection, in one message; an error is shown and keeps the numbers."""
        if self._pending:
            return
        wanted = (self._results, self.selection.to_wire(self._results), self._viewer_zone)
        if wanted == self._shown:
            return
        self._shown = wanted
        try:
            self._settle()
            with clicked(), phase("counting"):
                state = self._state(self.view)
        except ResultsError as error:
            failed = {"state": "error", "error": in_words(error)}
            state = {
                "_status": {**self._status, **failed},
                "_selection": self.selection.to_wire(self._results),
            }
        except BaseException:
            self._shown = None
            raise
        self._put(state)

    def _frame(self) -> Mapping[str, object]:
        results = self._results
        self._settle()
        return {
            "_campaign": _wire.campaign_wire(results),
            "_glossary": _wire.glossary_wire(results),
            "_status": _wire.computing_wire(results, __version__, self._definition_names()),
            "_options": _wire.options_wire(results),
            "_selection": self.selection.to_wire(results),
        }

    def _settle(self) -> None:
        """Give up what the selection names but the results do not have."""
        chosen = self.selection
        try:
            self._results.describe(chosen.metric, chosen.action, chosen.channel)
        except QueryError:
            with chosen.hold_trait_notifications():
                self._choose_known(chosen)

    def _choose_known(self, chosen: Selection) -> None:
        campaign = self._results.campaign
        if chosen.action not in campaign.action_by_id:
            chosen.action = None
        if chosen.action is not None:
            chosen.channel = None
        if chosen.channel not in campaign.channels:
            chosen.channel = None
        channel = chosen.channel and campaign.channels[chosen.channel].received
        fallback = "users_received" if chosen.action else channel or "users"
        try:
            self._results.describe(chosen.metric, chosen.action, chosen.channel)
        except QueryError:
            chosen.metric = fallback

    def prepare(self, results: Results) -> None:
        """Compute what it takes to show results, so that they appear as soon as they are assigned."""
        with suppress(ResultsError):
            self._state(self.selection.look(results, self._viewer_zone))

    def _state(self, view: Results) -> dict[str, object]:
        names = self._definition_names()
        code = code_for(self.selection, self._results)
        state: dict[str, object] = {
            "_campaign": _wire.campaign_wire(view),
            "_glossary": _wire.glossary_wire(view),
            "_metrics": _wire.to_bytes(_wire.metrics_frame(view)),
            "_status": _wire.status_wire(view, code, __version__, names),
            "_options": _wire.options_wire(view),
            "_selection": self.selection.to_wire(self._results),
        }
        if self.draws_flow:
            state["_flow"] = _wire.flow_wire(view)
        if self.draws_trends:
            state["_trends"] = _wire.trends_wire(view)
        if self.draws_parts:
            state["_parts"] = parts_wire(view)
        return state

    def _definition_names(self) -> list[str]:
        own = self._results
        known = [name for name in DEFINITIONS if not own.with_definitions(name)._session.refusal()]
        return list(dict.fromkeys([own.definitions.name, *known]))

    # --- from the browser
    # ------------------------------------------------------------------------------------------

    @traitlets.observe("_selection")
    def _on_selection(self, change: Mapping[str, object]) -> None:
        value = change["new"]
        if not isinstance(value, Mapping) or value == self.selection.to_wire(self._results):
            return
        self.selection.take(value, self._results)
        # What was not taken goes back as it is.
        self._selection = self.selection.to_wire(self._results)
        self._looked_at()

    @traitlets.validate("_viewer_zone")
    def _valid_zone(self, proposal: Mapping[str, str]) -> str:
        try:
            return check_zone(proposal["value"]) if proposal["value"] else ""
        except QueryError:
            return self._viewer_zone

    @traitlets.observe("_viewer_zone")
    def _on_viewer_zone(self, _: object) -> None:
        self._show()
        self._looked_at()

    def _on_message(self, *told: Any) -> None:
        with clicked():
            super()._on_message(*told)
        self._looked_at()

    def _looked_at(self) -> None:
        """Make ready what a change of range needs, now that a browser shows the numbers.

        Only what it sends tells: nobody would click where a notebook is executed unseen.
        """
        self._warmer = None if self._pending else self._results._session.warmer
        if self._warmer is not None and not self._warmer.is_done:
            with suppress(ResultsError):
                view = self.view
                parts = [partial(parts_wire, as_range(view))] if self.draws_parts else []
                self._warmer.look(id(self), chain(steps_to_warm(view), parts))

    def _leave(self) -> None:
        if self._warmer is not None:
            self._warmer.leave(id(self))

    def _segment_asked(self, asked: Asked) -> Segment:
        return segment_asked(self.view, asked)

    def _answers(self) -> Mapping[str, Callable[[Asked], object]]:
        return {**super()._answers(), "days": lambda _: days_wire(self.view)}

    # --- without JavaScript
    # ----------------------------------------------------------------------------------------

    def _repr_mimebundle_(
        self, **kwargs: dict[Any, Any]
    ) -> tuple[dict[Any, Any], dict[Any, Any]] | None:
        self._fill()
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        try:
            view = self.view
            plain = {"text/plain": fallback.as_text(view), "text/html": fallback.as_html(view)}
        except ResultsError as error:
            plain = {"text/plain": str(error), "text/html": fallback.as_note(str(error))}
        return {**data, **plain}, metadata
