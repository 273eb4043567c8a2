"""Which interval suits a line: the shortest with a large enough denominator at every point."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from results_widgets._shared import shared
from results_widgets.engine.calendar import check_every
from results_widgets.engine.query import Grouping
from results_widgets.keys import Every
from results_widgets.results.over_time import explored
from results_widgets.results.session import Session

_WORDS: Final = shared("chart")
CANDIDATES: Final[tuple[Every, ...]] = tuple(_WORDS["candidates"])
"""The intervals that a rate may be drawn by, the shortest first."""

ENOUGH: Final[int] = _WORDS["enough"]
"""With this denominator, a rate is known to within ten points, whatever its value."""

FEWEST_POINTS: Final[int] = _WORDS["fewestPoints"]
"""Fewest points that make a line."""

Asked = tuple[str, str | None, str | None]
"""A metric, and the action or channel that it is of."""


class Bases(NamedTuple):
    """How many points a line has, how many of them have a large enough denominator, and how many intervals it spans.

    With several lines there are more points than intervals.
    """

    every: Every
    points: int
    enough: int
    intervals: int


def suited_interval(
    session: Session,
    asked: Asked,
    candidates: Sequence[Every] = CANDIDATES,
    by: str | None = None,
    *,
    cumulative: bool = False,
) -> Bases | None:
    """Return the interval at which most points of a rate have a large enough denominator; of several, the shortest.

    Points with a denominator of 0 do not count. If some intervals give enough points for a line, others are left
    out; None where the data has none.
    """
    metric = session.describe(*asked)
    found = [
        _bases(session, asked, Grouping(by, check_every(every), cumulative), every)
        for every in candidates
        if not session.missing_users(metric, every)
    ]
    lines = [one for one in found if one.intervals >= FEWEST_POINTS] or found[:1]
    return max(lines, key=lambda one: one.enough / max(1, one.points)) if lines else None


def _bases(session: Session, asked: Asked, grouping: Grouping, every: Every) -> Bases:
    found = explored(session, grouping, asked)
    points = found.filter(found["denominator"] > 0)
    enough = int((points["denominator"] >= ENOUGH).sum())
    return Bases(every, points.height, enough, points["time"].n_unique())
