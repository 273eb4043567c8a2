"""A portfolio: how it is made, its scope, and its numbers, which are those of each campaign alone."""

import copy
import json
import pickle
import warnings
from itertools import permutations
from pathlib import Path
from typing import Any, get_args

import polars as pl
import pytest
from hypothesis import given, settings, strategies as st
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets.definitions import Attribution
from results_widgets.errors import QueryError, SourceWarning
from results_widgets.portfolio import load_one
from results_widgets.sources import FileSet
from tests.support.exports.example import write_example
from tests.support.loops import some
from tests.support.portfolios import Drawn, drawn
from tests.support.profiles import examples

pytestmark = pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")
SEEDS = st.integers(0, 2**32 - 1)


def generated(seed: int, zone: str = "UTC") -> rw.Results:
    return rw.Results(*rw.datasets.generate(50, seed=seed), time_zone=zone)


@pytest.fixture(scope="module")
def two() -> rw.Portfolio:
    return rw.Portfolio({"one": generated(1), "two": generated(2)})


# --------------------------------------------------------------------------------- how it is made


def test_list_is_named_after_the_campaigns() -> None:
    asked = drawn(3)
    made = rw.Portfolio([*asked.results().values()])
    assert made.names == [one["name"] for one in asked.campaigns.values()]


def test_two_of_one_name_are_refused_with_advice() -> None:
    with pytest.raises(QueryError, match=r"two campaigns are called 'Win-back, spring 2026'; name"):
        rw.Portfolio([generated(1), generated(2)])


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ([], "needs at least one campaign"),
        ({}, "needs at least one campaign"),
        ({"a": 3}, "a is int; read it first"),
        (["folder"], "one of the list is str; read it first"),
    ],
)
def test_what_is_no_portfolio_is_refused(wrong: Any, words: str) -> None:
    with pytest.raises(QueryError, match=words):
        rw.Portfolio(wrong)


def test_names_are_text_and_results_alone_are_no_list() -> None:
    one = generated(1)
    for name in (3, "", " "):
        with pytest.raises(QueryError, match="the name of a campaign is text"):
            rw.Portfolio({name: one})  # type: ignore[arg-type]
    with pytest.raises(QueryError, match="pass a list or a dict"):
        rw.Portfolio(one)  # type: ignore[arg-type]


def test_it_is_a_mapping_of_results(two: rw.Portfolio) -> None:
    assert list(two) == two.names == ["one", "two"]
    assert len(two) == 2
    assert "one" in two
    assert "three" not in two
    assert dict(two.items())["one"] is two["one"]
    with pytest.raises(QueryError, match=r"unknown campaign 'twoo' \(did you mean 'two'\?\)"):
        two["twoo"]


def test_campaign_is_found_by_its_id_unless_two_have_it(two: rw.Portfolio) -> None:
    asked = drawn(3)
    made = asked.portfolio()
    assert made["c0"] is made["Campaign 0"]
    assert two[two["two"].campaign.id] is two["two"]
    twice = rw.Portfolio({"one": two["one"], "again": two["one"]})
    with pytest.raises(QueryError, match="unknown campaign"):
        twice[twice["one"].campaign.id]


def test_it_is_shown_without_a_number_of_users(two: rw.Portfolio) -> None:
    scope = "whole campaign; definitions default; days of UTC"
    assert repr(two) == f"Portfolio(2 campaigns: one, two; {scope})"
    mixed = rw.Portfolio({"<b>": two["one"], "two": two["two"].month("2026-03")})
    assert "their ranges, definitions or time zones differ" in repr(mixed)
    page = mixed._repr_html_()
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    many = rw.Portfolio({str(n): two["one"] for n in range(9)})
    assert "0, 1, 2, 3, 4, 5 and 3 more" in repr(many)


def test_copies_share_it_and_pickles_are_refused(two: rw.Portfolio) -> None:
    assert copy.copy(two) is copy.deepcopy(two) is two
    with pytest.raises(QueryError, match="cannot be pickled"):
        pickle.dumps(two)


# ------------------------------------------------------------------------------ its numbers


