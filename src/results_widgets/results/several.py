"""What is asked of each of several campaigns, counted for all of them at once and kept as each one's own answer."""

from collections.abc import Collection, Sequence

import polars as pl

from results_widgets.engine.cache import Key
from results_widgets.engine.metrics.series import find_series, timed
from results_widgets.engine.metrics.several import SeveralRows, answers, together
from results_widgets.engine.metrics.table import metrics_of
from results_widgets.engine.query import Grouping
from results_widgets.glossary import Metric
from results_widgets.results.session import Session


class Together:
    """Campaigns whose journeys are known; those that cannot be counted at once answer for themselves.

    Args:
        sessions: Their sessions, each in its own scope.
    """

    def __init__(self, sessions: Sequence[Session]) -> None:
        self._groups = list(together([one.scoped() for one in sessions]))

    def count_overviews(self) -> None:
        """Count what `Results.overview` returns of each campaign that was not asked yet."""
        for several in self._groups:
            key: Key[pl.DataFrame] = several.query.key("answer", "campaign", None)
            wanted = [metrics_of(one, "campaign") for one in several.members]
            _count(several, key, wanted)

    def count_number(self, metric: Metric) -> None:
        """Count one number of each campaign that was not asked for it yet, as `Session.number` returns it."""
        for several in self._groups:
            key: Key[pl.DataFrame] = several.query.key("number", metric)
            _count(several, key, [(metric,)] * len(several.members))

    def count_series(
        self, metric: str, grouping: Grouping, finer: str | None = None, few: int = 0
    ) -> None:
        """Count what `Results.explore` returns of a metric of each campaign that was not asked yet.

        Args:
            metric: Its key.
            grouping: By which intervals.
            finer: An interval that is asked for as well where there are few; None: nowhere.
            few: Fewer than so many.
        """
        for several in self._groups:
            every = range(len(several.members))
            short = _count_series(several, metric, grouping, every, few)
            if finer is not None:
                _count_series(several, metric, Grouping(every=finer), short)


def _count(
    several: SeveralRows, key: Key[pl.DataFrame], wanted: Sequence[tuple[Metric, ...]]
) -> None:
    lacking = [
        own if one.data.cache.known(key) is None else ()
        for one, own in zip(several.members, wanted, strict=True)
    ]
    for one, found in answers(several, lacking, Grouping()):
        one.data.cache.put(key, found)


def _count_series(
    several: SeveralRows, metric: str, grouping: Grouping, places: Collection[int], few: int = 0
) -> list[int]:
    """Count a metric of the campaigns at some places; return the places of those with few intervals."""
    key: Key[pl.DataFrame] = several.query.key("explore", metric, None, None, grouping, None)
    wanted = [
        (find_series(one.grouped(grouping), metric, None, None).metric,)
        if place in places and one.data.cache.known(key) is None
        else ()
        for place, one in enumerate(several.members)
    ]
    for one, found in answers(several, wanted, grouping):
        one.data.cache.put(key, timed(one, found))
    known = (one.data.cache.known(key) for one in several.members)
    return [place for place, one in enumerate(known) if one is not None and one.height < few]
