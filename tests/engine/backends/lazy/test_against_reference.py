"""Every query, asked of events wherever they are: the answers are the reference's.

Engines know no order of a file, so the reference is given the rows in the order that simultaneous
ones have there; see `tie_order` in `backends/lazy/event_log.py`.
"""

from hypothesis import given, settings

from results_widgets.engine.backends.lazy.dataset import LazyBackend
from tests.support.answers import FromPackage
from tests.support.engines import REUSED, in_engine_order
from tests.support.next_steps import next_steps_equal, with_triggers
from tests.support.profiles import examples
from tests.support.properties import everything_equal
from tests.support.strategies import Question, question, questions


def test_events_stay_on_their_engine(duckdb_tables: None) -> None:
    asked = question(1)
    package = FromPackage(asked.case, asked.query)
    assert isinstance(package.results._session.data, LazyBackend)
    assert package.results._session.data.table.engine.name == "DuckDB"


@settings(max_examples=examples(14), suppress_health_check=REUSED)
@given(asked=questions())
def test_polars_in_the_portable_way(portable_polars: None, asked: Question) -> None:
    everything_equal(in_engine_order(asked))


@settings(max_examples=examples(5), suppress_health_check=REUSED)
@given(asked=questions())
def test_duckdb(duckdb_tables: None, asked: Question) -> None:
    everything_equal(in_engine_order(asked))


@settings(max_examples=examples(4), suppress_health_check=REUSED)
@given(asked=questions())
def test_next_steps_on_duckdb(duckdb_tables: None, asked: Question) -> None:
    next_steps_equal(with_triggers(in_engine_order(asked)), FromPackage)