@given(SEEDS)
@settings(max_examples=examples(8))
def test_numbers_are_those_of_each_campaign_alone(seed: int) -> None:
    asked = drawn(seed)
    portfolio, alone = asked.portfolio(), asked.results()
    assert_frame_equal(portfolio.overview(), below(alone, lambda one: one.overview()))
    for metric in ("users", "conversions", "converted_rate"):
        assert_frame_equal(
            portfolio.explore(metric), below(alone, lambda one, m=metric: one.explore(m))
        )


def below(alone: dict[str, rw.Results], ask: Any) -> pl.DataFrame:
    parts: list[pl.DataFrame] = [
        ask(one).select(pl.lit(name).alias("campaign"), pl.all()) for name, one in alone.items()
    ]
    return pl.concat(parts)


SCOPES: dict[str, Any] = {
    "between": lambda one: one.between("2026-03-29", "2026-03-29"),
    "month": lambda one: one.month("2026-03"),
    "in_time_zone": lambda one: one.in_time_zone("Asia/Tokyo"),
    "with_definitions": lambda one: one.with_definitions("leanplum-v2"),
    "with_clock": lambda one: one.with_clock("entry"),
    "with_attribution": lambda one: one.with_attribution("first_touch", "2h", {"email": "clicked"}),
    "analytics": lambda one: one.analytics(),
}


@pytest.mark.parametrize("name", SCOPES)
def test_scope_is_that_of_each_campaign(name: str) -> None:
    asked = drawn(11)
    portfolio = SCOPES[name](asked.portfolio())
    alone = {title: SCOPES[name](one) for title, one in asked.results().items()}
    assert_frame_equal(portfolio.overview(), below(alone, lambda one: one.overview()))
    assert_frame_equal(
        portfolio.explore("users", every="1h"),
        below(alone, lambda one: one.explore("users", every="1h")),
    )


@given(
    SEEDS,
    st.sampled_from(get_args(Attribution)),
    st.sampled_from([None, "0s", "2h"]),
    st.sampled_from([None, {"email": "clicked"}, {"email": ("opened", "clicked"), "push": ()}]),
)
@settings(max_examples=examples(15))
def test_each_campaign_credits_its_conversions_as_it_does_alone(
    seed: int, model: Any, window: Any, interacted: Any
) -> None:
    asked = drawn(seed)
    portfolio = asked.portfolio().with_attribution(model, window, interacted)
    # Read and walked together, as the list of campaigns has them.
    found = portfolio.overview()
    alone = {
        name: one.with_attribution(model, window, interacted)
        for name, one in asked.results().items()
    }
    assert_frame_equal(found, below(alone, lambda one: one.overview()))
    for name, one in some([*alone.items()]):
        assert portfolio[name].definitions == one.definitions
        assert_frame_equal(portfolio[name].conversions(), one.conversions())
        assert_frame_equal(portfolio[name].actions(), one.actions())


def test_a_model_that_divides_conversions_is_refused_for_all(two: rw.Portfolio) -> None:
    with pytest.raises(QueryError, match="attribution"):
        two.with_attribution("linear")  # type: ignore[arg-type]


def test_intervals_are_added(two: rw.Portfolio) -> None:
    found = two.overview(interval=0.95).filter(metric="converted_rate")
    alone = two["two"].overview(interval=0.95).filter(metric="converted_rate")
    assert found.row(1)[1:] == alone.row(0)


def test_one_time_axis_needs_one_zone(two: rw.Portfolio) -> None:
    zones = rw.Portfolio({"one": two["one"], "two": generated(2, "Asia/Tokyo")})
    with pytest.raises(QueryError, match=r"the campaigns are in 2 \(UTC, Asia/Tokyo\); choose one"):
        zones.explore("users")
    assert zones.in_time_zone("UTC").explore("users").equals(two.explore("users"))
    assert zones.overview().height == two.overview().height


