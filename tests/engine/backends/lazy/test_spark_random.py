"""Random campaigns on Spark: every kind of query answers what the reference answers.

Each question to Spark costs about a second, so numbers are broken down by one column.
"""

from dataclasses import dataclass

import pytest

from tests.reference.case import By
from tests.support import properties
from tests.support.answers import FromPackage
from tests.support.engines import in_engine_order
from tests.support.loops import some
from tests.support.next_steps import next_steps_equal, with_triggers
from tests.support.nightly import rest_nightly
from tests.support.profiles import is_thorough
from tests.support.strategies import OneColumn, Question, question

pytestmark = [
    pytest.mark.spark,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

SEEDS = (0, 107, 388)
"""Fixed, and chosen among hundreds so that a few show all that can differ: each costs Spark a hundred queries."""


DEALT = {
    0: (
        properties.overview,
        properties.channels,
        properties.explore,
        properties.experiments,
        properties.ripeness,
    ),
    107: (properties.another_period,),
    388: (properties.actions, properties.flow_and_users_in_action),
}
"""Which kinds of queries each campaign is asked beside its entries and conversions; every night each is asked all.

How a table's types are read and its journeys walked differs by campaign, which its entries and conversions show.
What Spark makes of a query does not, so that one campaign fails where all do: 107 has a period before, of which all
numbers are asked, and 388 several actions: a change waits for 388 alone, since `test_spark.py` holds the rest against
memory. DuckDB and Polars' lazy frames are asked the same expressions of others.
"""


@dataclass(frozen=True)
class Narrowed(OneColumn):
    """A question by one column at most, and by fewer breakdowns."""

    @property
    def breakdowns(self) -> list[By]:
        """Nothing, and two columns where there are two."""
        return [None, *Question(self.seed, self.case, self.query).breakdowns[1:][-1:]]


@pytest.mark.parametrize("seed", rest_nightly(SEEDS[::-1]))
def test_spark_answers_what_the_reference_answers(
    plainly_planned: None, spark_tables: None, seed: int
) -> None:
    drawn = in_engine_order(question(seed))
    kinds = (
        properties.PROPERTIES
        if is_thorough()
        else [properties.entries_and_conversions, *DEALT[seed]]
    )
    properties.everything_equal(Narrowed(drawn.seed, drawn.case, drawn.query), kinds)


@pytest.mark.nightly
def test_spark_says_where_users_went(plainly_planned: None, spark_tables: None) -> None:
    told = next_steps_equal(with_triggers(in_engine_order(question(SEEDS[1]))), FromPackage, 2)
    assert any(one.received for one in told)


def test_every_kind_of_query_is_asked() -> None:
    dealt = [one for kinds in some(DEALT.values()) for one in kinds]
    assert {properties.entries_and_conversions, *dealt} == {*properties.PROPERTIES}
    assert set(DEALT) == set(SEEDS)
    assert question(107).query.start is not None


def test_the_campaigns_differ() -> None:
    cases = [question(seed) for seed in SEEDS]

    def kinds(column: str) -> set[str]:
        return {str(one.case.events.schema.get(column)) for one in cases}

    assert kinds("user_id") == {"String", "Int64"}
    assert kinds("event_id") == {"None", "String", "Int64"}
    assert kinds("entry_id") == {"None", "String"}
    assert len(kinds("timestamp")) >= 3
    assert {one.query.definitions for one in cases} >= {"default", "leanplum", "leanplum-v2"}
    assert {one.query.developers for one in cases} == {True, False}
    assert {one.query.start is None for one in cases} == {True, False}
    assert {one.case.users is None for one in cases} == {True, False}
    assert {one.case.campaign["goal"]["mode"] for one in cases} == {"single", "multiple"}
    for event in ("converted", "held_back"):
        assert {(one.case.events["event"] == event).any() for one in cases} == {True, False}
    for column in ("machine", "platform", "value", "variant"):
        assert {column in one.case.events.columns for one in cases} == {True, False}, column
    assert len({one.query.zone for one in cases}) >= 2
    actions = [action for one in cases for action in one.case.campaign["actions"]]
    assert {bool(action["parent"]) for action in actions} == {True, False}
    assert len({action["channel"] for action in actions}) >= 4
    assert all(one.case.events.height > 20 for one in cases)
