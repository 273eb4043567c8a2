"""The selected line beside the period or the campaign that it is compared with, and what the caption says of these."""

from typing import Final

import polars as pl

from results_widgets._shared import shared
from results_widgets.engine.metrics.earlier import Against, Age
from results_widgets.engine.query import Grouping
from results_widgets.errors import QueryError
from results_widgets.results import Results
from results_widgets.results.intervals import LEVEL
from results_widgets.results.over_time import explored
from results_widgets.results.scope import compared
from results_widgets.view_model.compare_trait import CAMPAIGN, chosen_against
from results_widgets.view_model.other_campaign import other_of
from results_widgets.view_model.selection import Selection
from results_widgets.view_model.status import days_words

_WORDS: Final = shared("chart")
_Compared = Against | Results | None


def compared_line(results: Results, selection: Selection, every: str) -> pl.DataFrame:
    """Return what `over_time.explored` returns of the selected line.

    Args:
        results: The results as selected.
        selection: The selected metric.
        every: Its interval.

    Raises:
        QueryError: The line cannot be computed. If the other campaign lacks it, the caption says so instead.
    """
    against = _against(results, selection)
    try:
        return _explored(results, selection, every, against)
    except QueryError:
        if not isinstance(against, Results):
            raise
        return _explored(results, selection, every, None)


def _explored(
    results: Results, selection: Selection, every: str, against: _Compared
) -> pl.DataFrame:
    grouping = Grouping(selection.by, every, selection.cumulative)
    asked = (selection.metric, selection.action, selection.channel)
    return explored(results._session, grouping, asked, against, LEVEL)


def _against(results: Results, selection: Selection) -> _Compared:
    """Return the period or the campaign that a line is compared with; None: neither."""
    if selection.compare == CAMPAIGN:
        return other_of(results)
    return chosen_against(selection.compare)


def compared_words(results: Results, selection: Selection, every: str, rows: pl.DataFrame) -> str:
    """Return which days the dashed line covers, and whether they are compared at equal age.

    Args:
        results: The results as selected.
        selection: The selected metric, and what it is compared with.
        every: Its interval.
        rows: What is drawn.
    """
    against = _against(results, selection)
    if against is None:
        return _said("captionNoCampaign")
    is_empty = not rows["previous"].count()
    try:
        found = compared(results, against)
        if found is not None and is_empty:
            # Only asked once more for the reason, if there is one.
            _explored(results, selection, every, against)
    except QueryError as error:
        return _said("captionNotCompared", why=str(error))
    if found is None:
        return _said("captionNoPrevious" if against == "previous" else "captionNoOther")
    other, age = found
    is_campaign = isinstance(against, Results)
    name = other.campaign.label if is_campaign else _WORDS["comparedNames"].get(against)
    days = f"{name}, {days_words(other)}" if name else days_words(other)
    if _is_before_all(other):
        return _said("captionTooEarly", days=days)
    if is_empty:
        return _said("captionNothing", days=days)
    metric = results._session.describe(selection.metric, selection.action, selection.channel)
    shown = _age_shown(age, grows=bool(rows["open"].any()), matures=metric.matures)
    return _said("captionCompared", days=days, age=_WORDS["ages"][shown])


def _said(name: str, **parts: str) -> str:
    """Return words of the caption."""
    return str(_WORDS[name]).format(**parts)


def _is_before_all(other: Results) -> bool:
    """Whether a period ends before the campaign's first event, so that its zeros are not measurements."""
    _, end = other._session.query.micros()
    return end is not None and end <= other._session.oldest


def _age_shown(age: Age, *, grows: bool, matures: bool) -> Age:
    """Return how old what is compared is, where that makes a difference for the metric."""
    matters = {
        "final": False,
        "equal": grows,
        "unequal": grows and matures,
        "younger": matures,
    }
    return age if matters[age] else "final"
