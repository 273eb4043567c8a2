"""Columns of every type that a source may have, tables that hold one of them, and every question about them.

What is tried is each type in each column of each table in each kind of source, with each question. All of it
takes an hour, so each pair of a column and a type takes the next of the sources and the next share of the
questions: every source, type and question comes up, the same each time. `make test-thorough` tries all.
"""

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID

import polars as pl

import results_widgets as rw
from tests.support.profiles import is_thorough

CAMPAIGN = rw.Campaign.from_json(
    {
        "id": "c1",
        "goal": {"events": ["Purchase"], "value": "value"},
        "attribution_window": "7d",
        "variants": [{"id": "A"}, {"id": "B"}],
        "actions": [
            {"id": "a1", "channel": "email"},
            {"id": "a2", "channel": "push", "parent": "a1"},
        ],
    }
)
_AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
_ROWS = 4

COLUMNS: dict[str, list[Any]] = {
    "user_id": ["anna", "anna", "bob", "anna"],
    "campaign_id": ["c1", "c1", "c1", None],
    "action_id": ["a1", "a1", "a1", None],
    "event": ["sent", "opened", "sent", "Purchase"],
    "timestamp": [_AT, _AT + timedelta(hours=1), _AT, _AT + timedelta(hours=2)],
    "event_id": ["e1", "e2", "e3", "e4"],
    "variant": ["A", "A", "B", None],
    "entry_id": ["1", "1", "2", "1"],
    "value": [None, None, None, 12.5],
    "machine": [False, True, False, False],
    "link": [None, "https://x.example", None, None],
    "platform": ["ios", "ios", "web", "web"],
}


def _four(*values: Any, dtype: Any = None) -> pl.Series:
    return pl.Series([values[place % len(values)] for place in range(_ROWS)], dtype=dtype)


VALUES: dict[str, pl.Series] = {
    "whole": _four(1, 2),
    "small": _four(1, 2, dtype=pl.Int8),
    "unsigned": _four(1, 2**64 - 1, dtype=pl.UInt64),
    "huge": _four(1, 2**100, dtype=pl.Int128),
    "float": _four(1.5, 2.0),
    "whole float": _four(1.0, None),
    "not a number": _four(float("nan"), 1.0),
    "infinite": _four(float("inf"), 1.0),
    "decimal": _four(Decimal("1.50"), Decimal("2.00")),
    "flag": _four(True, None),
    "text": _four("x", None),
    "blank": _four("", " "),
    "null words": _four("NULL", "nan"),
    "category": _four("x", "", dtype=pl.Categorical),
    "enum": _four("x", dtype=pl.Enum(["x", "y"])),
    "day": _four(date(2026, 3, 1)),
    "zoned": _four(_AT, None),
    "naive": _four(datetime(2026, 3, 1, 9)),  # noqa: DTZ001
    "clock": _four(time(9)),
    "span": _four(timedelta(hours=1)),
    "bytes": _four(b"x", b"\xff"),
    "uuid": _four(UUID(int=1).bytes, UUID(int=2).bytes),
    "nothing": _four(None),
    "list": _four([1], []),
    "texts": _four(["a"], None),
    "struct": _four({"amount": 1.0, "currency": "EUR"}),
    "array": _four([1, 2], dtype=pl.Array(pl.Int64, 2)),
}


USER_COLUMNS: dict[str, list[Any]] = {
    "user_id": ["anna", "bob", "carl", "dora"],
    "is_developer": [False, False, True, None],
    "plan": ["pro", None, "free", "free"],
}


def table(column: str, value: str) -> pl.DataFrame:
    """An event table of which one column holds values of another type."""
    frame = pl.DataFrame(COLUMNS)
    return frame.with_columns(VALUES[value].alias(column))


def user_table(column: str, value: str) -> pl.DataFrame:
    """A user table of which one column holds values of another type; ids are there once."""
    frame = pl.DataFrame(USER_COLUMNS).with_columns(VALUES[value].alias(column))
    return frame if column != "user_id" else frame.unique("user_id", maintain_order=True)


def save(frame: pl.DataFrame, path: Path) -> Path:
    """Write a frame in the format that the path's suffix names."""
    match path.suffix:
        case ".parquet":
            frame.write_parquet(path)
        case ".csv":
            frame.write_csv(path)
        case _:
            frame.write_ndjson(path)
    return path


def _relation(frame: pl.DataFrame, _: Path) -> object:
    import duckdb

    return duckdb.connect().from_arrow(frame.to_arrow())


