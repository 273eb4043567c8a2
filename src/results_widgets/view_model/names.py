"""Checks of the names in a selection (metric, action, channel, variant, column) against the results."""

from collections.abc import Iterable

from results_widgets.errors import QueryError
from results_widgets.glossary.campaign import CONVERSIONS
from results_widgets.results import Results
from results_widgets.results.first_line import first_line
from results_widgets.view_model.selection import SCOPE_FIELDS, Selection


def check_names(selection: Selection, results: Results) -> None:
    """Refuse names that the results do not have.

    Raises:
        QueryError: The metric, action, channel, variant or column is not known. Says which are, and
            which one may be meant.
    """
    metrics = {metric.key for metric in results._session.metrics()}
    if selection.metric not in metrics:
        raise QueryError.unknown("metric", selection.metric, sorted(metrics))
    for kind, known in _known(results).items():
        name = getattr(selection, kind)
        if name is not None and name not in known:
            raise QueryError.unknown(kind, name, known)
    columns = results.breakdowns
    # Where breakdowns are not available at all, the query says why.
    if selection.by is not None and columns and selection.by not in columns:
        raise QueryError.unknown("column", selection.by, columns)


def drop_unknown_names(selection: Selection, results: Results) -> None:
    """Deselect what other results do not have, after they were assigned to a widget."""
    with selection.hold_trait_notifications():
        for kind, known in {**_known(results), "by": results.breakdowns}.items():
            if getattr(selection, kind) not in (None, *known):
                setattr(selection, kind, None)
        if selection.metric not in {metric.key for metric in results._session.metrics()}:
            selection.metric = _default_metric(selection, results)


def choose_first_line(selection: Selection, results: Results) -> None:
    """Select the metric and interval that suit the campaign, where none of them was chosen."""
    if selection._line_is_chosen:
        return
    line = first_line(results._session)
    with selection.hold_trait_notifications():
        selection.metric, selection.every = line.metric, line.every
        selection.cumulative = line.cumulative
    selection._line_is_chosen, selection._metric_is_chosen = True, False


def with_first_line(
    selection: Selection, results: Results, *, by_column: bool = False
) -> Selection:
    """Return a selection with a metric: the same if it has one, else a copy with the metric that suits the campaign.

    Args:
        selection: What is selected.
        results: The results to show.
        by_column: Whether it must be a metric that saved pages keep broken down by columns.
    """
    if selection._line_is_chosen:
        return selection
    found = Selection(
        **{name: getattr(selection, name) for name in (*SCOPE_FIELDS, "locale", "variant")}
    )
    choose_first_line(found, results)
    kept = results._session.describe(found.metric).by_column
    if by_column and not kept and not found.cumulative:
        found.metric = CONVERSIONS.key
    return found


def match_metric_to_owner(selection: Selection, results: Results) -> None:
    """Select a metric that the newly selected action or channel has, if it lacks the one selected before.

    So ``selection.action = "a1"`` works while a metric of the campaign is selected. A metric that somebody
    chose for this action or channel stays, for `check_owner` to refuse, and so do names that are not
    known, for `check_names`.
    """
    try:
        check_names(selection, results)
    except QueryError:
        return
    with selection.hold_trait_notifications():
        if selection.action is not None:
            selection.channel = None
        is_chosen, selection._metric_is_chosen = selection._metric_is_chosen, False
        try:
            check_owner(selection, results)
        except QueryError:
            asked = (selection.metric, selection.action, selection.channel)
            if is_chosen:
                selection._refused = asked
            if selection._refused != asked:
                selection.metric = _default_metric(selection, results)


def check_owner(selection: Selection, results: Results) -> None:
    """Refuse a metric that the selected action or channel does not have.

    Raises:
        QueryError: It lacks the metric; the message lists those it has.
    """
    results._session.describe(selection.metric, selection.action, selection.channel)


def _known(results: Results) -> dict[str, Iterable[str]]:
    campaign = results.campaign
    return {
        "action": list(campaign.action_by_id),
        "channel": list(campaign.channels),
        "variant": [variant.id for variant in campaign.variants],
    }


def _default_metric(selection: Selection, results: Results) -> str:
    if selection.action is not None:
        return "users_received"
    channel = selection.channel
    return "users" if channel is None else results.campaign.channels[channel].received
