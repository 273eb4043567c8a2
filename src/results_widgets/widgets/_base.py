"""What every widget shares: traits and glue. Numbers come from `Results`, shapes from `_wire`."""

import logging
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar, Final
from weakref import WeakSet

import anywidget
import polars as pl
import traitlets

from results_widgets import __version__
from results_widgets.definitions import DEFINITIONS
from results_widgets.errors import QueryError, ResultsError
from results_widgets.events import check_zone
from results_widgets.results import Results
from results_widgets.segments import Segment
from results_widgets.widgets import _wire, static
from results_widgets.widgets._highlight import highlight_wire, user_ids
from results_widgets.widgets._parts import parts_wire
from results_widgets.widgets._requests import segment_asked
from results_widgets.widgets.selection import Selection

_log = logging.getLogger(__name__)

STATIC: Final = Path(__file__).parent.parent / "static"


class ResultsWidget(anywidget.AnyWidget):
    """A view of results; see its subclasses.

    Args:
        results: What is shown.
        selection: Shared with other widgets to link them; None makes one.
        **selected: Traits of the selection to begin with, for example ``metric="conversions"``.

    Attributes:
        results: What is shown; assign other results to show those.
        selection: What is selected.
        segment: The last segment asked for by a click, or None.

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

    segment = traitlets.Instance(Segment, allow_none=True)

    alive: ClassVar[WeakSet["ResultsWidget"]] = WeakSet()
    draws_chart: ClassVar[bool] = False
    draws_flow: ClassVar[bool] = False
    draws_trends: ClassVar[bool] = False
    draws_parts: ClassVar[bool] = False

    def __init__(
        self, results: Results, *, selection: Selection | None = None, **selected: object
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
        super().__init__()
        ResultsWidget.alive.add(self)
        self.on_msg(self._on_message)
        self.selection.observe(self._on_selected)
        self._show()

    @property
    def results(self) -> Results:
        """What is shown."""
        return self._results

    @results.setter
    def results(self, results: Results) -> None:
        self._results, self._shown = results, None
        self._show()

    @property
    def view(self) -> Results:
        """The results as selected: in the selected range, zone and definitions."""
        return self.selection.look(self._results, self._viewer_zone)

    def close(self) -> None:
        """Close the widget: it leaves its selection, so that nothing holds it any more."""
        # ipywidgets closes a widget again when it is collected, also one that was never finished.
        if self.comm is not None:
            with suppress(ValueError):
                self.selection.unobserve(self._on_selected)
        super().close()

    def _on_selected(self, _: object) -> None:
        self._show()

    def _show(self) -> None:
        """Bring the wire up to the selection, in one message; an error is shown and keeps the numbers."""
        wanted = (self._results, self.selection.to_wire(self._results), self._viewer_zone)
        if wanted == self._shown:
            return
        self._shown = wanted
        try:
            self._settle()
            state = self._state()
        except ResultsError as error:
            failed = {"state": "error", "error": _in_words(error)}
            state = {
                "_status": {**self._status, **failed},
                "_selection": self.selection.to_wire(self._results),
            }
        with self.hold_sync():
            for name, value in state.items():
                setattr(self, name, value)

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

    def _state(self) -> dict[str, object]:
        view = self.view
        state: dict[str, object] = {
            "_campaign": _wire.campaign_wire(view),
            "_glossary": _wire.glossary_wire(view),
            "_metrics": _wire.to_bytes(_wire.metrics_frame(view)),
            "_status": _wire.status_wire(view, self._code(), __version__, self._definition_names()),
            "_options": _wire.options_wire(view),
            "_selection": self.selection.to_wire(self._results),
        }
        if self.draws_flow:
            state["_flow"] = _wire.flow_wire(view)
        if self.draws_trends:
            state["_trends"] = _wire.trends_wire(view)
        if self.draws_parts:
            state["_parts"] = parts_wire(view)
        if self.draws_chart:
            state["_chart"], state["_series"] = _wire.chart_wire(view, self.selection)
        return state

    def _definition_names(self) -> list[str]:
        return list(dict.fromkeys([self._results.definitions.name, *DEFINITIONS]))

    def _code(self) -> str:
        """Return the call that gives the chart's frame."""
        chosen, first_last = self.selection, self.selection.days(self._results)
        call = "results"
        if any(first_last):
            call += (
                ".between("
                + ", ".join(repr(str(day)) if day else "None" for day in first_last)
                + ")"
            )
        if chosen.time_zone:
            call += f".in_time_zone({chosen.time_zone!r})"
        if chosen.definitions:
            call += f".with_definitions({chosen.definitions!r})"
        if chosen.machine_opens is not None:
            kept = "counted" if chosen.machine_opens else "left_out"
            own = repr(chosen.definitions) if chosen.definitions else None
            base = f"rw.DEFINITIONS[{own}]" if own else "results.definitions"
            call += f".with_definitions(dataclasses.replace({base}, machine_opens={kept!r}))"
        if not chosen.developers:
            call += ".analytics()"
        arguments = [repr(chosen.metric)]
        arguments += [
            f"{name}={value!r}"
            for name in ("action", "channel", "by")
            if (value := getattr(chosen, name))
        ]
        arguments += [f"every={chosen.every!r}"] if chosen.every != "1d" else []
        arguments += ["cumulative=True"] if chosen.cumulative else []
        arguments += ["compare='previous'"] if chosen.compare else []
        return f"{call}.explore({', '.join(arguments)})"

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

    @traitlets.validate("_viewer_zone")
    def _valid_zone(self, proposal: Mapping[str, str]) -> str:
        try:
            return check_zone(proposal["value"]) if proposal["value"] else ""
        except QueryError:
            return self._viewer_zone

    @traitlets.observe("_viewer_zone")
    def _on_viewer_zone(self, _: object) -> None:
        self._show()

    def _on_message(self, _: object, content: object, __: object) -> None:
        """Answer a request; every one with an id gets a reply, also when it fails."""
        if not isinstance(content, Mapping) or not isinstance(content.get("id"), str):
            return
        try:
            segment = segment_asked(self.view, content)
            answer = {"name": segment.name, "rule": segment.rule, "size": len(segment)}
        except Exception as error:  # noqa: BLE001 - the browser waits for an answer, whatever it is
            if not isinstance(error, ResultsError):
                _log.warning("request %r failed", content["id"], exc_info=error)
            reply = {"id": content["id"], "ok": False, "error": _in_words(error)}
            self.send(reply)
            return
        self.segment = segment
        self.send({"id": content["id"], "ok": True, "segment": answer})

    # --- without JavaScript
    # ----------------------------------------------------------------------------------------

    def _repr_mimebundle_(
        self, **kwargs: dict[Any, Any]
    ) -> tuple[dict[Any, Any], dict[Any, Any]] | None:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        try:
            view = self.view
            plain = {"text/plain": static.as_text(view), "text/html": static.as_html(view)}
        except ResultsError as error:
            plain = {"text/plain": str(error), "text/html": static.as_note(str(error))}
        return {**data, **plain}, metadata