SOURCES: dict[str, Callable[[pl.DataFrame, Path], object]] = {
    "polars": lambda frame, _: frame,
    "lazy": lambda frame, _: frame.lazy(),
    "pandas": lambda frame, _: frame.to_pandas(),
    "arrow": lambda frame, _: frame.to_arrow(),
    "parquet": lambda frame, folder: save(frame, folder / "events.parquet"),
    "csv": lambda frame, folder: save(frame, folder / "events.csv"),
    "ndjson": lambda frame, folder: save(frame, folder / "events.ndjson"),
    "duckdb": _relation,
}


def can_hold(source: str, frame: pl.DataFrame) -> bool:
    """Whether a kind of source has the types of a frame at all: CSV has no lists, and nobody writes 128 bits."""
    kinds = frame.schema.dtypes()
    if source == "csv":
        return not any(kind.is_nested() or kind in (pl.Binary, pl.Duration) for kind in kinds)
    if source == "ndjson":
        return not any(kind in (pl.Binary, pl.Int128, pl.Duration) for kind in kinds)
    if source in ("pandas", "arrow", "duckdb", "parquet"):
        return pl.Int128 not in kinds
    return True


@dataclass(frozen=True, slots=True)
class Case:
    """A table with one odd column.

    Attributes:
        table: ``events`` or ``users``.
        column: The odd column.
        value: The type of its values.
        place: The number of this pair among all, which says what is tried of it.
    """

    table: str
    column: str
    value: str
    place: int

    @property
    def frame(self) -> pl.DataFrame:
        """The table."""
        make = table if self.table == "events" else user_table
        return make(self.column, self.value)

    def sources(self, names: Sequence[str]) -> list[str]:
        """The kinds of sources to try of these: the next in turn, or all that can hold the table."""
        held = [name for name in names if can_hold(name, self.frame)]
        turn = self.place + self.place // len(
            names
        )  # so that a type meets another with each column
        return held if is_thorough() else [held[turn % len(held)]]

    def results(self, source: str, folder: Path) -> rw.Results:
        """Results of the table in a kind of source, beside a plain other table."""
        frame = SOURCES[source](self.frame, folder)
        if self.table == "events":
            return rw.Results(CAMPAIGN, frame, time_zone="UTC")
        return rw.Results(CAMPAIGN, pl.DataFrame(COLUMNS), frame, time_zone="UTC")


CASES: list[Case] = [
    Case(name, column, value, place)
    for name, columns in (("events", COLUMNS), ("users", USER_COLUMNS))
    for place, (value, column) in enumerate(product(VALUES, columns))
]


def refusal(case: Case, source: str, folder: Path, share: int = 11) -> str:
    """Ask questions of a table; why it was refused, or nothing. Any error but ours is raised.

    Args:
        case: The table.
        source: The kind of source that holds it.
        folder: Where files may be written.
        share: Each question is asked of one case in so many.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            results = case.results(source, folder)
        except rw.EventsError as error:
            return str(error)
        if case.table == "events":
            # Without a column to group by it reads no table of users.
            results.overview()
        for number, question in enumerate(questions(results)):
            if is_thorough() or (number + case.place // share) % share == 0:
                question()
    return ""


def names_its_column(case: Case, said: str) -> bool:
    """Whether an error starts with the table and the column that is odd."""
    return said.startswith(f"{case.table}: column '{case.column}' ")


def questions(results: rw.Results) -> Iterator[Callable[[], object]]:
    """Every public question that reads columns."""
    yield results.overview
    yield results.channels
    yield results.actions
    yield results.flow
    yield results.flow_by_variant
    yield results.quality
    yield results.freshness
    yield results.entries
    yield results.conversions
    yield results.held_back
    yield lambda: results.describe("users")
    yield results.analytics().overview
    yield lambda: results.explore("users", every="1d")
    for by in results.breakdowns:
        yield partial(results.overview, by=by)
        yield partial(results.explore, "users", every="1d", by=by)
    yield lambda: results.users_in_campaign().users
    yield lambda: results.users_in_action("a1").profile()
    yield lambda: results.users_in_campaign().events
    yield results.refresh
    yield results.with_clock("entry").overview
    yield partial(results.overview, interval=0.95)
    yield results.maturity
    yield results.cohorts
    yield results.time_to_convert
    yield lambda: str(results.summary())
    for by in results.breakdowns:
        yield partial(results.time_to_convert, by=by)
        yield partial(_compared, results, by)


def _compared(results: rw.Results, by: str) -> object:
    """Compare the values of a column; what makes no arms is refused in our words."""
    with suppress(rw.QueryError):
        return results.experiment(by=by, trust=True).table
    return None
