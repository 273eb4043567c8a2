"""Data that is rolled up: numbers can be asked of it, users cannot."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import NoReturn

import polars as pl

from results_widgets.definitions import Definitions
from results_widgets.engine.backends.base import Data
from results_widgets.engine.frames import Rows
from results_widgets.engine.query import QueryScope
from results_widgets.engine.rollup.cells import Cells
from results_widgets.errors import QueryError
from results_widgets.tables.events import Table


@dataclass(frozen=True, eq=False)
class RollUpBackend(Data):
    """The cells of a campaign in place of its events."""

    cells: Cells

    def check(self, query: QueryScope) -> None:
        """Refuse what was decided when it was rolled up.

        Raises:
            QueryError: The lens asks for other interactions or other developers.
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
        if self.cells.developers not in (None, query.developers):
            said = "with" if self.cells.developers else "without"
            raise QueryError(f"rolled up {said} developers; roll up again for the other numbers")

    @property
    def columns(self) -> Table:
        """See `Data`; there is no column left to break numbers down by."""
        return Table(columns=())

    @property
    def attributes(self) -> dict[str, pl.DataType]:
        """See `Data`."""
        return {}

    def kind(self, column: str) -> pl.DataType:
        """See `Data`."""
        raise QueryError.unknown("column", column, ())

    def brought(self, frame: pl.DataFrame) -> Rows:  # noqa: ARG002
        """See `Data`."""
        _refuse()

    @property
    def source_rows(self) -> Rows:
        """See `Data`."""
        _refuse()

    def rows_of(self, ids: Rows) -> Rows:  # noqa: ARG002
        """See `Data`."""
        _refuse()

    def rows_of_user(self, user_id: str | int) -> pl.DataFrame:  # noqa: ARG002
        """See `Data`."""
        _refuse()

    def events(self, by: str | None) -> Rows:  # noqa: ARG002
        """See `Data`."""
        _refuse()

    def entries(self, definitions: Definitions, by: str | None) -> Rows:  # noqa: ARG002
        """See `Data`."""
        _refuse()

    def conversions(self, definitions: Definitions, by: str | None) -> Rows:  # noqa: ARG002
        """See `Data`."""
        _refuse()

    def reached(self, definitions: Definitions) -> Rows:  # noqa: ARG002
        """See `Data`."""
        _refuse()

    @property
    def developers(self) -> Rows | None:
        """See `Data`."""
        _refuse()

    @property
    def people_table(self) -> Rows | None:
        """See `Data`."""
        _refuse()

    def newest_values(self, ids: Rows, columns: Sequence[str]) -> Rows:  # noqa: ARG002
        """See `Data`."""
        _refuse()

    def held(self, rows: Rows) -> AbstractContextManager[Rows]:  # noqa: ARG002
        """See `Data`."""
        _refuse()

    def nth(self, rows: Rows, column: str, places: Sequence[int], count: int) -> list[float]:  # noqa: ARG002
        """See `Data`."""
        _refuse()

    @property
    def unknown_users(self) -> Rows | None:
        """See `Data`."""
        _refuse()

    def counted(self, rows: Rows) -> tuple[int, str | None]:  # noqa: ARG002
        """See `Data`."""
        _refuse()

    def named(self, rows: Rows) -> pl.DataFrame:  # noqa: ARG002
        """See `Data`."""
        _refuse()

    def identified(self, rows: Rows) -> Rows:  # noqa: ARG002
        """See `Data`."""
        _refuse()

    def people(self, rows: Rows, columns: Sequence[str]) -> Rows:  # noqa: ARG002
        """See `Data`."""
        _refuse()

    @property
    def _edges(self) -> tuple[int, int]:
        return self.cells.oldest, self.cells.newest


def _refuse() -> NoReturn:
    raise QueryError(
        "a roll-up holds no users and no single events, only counts and sketches of each cell of time; "
        "ask the results that it was made from"
    )
