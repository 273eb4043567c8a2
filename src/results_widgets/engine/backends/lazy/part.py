"""Some rows of data on an engine, with the codes, columns and users of the whole."""

from collections.abc import Hashable
from dataclasses import dataclass, replace

from results_widgets.campaign import Campaign
from results_widgets.definitions import Definitions
from results_widgets.engine.backends.lazy.dataset import LazyBackend
from results_widgets.engine.backends.lazy.event_log import LazyEventLog
from results_widgets.engine.backends.lazy.journeys import LazyJourneys, build_journeys
from results_widgets.engine.clocks import Clocks
from results_widgets.engine.encoding.user_flags import UserFlags
from results_widgets.engine.frames import Rows
from results_widgets.engine.reasons import LeftOut


@dataclass(frozen=True, eq=False)
class PartBackend(LazyBackend):
    """Some rows of a backend.

    What the source tells at all (its columns, which events it reports, whether it numbers entries, how
    new it is) is what the whole of it tells.

    Attributes:
        whole: The backend with all rows.
    """

    whole: LazyBackend

    @property
    def own_bytes(self) -> int:
        """See `Sized`: the rows are on the engine."""
        return 0

    def _build_journeys(self, definitions: Definitions) -> LazyJourneys:
        told = self.whole.log
        return build_journeys(self.log, self.campaign, definitions, self.kept, told=told)

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


@dataclass(frozen=True, eq=False)
class UsersBackend(PartBackend):
    """The rows of some users.

    Attributes:
        ids: Their ids: user_id.
    """

    ids: Rows

    def _read_log(self) -> LazyEventLog:
        log = self.whole.log
        own = self.ids.select("user_id").rename({"user_id": "user"})
        return replace(log, rows=self.kept(log.rows.join(own, on="user", how="semi")))

    @property
    def source_rows(self) -> Rows:
        """See `UserBackend`."""
        return self.whole.source_rows.join(self.ids, on="user_id", how="semi")


def of_users(
    whole: LazyBackend,
    campaign: Campaign,
    ids: Rows,
    base: Hashable,
    flags: UserFlags | None = None,  # noqa: ARG001 - users on an engine have no numbers
) -> UsersBackend:
    """Return the rows of some users.

    Args:
        whole: The backend with all rows.
        campaign: The campaign, under the name that it has for these users.
        ids: Their ids: user_id.
        base: What stands for these users; see `Backend`.
        flags: None.
    """
    return UsersBackend(campaign, whole.table, whole.users, whole, ids, told=whole.told, base=base)
