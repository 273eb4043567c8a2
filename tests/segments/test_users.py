"""Where a segment's users are kept: frames, flags of one campaign's data, and what does not combine."""

from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

import results_widgets as rw
from results_widgets.segments.users import FlaggedUsers, FrameUsers
from tests.support.journeys import JOURNEYS, ids, results_of


def table(*users: object, **more: object) -> pl.DataFrame:
    return pl.DataFrame({"user_id": users}).with_columns(
        pl.lit(value).alias(name) for name, value in more.items()
    )


def made(*users: object, **more: object) -> rw.Segment:
    return rw.Segment(table(*users, **more), name="made", rule="by hand")


def test_true_is_refused_as_an_id() -> None:
    numbers = made(1, 2)
    assert 1 in numbers
    assert 3 not in numbers
    for wrong in (True, "1", 1.0, None):
        with pytest.raises(rw.QueryError, match="pass a whole number"):
            _ = wrong in numbers
    with pytest.raises(rw.QueryError, match="and 1 is int; pass text"):
        _ = 1 in made("1")


@pytest.mark.parametrize("rows", [(None, "a", "b"), ("b", None, "a"), ("b", "a", "b", None)])
def test_missing_ids_are_dropped_and_repeated_ones_count_once(rows: tuple[str | None, ...]) -> None:
    assert made(*rows).users["user_id"].to_list() == ["a", "b"]


def test_users_with_other_attributes_are_put_in_order() -> None:
    either = made(5, 1, plan="free") | made(4, 2, country="de")
    assert either.users.rows() == [
        (1, "free", None),
        (2, None, "de"),
        (4, None, "de"),
        (5, "free", None),
    ]
    assert (either & made(4, 5)).users["user_id"].to_list() == [4, 5]


def test_a_combination_knows_the_campaign_of_whichever_side_has_one() -> None:
    results = results_of(JOURNEYS)
    pasted, asked = made("anna", "bob"), results.users_in_action("a")
    for both in (pasted & asked, asked & pasted, pasted | asked):
        assert both.campaign == results.campaign
        assert ids(both.everyone()) == ["anna", "bob", "carl"]
    assert (pasted & pasted).campaign is None
    assert asked.expression is not None
    # What came from a table cannot be asked again, nor what was made with it.
    assert [(pasted & asked).expression, (asked & pasted).expression] == [None, None]
    assert (asked | asked).expression == {"op": "or", "of": [asked.expression] * 2}


def test_flags_combine_only_within_their_data() -> None:
    one, other = results_of(JOURNEYS), results_of([*JOURNEYS, ("dora", "a", "sent", 60)])
    same = one.users_in_action("a") - one.users_in_action("a", "opened")
    assert isinstance(same._users, FlaggedUsers)
    apart = other.users_in_action("a") - one.users_in_action("a", "opened")
    assert type(apart._users) is FrameUsers
    assert (ids(same), ids(apart)) == (["bob", "carl"], ["bob", "carl", "dora"])


def test_users_in_two_places_do_not_combine() -> None:
    source = results_of(JOURNEYS).users_in_campaign().events().collect()
    relation = duckdb.connect().from_arrow(source.to_arrow())
    campaign = results_of(JOURNEYS).campaign
    there = rw.Results(campaign, relation, time_zone="UTC").users_in_action("a")
    here = results_of(JOURNEYS).users_in_action("a").named("mine")
    assert ids(there) == ids(here)
    for combine in (lambda: there & here, lambda: here - there, lambda: here.overlap(there)):
        with pytest.raises(rw.QueryError, match=r"are on DuckDB.*in memory|in memory.*on DuckDB"):
            combine()
    held = rw.Segment(there.users, name="held", rule="r")
    assert ids(held & here) == ids(here)


def test_users_are_written_where_nothing_is_yet(tmp_path: Path) -> None:
    path = tmp_path / "users.parquet"
    assert made("b", "a").write(path) == path
    assert pl.read_parquet(path)["user_id"].to_list() == ["a", "b"]
    with pytest.raises(rw.QueryError, match="exists already; pass a path that is free"):
        made("c").write(path)
    assert pl.read_parquet(path).height == 2


@pytest.mark.parametrize("value", [b"x", ["x"], {"x": 1}])
def test_a_column_that_csv_cannot_hold_is_named(tmp_path: Path, value: object) -> None:
    segment = rw.Segment(pl.DataFrame({"user_id": [1], "odd": [value]}), name="n", rule="r")
    with pytest.raises(rw.QueryError, match=r"column 'odd' is .*, which CSV cannot hold; leave it"):
        segment.export(tmp_path / "users.csv")
    assert not (tmp_path / "users.csv").exists()
    only = segment.export(tmp_path / "users.csv", columns=["user_id"])
    assert only.read_text() == '"user_id"\n1\n'
    assert pl.read_parquet(segment.export(tmp_path / "users.parquet"))["odd"].to_list() == [value]


def test_the_first_column_that_csv_cannot_hold_is_named_with_its_type(tmp_path: Path) -> None:
    table = pl.DataFrame({"user_id": [1], "photo": [b"x"], "tags": [["a"]]})
    segment = rw.Segment(table, name="n", rule="r")
    with pytest.raises(rw.QueryError, match=r"column 'photo' is Binary, which"):
        segment.export(tmp_path / "users.csv")


@pytest.mark.parametrize("kind", [pl.String, pl.Categorical, pl.Enum(["=1+1", "plain"])])
def test_formulas_of_any_type_of_text_are_guarded(tmp_path: Path, kind: Any) -> None:
    table = pl.DataFrame(
        {"user_id": [1, 2], "city": ["=1+1", "plain"]}, schema_overrides={"city": kind}
    )
    segment = rw.Segment(table, name="n", rule="r")
    assert segment.export(tmp_path / "users.csv").read_text().splitlines()[1:] == [
        """1,"'=1+1\"""",
        '2,"plain"',
    ]


def test_users_are_computed_once() -> None:
    computed = []

    def recorded(frame: pl.DataFrame) -> pl.DataFrame:
        computed.append(frame.height)
        return frame

    source = pl.LazyFrame({"user_id": [1, 2]}).map_batches(recorded, schema={"user_id": pl.Int64})
    segment = rw.Segment(source, name="n", rule="r")
    assert computed == []
    assert (len(segment), len(segment), segment.users.height) == (2, 2, 2)
    assert computed == [2]
    assert segment.lazy().collect().height == 2
    assert computed == [2]
