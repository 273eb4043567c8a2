"""How many events there are of each code, and on each day: small, and enough for what concerns days and actions."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import narwhals as nw

from results_widgets.engine.backends.base import UserBackend
from results_widgets.engine.calendar import DAY
from results_widgets.engine.frames import collect, within
from results_widgets.engine.quality.code import EventsOf, answers, arrivals, is_clicked


@dataclass(frozen=True)
class Tallies:
    """The events that count, by code and by day.

    Attributes:
        data: The events.
    """

    data: UserBackend

    @cached_property
    def by_day(self) -> dict[int, int]:
        """The events of actions that are believed, by their day (days of UTC since 1970)."""
        rows = self.data.events(None).filter(nw.col("code").is_in(self.data.codes.channel_events))
        rows = within(rows, "time", *self.data.clocks.edges)
        days = rows.select(day=nw.col("time") // DAY).group_by("day").agg(rows=nw.len())
        return {int(day): int(rows) for day, rows in collect(days).iter_rows()}

    @cached_property
    def _rows(self) -> dict[int, int]:
        counted = self.data.events(None).group_by("code").agg(rows=nw.len())
        return {int(code): int(rows) for code, rows in collect(counted).iter_rows()}

    def of(self, codes: Iterable[int] | None = None) -> int:
        """Return how many events have some codes; None: any."""
        return sum(self._rows.values() if codes is None else (self._rows.get(c, 0) for c in codes))

    @cached_property
    def users(self) -> int:
        """How many users have an event."""
        users = self.data.events(None).select(nw.col("user").n_unique())
        return int(collect(users).item() or 0)

    @cached_property
    def touched(self) -> tuple[int, ...]:
        """Codes of interactions, as the channels mean them, whoever made them."""
        return tuple(self._of_events(lambda channel: channel.interacted))

    @cached_property
    def answered(self) -> tuple[int, ...]:
        """Those of them that a receipt should come before."""
        return tuple(self._of_events(answers))

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """Codes of goals and exits."""
        return tuple({*self.data.codes.goals, *self.data.codes.named("exited")})

    @cached_property
    def clicked(self) -> tuple[int, ...]:
        """Codes of clicks on links of messages."""
        return tuple(self._of_events(lambda one: ("clicked",) if is_clicked(one) else ()))

    @cached_property
    def arrived(self) -> tuple[int, ...]:
        """Codes after which a message can be clicked."""
        return tuple(self._of_events(arrivals, without="exit"))

    @cached_property
    def followed(self) -> dict[int, tuple[str, str]]:
        """Codes of what a receipt comes before: interactions and deliveries; each with its channel and event."""
        both = {
            **self._of_events(arrivals, without="exit"),
            **self._of_events(answers),
        }
        received = {*self.data.codes.received}
        return {code: both[code] for code in sorted({*both} - received)}

    def _of_events(self, events_of: EventsOf, without: str = "") -> dict[int, tuple[str, str]]:
        """Return the codes of some events of each channel, whoever made them; each with its channel and event."""
        codes, channels = self.data.codes, self.data.campaign.channels
        return {
            code: (action.channel, event)
            for number, action in enumerate(codes.actions, 1)
            if action.channel != without
            for event in events_of(channels[action.channel])
            for code in codes.made_by_anyone(number, event)
        }
