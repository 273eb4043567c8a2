"""What is asked about the people of a segment, and who did one thing after another: as in memory."""

from collections.abc import Callable
from typing import Any

import narwhals as nw
import polars as pl
import pytest
from hypothesis import given, settings, strategies as st
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets import datasets
from results_widgets.segments.engine_hashing import with_hash
from results_widgets.segments.hashing import hash_of
from results_widgets.sources.engines import as_rows, engine_of
from tests.support.answers import FromPackage
from tests.support.definition_sets import definitions_of
from tests.support.engines import REUSED
from tests.support.nightly import rest_nightly
from tests.support.profiles import examples
from tests.support.strategies import Question, questions

ZONE = "America/Los_Angeles"
Both = tuple[rw.Results, rw.Results]
Step = str | tuple[str, str]


def asked(placed: Callable[[pl.DataFrame], object]) -> Both:
    """The same campaign from an engine and from memory."""
    campaign, events, users = datasets.generate(300, seed=5)
    held = events.lazy().collect()
    there = rw.Results(campaign, placed(held), users, time_zone=ZONE)
    return there, rw.Results(campaign, held, users, time_zone=ZONE)


def few(results: rw.Results) -> list[rw.Segment]:
    """Segments that overlap."""
    first, second = (action.id for action in results.campaign.actions[:2])
    received = results.users_in_action(first)
    opened = results.users_in_action(first, "opened").named("opened")
    return [
        opened,
        results.users_in_action(second).named("second"),
        (received - opened).named("no"),
    ]


def reach(results: rw.Results) -> pl.DataFrame:
    return pl.concat([segment.reach() for segment in few(results)])


def overlap(results: rw.Results) -> pl.DataFrame:
    one, *others = few(results)
    return one.overlap(*others)


def timeline(results: rw.Results) -> pl.DataFrame:
    return results.users_in_campaign().timeline("u0000017").drop_nulls("timestamp")


def sequences(results: rw.Results) -> pl.DataFrame:
    first, second = (action.id for action in results.campaign.actions[:2])
    steps: list[tuple[Step, ...]] = [
        ((first, "opened"), (second, "received")),
        ((first, "opened"), (first, "opened")),
        ((first, "received"), (first, "opened"), "Purchase"),
    ]
    found = [results.sequence(*each) for each in steps]
    found.append(results.sequence(*steps[0], within="3d"))
    return pl.DataFrame({"size": [len(segment) for segment in found]})


def drawn(results: rw.Results) -> pl.DataFrame:
    segment = few(results)[1]
    return pl.concat([segment.sample(n, seed=n).users for n in (0, 7)])


def parted(results: rw.Results) -> pl.DataFrame:
    segment = few(results)[1]
    halves = [*segment.split(0.3, seed=2), *segment.split(by="country"), segment.split(1.0)[0]]
    return pl.concat([half.users.with_columns(rule=pl.lit(half.rule)) for half in halves])


def profile(results: rw.Results) -> pl.DataFrame:
    segment = few(results)[0]
    return pl.concat([segment.profile(), segment.profile(values=2)])


QUESTIONS: dict[str, Callable[[rw.Results], pl.DataFrame]] = {
    "reach": reach,
    "overlap": overlap,
    "timeline": timeline,
    "sequences": sequences,
    "profile": profile,
    "sample": drawn,
    "split": parted,
}


def held_against_memory(both: Both, question: str) -> None:
    there, here = (QUESTIONS[question](results) for results in both)
    assert_frame_equal(there, here, check_column_order=False)
    assert not here.is_empty()


def events_of_segments_stay(both: Both, collected: Callable[[Any], pl.DataFrame]) -> None:
    there, here = (few(results)[0].events() for results in both)
    assert not isinstance(there, pl.LazyFrame)
    rows, ours = collected(there), here.collect()
    assert rows.columns == ours.columns
    order = ["user_id", "event_id"]
    assert_frame_equal(
        rows.select(*order, "event", "action_id").sort(order),
        ours.select(*order, "event", "action_id").sort(order),
        check_dtypes=False,
    )


@pytest.fixture(scope="module")
def on_duckdb() -> Any:
    import duckdb

    with duckdb.connect() as connection:
        yield asked(lambda table: connection.from_arrow(table.to_arrow()))


@pytest.mark.parametrize("question", QUESTIONS)
def test_duckdb_answers_as_memory(on_duckdb: Both, question: str) -> None:
    held_against_memory(on_duckdb, question)


def test_events_of_a_segment_stay_in_duckdb(on_duckdb: Both) -> None:
    events_of_segments_stay(on_duckdb, lambda rows: rows.pl())


def test_a_segment_from_a_table_is_asked_beside_the_events(on_duckdb: Both) -> None:
    there, here = on_duckdb
    users = pl.DataFrame({"user_id": ["u0000017", "u0000018", "nobody"]})
    given = rw.Segment(users, name="given", rule="by hand")
    assert_frame_equal(given.with_results(there).reach(), given.with_results(here).reach())
    assert given.with_results(there).timeline("nobody").is_empty()
    assert given.with_results(here).timeline("nobody").is_empty()
    with pytest.raises(rw.QueryError, match="load both into memory"):
        there.users_in_campaign().overlap(given)


TEXTS = ["", "a", "Ünal", "12345678", "123456789", "550e8400-e29b-41d4-a716-446655440000", "€" * 30]


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


