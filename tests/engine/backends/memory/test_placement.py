"""Which entries have an interaction or a conversion, and which entry an event is in, by a loop over all pairs."""

import narwhals as nw
import polars as pl
from hypothesis import assume, given, settings, strategies as st
from polars.testing import assert_frame_equal

from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.backends.memory.placement import entry_at, placed_events
from results_widgets.engine.journeys.placement import Outcome, place_at_start
from tests.support.answers import FromPackage
from tests.support.definition_sets import definitions_of
from tests.support.loops import some
from tests.support.profiles import examples
from tests.support.strategies import Question, questions

STARTS = st.lists(st.tuples(st.integers(0, 3), st.integers(-5, 40)), max_size=40, unique=True)
EVENTS = st.lists(st.tuples(st.integers(0, 5), st.integers(-9, 44)), max_size=40)


@given(STARTS, EVENTS)
def test_an_event_is_in_the_entry_that_its_user_started_last(
    starts: list[tuple[int, int]], events: list[tuple[int, int]]
) -> None:
    starts = sorted(starts)
    entries = pl.DataFrame(starts, {"user": pl.UInt32, "started_at": pl.Int64}, orient="row")
    asked = pl.DataFrame(events, {"user": pl.UInt32, "time": pl.Int64}, orient="row")
    found = entry_at(entries, asked["user"], asked["time"]).to_list()
    for (user, time), place in zip(events, found, strict=True):
        begun = [n for n, (own, start) in enumerate(starts) if own == user and start <= time]
        assert place == max(begun, default=None)


@settings(max_examples=examples(20))
@given(questions())
def test_entries_with_an_outcome_are_those_that_have_such_an_event(asked: Question) -> None:
    data = FromPackage(asked.case, asked.query).results._session.data
    assert isinstance(data, MemoryBackend)
    for name in some(("default", "leanplum")):
        definitions = definitions_of(name)
        codes = data.codes.interacted(definitions)
        placed = data.placed_events(definitions, None).filter(nw.col("code").is_in(codes))
        conversions = data.conversions(definitions, None).filter(~nw.col("entry").is_null())
        theirs: dict[Outcome, set[tuple[int, int]]] = {
            "engaged": {*nw.to_native(placed).select("user", "entry").collect().iter_rows()},
            "converted": {*nw.to_native(conversions).select("user", "entry").collect().iter_rows()},
        }
        every = nw.to_native(data.entries(definitions, None)).collect().rows(named=True)
        for outcome, having in theirs.items():
            for by in {None, *asked.columns[-1:]}:
                rows = data.entries_with(outcome, definitions, data.check_by(by))
                found = nw.to_native(rows).collect().select(list(every[0]) if every else "user")
                wanted = [row for row in every if (row["user"], row["entry"]) in having]
                assert found.rows(named=True) == wanted


@settings(max_examples=examples(20))
@given(questions())
def test_events_are_placed_as_a_join_of_their_entries_places_them(asked: Question) -> None:
    data = FromPackage(asked.case, asked.query).results._session.data
    assert isinstance(data, MemoryBackend)
    journeys = data.journeys(definitions_of(asked.query.definitions))
    assume(not journeys.rules.entries_given)
    codes = data.codes.counted
    events = data.log.counted_rows.lazy().filter(pl.col("code").is_in(codes))
    spans = journeys.entries.lazy().select("user", "entry", "started_at")
    joined = nw.to_native(place_at_start(nw.from_native(events), nw.from_native(spans))).collect()
    found = placed_events(data.log, journeys, codes)
    columns = ["user", "entry", "time", "code", "row"]
    assert_frame_equal(found.sort(columns), joined.select(columns).sort(columns))
