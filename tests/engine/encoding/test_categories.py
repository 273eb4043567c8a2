"""The values of a column as numbers: whatever the values, they come back as they were."""

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, strategies as st

from results_widgets.engine.encoding import categories
from results_widgets.engine.encoding.categories import categorise

TEXTS = st.lists(st.none() | st.sampled_from(["", "a", "b", "ä", "a b", "null", "<b>"]))
KINDS = st.one_of(
    TEXTS.map(lambda values: pl.Series(values, dtype=pl.String)),
    st.lists(st.none() | st.integers(-3, 3)).map(lambda values: pl.Series(values, dtype=pl.Int64)),
    st.lists(st.none() | st.booleans()).map(lambda values: pl.Series(values, dtype=pl.Boolean)),
    st.lists(st.none() | st.dates(date(2026, 3, 1), date(2026, 3, 4))).map(
        lambda values: pl.Series(values, dtype=pl.Date)
    ),
)


def as_rows(column: pl.Series) -> pl.LazyFrame:
    return pl.LazyFrame({"by": column})


@given(KINDS)
def test_numbers_stand_for_their_values(column: pl.Series) -> None:
    numbers, values = categorise(as_rows(column))
    assert values.n_unique() == len(values)
    assert values.gather(numbers).to_list() == column.to_list()


@given(TEXTS)
def test_values_that_come_late_are_found_all_the_same(column: list[Any]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(categories, "_SAMPLED", 2)
        numbers, values = categorise(as_rows(pl.Series(column, dtype=pl.String)))
    assert values.n_unique() == len(values)
    assert values.gather(numbers).to_list() == column


@given(TEXTS, st.permutations(["", "a", "b", "ä", "a b", "null", "<b>", None]))
def test_known_values_keep_their_numbers(column: list[Any], known: list[Any]) -> None:
    values = pl.Series(known, dtype=pl.String)
    numbers, same = categorise(as_rows(pl.Series(column, dtype=pl.String)), values)
    assert same is values
    assert numbers.to_list() == [known.index(value) for value in column]


def test_more_values_than_a_byte_holds() -> None:
    column = pl.Series([f"value {n % 700}" for n in range(2_000)])
    numbers, values = categorise(as_rows(column))
    assert numbers.dtype == pl.UInt32
    assert values.gather(numbers).equals(column)
