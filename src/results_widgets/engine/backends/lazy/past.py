"""Data on an engine as they stood at an earlier instant: the same encoded rows without what came later."""

from dataclasses import dataclass, replace

import narwhals as nw

from results_widgets.definitions import Definitions
from results_widgets.engine.backends.lazy.dataset import LazyBackend
from results_widgets.engine.backends.lazy.event_log import LazyEventLog
from results_widgets.engine.backends.lazy.part import PartBackend
from results_widgets.engine.backends.past import Past
from results_widgets.engine.clocks import Clocks


@dataclass(frozen=True, eq=False)
class PastBackend(PartBackend):
    """A backend as it stood at an earlier instant.

    Attributes:
        past: The instant.
    """

    past: Past

    def _read_log(self) -> LazyEventLog:
        log, time = self.whole.log, nw.col("time")
        known = log.rows.filter(time <= self.past.until)
        if self.past.since is not None:
            needed = known.filter(time >= self.past.since).select("user").unique()
            known = known.join(needed, on="user", how="semi")
        return replace(log, rows=self.kept(known))

    @property
    def clocks(self) -> Clocks:
        """See `Backend`."""
        return self.past.clocks(self.whole.clocks)

    def active_span(self, definitions: Definitions) -> tuple[int, int]:  # noqa: ARG002
        """See `Backend`."""
        return self.past.span


def look_back(whole: LazyBackend, past: Past) -> PastBackend:
    """Return a backend as it stood at an earlier instant."""
    return PastBackend(
        whole.campaign, whole.table, whole.users, whole, past, told=whole.told, base=whole.base
    )
