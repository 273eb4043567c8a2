"""Errors of an engine: told as ours, and with the column at fault wherever a column alone shows it."""

from collections.abc import Callable

import duckdb
import polars as pl
import pytest

import results_widgets as rw
from results_widgets.sources.boundary import collect_rows, engine_errors_as_ours
from results_widgets.sources.engines import as_rows
from tests.support.odd_values import CAMPAIGN, COLUMNS

PEOPLE = pl.DataFrame({"user_id": ["anna", "bob"], "plan": ["7", "seven"]})


def failing(frame: pl.DataFrame, column: str) -> pl.LazyFrame:
    """The table with a column that fails when it is computed, and not before."""
    return frame.lazy().with_columns(pl.col(column).cast(pl.String).str.to_integer(strict=True))


QUESTIONS: dict[str, Callable[[rw.Results], object]] = {
    "user_id": rw.Results.overview,
    "event": rw.Results.overview,
    # Columns that are read only when something is asked of them.
    "platform": lambda results: results.overview(by="platform"),
}


@pytest.mark.parametrize("column", ["user_id", "event", "platform"])
def test_lazy_frame_whose_column_fails(column: str) -> None:
    with pytest.raises(rw.EventsError) as told:
        QUESTIONS[column](
            rw.Results(CAMPAIGN, failing(pl.DataFrame(COLUMNS), column), time_zone="UTC")
        )
    assert str(told.value).startswith(f"events: column '{column}' cannot be read (")
    assert str(told.value).endswith("; correct it where the table is made, or leave it out")


def test_lazy_frame_of_a_segment_whose_column_fails() -> None:
    segment = rw.Segment(failing(PEOPLE, "plan"), name="Broken", rule="broken")
    with pytest.raises(rw.EventsError, match="segment: its users cannot be read now"):
        _ = segment.users


def test_lazy_frame_of_users_whose_column_fails() -> None:
    with pytest.raises(rw.EventsError, match="users: column 'plan' cannot be read"):
        rw.Results(CAMPAIGN, pl.DataFrame(COLUMNS), failing(PEOPLE, "plan"), time_zone="UTC")


@pytest.mark.parametrize("column", ["user_id", "value", "machine"])
def test_duckdb_view_whose_column_fails(column: str) -> None:
    with duckdb.connect() as connection:
        connection.register("given", pl.DataFrame(COLUMNS).to_arrow())
        text = "CASE WHEN event = 'Purchase' THEN 'seven' ELSE '7' END"
        sql = f"SELECT * REPLACE (CAST({text} AS INTEGER) AS {column}) FROM given"
        with pytest.raises(
            rw.EventsError, match=f"events: column '{column}' cannot be read .*seven"
        ):
            rw.Results(CAMPAIGN, connection.sql(sql), time_zone="UTC").overview()


def test_what_no_column_alone_shows_names_the_table() -> None:
    rows = as_rows(pl.LazyFrame({"a": ["x"]}))
    broken = as_rows(pl.LazyFrame({"a": ["x"]}).select(pl.col("a").str.to_integer(strict=True)))
    with pytest.raises(rw.EventsError, match=r"^events: they cannot be read now \(strict"):
        collect_rows(broken, "events: they cannot be read now", lambda: rows)
    with pytest.raises(rw.EventsError, match=r"^events: they cannot be read now \(strict"):
        collect_rows(broken, "events: they cannot be read now")


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("own"), rw.QueryError("own")])
def test_other_errors_pass(error: BaseException) -> None:
    with pytest.raises(type(error)) as told, engine_errors_as_ours("events"):
        raise error
    assert told.value is error
