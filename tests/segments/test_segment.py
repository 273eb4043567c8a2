"""Segments: users with the rule that made them, combined, saved and loaded."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, strategies as st
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets import Segment

IDS = st.frozensets(st.integers(-5, 5))


def segment(ids: frozenset[int], name: str = "some") -> Segment:
    users = pl.DataFrame({"user_id": sorted(ids)}, schema={"user_id": pl.Int64})
    return Segment(users.with_columns(twice=pl.col("user_id") * 2), name=name, rule=f"{name} rule")


def ids(of: Segment) -> set[int]:
    found: list[int] = of.users["user_id"].to_list()
    assert found == sorted(set(found))
    assert len(of) == len(found)
    return set(found)


@given(IDS, IDS)
def test_algebra_is_that_of_sets(left: frozenset[int], right: frozenset[int]) -> None:
    one, other = segment(left), segment(right)
    assert ids(one & other) == left & right
    assert ids(one | other) == left | right
    assert ids(one - other) == left - right
    # What was combined stays as it was.
    assert ids(one) == left
    assert ids(other) == right


@given(IDS, IDS)
def test_attributes_follow_their_users(left: frozenset[int], right: frozenset[int]) -> None:
    for combined in (segment(left) & segment(right), segment(left) | segment(right)):
        assert combined.users["twice"].to_list() == [2 * id_ for id_ in sorted(ids(combined))]


def test_attributes_that_one_table_lacks_are_null_in_its_rows() -> None:
    other = Segment(pl.DataFrame({"user_id": [2], "plan": ["free"]}), name="other", rule="r")
    assert (segment(frozenset({1})) | other).users.to_dicts() == [
        {"user_id": 1, "twice": 2, "plan": None},
        {"user_id": 2, "twice": None, "plan": "free"},
    ]


def test_rule_of_a_combination_says_how_it_was_made() -> None:
    a, b, c = (segment(frozenset(), name) for name in "abc")
    made = (a | b) - c
    assert made.name == "a or b but not c"
    assert made.rule == "((a rule) or (b rule)) but not (c rule)"


def test_segments_of_different_ids_do_not_mix() -> None:
    text = Segment(pl.DataFrame({"user_id": ["1"]}), name="texts", rule="r")
    with pytest.raises(rw.QueryError, match="'some' has user ids of type Int64, 'texts' of type S"):
        segment(frozenset({1})) & text


def test_table_without_users_is_no_segment() -> None:
    with pytest.raises(rw.EventsError, match="segment: column 'user_id' is missing; found: id"):
        Segment(pl.DataFrame({"id": [1]}), name="n", rule="r")


def test_users_are_computed_when_they_are_asked_for() -> None:
    def fail(_: pl.DataFrame) -> pl.DataFrame:
        raise AssertionError("computed")

    source = pl.LazyFrame({"user_id": [1]}).map_batches(fail, schema={"user_id": pl.Int64})
    lazy = Segment(source, name="n", rule="r")
    assert (lazy & lazy).name == "n and n"
    with pytest.raises(AssertionError, match="computed"):
        len(lazy)


# ------------------------------------------------------------------------------ saved and loaded


def test_saved_segment_is_loaded_with_name_and_rule(tmp_path: Path) -> None:
    made = Segment(
        pl.DataFrame({"user_id": [2**63 - 1, 7], "plan": [None, "ü"]}), name="Ü", rule="“r”"
    )
    path = made.save(tmp_path / "new folder" / "made.parquet")
    loaded = Segment.load(path)
    assert (loaded.name, loaded.rule) == ("Ü", "“r”")
    assert_frame_equal(loaded.users, made.users)
    assert ids(loaded & segment(frozenset({7}))) == {7}


def test_segment_can_be_saved_over_the_file_it_comes_from(tmp_path: Path) -> None:
    path = segment(frozenset({1, 2})).save(tmp_path / "s.parquet")
    (Segment.load(path) - segment(frozenset({1}))).save(path)
    assert ids(Segment.load(path)) == {2}
    assert [file.name for file in tmp_path.iterdir()] == ["s.parquet"]


def test_failed_save_keeps_what_was_there(tmp_path: Path) -> None:
    path = segment(frozenset({1})).save(tmp_path / "s.parquet")
    broken = Segment(
        pl.LazyFrame({"user_id": ["x"]}).select(pl.col("user_id").cast(pl.Int64)),
        name="n",
        rule="r",
    )
    with pytest.raises(rw.EventsError, match=r"users cannot be read now \(conversion from `str`"):
        broken.save(path)
    assert ids(Segment.load(path)) == {1}
    assert [file.name for file in tmp_path.iterdir()] == ["s.parquet"]


def test_any_parquet_of_users_is_a_segment(tmp_path: Path) -> None:
    path = tmp_path / "buyers.parquet"
    pl.DataFrame({"user_id": [1]}).write_parquet(path)
    assert (Segment.load(path).name, Segment.load(path).rule) == (
        "buyers",
        "users in buyers.parquet",
    )
    with pytest.raises(rw.QueryError, match=r"no such file; save a segment there first"):
        Segment.load(tmp_path / "nowhere.parquet")


# ------------------------------------------------------------------------------------ how it looks


def test_shown_with_size_and_rule_escaped() -> None:
    hostile = Segment(pl.DataFrame({"user_id": [1]}), name="<b>", rule="<script>alert(1)</script>")
    assert repr(hostile) == "Segment('<b>', 1 user: <script>alert(1)</script>)"
    html = hostile._repr_html_()
    assert "&lt;script&gt;" in html
    assert "<script>alert" not in html


def segment_of(users: pl.DataFrame) -> rw.Segment:
    return rw.Segment(users, name="some", rule="made by hand")


def test_a_boolean_is_no_id() -> None:
    segment = segment_of(pl.DataFrame({"user_id": [1, 2]}))
    assert 1 in segment
    with pytest.raises(rw.QueryError, match="True is bool"):
        assert True in segment


def test_rows_without_an_id_are_no_users() -> None:
    segment = segment_of(pl.DataFrame({"user_id": ["bob", None, "anna", "bob"], "n": [1, 2, 3, 4]}))
    assert segment.users.rows() == [("anna", 3), ("bob", 1)]


def test_users_of_both_sides_stay_in_order() -> None:
    left = segment_of(pl.DataFrame({"user_id": [1, 4, 9]}))
    right = segment_of(pl.DataFrame({"user_id": [2, 4, 5]}))
    assert (left | right).users["user_id"].to_list() == [1, 2, 4, 5, 9]
    assert (left & right).users["user_id"].to_list() == [4]
    assert (left - right).users["user_id"].to_list() == [1, 9]


def test_a_column_that_csv_cannot_hold_is_named(tmp_path: Path) -> None:
    users = pl.DataFrame({"user_id": ["anna"], "photo": [b"x"], "tags": [["a"]]})
    segment = segment_of(users)
    for column in ("photo", "tags"):
        with pytest.raises(rw.QueryError, match=f"column '{column}'.*CSV cannot hold"):
            segment.export(tmp_path / "users.csv", columns=["user_id", column])
    segment.export(tmp_path / "users.csv", columns=["user_id"])
    assert (tmp_path / "users.csv").read_text().splitlines()[1:] == ['"anna"']
