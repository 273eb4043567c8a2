"""The Campaigns widget; its browser half is js/src/campaigns.tsx."""

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, overload

import traitlets

from results_widgets._static import STATIC
from results_widgets.disclosure import NO_USERS, users_are_shown
from results_widgets.errors import QueryError
from results_widgets.locales import LOCALES
from results_widgets.portfolio import Portfolio
from results_widgets.progress import phase
from results_widgets.results import Results, clicked
from results_widgets.segments import Segment, SegmentStore
from results_widgets.view_model.campaign_choice import SCOPE, CampaignChoice
from results_widgets.view_model.campaigns import (
    campaign_detail_reply,
    campaigns_state,
    placeholder_campaigns,
)
from results_widgets.view_model.campaigns_shared import shared_segment, shared_state
from results_widgets.view_model.formatting import capitalized
from results_widgets.view_model.options import offered_zones
from results_widgets.view_model.selection import Selection
from results_widgets.view_model.serialization import State
from results_widgets.widgets import fallback
from results_widgets.widgets.code import Code, bundle, carried
from results_widgets.widgets.dashboard import Dashboard
from results_widgets.widgets.deferred import DeferredWidget
from results_widgets.widgets.experiment import Experiment
from results_widgets.widgets.segment_widget import Request

_KEPT: Final = 4
"""Widgets that stay open behind the list, so that going back to one takes no time."""
_SCOPES: Final = 12
"""Months and settings whose numbers are kept."""


