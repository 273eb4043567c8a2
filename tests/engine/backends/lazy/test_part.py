"""Some users' events on an engine."""

from hypothesis import given, settings

from tests.support.engines import REUSED
from tests.support.profiles import examples
from tests.support.some_users import numbers_are_those_of_their_group
from tests.support.strategies import Question, questions


@settings(max_examples=examples(4), suppress_health_check=REUSED)
@given(asked=questions())
def test_numbers_on_duckdb_are_those_of_their_group(duckdb_tables: None, asked: Question) -> None:
    numbers_are_those_of_their_group(asked)
