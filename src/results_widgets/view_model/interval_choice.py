"""Which interval a line is drawn by: as short as leaves enough below the line of each of its points."""

from typing import Final, NamedTuple, cast

from results_widgets._shared import shared
from results_widgets.engine.calendar import INTERVAL_NAMES
from results_widgets.glossary import Metric
from results_widgets.keys import Every
from results_widgets.results import Results
from results_widgets.results.suited_interval import (
    CANDIDATES,
    ENOUGH,
    Bases,
    suited_interval,
)
from results_widgets.view_model.selection import AUTOMATIC, Selection

# Saved pages choose in the same way, from js/src/saved/interval_choice.ts.
_WORDS: Final = shared("chart")


class Choice(NamedTuple):
    """An interval, and why it was chosen.

    Attributes:
        every: The interval.
        words: In words, what the points have below the line; empty where that is nothing to speak of.
    """

    every: Every
    words: str = ""


def chosen_interval(results: Results, selection: Selection) -> Choice:
    """Return the interval of the selected line: the one selected, or the shortest that suits it.

    That is the shortest of a day, a week and a month by which each point of a rate has at least
    `ENOUGH` below the line; where none does, the one by which most of them do. Points of nothing are
    no points, and two or fewer are no line: then it is drawn by days, and so is what is no rate.
    """
    metric = results._session.describe(selection.metric, selection.action, selection.channel)
    is_automatic = selection.every == AUTOMATIC
    own = cast("Every", selection.every)
    if metric.unit != "rate":
        return Choice("1d" if is_automatic else own)
    best = suited_interval(
        results._session,
        (selection.metric, selection.action, selection.channel),
        CANDIDATES if is_automatic else (own,),
        selection.by,
        cumulative=selection.cumulative,
    )
    if best is None:
        return Choice("1d" if is_automatic else own)
    return Choice(best.every, _words(best, metric, selection))


def _words(bases: Bases, metric: Metric, selection: Selection) -> str:
    few = bases.points - bases.enough
    said = {
        # Of several lines the points are more than the intervals.
        "interval": INTERVAL_NAMES[bases.every] if selection.by is None else "point",
        "points": bases.points,
        "few": few,
        "enough": ENOUGH,
        "base": metric.sides[1].label.lower(),
    }
    if few:
        return str(_WORDS["captionOneFew" if few == 1 else "captionFew"]).format(**said)
    if selection.every == AUTOMATIC and bases.points and bases.every != CANDIDATES[0]:
        return str(_WORDS["captionChosen"]).format(**said)
    return ""