def test_roll_ups_have_numbers_and_no_overlap(two: rw.Portfolio) -> None:
    rolled = two["one"].rollup("1d").results(time_zone="UTC")
    mixed = rw.Portfolio({"rolled": rolled, "two": two["two"]})
    found = mixed.overview().filter(metric="conversions")["value"].to_list()
    assert found == two.overview().filter(metric="conversions")["value"].to_list()
    for ask in (mixed.overlap, mixed.combinations):
        with pytest.raises(
            QueryError, match=r"these are roll-ups, which hold none: rolled. Leave them out"
        ):
            ask()


# ------------------------------------------------------------------------------ users in several


def expected_users(asked: Drawn) -> dict[str, set[str]]:
    """Users of each campaign with an entry that was not held back, from the campaign's own list of entries."""
    return {
        name: set(one.entries().filter(~pl.col("held_back"))["user_id"])
        for name, one in asked.results().items()
    }


@given(SEEDS)
@settings(max_examples=examples(15))
def test_overlap_is_that_of_sets(seed: int) -> None:
    asked = drawn(seed)
    portfolio, users = asked.portfolio(), expected_users(asked)
    rows = []
    for one, other in permutations(users, 2):
        both, own = len(users[one] & users[other]), len(users[one])
        rows.append((one, other, both, both / own if own else None))
    assert portfolio.overlap().rows() == rows
    everyone = sorted(set().union(*users.values()))
    sets = [tuple(name for name in users if user in users[name]) for user in everyone]
    found = {tuple(names): count for names, _, count in portfolio.combinations().iter_rows()}
    assert found == {one: sets.count(one) for one in set(sets)}


def test_more_campaigns_than_a_number_has_bits(two: rw.Portfolio) -> None:
    many = rw.Portfolio({str(n): two["one" if n % 2 else "two"] for n in range(70)})
    found = many.combinations()
    both = two.combinations().filter(number=2)["users"].item()
    assert found.filter(number=70)["users"].item() == both
    assert set(found["number"]) == {35, 70}
    last = many.overlap().filter(campaign="0", other="69")
    assert last["users"].item() == both


def test_ids_of_two_types_are_compared_as_text() -> None:
    events = pl.DataFrame(
        {
            "user_id": [5, 6],
            "action_id": ["a1"] * 2,
            "event": ["sent"] * 2,
            "timestamp": [drawn(1).events["timestamp"].min()] * 2,
        }
    )
    campaign = {
        "id": "c",
        "goal": {"events": ["Purchase"]},
        "attribution_window": "1d",
        "actions": [{"id": "a1", "channel": "email"}],
    }
    numbers = rw.Results(campaign, events, time_zone="UTC")
    text = rw.Results(campaign, events.cast({"user_id": pl.String}), time_zone="UTC")
    assert rw.Portfolio({"a": numbers, "b": text}).overlap()["users"].to_list() == [2, 2]


def test_campaigns_on_an_engine_and_in_memory_go_together(two: rw.Portfolio) -> None:
    import duckdb

    campaign, events, users = rw.datasets.generate(50, seed=2)
    with duckdb.connect() as connection:
        table = connection.from_arrow(events.lazy().collect().to_arrow())
        on_engine = rw.Results(campaign, table, users, time_zone="UTC")
        mixed = rw.Portfolio({"one": two["one"], "two": on_engine})
        assert_frame_equal(mixed.overlap(), two.overlap())
        assert_frame_equal(mixed.overview(), two.overview())


def test_segments_across_campaigns_combine(two: rw.Portfolio) -> None:
    one, other = (two[name].users_in_campaign() for name in two)
    shared = two.overlap()["users"][0]
    assert len(one & other) == shared
    assert len(one - other) == len(one) - shared


# ------------------------------------------------------------------------------ from folders


def test_folder_of_folders_is_a_portfolio(tmp_path: Path) -> None:
    for seed in (10, 1, 2):
        rw.datasets.generate(50, seed=seed, path=tmp_path / f"{seed}")
    found = rw.load(tmp_path, time_zone="UTC", definitions="leanplum")
    assert isinstance(found, rw.Portfolio)
    assert found.names == [f"Win-back, spring 2026 ({number})" for number in (1, 2, 10)]
    assert found.names == rw.Portfolio.load(str(tmp_path)).names
    assert {one.definitions.name for _, one in found.items()} == {"leanplum"}
    assert isinstance(rw.load(tmp_path / "1"), rw.Results)


