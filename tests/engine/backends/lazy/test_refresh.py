"""Results on an engine that go on: a refresh reads what is new, and ends where one full read would."""

import polars as pl
from hypothesis import example, given, settings
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets.engine.backends.lazy.dataset import LOG
from tests.support.definition_sets import definitions_of
from tests.support.profiles import examples
from tests.support.refreshed import EVENTS, results_of
from tests.support.strategies import Question, question, questions


@settings(max_examples=examples(2))  # each case is read three times, with its SQL planned anew
@given(asked=questions().filter(lambda asked: asked.case.events.height > 3))
# Among those drawn, rows that are all newer are rare.
@example(asked=question(26))
def test_rows_newer_than_all_seen_are_all_that_is_read_of_a_relation(asked: Question) -> None:
    import duckdb

    random = asked.choose("rows")
    # DuckDB has no nanoseconds with a zone.
    micros = pl.col("timestamp").dt.convert_time_zone("UTC").dt.cast_time_unit("us")
    events = asked.case.events.with_columns(micros).sort("timestamp", maintain_order=True)
    cut = random.randint(1, events.height - 1)
    first, rest = events[:cut], events[cut:]
    if random.random() < 0.3:
        first, rest = rest, first
    connection = duckdb.connect()
    connection.register("arrived", first.to_arrow())
    connection.execute("CREATE TABLE events AS SELECT * FROM arrived")

    def read() -> rw.Results:
        case, query = asked.case, asked.query
        return rw.Results(
            dict(case.campaign),
            connection.table("events"),
            case.users,
            definitions=definitions_of(query.definitions),
            time_zone=query.zone,
        )

    before = read()
    before.overview()
    connection.register("arrived", rest.to_arrow())
    connection.execute("INSERT INTO events SELECT * FROM arrived")
    after, expected = before.refresh(), read()
    behind = (rest["timestamp"] > first["timestamp"].max()).all()
    assert (after._session.data.cache.known(LOG) is not None) is behind
    assert_frame_equal(after.overview(), expected.overview())
    assert_frame_equal(after.actions(), expected.actions())
    assert_frame_equal(after.conversions(), expected.conversions())


def test_relation_with_appended_rows_is_refreshed() -> None:
    import duckdb

    connection = duckdb.connect()
    connection.register("arrived", EVENTS[:3].to_arrow())
    connection.execute("CREATE TABLE events AS SELECT * FROM arrived")
    old = results_of(connection.table("events"))
    assert old.unique_users() == 2
    connection.register("arrived", EVENTS[3:].to_arrow())
    connection.execute("INSERT INTO events SELECT * FROM arrived")
    new = old.refresh()
    assert (old.unique_users(), new.unique_users()) == (2, 3)
    assert new.read_at > old.read_at
    assert_frame_equal(new.overview(), results_of(EVENTS).overview())
    # Without news, nothing is asked.
    assert new.refresh()._session.data is new._session.data
