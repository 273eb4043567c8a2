"""Which interval a line is drawn by: the shortest with a large enough denominator at every point."""

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
        words: A note on the denominators of the points; empty where there is nothing to note.
    """

    every: Every
    words: str = ""


def chosen_interval(results: Results, selection: Selection) -> Choice:
    """Return the interval of the selected line: the one selected, or the shortest that suits it.

    For a rate, that is the shortest of day, week and month at which every point has a denominator of at least
    `ENOUGH`; if there is none, the one at which most points do. Points with a denominator of 0 do not count. With
    two points or fewer, and for metrics that are not rates, it is a day.
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
        # With several lines there are more points than intervals.
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
