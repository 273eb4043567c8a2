"""The backend of a roll-up: counts and sketches by cells of time, no events and no users."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final, NoReturn

import polars as pl

from results_widgets.definitions import Definitions, model_words
from results_widgets.engine.backends.base import Backend
from results_widgets.engine.clocks import Clocks
from results_widgets.engine.journeys.crediting import journeys_key
from results_widgets.engine.query import QueryScope
from results_widgets.engine.reasons import LeftOut
from results_widgets.engine.rollup.cells import Cells
from results_widgets.errors import QueryError

_CLOCKS: Final = {"event": "events", "entry": "entries"}


@dataclass(frozen=True, eq=False)
class RollUpBackend(Backend):
    """A roll-up that answers with numbers.

    Attributes:
        cells: The counts and sketches.
    """

    cells: Cells

    def require_users(self) -> NoReturn:
        """See `Backend`."""
        raise QueryError(
            "a roll-up holds no users and no single events, only counts and sketches per cell of time; use the "
            "results that it was made from"
        )

    @property
    def left_out(self) -> LeftOut | None:
        """See `Backend`: as it was when the cells were made."""
        return self.cells.left_out

    @property
    def currencies(self) -> tuple[str, ...]:
        """See `Backend`."""
        return self.cells.currencies

    @property
    def grain(self) -> str | None:
        """See `Backend`."""
        return self.cells.grain

    def refusal(self, query: QueryScope) -> str:
        """See `Backend`."""
        try:
            self.check(query)
            self.cells.check(self.calendar(query), query.micros(), None)
        except QueryError as error:
            return str(error)
        return ""

    @property
    def breakdowns(self) -> list[str]:
        """See `Backend`; cells keep no column."""
        return []

    @cached_property
    def reported(self) -> frozenset[int]:
        """See `Backend`."""
        kinds = (self.cells.of("events"), self.cells.of("entry_events"))
        return frozenset(pl.concat(kinds)["number"].unique())

    def active_span(self, definitions: Definitions) -> tuple[int, int]:  # noqa: ARG002
        """See `Backend`."""
        return self.cells.span

    @property
    def clocks(self) -> Clocks:
        """See `Backend`."""
        return self.cells.clocks

    def check(self, query: QueryScope) -> None:
        """Check that the roll-up was made under the definitions, clock and developers of a query.

        Raises:
            QueryError: It was made under other interactions, or counts otherwise.
        """
        made = self.cells.definitions
        if self.codes.interacted(made) != self.codes.interacted(query.definitions):
            if made.machine_opens != query.definitions.machine_opens:
                kept = made.machine_opens.replace("_", " ")
                raise QueryError(
                    f"rolled up with machine opens {kept}; roll up again for the other numbers"
                )
            raise QueryError(
                f"rolled up under the definitions {made.name!r}, whose interactions decide which action "
                f"a conversion counts for; roll up again under {query.definitions.name!r}"
            )
        if journeys_key(self.codes, made) != journeys_key(self.codes, query.definitions):
            own, asked = (
                model_words(one.attribution, one.lookback) for one in (made, query.definitions)
            )
            raise QueryError(
                f"rolled up with conversions by {own}; roll up again for those by {asked}"
            )
        if self.cells.clock != query.clock:
            raise QueryError(
                f"rolled up by the clock of {_CLOCKS[self.cells.clock]}; for that of "
                f"{_CLOCKS[query.clock]} roll up results.with_clock({query.clock!r})"
            )
        if self.cells.developers not in (None, query.developers):
            said = "with" if self.cells.developers else "without"
            raise QueryError(f"rolled up {said} developers; roll up again for the other numbers")
