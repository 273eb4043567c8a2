"""The ActionDetail widget; its browser half is js/src/action.tsx."""

from typing import Unpack, cast

from results_widgets._static import STATIC
from results_widgets.errors import QueryError
from results_widgets.results import Results
from results_widgets.results.selected import Selected, SelectedMetric
from results_widgets.segments import SegmentStore
from results_widgets.view_model.selection import Selection
from results_widgets.widgets.chart_widget import ChartWidget


class ActionDetail(ChartWidget):
    """One action in detail: its key metrics, its chart, its copy and settings.

    Args:
        results: The results to show.
        action: Id of the action; None: the selection's, else the campaign's first.
        selection: A selection shared with other widgets to link them; None creates one.
        store: Segment store for the save button, which saves segments opened by a click.
        **selected: Initial values of the selection, such as ``metric="opened"``.

    Raises:
        QueryError: The campaign has no such action.
        TypeError: A keyword is not a field of the selection, or ``results`` is not a `Results`.

    Examples:
        >>> detail = rw.ActionDetail(results, "we-miss-you", metric="opened")
        >>> detail.selection.action
        'we-miss-you'
    """

    _esm = STATIC / "action.js"
    parts = ChartWidget.parts | {"flow", "breakdowns"}
    opens_action = True

    def __init__(
        self,
        results: Results,
        action: str | None = None,
        *,
        selection: Selection | None = None,
        store: SegmentStore | None = None,
        **selected: Unpack[SelectedMetric],
    ) -> None:
        if action is not None and action not in results.campaign.action_by_id:
            raise QueryError.unknown("action", action, results.campaign.action_by_id)
        asked = cast("Selected", selected)
        if selection is None:
            chosen = action or results.campaign.actions[0].id
            asked = {"metric": "users_received", **asked, "action": chosen}
        elif action is not None:
            selection.action = action
        super().__init__(results, selection=selection, store=store, **asked)
