"""The part of a backend that is about the source's own table, as it was given."""

from abc import ABC, abstractmethod

import polars as pl

from results_widgets.engine.frames import Rows
from results_widgets.tables.events import Table


class SourceTable(ABC):
    """The rows of the events as they were given, also those that count for nothing; see `UserBackend`."""

    @property
    @abstractmethod
    def columns(self) -> Table:
        """The event table's own columns."""

    @property
    @abstractmethod
    def attributes(self) -> dict[str, pl.DataType]:
        """The users table's columns and types without ``user_id``; empty if there is no such table."""

    @abstractmethod
    def dtype(self, column: str) -> pl.DataType:
        """Return the type of a column of the events."""

    @abstractmethod
    def upload(self, frame: pl.DataFrame) -> Rows:
        """Return a small frame as rows that can be joined with those of this backend."""

    @property
    @abstractmethod
    def source_rows(self) -> Rows:
        """Every readable row of the events, also those that count for nothing.

        user_id, campaign_id, action_id, event (text), time (epoch µs), event_id, machine (Boolean), value (Float64),
        repeated_hour (Boolean: local time in an hour that a clock change repeats).
        """

    @abstractmethod
    def source_rows_of(self, ids: Rows) -> Rows:
        """Return the events of some users (``user_id``) with the source's own columns and values."""

    @abstractmethod
    def source_rows_of_user(self, user_id: str | int) -> pl.DataFrame:
        """Return one user's events, normalised as `tables.events.normalise` does."""

    def source_until(self, time: int) -> pl.LazyFrame | None:  # noqa: ARG002
        """Return the source's rows up to a time (epoch µs) as an event table; None if unsupported."""
        return None

    @property
    def extremes(self) -> Rows | None:
        """The first and the last event of each code (time, code), if known without all of them."""
        return None

    @property
    @abstractmethod
    def source_size(self) -> tuple[int, int]:
        """How many rows the source has, and how many count; those that repeat another's id do, if known."""