def hashes_are_those_of_memory(table: Any, seed: int, texts: list[str]) -> None:
    engine = engine_of(table)
    assert engine is not None
    found = with_hash(as_rows(table), nw.col("user_id"), engine, seed).collect("polars").to_native()
    numbers = {text: high * 2**32 + low for text, high, low in found.iter_rows()}
    assert numbers == {text: hash_of(text, seed) for text in texts}


@settings(max_examples=examples(3), suppress_health_check=REUSED)
@given(
    texts=st.lists(TEXT, unique=True, min_size=40),
    seed=st.integers(0, 2**32),
)
def test_hashes_of_duckdb(texts: list[str], seed: int) -> None:
    import duckdb

    known = list(dict.fromkeys([*TEXTS, *texts]))
    with duckdb.connect() as connection:
        table = connection.from_arrow(pl.DataFrame({"user_id": known}).to_arrow())
        hashes_are_those_of_memory(table, seed, known)


def test_rules_of_samples_and_sequences_are_asked_again(on_duckdb: Both) -> None:
    there, here = on_duckdb
    first = there.campaign.actions[0].id
    found = [
        (results.sequence((first, "received"), (first, "opened")) - results.users("conversions"))
        .split(0.6, seed=3)[1]
        .sample(9)
        for results in (there, here)
    ]
    assert found[0].users.equals(found[1].users.select(found[0].users.columns))
    assert found[0].expression == found[1].expression
    again = found[0].refresh(there)
    assert type(again) is type(found[0])
    assert again.users.equals(found[0].users)
    assert again.with_results(there).reach().equals(found[1].reach())


def test_split_by_what_engines_write_in_their_own_way_is_refused(on_duckdb: Both) -> None:
    segment = on_duckdb[0].users_in_campaign()
    with pytest.raises(rw.QueryError, match="unknown attribute to split by 'nothing'"):
        segment.split(by="nothing")
    ages = pl.DataFrame({"user_id": ["u0000017"], "score": [0.5]})
    rows = on_duckdb[0]._session.data.table.source  # type: ignore[attr-defined]
    there = rw.Results(on_duckdb[1].campaign, rows.to_native(), ages)
    with pytest.raises(rw.QueryError, match="writes Float64 in its own way"):
        there.users_in_campaign().split(by="score")


@settings(max_examples=examples(4), suppress_health_check=REUSED)
@given(drawn=questions())
def test_random_campaigns_on_duckdb(duckdb_tables: None, drawn: Question) -> None:
    package = FromPackage(drawn.case, drawn.query).results
    campaign, users = dict(drawn.case.campaign), drawn.case.users
    # Engines know no order of a file, so memory is given the one that they settle equal instants by.
    settling = ["action_id", "event", "entry_id", "value", "variant", "platform", "machine"]
    known = [name for name in settling if name in drawn.case.events.columns]
    events = drawn.case.events.sort(known)
    here = rw.Results(
        campaign,
        events,
        users,
        definitions=definitions_of(drawn.query.definitions),
        time_zone=drawn.query.zone,
    )
    if drawn.query.start is not None and drawn.query.end is not None:
        here = here.between(drawn.query.start, drawn.query.end)
    here = here if drawn.query.developers else here.analytics()
    here = here.with_clock(drawn.query.clock)
    there, ours = package.users_in_campaign(), here.users_in_campaign()
    assert_frame_equal(there.reach(), ours.reach())
    some, own = (
        results.users_in_action(drawn.case.campaign["actions"][0]["id"])
        for results in (package, here)
    )
    assert_frame_equal(some.profile(values=3), own.profile(values=3))
    random = drawn.choose("steps")
    steps: list[Step] = list(drawn.case.campaign["goal"]["events"])
    steps += [(action["id"], "received") for action in drawn.case.campaign["actions"]]
    chosen = [random.choice(steps) for _ in range(3)]
    within = random.choice([None, "2h"])
    pair = [
        results.sequence(*chosen, within=within).users["user_id"] for results in (package, here)
    ]
    assert pair[0].equals(pair[1]), (chosen, within)


@pytest.fixture(scope="module")
def on_spark(spark: Any) -> Both:
    return asked(lambda table: spark.createDataFrame(table.to_arrow()))


@pytest.mark.spark
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
class TestSpark:
    # DuckDB, which is asked the same expressions, answers all of them.
    @pytest.mark.parametrize("question", rest_nightly(QUESTIONS, 2))
    def test_answers_as_memory(
        self, plainly_planned: None, on_spark: Both, guarded: None, question: str
    ) -> None:
        held_against_memory(on_spark, question)

    def test_hashes(self, spark: Any) -> None:
        table = spark.createDataFrame(pl.DataFrame({"user_id": TEXTS[:5]}).to_arrow())
        hashes_are_those_of_memory(table, 7, TEXTS[:5])

    @pytest.mark.nightly
    def test_events_of_a_segment_stay(self, on_spark: Both) -> None:
        events_of_segments_stay(on_spark, lambda rows: pl.DataFrame(pl.from_arrow(rows.toArrow())))

    @pytest.mark.nightly
    def test_results_of_some_users(self, plainly_planned: None, on_spark: Both) -> None:
        first = on_spark[0].campaign.actions[0].id
        there, here = (one.within(one.users_in_action(first, "opened")) for one in on_spark)
        found = there.overview()
        assert_frame_equal(found, here.overview())
        assert 0 < found["value"][0] < on_spark[1].overview()["value"][0]
        # Credited by another model, cards are asked of the same users.
        last = [one.with_attribution("last_touch").actions() for one in (there, here)]
        assert_frame_equal(*last)
        assert not last[1].equals(here.actions())
