"""Two ways to count distinct users give one answer: bit masks against group-bys."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import polars as pl
import pytest
from hypothesis import given, settings, strategies as st
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets.engine.backends.memory.breakdowns import categories_key
from results_widgets.engine.backends.memory.dataset import LOG_USERS, MemoryBackend
from results_widgets.engine.backends.memory.journeys import build_journeys
from results_widgets.engine.breakdown import By
from results_widgets.engine.counting import occurrences
from results_widgets.engine.counting.bitmask import both_by_mask, by_mask, reached_by_mask
from results_widgets.engine.counting.group_by import both_by_join, by_group
from results_widgets.engine.counting.index_scan import both_by_index, by_index
from results_widgets.engine.counting.indexes import Indexes, indexes_of
from results_widgets.engine.encoding.bitmask import BitMasks
from results_widgets.engine.metrics.table import answer, metrics_of
from results_widgets.engine.query import Grouping
from results_widgets.engine.scoped import DAY_KEY, SET, Kind, ScopedRows
from tests.support import strategies
from tests.support.definition_sets import definitions_of
from tests.support.loops import some
from tests.support.profiles import examples

Sets = list[tuple[int, ...]]


def facts_of(
    asked: strategies.Question,
    by: By | None,
    every: str | None = None,
    cumulative: bool = False,
) -> ScopedRows:
    """The facts that the package asks of a random question."""
    case, query = asked.case, asked.query
    results = rw.Results(
        case.campaign,
        case.events,
        case.users,
        definitions=definitions_of(query.definitions),
        time_zone=query.zone,
    )
    results = results.between(query.start, query.end).analytics(developers=query.developers)
    return ScopedRows(
        results._session.data, results._session.query, Grouping(by, every, cumulative)
    )


def sets_of(asked: strategies.Question, scoped: ScopedRows) -> Sets:
    """Sets of codes as measures use them, and some that share codes."""
    codes = scoped.data.codes
    named = list(codes.sets(scoped.query.definitions).values())
    every = list(codes.channel_events)
    random = asked.choose("sets")
    drawn = [tuple(random.sample(every, random.randint(1, len(every)))) for _ in range(3)]
    return [*named, *drawn, codes.interacted(scoped.query.definitions)]


def breakdowns(asked: strategies.Question) -> list[By | None]:
    """No breakdown, each column, and two columns together."""
    columns = asked.columns
    both = [tuple(columns[:2]), tuple(columns[-2:])] if len(columns) > 1 else []
    return [None, *columns, *dict.fromkeys(both)]


def known(frame: pl.DataFrame) -> pl.DataFrame:
    """The counts in one order; a set that nobody is in may be left out."""
    numbers = [name for name in frame.columns if name in ("_count", "_users")]
    seen = frame.filter(pl.any_horizontal(pl.col(numbers).fill_null(0) > 0))
    keys = [name for name in frame.columns if name not in numbers]
    return seen.select(*keys, pl.col(numbers).fill_null(0).cast(pl.Int64)).sort(
        keys, nulls_last=True
    )


@settings(max_examples=examples(20))
@given(strategies.questions())
def test_masks_count_as_group_bys_do(asked: strategies.Question) -> None:
    for by in some(breakdowns(asked)):
        scoped = facts_of(asked, by)
        sets = sets_of(asked, scoped)
        units = [["user"]]
        if scoped.query.definitions.unique == "user_day":
            units.append(["user", DAY_KEY])
        clocks: tuple[Kind, ...] = ("events", "entry_events")
        for unit, kind in some(product(units, clocks)):
            quick, plain = by_mask(scoped, sets, unit, kind), by_group(scoped, sets, unit, kind)
            assert_frame_equal(known(quick), known(plain), check_column_order=False)


@settings(max_examples=examples(20))
@given(strategies.questions())
def test_masks_find_pairs_as_joins_do(asked: strategies.Question) -> None:
    for by in some(breakdowns(asked)):
        scoped = facts_of(asked, by)
        sets = sets_of(asked, scoped)
        random = asked.choose("pairs")
        pairs = [(random.choice(sets), random.choice(sets)) for _ in range(5)]
        clocks: tuple[Kind, ...] = ("events", "entry_events")
        for kind in some(clocks):
            quick, plain = both_by_mask(scoped, pairs, kind), both_by_join(scoped, pairs, kind)
            assert by is None or 0 not in quick["_users"]
            columns = [SET, *scoped.grouping.keys, "_users"]
            assert_frame_equal(known(quick.select(columns)), known(plain.select(columns)))


def indexed(scoped: ScopedRows) -> Indexes:
    indexes = indexes_of(scoped.data, scoped.query.definitions)
    assert indexes is not None
    return indexes


def split_facts(asked: strategies.Question) -> Iterator[ScopedRows]:
    """The facts by some breakdowns and intervals, these added up or not."""
    random = asked.choose("split")
    every = random.choice(["1h", "1d", "1w", "1mo"])
    intervals = [(None, False), (every, False), (every, True)]
    for _ in range(2):
        yield facts_of(asked, random.choice([None, *asked.columns]), *random.choice(intervals))


@settings(max_examples=examples(20))
@given(strategies.questions())
def test_ranges_count_as_group_bys_do(asked: strategies.Question) -> None:
    for scoped in some(split_facts(asked)):
        sets = [*sets_of(asked, scoped), scoped.data.codes.named("exited"), ()]
        units = [["user"]]
        if scoped.query.definitions.unique == "user_day":
            units.append(["user", DAY_KEY])
        for unit in units:
            quick = by_index(scoped, indexed(scoped), "events", sets, unit)
            assert_frame_equal(
                known(quick), known(by_group(scoped, sets, unit)), check_column_order=False
            )


def test_pieces_count_together_only_where_they_are_many_and_adjoin() -> None:
    ends = pl.Series([0, 1, 2], dtype=pl.UInt32)
    found = occurrences.Occurrences(ends, None, categories=64)

    def piece(first: int, last: int) -> tuple[occurrences.Slice, int, int]:
        return occurrences.Slice(0, first, last, None), first, last

    assert found._is_short([piece(0, 1), piece(1, 3)])
    assert not found._is_short([piece(0, 1), piece(2, 3)])
    assert not found._is_short([piece(0, 1), piece(1, 1_000_000)])
    assert not replace(found, categories=1)._is_short([piece(0, 1), piece(1, 3)])


@settings(max_examples=examples(20))
@given(strategies.questions())
def test_short_pieces_count_together_as_one_by_one(asked: strategies.Question) -> None:
    for scoped in some(split_facts(asked)):
        sets = sets_of(asked, scoped)
        for unit in ([], ["user"], ["user", DAY_KEY]):
            one_by_one = by_index(scoped, indexed(scoped), "events", sets, unit)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(occurrences, "_FEW_SCANS", 1)
                together = by_index(scoped, indexed(scoped), "events", sets, unit)
            assert_frame_equal(known(together), known(one_by_one))


@settings(max_examples=examples(20))
@given(strategies.questions())
def test_ranges_find_pairs_as_joins_do(asked: strategies.Question) -> None:
    for scoped in some(split_facts(asked)):
        sets = sets_of(asked, scoped)
        random = asked.choose("pairs")
        pairs = [(random.choice(sets), random.choice(sets)) for _ in range(5)]
        quick, plain = both_by_index(scoped, indexed(scoped), pairs), both_by_join(scoped, pairs)
        columns = [SET, *scoped.grouping.keys, "_users"]
        assert_frame_equal(known(quick.select(columns)), known(plain.select(columns)))


@settings(max_examples=examples(20))
@given(strategies.questions())
def test_ranges_count_entries_and_conversions_as_group_bys_do(asked: strategies.Question) -> None:
    kinds: list[tuple[Kind, list[str]]] = [
        *(("entries", ["user"]), ("conversions", ["user"]), ("reached", [])),
    ]
    for scoped in some(split_facts(asked)):
        numbers = range(len(scoped.data.campaign.actions) + 1)
        sets = [(0, 1), *((number,) for number in numbers), tuple(numbers)]
        for kind, unit in kinds:
            quick = by_index(scoped, indexed(scoped), kind, sets, unit)
            plain = by_group(scoped, sets, unit, kind)
            assert_frame_equal(known(quick.select(plain.columns)), known(plain))


@settings(max_examples=examples(20))
@given(strategies.questions())
def test_bits_count_what_entries_reached_as_group_bys_do(asked: strategies.Question) -> None:
    for scoped in some(split_facts(asked)):
        sets = [(number,) for number in range(1, len(scoped.data.campaign.actions) + 1)]
        quick, plain = (
            reached_by_mask(scoped, indexed(scoped).actions, sets),
            by_group(scoped, sets, [], "reached"),
        )
        assert_frame_equal(known(quick.select(plain.columns)), known(plain))


@given(
    st.lists(st.integers(0, 300), unique=True, max_size=200),
    st.lists(st.integers(0, 320), max_size=40),
    st.data(),
)
def test_bits_tell_which_numbers_a_row_has(
    members: list[int], numbers: list[int], data: st.DataObject
) -> None:
    bits = BitMasks(tuple(members))
    assert len(bits.words) == -(-len(members) // 63)
    rows = pl.DataFrame({"number": pl.Series(numbers, dtype=pl.Int64)})
    chosen = data.draw(st.sets(st.sampled_from(members))) if members else set()
    found = rows.select("number", *bits.bits(pl.col("number"))).select(
        bits.any_of(chosen).alias("x")
    )
    # Without a word to test, the answer is one false for all rows.
    told = found["x"].to_list() if members and chosen else [False] * len(numbers)
    assert told == [number in chosen for number in numbers]


def test_masks_hold_more_codes_than_one_word() -> None:
    actions = [{"id": f"a{n}", "channel": "email"} for n in range(40)]
    campaign = {"id": "c", "goal": {"events": ["Buy"]}, "actions": actions}
    stamp = pl.datetime(2026, 3, 1, time_zone="UTC")
    events = pl.DataFrame({"user_id": [f"u{n % 7}" for n in range(40)], "n": range(40)}).select(
        "user_id",
        pl.format("a{}", "n").alias("action_id"),
        pl.lit("clicked").alias("event"),
        stamp.alias("timestamp"),
    )
    results = rw.Results(campaign, events, time_zone="UTC")
    assert len(results._session.data.codes.channel_events) > 63 * 6
    clicks = results.actions().filter(pl.col("metric") == "unique_clicked")
    assert clicks["value"].to_list() == [1.0] * 40
    assert results.channels().filter(pl.col("metric") == "unique_clicked")["value"].item() == 7


def test_a_cumulative_median_stands_beside_cumulative_counts() -> None:
    results = rw.Results(*rw.datasets.generate(200, seed=1), time_zone="UTC")
    wanted = [("", "conversions"), ("", "median_time_to_convert")]
    scoped = ScopedRows(
        results._session.data, results._session.query, Grouping(every="1d", cumulative=True)
    )
    rows = {row.key: row for row in metrics_of(scoped, "campaign")}
    found = answer(scoped, "campaign", [(owner, rows[key]) for owner, key in wanted])
    last = found.group_by("metric", maintain_order=True).agg(pl.col("value").last())
    overview = dict(results.overview().select("metric", "value").iter_rows())
    for key, value in some(last.iter_rows()):
        assert value == overview[key]


@settings(max_examples=examples(20))
@given(strategies.questions())
def test_definition_sets_that_share_journeys_do_not_affect_each_other(
    asked: strategies.Question,
) -> None:
    data = facts_of(asked, None).data
    assert isinstance(data, MemoryBackend)
    for definitions in rw.DEFINITIONS.values():
        shared = data.journeys(definitions)
        own = build_journeys(data.log, data.campaign, definitions)
        for name in ("entries", "conversions", "reached"):
            assert_frame_equal(getattr(shared, name), getattr(own, name))


def test_warming_makes_timelines_ready_and_changes_no_number() -> None:
    source = rw.datasets.generate(200, seed=1)
    warm, cold = (rw.Results(*source, time_zone="UTC") for _ in range(2))
    warm.warm()
    assert isinstance(warm._session.data, MemoryBackend)
    line = Indexes(warm._session.data, warm.definitions, developers_only=False).known("events")
    assert line is not None
    users = warm._session.data.cache.known(LOG_USERS)
    assert users is not None
    assert "by_id" in vars(users)
    assert warm._session.data.few_valued
    assert all(
        warm._session.data.cache.known(categories_key(by)) is not None
        for by in warm._session.data.few_valued
    )
    for by in (None, "country"):
        assert_frame_equal(warm.actions(by=by), cold.actions(by=by))


def test_nobody_waits_for_events_to_be_sorted_by_the_day_of_their_entry(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    results = rw.Results(*rw.datasets.generate(200, seed=1), time_zone="UTC").with_clock("entry")
    monkeypatch.setattr(Indexes, "_entry_events", lambda _: pytest.fail("sorted"))
    assert results.overview(by="variant").height > 0
    assert results.explore("opened", channel="email", every="1w").height > 0
