"""Which interval a line is drawn by: as short as leaves enough below the line of each of its points."""

from typing import Final, NamedTuple, cast

from results_widgets._shared import shared
from results_widgets.engine.calendar import INTERVAL_NAMES, check_every
from results_widgets.engine.query import Grouping
from results_widgets.glossary import Metric
from results_widgets.keys import Every
from results_widgets.results import Results
from results_widgets.results.over_time import explored
from results_widgets.view_model.selection import AUTOMATIC, Selection

# Saved pages choose in the same way, from js/src/saved/interval_choice.ts.
_WORDS: Final = shared("chart")
_CANDIDATES: Final[tuple[Every, ...]] = tuple(_WORDS["candidates"])

ENOUGH: Final[int] = _WORDS["enough"]
"""So many below the line of a rate say what it is to within ten points, whatever it is."""


class Choice(NamedTuple):
    """An interval, and why it was chosen.

    Attributes:
        every: The interval.
        words: In words, what the points have below the line; empty where that is nothing to speak of.
    """

    every: Every
    words: str = ""


class _Bases(NamedTuple):
    """How many points there are, how many of them have enough below the line, and how long a line they make.

    Of several lines the points are more than the intervals.
    """

    every: Every
    points: int
    enough: int
    intervals: int


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
    candidates = _CANDIDATES if is_automatic else (own,)
    found = [
        _bases(results, selection, every)
        for every in candidates
        if not results._session.missing_users(metric, every)
    ]
    lines = [one for one in found if one.intervals >= _WORDS["fewestPoints"]] or found[:1]
    if not lines:
        return Choice("1d" if is_automatic else own)
    best = max(lines, key=lambda one: one.enough / max(1, one.points))
    return Choice(best.every, _words(best, metric, selection))


def _bases(results: Results, selection: Selection, every: Every) -> _Bases:
    asked = (selection.metric, selection.action, selection.channel)
    grouping = Grouping(selection.by, check_every(every), selection.cumulative)
    found = explored(results._session, grouping, asked)
    points = found.filter(found["denominator"] > 0)
    enough = int((points["denominator"] >= ENOUGH).sum())
    return _Bases(every, points.height, enough, points["time"].n_unique())


def _words(bases: _Bases, metric: Metric, selection: Selection) -> str:
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
    if selection.every == AUTOMATIC and bases.points and bases.every != _CANDIDATES[0]:
        return str(_WORDS["captionChosen"]).format(**said)
    return ""
