"""Some rows of data in memory, with the codes, columns and users of the whole."""

from collections.abc import Hashable
from dataclasses import dataclass, replace

import narwhals as nw
import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.definitions import Definitions
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.backends.memory.event_log import EventLog
from results_widgets.engine.backends.memory.journeys import Journeys, build_journeys
from results_widgets.engine.backends.memory.users import LogUsers, flags_of
from results_widgets.engine.cache import size_of
from results_widgets.engine.clocks import Clocks
from results_widgets.engine.encoding.categories import Categories
from results_widgets.engine.encoding.user_flags import UserFlags
from results_widgets.engine.encoding.user_ids import positions_of
from results_widgets.engine.frames import Rows, collect
from results_widgets.engine.journeys.crediting import JourneysKey
from results_widgets.engine.reasons import LeftOut


@dataclass(frozen=True, eq=False)
class PartBackend(MemoryBackend):
    """Some rows of a backend.

    What the source tells at all (its columns, which events it reports, whether it numbers entries, how
    new it is) is what the whole of it tells.

    Attributes:
        whole: The backend with all rows.
        rows: Those encoded rows that are its own.
    """

    whole: MemoryBackend
    rows: pl.DataFrame

    @property
    def own_bytes(self) -> int:
        """See `Sized`."""
        return size_of(self.rows)

    def _read_log(self) -> EventLog:
        return self.whole.log.with_rows(self.rows)

    def _find_journeys(self, key: JourneysKey, definitions: Definitions) -> Journeys:  # noqa: ARG002
        rules = self.whole.journeys(definitions).rules
        return build_journeys(self.log, self.campaign, definitions, rules)

    @property
    def clocks(self) -> Clocks:
        """See `Backend`."""
        return self.whole.clocks

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

    @property
    def developers(self) -> Rows | None:
        """See `UserBackend`."""
        return self.whole.developers

    def categories(self, by: str) -> Categories:
        """See `MemoryBackend`: rows and users have the same numbers."""
        return self.whole.categories(by)


@dataclass(frozen=True, eq=False)
class UsersBackend(PartBackend):
    """The rows of some users.

    Attributes:
        ids: Their ids: user_id.
        theirs: Whether each user of the log is one of them.
    """

    ids: Rows
    theirs: pl.Series

    def _find_journeys(self, key: JourneysKey, definitions: Definitions) -> Journeys:  # noqa: ARG002
        """Return those of these users: what others did changes none of them."""
        known = self.whole.journeys(definitions)
        own = (
            one.filter(self.theirs.gather(one["user"]))
            for one in (known.entries, known.conversions)
        )
        entries, conversions = own
        return replace(known, entries=entries, conversions=conversions)

    @property
    def source_rows(self) -> Rows:
        """See `UserBackend`."""
        return self.whole.source_rows.join(self.ids, on="user_id", how="semi")

    def source_until(self, time: int) -> pl.LazyFrame | None:
        """See `UserBackend`."""
        rows, ids = self.whole.source_until(time), self.ids.to_native()
        return None if rows is None else rows.join(ids, on="user_id", how="semi")

    @property
    def unknown_users(self) -> Rows | None:
        """See `UserBackend`."""
        strangers = self.whole.unknown_users
        own = nw.from_native(self.rows.lazy()).select("user")
        return None if strangers is None else strangers.join(own, on="user", how="semi")


def of_users(
    whole: MemoryBackend,
    campaign: Campaign,
    ids: Rows,
    base: Hashable,
    flags: UserFlags | None = None,
) -> UsersBackend:
    """Return the rows of some users.

    Args:
        whole: The backend with all rows.
        campaign: The campaign, under the name that it has for these users.
        ids: Their ids: user_id.
        base: What stands for these users; see `Backend`.
        flags: The same users by their numbers in the log, if they are known so.
    """
    log = whole.log
    theirs = _flagged(log, ids) if flags is None else flags.flags
    rows = log.rows.filter(theirs.gather(log.rows["user"]))
    return UsersBackend(
        campaign, whole.table, whole.users, whole, rows, ids, theirs, told=whole.told, base=base
    )


def _flagged(log: EventLog, ids: Rows) -> pl.Series:
    own = collect(ids.select("user_id")).to_series()
    numbers = positions_of(own, log.user_ids).drop_nulls().alias("user")
    return flags_of(nw.from_native(numbers.to_frame().lazy()), log.user_count)
