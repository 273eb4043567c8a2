"""The walk's two ways to look back: column arithmetic over sorted rows, and windows of an engine."""

from typing import Any

import narwhals as nw
import polars as pl
from hypothesis import example, given, settings, strategies as st
from polars.testing import assert_frame_equal

from results_widgets.engine.backends.memory.positional import (
    ENTRY_INDEX,
    aggregate_entries_by_position,
)
from results_widgets.engine.journeys.rules import NEVER, Rules, aggregate_entries, number_entries
from results_widgets.engine.journeys.windows import FIRST, Ordered, Partitioned, Windows
from tests.support.profiles import examples

ORDER = ["time", "role", "step"]

ROWS = st.lists(
    st.tuples(
        st.integers(0, 2),  # user
        st.integers(0, 6),  # time
        st.integers(0, 3),  # role
        st.booleans(),  # root
        st.none() | st.integers(-3, 3),  # any value
    ),
    max_size=25,
)
RULES = st.builds(
    Rules,
    window=st.integers(0, 3),
    single=st.booleans(),
    finish=st.sampled_from([NEVER, 3]),
    conversions_given=st.booleans(),
)


def table(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    """Rows in walk order."""
    kinds = {"user": pl.Int64, "time": pl.Int64, "role": pl.Int64, "root": pl.Boolean}
    frame = pl.DataFrame(rows, schema=kinds | {"value": pl.Int64}, orient="row")
    frame = frame.with_columns(pl.col("root") & (pl.col("role") == 0))
    return frame.with_row_index("step").cast({"step": pl.Int64}).sort("user", *ORDER)


def eager(frame: pl.DataFrame) -> nw.DataFrame[Any]:
    first = (pl.col("user") != pl.col("user").shift(1)).fill_null(value=True)
    return nw.from_native(frame.with_columns(first.alias(FIRST)), eager_only=True)


def lazy(frame: pl.DataFrame) -> nw.LazyFrame[Any]:
    # In an order that is not the walk's.
    return nw.from_native(frame.sort("step", descending=True).lazy())


def looked(windows: Windows) -> list[nw.Expr]:
    value = nw.col("value")
    return [
        windows.total(nw.col("role")).alias("total"),
        windows.latest(value).alias("latest"),
        windows.previous(value).alias("previous"),
    ]


def plain(frame: nw.DataFrame[Any] | nw.LazyFrame[Any], *columns: str) -> list[tuple[Any, ...]]:
    chosen = frame.select("step", *columns).lazy().collect("polars")
    return sorted(chosen.to_native().rows())


def one_by_one(frame: pl.DataFrame) -> list[tuple[Any, ...]]:
    """What the primitives mean, said without any engine."""
    found: list[tuple[Any, ...]] = []
    user, total, latest, previous = None, 0, None, None
    for row in frame.iter_rows(named=True):
        if row["user"] != user:
            user, total, latest, previous = row["user"], 0, None, None
        total += row["role"]
        latest = latest if row["value"] is None else row["value"]
        found.append((row["step"], total, latest, previous))
        previous = row["value"]
    return sorted(found)


NAMES = ("total", "latest", "previous")


@given(ROWS)
def test_both_ways_of_looking_back_agree(rows: list[tuple[Any, ...]]) -> None:
    frame = table(rows)
    expected = one_by_one(frame)
    assert plain(eager(frame).with_columns(*looked(Ordered())), *NAMES) == expected
    partitioned = Partitioned(["user"], ORDER)
    assert plain(lazy(frame).with_columns(*looked(partitioned)), *NAMES) == expected


@given(ROWS, RULES)
def test_both_backends_number_entries_alike(rows: list[tuple[Any, ...]], rules: Rules) -> None:
    frame = table(rows)
    ordered = number_entries(eager(frame), Ordered(), rules)
    partitioned = number_entries(lazy(frame), Partitioned(["user"], ORDER), rules)
    assert plain(ordered, "starts", "entry") == plain(partitioned, "starts", "entry")


@given(ROWS, RULES)
def test_entries_are_counted_from_nought_in_walk_order(
    rows: list[tuple[Any, ...]], rules: Rules
) -> None:
    frame = number_entries(eager(table(rows)), Ordered(), rules).to_native()
    for _, own in frame.group_by("user"):
        starts = own.filter("starts")["entry"].to_list()
        assert starts == list(range(len(starts)))
        assert own["entry"].drop_nulls().is_sorted()
        # Nothing before the first start belongs to an entry, everything after it does.
        assert own["entry"].is_null().to_list() == (own["starts"].cum_sum() == 0).to_list()


@example(
    # The first user is held back, the second only when a root is sent again, which starts no entry.
    [(0, 0, 0, True, 1), (1, 0, 0, True, 0), (1, 1, 0, True, 1)],
    Rules(window=3, single=False, finish=NEVER, conversions_given=False),
)
@given(ROWS, RULES)
def test_entries_counted_at_their_ends_equal_their_sum(
    rows: list[tuple[Any, ...]], rules: Rules
) -> None:
    held = (pl.col("value") > 0).fill_null(value=False).alias("held_back")
    frame = table(rows).with_columns(held & pl.col("root"), row="step")
    numbered = number_entries(eager(frame), Ordered(), rules)
    inside = pl.col("entry").is_not_null()
    stay = pl.when(inside).then(pl.col("starts").cum_sum().cast(pl.Int64) - 1).alias(ENTRY_INDEX)
    found = aggregate_entries_by_position(numbered.to_native().with_columns(stay), rules)
    expected = aggregate_entries(numbered, rules).to_native().sort("user", "entry")
    assert found[ENTRY_INDEX].to_list() == list(range(found.height))
    assert_frame_equal(found.select(expected.columns), expected)


@settings(max_examples=examples(15))
@given(ROWS, RULES)
def test_duckdb_numbers_entries_alike(rows: list[tuple[Any, ...]], rules: Rules) -> None:
    import duckdb

    frame = table(rows)
    expected = plain(number_entries(eager(frame), Ordered(), rules), "starts", "entry")
    with duckdb.connect() as connection:
        relation = connection.from_arrow(frame.drop("value").to_arrow())
        partitioned: nw.LazyFrame[Any] = nw.from_native(relation)
        numbered = number_entries(partitioned, Partitioned(["user"], ORDER), rules)
        assert plain(numbered, "starts", "entry") == expected
