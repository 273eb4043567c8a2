"""Data in memory as they stood at an earlier instant: the same rows and codes without what came later."""

from dataclasses import dataclass, replace

import narwhals as nw
import polars as pl

from results_widgets.definitions import Definitions
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.backends.memory.event_log import EventLog, is_among
from results_widgets.engine.backends.memory.journeys import Journeys, build_journeys
from results_widgets.engine.backends.memory.placement import engaged_entries
from results_widgets.engine.backends.memory.users import LogUsers
from results_widgets.engine.backends.past import Past
from results_widgets.engine.cache import Key, size_of
from results_widgets.engine.clocks import Clocks
from results_widgets.engine.encoding.categories import Categories
from results_widgets.engine.frames import Rows
from results_widgets.engine.reasons import LeftOut


@dataclass(frozen=True, eq=False)
class PastBackend(MemoryBackend):
    """A backend as it stood at an earlier instant.

    What the source tells at all (its columns, which events it reports, whether it numbers entries) is
    what the whole of it tells.

    Attributes:
        whole: The backend with all that is known now.
        past: The instant.
        rows: The encoded rows up to it, of the users who are needed.
    """

    whole: MemoryBackend
    past: Past
    rows: pl.DataFrame

    @property
    def own_bytes(self) -> int:
        """See `Sized`."""
        return size_of(self.rows)

    def _read_log(self) -> EventLog:
        return replace(self.whole.log, rows=self.rows)

    def _find_journeys(self, interacted: tuple[int, ...], definitions: Definitions) -> Journeys:  # noqa: ARG002
        rules = self.whole.journeys(definitions).rules
        return build_journeys(self.log, self.campaign, definitions, rules)

    def engaged(self, definitions: Definitions) -> Rows:
        """See `UserBackend`; of the entries that are needed."""
        log, codes = self.log, self.codes.interacted(definitions)
        if self.past.since is not None:
            # Whatever belongs to an entry happened after its start.
            log = replace(log, rows=self.rows.filter(pl.col("time") >= self.past.since))
        key = Key[pl.LazyFrame]("engaged entries", (codes,))
        found = self.cached(
            key, lambda: engaged_entries(log, self.journeys(definitions), codes).collect().lazy()
        )
        return nw.from_native(found)

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

    @property
    def log_users(self) -> LogUsers:
        """The users of the log with their attributes."""
        return self.whole.log_users

    def categories(self, by: str) -> Categories:
        """See `MemoryBackend`: rows and users have the same numbers."""
        return self.whole.categories(by)


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