def test_folders_without_events_share_those_of_the_folder_around_them(tmp_path: Path) -> None:
    asked = drawn(20)
    asked.events.write_parquet(tmp_path / "events.parquet")
    asked.users.write_parquet(tmp_path / "users.parquet")
    for id_, (name, one) in enumerate(asked.campaigns.items()):
        folder = tmp_path / f"{id_}"
        folder.mkdir()
        rw.Campaign.from_json(one | {"name": name}).to_json(folder / "campaign.json")
    found = rw.Portfolio.load(tmp_path, time_zone="UTC")
    assert len(some(found.names)) == len(asked.campaigns)
    assert_frame_equal(found.overview(), asked.portfolio().overview())


def test_what_several_folders_share_is_opened_once_and_read_as_each_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign, events, users = rw.datasets.generate(60, seed=1)
    rows, people = (table.lazy().collect() for table in (events, users))
    rows.with_columns(price=pl.col("value") * 2).write_parquet(tmp_path / "events.parquet")
    people.write_parquet(tmp_path / "users.parquet")
    for place, column in enumerate(["value", "price", "value"]):
        plain: Any = campaign.to_dict()
        own = {**plain, "name": f"{place}", "goal": {**plain["goal"], "value": column}}
        (tmp_path / f"{place}").mkdir()
        (tmp_path / f"{place}" / "campaign.json").write_text(json.dumps(own))
    opened: list[str] = []
    single = FileSet.open

    def noted(items: Any, what: str) -> FileSet:
        opened.append(what)
        return single(items, what)

    with monkeypatch.context() as patch:
        patch.setattr(FileSet, "open", noted)
        portfolio = rw.Portfolio.load(tmp_path, time_zone="UTC")
    assert opened == ["events", "users"]
    found: list[Any] = [portfolio[name]._session.data for name in portfolio]
    assert found[0].table is found[2].table
    assert found[0].table is not found[1].table
    values = portfolio.overview().filter(metric="goal_value")["value"].to_list()
    assert values == [values[0], 2 * values[0], values[0]]
    assert values[0] > 0


def test_what_takes_one_campaign_refuses_a_folder_of_several(tmp_path: Path) -> None:
    for seed in (1, 2):
        rw.datasets.generate(20, seed=seed, path=tmp_path / f"{seed}")
    with pytest.raises(QueryError, match="it holds folders of 2 campaigns; name the folder of one"):
        load_one(tmp_path)
    assert load_one(tmp_path / "1").unique_users()


def test_folder_that_is_no_campaign_is_named(tmp_path: Path) -> None:
    rw.datasets.generate(20, seed=1, path=tmp_path / "one")
    (tmp_path / "notes").mkdir()
    (tmp_path / ".git").mkdir()
    with pytest.warns(SourceWarning, match=r"1 folder without campaign.json left out: notes$"):
        assert len(rw.Portfolio.load(tmp_path)) == 1


def test_folder_without_any_campaign_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    with pytest.raises(rw.EventsError, match=r"none of its folders holds a campaign\.json"):
        rw.Portfolio.load(tmp_path)
    with pytest.raises(rw.EventsError, match="no such folder"):
        rw.Portfolio.load(tmp_path / "nowhere")


# ------------------------------------------------------------------------------ from exports


def test_export_gives_all_of_its_campaigns(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    write_example(folder)
    first = (folder / "posts.json").read_text()
    (folder / "more.json").write_text(first.replace("Spring", "Summer").replace("event-", "more-"))
    export = rw.read_export(folder)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = export.portfolio("open", "7d", time_zone="UTC")
    assert sorted(found.names) == ["Spring", "Summer"]
    for name, one in found.items():
        alone = export.results(name, "open", "7d", time_zone="UTC")
        assert_frame_equal(one.overview(), alone.overview())
    with pytest.raises(QueryError, match=r"or take all by \.portfolio\(\)"):
        rw.load(folder)
