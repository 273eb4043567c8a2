"""Data in memory as they stood at an earlier instant: the same rows and codes without what came later."""

from dataclasses import dataclass

import polars as pl

from results_widgets.definitions import Definitions
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.backends.memory.event_log import is_among
from results_widgets.engine.backends.memory.part import PartBackend
from results_widgets.engine.backends.memory.placement import entries_engaged
from results_widgets.engine.backends.past import Past
from results_widgets.engine.cache import Key
from results_widgets.engine.clocks import Clocks


@dataclass(frozen=True, eq=False)
class PastBackend(PartBackend):
    """A backend as it stood at an earlier instant: the rows up to it, of the users who are needed.

    Attributes:
        past: The instant.
    """

    past: Past

    def engaged(self, definitions: Definitions) -> pl.Series:
        """See `MemoryBackend`; of the entries that are needed."""
        log, codes = self.log, self.codes.interacted(definitions)
        if self.past.since is not None:
            # Whatever belongs to an entry happened after its start.
            log = log.with_rows(self.rows.filter(pl.col("time") >= self.past.since))
        key = Key[pl.Series]("engaged entries", (codes,))
        return self.cached(key, lambda: entries_engaged(log, self.journeys(definitions), codes))

    @property
    def clocks(self) -> Clocks:
        """See `Backend`."""
        return self.past.clocks(self.whole.clocks)

    def active_span(self, definitions: Definitions) -> tuple[int, int]:  # noqa: ARG002
        """See `Backend`."""
        return self.past.span


def look_back(whole: MemoryBackend, past: Past) -> PastBackend:
    """Return a backend as it stood at an earlier instant."""
    known = whole.log.rows.filter(pl.col("time") <= past.until)
    if past.since is not None:
        known = known.filter(_needed(whole, known, past.since))
    return PastBackend(
        whole.campaign,
        whole.table,
        whole.users,
        whole=whole,
        past=past,
        rows=known,
        told=whole.told,
        base=whole.base,
    )


def _needed(whole: MemoryBackend, known: pl.DataFrame, since: int) -> pl.Series:
    """Return which rows the numbers from an instant on need: those, and the whole walk of some users.

    Who neither starts an entry nor may convert from then on has no entry and no conversion there; only
    who was held back is looked for among all.
    """
    codes, recent = whole.codes, known["time"] >= since
    may_start = [*codes.roots, *codes.held_back_roots]
    if whole.table.has("entry_id"):
        # Any received action may start an entry that the source numbers.
        users = known.filter(recent)["user"]
    else:
        moves = known["code"].is_in([*may_start, *codes.goals, *codes.named("converted")])
        held_back = known["code"].is_in([*codes.held_back_roots])
        users = known.filter((recent & moves) | held_back)["user"]
    return recent | is_among(users, known["user"])
