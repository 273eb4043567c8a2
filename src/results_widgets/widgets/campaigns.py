"""The Campaigns widget; its browser half is js/src/campaigns.tsx."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import traitlets

from results_widgets._static import STATIC
from results_widgets.disclosure import NO_USERS, users_are_shown
from results_widgets.errors import QueryError
from results_widgets.portfolio import Portfolio
from results_widgets.progress import phase
from results_widgets.results import Results, clicked
from results_widgets.results.scope import days_of_month
from results_widgets.segments import Segment, SegmentStore
from results_widgets.view_model.campaign_choice import CampaignChoice
from results_widgets.view_model.campaigns import (
    campaign_detail_reply,
    campaigns_state,
    placeholder_campaigns,
)
from results_widgets.view_model.campaigns_shared import shared_segment, shared_state
from results_widgets.view_model.formatting import capitalized
from results_widgets.view_model.serialization import State
from results_widgets.widgets import fallback
from results_widgets.widgets.code import Code, bundle, carried
from results_widgets.widgets.dashboard import Dashboard
from results_widgets.widgets.deferred import DeferredWidget
from results_widgets.widgets.experiment import Experiment
from results_widgets.widgets.segment_widget import Request

_KEPT: Final = 4
"""Widgets that stay open behind the list, so that going back to one takes no time."""
_MONTHS: Final = 12
"""Months whose numbers are kept."""

_Opened = TypeVar("_Opened", Dashboard, Experiment)


class Campaigns(DeferredWidget):
    """Many campaigns as one table: sorted, filtered, by month; a row opens its dashboard or experiment in place.

    Above the table stands what campaigns show together: the effect of messaging over all that hold users
    back, users in several, and purchases that several claim; by a rule of credit each counts once. Below
    it stands what they share: users (as a matrix and by exact combinations), purchases, messages per user,
    and conversions by weekday and hour. Entries add up over campaigns, and values of one currency; people
    and rates do not, and no total is shown of them.

    Args:
        portfolio: The campaigns.
        store: Where the save button of an opened dashboard saves segments.
        **chosen: Initial values of ``selection``, such as ``month="2026-03"`` or ``sort="lift"``.

    Attributes:
        portfolio: The campaigns, whole.
        selection: What is chosen: month, search, channel, status, goal, least, sort, descending, campaign,
            part, tab, rule, credit. Set its traits to change what is shown.
        dashboard: The dashboard of the campaign that was opened last, or None.
        experiment: The experiment that was opened last, or None.
        segment: The users that a click on the overlap opened last, or None.
        store: Where segments are saved, or None.

    Raises:
        TypeError: ``portfolio`` is no `Portfolio`.
        QueryError: A keyword is no field of the selection.

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
        self._known: dict[str | None, State] = {}
        self._in_place: dict[tuple[str, type], Dashboard | Experiment] = {}
        self.selection = CampaignChoice(**chosen)
        self._shown_month: str | None = None
        super().__init__(store)
        self._options = self._menus()
        self._choice = self.selection.to_state()
        self.selection.observe(self._on_choice)
        self._begin(late=True)

    @property
    def portfolio(self) -> Portfolio:
        """The campaigns, whole."""
        return self._portfolio

    @property
    def view(self) -> Portfolio:
        """The campaigns of the chosen month."""
        month = self.selection.month
        return self._portfolio if month is None else self._portfolio.month(month)

    def open_campaign(self, name: str) -> Dashboard:
        """Open a campaign's dashboard in place of the list, as a click on its row does.

        Args:
            name: Its name in the portfolio, or its id.

        Returns:
            The dashboard, in the chosen month.

        Raises:
            QueryError: There is no such campaign.

        Examples:
            >>> rw.Campaigns(portfolio, month="2026-03").open_campaign("autumn").selection.start
            datetime.date(2026, 3, 1)
        """
        self.dashboard = self._put(name, Dashboard)
        return self.dashboard

    def open_experiment(self, name: str) -> Experiment:
        """Open a campaign's experiment in place of the list, as the button of its unfolded row does.

        Args:
            name: Its name in the portfolio, or its id.

        Returns:
            The experiment, in the chosen month.

        Raises:
            QueryError: There is no such campaign.

        Examples:
            >>> rw.Campaigns(portfolio).open_experiment("autumn").results is portfolio["autumn"]
            True
        """
        self.experiment = self._put(name, Experiment)
        return self.experiment

    def _put(self, name: str, kind: type[_Opened]) -> _Opened:
        results = self._portfolio[name]
        (label,) = [one for one, other in self._portfolio.items() if other is results]
        shown = self._in_place.pop((label, kind), None)
        if not isinstance(shown, kind) or shown.comm is None:
            shown = kind(results, store=self.store, **self._range())
        self._in_place[label, kind] = shown
        for other in list(self._in_place)[:-_KEPT]:
            self._in_place.pop(other).close()
        with self.selection.hold_trait_notifications():
            self.selection.part = "experiment" if kind is Experiment else "results"
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
        locale = next(iter(self._portfolio.items()))[1]._session.locale
        closed = {} if users_are_shown() else {"users": capitalized(NO_USERS)}
        return {
            "by": [],
            "time_zones": [],
            "ranges": [],
            "every": [],
            "closed": closed,
            "locale": locale.to_state(),
        }

    def _on_choice(self, change: Mapping[str, object]) -> None:
        self._choice = self.selection.to_state()
        if change["name"] == "month" and not self._pending:
            self._show()
            for one in self._in_place.values():
                with one.selection.hold_trait_notifications():
                    for name, value in (self._range() or {"range": "whole"}).items():
                        setattr(one.selection, name, value)

    def _range(self) -> dict[str, Any]:
        """Return the chosen month as a selection of a dashboard has it; nothing for the whole."""
        if self.selection.month is None:
            return {}
        first, last = days_of_month(self.selection.month)
        return {"start": first, "end": last}

    def _show(self) -> None:
        """Send the table; parts below it are asked for again where they are of another month."""
        month = self.selection.month
        if month not in self._known:
            with clicked(), phase("counting"):
                self._known[month] = self._numbers(month)
        for other in list(self._known)[:-_MONTHS]:
            del self._known[other]
        state = {"_campaigns": self._known[month]}
        if month != self._shown_month:
            self._shown_month = month
            state["_shared"] = {}
        self._set_state(state)

    def _numbers(self, month: str | None) -> State:
        return campaigns_state(self._portfolio, month)

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
        way = self.open_experiment if request.get("part") == "experiment" else self.open_campaign
        return str(way(self._of(request)[0]).model_id)

    def _share(self, request: Request) -> bool:
        with clicked(), phase("counting"):
            self._shared = shared_state(
                self.view, request.get("part"), request.get("rule", "last"), self._shared
            )
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
