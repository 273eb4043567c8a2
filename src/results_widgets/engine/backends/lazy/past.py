"""Data on an engine as they stood at an earlier instant: the same encoded rows without what came later."""

from dataclasses import dataclass, replace

import narwhals as nw

from results_widgets.definitions import Definitions
from results_widgets.engine.backends.lazy.dataset import LazyBackend
from results_widgets.engine.backends.lazy.event_log import LazyEventLog
from results_widgets.engine.backends.lazy.journeys import LazyJourneys, build_journeys
from results_widgets.engine.backends.past import Past
from results_widgets.engine.cache import Key
from results_widgets.engine.clocks import Clocks
from results_widgets.engine.reasons import LeftOut


@dataclass(frozen=True, eq=False)
class PastBackend(LazyBackend):
    """A backend as it stood at an earlier instant.

    What the source tells at all (its columns, which events it reports, whether it numbers entries) is
    what the whole of it tells.

    Attributes:
        whole: The backend with all that is known now.
        past: The instant.
    """

    whole: LazyBackend
    past: Past

    @property
    def own_bytes(self) -> int:
        """See `Sized`: the rows are on the engine."""
        return 0

    def _read_log(self) -> LazyEventLog:
        log, time = self.whole.log, nw.col("time")
        known = log.rows.filter(time <= self.past.until)
        if self.past.since is not None:
            needed = known.filter(time >= self.past.since).select("user").unique()
            known = known.join(needed, on="user", how="semi")
        return replace(log, rows=self.kept(known))

    def journeys(self, definitions: Definitions) -> LazyJourneys:
        """See `LazyBackend`."""
        key = Key[LazyJourneys]("journeys", (self.codes.interacted(definitions),))
        told = self.whole.log
        return self.cached(
            key, lambda: build_journeys(self.log, self.campaign, definitions, self.kept, told=told)
        )

    @property
    def clocks(self) -> Clocks:
        """See `Backend`."""
        return self.past.clocks(self.whole.clocks)

    def active_span(self, definitions: Definitions) -> tuple[int, int]:  # noqa: ARG002
        """See `Backend`."""
        return self.past.span

    @property
    def left_out(self) -> LeftOut | None:
        """See `Backend`."""
        return self.whole.left_out

    @property
    def reported(self) -> frozenset[int]:
        """See `Backend`."""
        return self.whole.reported


def look_back(whole: LazyBackend, past: Past) -> PastBackend:
    """Return a backend as it stood at an earlier instant."""
    return PastBackend(
        whole.campaign, whole.table, whole.users, whole=whole, past=past, told=whole.told
    )