def _in_words(error: Exception) -> dict[str, str]:
    if not isinstance(error, ResultsError):
        text = f"the kernel failed ({type(error).__name__}); its log says more"
    else:
        text = str(error)
    message, _, hint = text.partition("; ")
    return {"message": message, "hint": hint}


class FlowWidget(ResultsWidget):
    """A widget that draws the flow: its cards can show where given users were."""

    draws_flow = True
    draws_trends = True
    _highlight = traitlets.Dict().tag(sync=True, echo_update=False)
    _highlighted: tuple[pl.Series, str] | None = None

    def highlight(self, users: object, name: str | None = None) -> None:
        """Show on every card how many of these users received its action.

        Args:
            users: A `Segment`, or a frame of any kind with ``user_id``; None takes the marks away.
            name: What they are called on screen; a segment has a name.

        Raises:
            EventsError: It is no frame, or has no ``user_id``.
        """
        if users is None:
            self._highlighted, self._highlight = None, {}
            return
        own = users.name if isinstance(users, Segment) else "Highlighted users"
        self._highlighted = user_ids(users), name or own
        self._highlight = highlight_wire(self.view, *self._highlighted)

    def _state(self) -> dict[str, object]:
        state = super()._state()
        if self._highlighted is not None:
            state["_highlight"] = highlight_wire(self.view, *self._highlighted)
        return state


class ChartWidget(ResultsWidget):
    """A widget that draws charts: it carries the chart bundle, once."""

    draws_chart = True
    _chart_esm = traitlets.Unicode().tag(sync=True, echo_update=False)

    @traitlets.default("_chart_esm")
    def _load_chart_code(self) -> str:
        return (STATIC / "chart.js").read_text(encoding="utf-8")

    @property
    def chart(self) -> object:
        """The chart with its rows in it, for further work in Altair."""
        return _wire.chart_of(self.view, self.selection)
