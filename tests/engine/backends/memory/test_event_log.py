"""The log in memory: numbers of users, repeats, and the walk in parts, whatever the sizes and hashes."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings, strategies as st
from polars.testing import assert_frame_equal

from results_widgets.engine.backends.memory import event_log as log, walk as entries
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.engine.backends.memory.event_log import sort_by_user
from results_widgets.engine.backends.memory.journeys import build_journeys
from results_widgets.engine.encoding import user_ids as ids
from results_widgets.engine.encoding.user_ids import (
    EncodedUsers,
    concat_encoded,
    encode_users,
    group_by_hash,
    positions_of,
)
from tests.support.answers import FromPackage
from tests.support.profiles import examples
from tests.support.strategies import Question, questions

IDS = st.lists(st.sampled_from(["", "a", "b", "a b", "ä", "a" * 40, "a" * 39 + "b"]), max_size=40)
# The fewer values a hash takes, the more users it brings together that are not the same.
HASHES = st.sampled_from([1, 2, 3, 1 << 62])


def hashed(names: pl.Series, values: int) -> pl.Series:
    return (names.hash() % values) * (2**63 // values)


def as_read(numbered: EncodedUsers) -> list[tuple[str, int]]:
    rows, known = numbered
    return list(zip(known.gather(rows["user"]), rows["row"], strict=True))


@given(IDS, HASHES, st.sampled_from([1, 2, 3, 1 << 21]))
def test_users_are_told_apart_whatever_the_hash(names: list[str], values: int, piece: int) -> None:
    rows = pl.DataFrame({"user_id": pl.Series(names, dtype=pl.String)}).with_row_index("row")
    hashes = hashed(rows["user_id"], values)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ids, "CHUNK_ROWS", piece)
        numbered, known = encode_users(rows["user_id"], rows.select("row"), hashes)
    assert sorted(known) == sorted(set(names))
    assert sorted(as_read((numbered, known)), key=lambda pair: pair[1]) == list(
        zip(names, range(len(names)), strict=True)
    )
    places = list(zip(numbered["user"], numbered["row"], strict=True))
    assert places == sorted(places)


@given(st.lists(IDS, min_size=1, max_size=4))
def test_parts_join_under_common_numbers(parts: list[list[str]]) -> None:
    every = pl.Series([name for part in parts for name in part], dtype=pl.String)
    rows = pl.DataFrame({"user_id": every}).with_row_index("row")
    numbered, start = [], 0
    for part in parts:
        own = rows[start : start + len(part)]
        numbered.append(encode_users(own["user_id"], own.select("row")))
        start += len(part)
    found, known = concat_encoded(numbered)
    assert sorted(known) == sorted(set(every))
    assert sorted(as_read((found, known))) == sorted(zip(every, range(len(every)), strict=True))
    assert sort_by_user(found) is found


@given(st.lists(st.integers(0, 2**64 - 1)), st.sampled_from([1, 2, 3, 1 << 21]))
def test_like_values_come_side_by_side(values: list[int], piece: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ids, "CHUNK_ROWS", piece)
        order = group_by_hash(pl.Series(values, dtype=pl.UInt64))
    assert sorted(order["place"]) == list(range(len(values)))
    bits = max(len(values) - 1, 0).bit_length()
    found = [values[place] >> bits for place in order["place"]]
    assert found == sorted(found)
    fresh = [index == 0 or found[index] != found[index - 1] for index in range(len(found))]
    assert order["fresh"].to_list() == fresh


@given(IDS, IDS)
def test_ids_are_found_among_others(some: list[str], among: list[str]) -> None:
    ours, theirs = ([*dict.fromkeys(names)] for names in (some, among))
    places = positions_of(pl.Series(ours, dtype=pl.String), pl.Series(theirs, dtype=pl.String))
    assert places.dtype == pl.UInt32
    assert places.to_list() == [theirs.index(name) if name in theirs else None for name in ours]


def told(asked: Question) -> tuple[object, ...]:
    package = FromPackage(asked.case, asked.query)
    found = package.entries(), package.conversions()
    return *(sorted(map(repr, rows)) for rows in found), package.actions(), package.overview()


@settings(max_examples=examples(12))
@given(asked=questions())
def test_small_parts_give_the_same(asked: Question) -> None:
    expected = told(asked)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log, "BATCH", 5)
        patch.setattr(entries, "_CHUNK", 4)
        patch.setattr(ids, "CHUNK_ROWS", 3)
        patch.setattr(log, "CHUNK_ROWS", 3)
        assert told(asked) == expected


@settings(max_examples=examples(24))
@given(asked=questions())
def test_a_log_in_any_order_is_walked_alike(asked: Question) -> None:
    results = FromPackage(asked.case, asked.query).results
    data, definitions = results._session.data, results.definitions
    assert isinstance(data, MemoryBackend)
    expected = data.journeys(definitions)
    rows = data.log.rows.sample(fraction=1, shuffle=True, seed=asked.seed % 1000)
    found = build_journeys(replace(data.log, rows=rows), data.campaign, definitions)
    assert_frame_equal(found.entries, expected.entries)
    assert_frame_equal(found.conversions, expected.conversions)
    assert_frame_equal(found.reached, expected.reached, check_row_order=False)