class Campaigns(DeferredWidget):
    """Many campaigns as one table, or as small charts on one scale; a row opens its dashboard or experiment in place.

    Above the table are numbers across campaigns: the effect of messaging over all campaigns that hold users back,
        users in several campaigns, and purchases that several campaigns claim, each counted once under a rule of
        credit. Below it is what campaigns share: users (as a matrix and by exact combinations), purchases,
        messages per user, and conversions by weekday and hour. Entries, and values in one currency, are added up
        over campaigns; users and rates are not, so they have no total. Any metric of a whole campaign can be a
        column, or be drawn for all campaigns on one scale. Time zone, definitions and clock apply to all campaigns
        and to the widgets opened from the table.

    Args:
        portfolio: The campaigns.
        store: Segment store for the save button of an opened dashboard.
        **chosen: Initial values of ``selection``, such as ``month="2026-03"``, ``sort="lift"``,
            ``states=["running", "paused"]``, ``columns=["entries", "unique_users"]``, ``show="multiples"`` or
            ``time_zone="Europe/Oslo"``.

    Attributes:
        portfolio: The campaigns, over all their days.
        selection: The current choice: month, time_zone, definitions, machine_opens, clock, locale, search, states,
            channel, goal, least, show, metric, columns, sort, descending, campaign, part, tab, rule, credit. Set
            its traits to change what is shown; ``status`` is short for ``states`` with a single value.
        dashboard: The dashboard of the campaign that was opened last, or None.
        experiment: The experiment that was opened last, or None.
        segment: The users that a click on the overlap opened last, or None.
        store: Segment store for the save button, or None.

    Raises:
        TypeError: ``portfolio`` is not a `Portfolio`.
        QueryError: A keyword is not a field of the selection.

    Examples:
        >>> campaigns = rw.Campaigns(portfolio, sort="entries")
        >>> campaigns.selection.month = "2026-03"
        >>> campaigns.view["spring"].unique_users()
        148
        >>> campaigns.open_campaign("spring").results.campaign.name
        'Win-back, spring 2026'
    """

    _esm = STATIC / "campaigns.js"
    _css = STATIC / "styles.css"

    # Set by the kernel and read by the browser: names, counts and words, never users.
    _campaigns = traitlets.Dict().tag(sync=True, echo_update=False)
    _choice = traitlets.Dict().tag(sync=True, echo_update=False)
    _shared = traitlets.Dict().tag(sync=True, echo_update=False)
    _options = traitlets.Dict().tag(sync=True, echo_update=False)
    _status = traitlets.Dict().tag(sync=True, echo_update=False)

    dashboard = traitlets.Instance(Dashboard, allow_none=True)
    experiment = traitlets.Instance(Experiment, allow_none=True)

    def __init__(
        self, portfolio: Portfolio, *, store: SegmentStore | None = None, **chosen: Any
    ) -> None:
        if not isinstance(portfolio, Portfolio):
            raise TypeError(
                f"Campaigns takes a Portfolio, found {type(portfolio).__name__}; make one with "
                "rw.Portfolio({'name': results, …})"
            )
        self._portfolio = portfolio
        self._known: dict[tuple[object, ...], State] = {}
        self._in_place: dict[tuple[str, str], Dashboard | Experiment] = {}
        self.selection = CampaignChoice(**chosen)
        self._shown_scope = self.selection.scope
        super().__init__(store)
        self._options = self._menus()
        self._choice = self.selection.to_state()
        self.selection.observe(self._on_choice)
        self._begin(late=True)

    @property
    def portfolio(self) -> Portfolio:
        """The campaigns, over all their days."""
        return self._portfolio

    @property
    def view(self) -> Portfolio:
        """The campaigns in the chosen month, zone and definitions."""
        if self.selection.scope == CampaignChoice().scope:
            return self._portfolio
        chosen = Selection(**self.selection.selected())
        return self._portfolio._with(
            {name: chosen.apply(one) for name, one in self._portfolio.items()}
        )

    @overload
    def open_campaign(self, name: str, part: Literal["results"] = "results") -> Dashboard: ...

    @overload
    def open_campaign(self, name: str, part: Literal["experiment"]) -> Experiment: ...

    def open_campaign(self, name: str, part: str = "results") -> Dashboard | Experiment:
        """Open a campaign in place of the list, like a click on its row or on a button of its unfolded row.

        Args:
            name: Its name in the portfolio, or its id.
            part: What to show: its ``results`` or its ``experiment``.

        Returns:
            Its dashboard, or its experiment, in the chosen month and settings.

        Raises:
            QueryError: There is no such campaign or part.

        Examples:
            >>> campaigns = rw.Campaigns(portfolio, month="2026-03")
            >>> campaigns.open_campaign("autumn").selection.start
            datetime.date(2026, 3, 1)
            >>> campaigns.open_campaign("autumn", part="experiment").results is portfolio["autumn"]
            True
        """
        kinds: dict[str, type[Dashboard | Experiment]] = {
            "results": Dashboard,
            "experiment": Experiment,
        }
        if part not in kinds:
            raise QueryError.unknown("part", part, kinds)
        results = self._portfolio[name]
        (label,) = [one for one, other in self._portfolio.items() if other is results]
        shown = self._in_place.pop((label, part), None)
        if shown is None or shown.comm is None:
            shown = kinds[part](results, store=self.store, **self.selection.selected())
        self._in_place[label, part] = shown
        for other in list(self._in_place)[:-_KEPT]:
            self._in_place.pop(other).close()
        self.set_trait("dashboard" if part == "results" else part, shown)
        with self.selection.hold_trait_notifications():
            self.selection.part = part
            self.selection.campaign = label
        return shown

    def close(self) -> None:
        """Close the widget and what was opened from it.

        Examples:
            >>> rw.Campaigns(portfolio).close()
        """
        # ipywidgets also closes a widget that is collected, which may never have been initialised.
        if self.comm is not None:
            for one in self._in_place.values():
                one.close()
            self._in_place.clear()
        super().close()

    # --- to the browser

    def _menus(self) -> State:
        locale = next(iter(self.view.items()))[1]._session.locale
        closed = {} if users_are_shown() else {"users": capitalized(NO_USERS)}
        return {
            "by": [],
            "time_zones": offered_zones(),
            "ranges": [],
            "every": [],
            "closed": closed,
            "locale": locale.to_state(),
            "locales": list(LOCALES),
        }

    def _on_choice(self, change: Mapping[str, object]) -> None:
        self._choice = self.selection.to_state()
        if change["name"] not in SCOPE or self._pending:
            return
        self._show()
        for one in self._in_place.values():
            with one.selection.hold_trait_notifications():
                for name, value in self.selection.selected().items():
                    setattr(one.selection, name, value)

    def _show(self) -> None:
        """Send the table; parts below it are asked for again where they are of another month or setting."""
        scope = self.selection.scope
        if scope not in self._known:
            with clicked(), phase("counting"):
                self._known[scope] = self._numbers()
        for other in list(self._known)[:-_SCOPES]:
            del self._known[other]
        state: dict[str, object] = {"_campaigns": self._known[scope]}
        if scope != self._shown_scope:
            self._shown_scope = scope
            state |= {"_shared": {}, "_options": self._menus()}
        self._set_state(state)

    def _numbers(self) -> State:
        return campaigns_state(self.view)

    def _placeholder(self) -> State:
        return {"_campaigns": placeholder_campaigns(self._portfolio)}

    def _carried_code(self) -> dict[str, Code]:
        own = super()._carried_code()
        names = ("dashboard", "experiment", "chart")
        return {**own, **{name: carried(bundle(f"{name}.js")) for name in names}}

    # --- from the browser

    def _handlers(self) -> Mapping[str, Callable[[Request], object]]:
        return {
            **super()._handlers(),
            "choose": self._choose,
            "detail": lambda request: campaign_detail_reply(self._of(request)[1]),
            "open": self._open_row,
            "shared": self._share,
        }

    def _choose(self, request: Request) -> State:
        chosen = request.get("choice")
        if isinstance(chosen, Mapping):
            with self.hold_sync():
                self.selection.update_from(chosen, self._portfolio.names)
        return self.selection.to_state()

    def _of(self, request: Request) -> tuple[str, Results]:
        names, place = self._portfolio.names, request.get("place")
        if type(place) is not int or not 0 <= place < len(names):
            raise QueryError(f"the request names the campaign {place!r:.60}; pass its place")
        return names[place], self.view[names[place]]

    def _open_row(self, request: Request) -> str:
        name, part = self._of(request)[0], request.get("part", "results")
        shown: Dashboard | Experiment = self.open_campaign(name, part)  # type: ignore[call-overload]
        return str(shown.model_id)

    def _share(self, request: Request) -> bool:
        with clicked(), phase("counting"):
            self._shared = shared_state(self.view, request, self._shared)
        return True

    def _requested_segment(self, request: Request) -> Segment:
        return shared_segment(self.view, request)

    # --- without JavaScript

    def _repr_mimebundle_(
        self, **kwargs: dict[Any, Any]
    ) -> tuple[dict[Any, Any], dict[Any, Any]] | None:
        self._fill()
        bundle = super()._repr_mimebundle_(**kwargs)
        return fallback.beside(bundle, lambda: fallback.campaigns_bundle(self._campaigns))
