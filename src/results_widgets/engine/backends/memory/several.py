"""The rows of several small campaigns as those of one, so that numbers of all of them are counted at once.

A user of two campaigns is two users here, and the codes of each campaign stand after those of the one before, so
that a set of codes is always of one campaign.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.definitions import Definitions
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.backends.memory.event_log import EventLog
from results_widgets.engine.backends.memory.journeys import Journeys
from results_widgets.engine.cache import Cache
from results_widgets.engine.clocks import Clocks, is_open_at
from results_widgets.engine.encoding.event_codes import EventCodes
from results_widgets.engine.frames import Rows
from results_widgets.engine.left_out import Told
from results_widgets.engine.reasons import LeftOut

PLACE: Final = "_place"
"""Column of entries: the place of their campaign among the others."""

_NEWEST: Final = "_newest"
_ENTRIES: Final = ("user", "entry", "started_at", "last_action_at", "ended_at", "start_row")
_CONVERSIONS: Final = ("user", "entry", "time", "row", "attributed_by", "value", "started_at")


@dataclass(frozen=True, slots=True)
class _Clocks(Clocks):
    """What is believed of the times of several campaigns, each of which is as new as its own events."""

    def is_open(self) -> nw.Expr:
        """See `Clocks`."""
        return is_open_at(nw.col(_NEWEST))


@dataclass(frozen=True)
class _Codes(EventCodes):
    """The codes of several campaigns, one after the other.

    Attributes:
        members: Those of each campaign.
    """

    members: tuple[EventCodes, ...]

    @cached_property
    def starts(self) -> Sequence[int]:
        """The first code of each campaign."""
        sizes = (one.width * (1 + len(one.actions)) for one in self.members)
        return [*accumulate(sizes, initial=0)][:-1]

    def moved(self, every: Iterator[Sequence[int]]) -> tuple[int, ...]:
        """Return the codes that each campaign's own are here."""
        both = zip(self.starts, every, strict=True)
        return tuple(start + code for start, codes in both for code in codes)

    @cached_property
    def channel_events(self) -> tuple[int, ...]:
        """See `EventCodes`."""
        return self.moved(one.channel_events for one in self.members)

    @cached_property
    def counted(self) -> tuple[int, ...]:
        """See `EventCodes`; an exit is each campaign's own, too."""
        return self.moved(one.counted for one in self.members)

    @cached_property
    def held_back_roots(self) -> tuple[int, ...]:
        """See `EventCodes`."""
        return self.moved(one.held_back_roots for one in self.members)

    def interacted(self, definitions: Definitions) -> tuple[int, ...]:
        """See `EventCodes`."""
        return self.moved(one.interacted(definitions) for one in self.members)


@dataclass(frozen=True, eq=False)
class SeveralBackend(MemoryBackend):
    """The rows of several campaigns, whose journeys are known, under one definition set.

    It answers questions about rows and times, but none about who the users are or what columns say.

    Attributes:
        members: The campaigns.
        definitions: The definition set.
    """

    members: tuple[MemoryBackend, ...]
    definitions: Definitions

    @classmethod
    def of(cls, members: Sequence[MemoryBackend], definitions: Definitions) -> "SeveralBackend":
        """Return the rows of campaigns; each of them tells itself of rows that are left out."""
        first, told = members[0], Told(is_done=True)
        every, own = tuple(members), Cache()
        return cls(first.campaign, first.table, None, every, definitions, cache=own, told=told)

    @cached_property
    def codes(self) -> _Codes:
        """See `Backend`."""
        return _Codes(self.campaign, tuple(one.codes for one in self.members))

    @property
    def coded_rows(self) -> int:
        """See `Backend`."""
        return sum(one.coded_rows or 0 for one in self.members)

    @property
    def left_out(self) -> LeftOut | None:
        """See `Backend`."""
        return None

    @property
    def currencies(self) -> tuple[str, ...]:
        """See `Backend`: amounts of each campaign are in one."""
        return ()

    @cached_property
    def clocks(self) -> Clocks:
        """See `UserBackend`."""
        every = [one.clocks for one in self.members]
        return _Clocks(min(one.oldest for one in every), max(one.newest for one in every))

    @cached_property
    def _users(self) -> Sequence[int]:
        """The first user of each campaign."""
        return [*accumulate((one.log.user_count for one in self.members), initial=0)][:-1]

    @cached_property
    def actions(self) -> Sequence[int]:
        """The number that stands for no action of each campaign, and lastly how many numbers there are."""
        return [*accumulate((1 + len(one.campaign.actions) for one in self.members), initial=0)]

    def _read_log(self) -> EventLog:
        parts = [
            one.log.counted_rows.lazy()
            .filter(pl.col("code").is_in(one.codes.counted))
            .select(_moved("user", user), _moved("code", code, pl.Int32), "time", "row")
            for one, user, code in zip(self.members, self._users, self.codes.starts, strict=True)
        ]
        rows = pl.concat(pl.collect_all(parts, engine="in-memory"), rechunk=True)
        return EventLog(rows, pl.Series("user_id", dtype=pl.String), self.codes, self.table)

    def journeys(self, definitions: Definitions) -> Journeys:  # noqa: ARG002
        """See `MemoryBackend`."""
        return self._journeys

    @cached_property
    def _journeys(self) -> Journeys:
        found = [one.journeys(self.definitions) for one in self.members]
        entries, conversions = [], []
        for place, (one, member) in enumerate(zip(found, self.members, strict=True)):
            user = _moved("user", self._users[place])
            entries.append(
                one.entries.lazy()
                .select(*_ENTRIES, "held_back")
                .with_columns(
                    user,
                    pl.lit(place, pl.Int32).alias(PLACE),
                    pl.lit(member.clocks.newest, pl.Int64).alias(_NEWEST),
                )
            )
            action = pl.col("action").fill_null(0).cast(pl.Int32) + self.actions[place]
            conversions.append(
                one.conversions.lazy()
                .select(*_CONVERSIONS, "start_row", "held_back", action=action)
                .with_columns(user)
            )
        every = pl.collect_all([*entries, *conversions], engine="in-memory")
        size = len(found)
        both = [pl.concat(own, rechunk=True) for own in (every[:size], every[size:])]
        return Journeys(both[0], both[1], found[0].rules, found[0].actions)

    @property
    def developers(self) -> Rows | None:
        """See `UserBackend`."""
        every = zip(self.members, self._users, strict=True)
        parts = [
            one.developers.to_native().select(_moved("user", user))
            for one, user in every
            if one.developers is not None
        ]
        return nw.from_native(pl.concat(parts)) if parts else None


def _moved(column: str, by: int, kind: type[pl.DataType] = pl.UInt32) -> pl.Expr:
    return (pl.col(column) + by).cast(kind).alias(column)
