"""Rules in words and as trees; samples and splits that stay; what changed since."""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, strategies as st

import results_widgets as rw
from results_widgets.segments.hashing import hash_of, hashes
from results_widgets.segments.rules import read_step
from tests.support.journeys import CAMPAIGN, JOURNEYS, START, ids, results_of

PEOPLE = pl.DataFrame({"user_id": [f"u{n}" for n in range(1000)]})


def everyone() -> rw.Segment:
    return results_of([(f"u{n}", "a", "sent", 0) for n in range(1000)]).users_in_campaign()


# ----------------------------------------------------------------------------------------- algebra


def test_everyone_else_is_everyone_else_of_the_campaign() -> None:
    results = results_of([*JOURNEYS, ("stranger", None, "Purchase", 1)])
    opened = results.users_in_action("a", "opened")
    assert ids(~opened) == ["bob", "carl"]
    assert ids(~~opened) == ["anna"]
    assert (~opened).rule.startswith("entered campaign “Spring”")
    assert ids(~(opened - opened)) == ["anna", "bob", "carl"]


def test_table_of_users_has_no_campaign_until_it_is_given_one() -> None:
    mine = rw.Segment(pl.DataFrame({"user_id": ["bob", "eve"]}), name="mine", rule="by hand")
    with pytest.raises(rw.QueryError, match=r"segment\.with_results\(results\)"):
        _ = ~mine
    assert ids(~mine.with_results(results_of(JOURNEYS))) == ["anna", "carl"]
    assert mine.expression is None
    with pytest.raises(rw.QueryError, match="ids of type String, the results of type Int64"):
        mine.with_results(results_of([(1, "a", "sent", 0)]))
    with pytest.raises(rw.QueryError, match="no rule to find them again"):
        (mine & mine).refresh(results_of(JOURNEYS))


def test_other_objects_do_not_combine_with_segments() -> None:
    with pytest.raises(rw.QueryError, match="is list, no segment; make one from a table"):
        _ = results_of(JOURNEYS).users_in_campaign() & ["bob"]  # type: ignore[operator]


def test_ids_of_another_type_are_refused() -> None:
    with pytest.raises(rw.EventsError, match=r"'user_id' is Float64.*ids above 2\*\*53 exactly"):
        rw.Segment(pl.DataFrame({"user_id": [1.0]}), name="n", rule="r")
    segment = results_of([(2**53 + 1, "a", "sent", 0), (2**53, "a", "sent", 0)]).users("users")
    assert ids(segment) == [2**53, 2**53 + 1]
    assert 2**53 + 1 in segment
    assert 2**53 + 2 not in segment
    with pytest.raises(rw.QueryError, match="are Int64, and '7' is str; pass a whole number"):
        assert "7" in segment


@pytest.mark.parametrize(
    "step", [("welcome", 1), (1, "opened"), ("welcome",), ("welcome", "opened", "sent"), 7, None]
)
def test_a_step_is_an_event_or_an_action_with_its_event(step: object) -> None:
    with pytest.raises(
        rw.QueryError, match=r"steps\[1\]: .* is not a step; write \(action, event\)"
    ):
        read_step(step, "steps[1]")
    for right in ("Purchase", ("welcome", "opened"), ["welcome", "opened"]):
        assert read_step(right) == (right if isinstance(right, str) else ("welcome", "opened"))


def test_repeated_and_missing_ids_of_a_table_count_once_or_not_at_all() -> None:
    frame = pl.DataFrame({"user_id": [2, 1, 2, None]}, schema={"user_id": pl.Int32})
    assert ids(rw.Segment(frame, name="n", rule="r")) == [1, 2]


def test_empty_segment_is_a_segment_of_zero() -> None:
    results = results_of(JOURNEYS)
    nobody = results.users("exits")
    assert len(nobody) == 0
    assert bool(nobody)
    assert len(nobody.sample(5)) == 0
    assert [len(part) for part in nobody.split(0.5)] == [0, 0]
    assert nobody.profile()["share"].to_list() == [None] * nobody.profile().height
    assert nobody.reach()["share"].to_list() == [None]
    assert nobody.events().collect().is_empty()


def test_overlap_counts_every_combination() -> None:
    results = results_of(JOURNEYS)
    opened = results.users_in_action("a", "opened").named("a opened")
    second = results.users_in_action("b").named("b")
    bought = results.users("conversions").named("bought")
    assert opened.overlap(second, bought).to_dict(as_series=False) == {
        "a opened": [True, False, False],
        "b": [True, True, True],
        "bought": [True, True, False],
        "users": [1, 1, 1],
    }
    assert (opened - opened).overlap(bought - bought.named("b")).is_empty()
    with pytest.raises(rw.QueryError, match="two columns would be called 'b'"):
        second.overlap(second)


@given(st.lists(st.frozensets(st.integers(0, 9)), min_size=1, max_size=5), st.booleans())
def test_overlap_is_what_counting_one_by_one_finds(
    members: list[frozenset[int]],
    text: bool,
) -> None:
    segments = [
        rw.Segment(
            pl.DataFrame({"user_id": [*own]}, schema={"user_id": pl.Int64}).cast(
                pl.String if text else pl.Int64
            ),
            name=f"{place}",
            rule="r",
        )
        for place, own in enumerate(members)
    ]
    everyone = frozenset[int]().union(*members)
    expected = Counter(tuple(user in own for own in members) for user in everyone)
    found = {
        tuple(inside): users for *inside, users in segments[0].overlap(*segments[1:]).iter_rows()
    }
    assert found == expected


def test_first_row_of_a_user_counts_in_any_order() -> None:
    rows = {"user_id": ["b", None, "a", "b", "a"], "plan": [1, 2, 3, 4, 5]}
    for table in (pl.DataFrame(rows), pl.LazyFrame(rows)):
        found = rw.Segment(table, name="n", rule="r").users
        assert found.to_dict(as_series=False) == {"user_id": ["a", "b"], "plan": [3, 1]}
    ready = pl.DataFrame({"user_id": [1, 1, 2], "plan": [1, 2, 3]})
    assert rw.Segment(ready, name="n", rule="r").users["plan"].to_list() == [1, 3]


def test_any_table_of_users_is_a_segment(tmp_path: Path) -> None:
    frame = pl.DataFrame({"user_id": [2**53 + 1, 3]})
    frame.write_csv(tmp_path / "people.csv")
    for table in (
        frame,
        frame.lazy(),
        frame.to_pandas(),
        frame.to_arrow(),
        tmp_path / "people.csv",
    ):
        assert ids(rw.Segment(table, name="n", rule="r")) == [3, 2**53 + 1]
    with pytest.raises(rw.EventsError, match=r"segment: cannot read builtins\.int"):
        rw.Segment(7, name="n", rule="r")


# ------------------------------------------------------------------------------- samples and splits


def test_hash_is_the_same_everywhere() -> None:
    # Fixed numbers: a change of any of them would move users between the halves of a running test.
    # The first number of splitmix64, as published.
    assert hash_of("") == 0xE220A8397B1DCDAF
    assert hash_of("anna") == 1113275128388852406
    assert hash_of("Ünal", 7) == 7705494480132458640
    assert hash_of("9007199254740993") == 18005696785315510373


@given(st.lists(st.text(max_size=40)), st.integers(-5, 2**70))
def test_hashing_at_once_is_hashing_one_by_one(texts: list[str], seed: int) -> None:
    assert hashes(pl.Series(texts, dtype=pl.String), seed).to_list() == [
        hash_of(text, seed) for text in texts
    ]


def test_split_is_of_the_share_and_whole() -> None:
    whole = everyone()
    half, rest = whole.split(0.5)
    assert 450 < len(half) < 550
    assert ids(half | rest) == ids(whole)
    assert len(half & rest) == 0
    assert [len(part) for part in whole.split(0)] == [0, 1000]
    assert [len(part) for part in whole.split(1)] == [1000, 0]
    other, _ = whole.split(0.5, seed=1)
    assert 200 < len(half & other) < 300
    tenth, _ = whole.split(0.1)
    assert len(tenth - half) == 0


def test_split_of_a_user_does_not_depend_on_other_users() -> None:
    half, _ = everyone().split(0.5)
    few = results_of([(f"u{n}", "a", "sent", 0) for n in range(100)]).users_in_campaign()
    assert ids(few.split(0.5)[0]) == ids(few & half)


def test_users_of_one_household_stay_together() -> None:
    users = PEOPLE.with_columns(home=pl.Series([f"h{n // 4}" for n in range(999)] + [None]))
    results = results_of([(f"u{n}", "a", "sent", 0) for n in range(1000)], users)
    half, rest = results.users_in_campaign().split(0.5, by="home")
    assert not set(half.users["home"].drop_nulls()) & set(rest.users["home"].drop_nulls())
    with pytest.raises(
        rw.QueryError, match=r"unknown attribute to split by 'house'; known: hash, .*home"
    ):
        results.users_in_campaign().split(0.5, by="house")


def test_sample_is_drawn_by_the_seed() -> None:
    whole = everyone()
    assert len(whole.sample(10)) == 10
    assert ids(whole.sample(10)) == ids(whole.sample(10))
    assert ids(whole.sample(10)) != ids(whole.sample(10, seed=1))
    assert len(whole.sample(10_000)) == 1000
    assert len(whole.sample(0)) == 0
    for wrong in (-1, 1.5, True):
        with pytest.raises(rw.QueryError, match="pass a whole number of users"):
            whole.sample(wrong)  # type: ignore[arg-type]
    with pytest.raises(rw.QueryError, match="pass a share between 0 and 1"):
        whole.split(50)


@pytest.mark.slow
def test_another_process_draws_the_same(tmp_path: Path) -> None:
    path = everyone().save(tmp_path / "all.parquet")
    code = (
        "import results_widgets as rw, sys\n"
        "half, _ = rw.Segment.load(sys.argv[1]).split(0.5)\n"
        "print(*half.sample(5).users['user_id'])"
    )
    drawn = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, check=True, text=True
    )
    half, _ = everyone().split(0.5)
    assert drawn.stdout.split() == ids(half.sample(5))


# -------------------------------------------------------------------------------------------- rules


def test_rule_is_plain_json_and_finds_the_same_again() -> None:
    results = results_of(JOURNEYS).between("2026-03-01", START.replace(day=9))
    narrow = results.with_definitions(
        replace(rw.DEFINITIONS["default"], name="mine", interacted=(("email", ("clicked",)),))
    ).analytics()
    parts = [
        results.users("conversions") | results.users_in_action("a", "opened"),
        ~results.sequence(("a", "received"), "Purchase", within="3d"),
        narrow.users("engaged") | narrow.users_in_campaign().split(0.7, seed=3)[1],
        results.users_in_campaign().sample(2) - results.users("users", where={"event": None})
        if "event" in results.breakdowns
        else results.users_in_campaign().sample(2),
    ]
    for segment in parts:
        tree = json.loads(json.dumps(segment.expression))
        again = results_of(JOURNEYS).segment(tree)
        assert ids(again) == ids(segment)
        assert again.rule == segment.rule
        assert again.expression == segment.expression


def test_rule_is_asked_again_on_newer_data() -> None:
    old, newer = results_of(JOURNEYS), results_of([*JOURNEYS, ("dora", "a", "sent", 60)][3:])
    saved = old.users_in_action("a").named("Welcomed")
    fresh = saved.refresh(newer)
    assert fresh.name == "Welcomed"
    assert ids(fresh) == ["bob", "carl", "dora"]
    changes = fresh.changes(saved)
    assert (ids(changes.came), ids(changes.went)) == (["dora"], ["anna"])
    assert ids(changes.stayed) == ["bob", "carl"]
    assert changes.came.name == "Welcomed, came"


def test_expression_is_handed_out_as_a_copy() -> None:
    segment = results_of(JOURNEYS).users_in_campaign()
    tree = segment.expression or {}
    tree["op"] = "nonsense"
    assert (segment.expression or {})["op"] == "everyone"
    users = segment.users
    users.insert_column(0, pl.Series("more", [1, 2, 3]))
    assert segment.users.columns == ["user_id"]


def test_rule_of_another_campaign_needs_its_results() -> None:
    spring = results_of(JOURNEYS)
    events = spring.users_in_campaign().events().collect()
    autumn = rw.Results({**CAMPAIGN, "id": "d", "name": "Autumn"}, events, time_zone="UTC")
    both = spring.users_in_action("a", "opened") & autumn.users_in_action("b")
    assert ids(both.refresh(autumn, spring)) == ids(both) == ["anna"]
    with pytest.raises(rw.QueryError, match=r"unknown campaign \(pass its results\) 'd'; known: c"):
        both.refresh(spring)


def test_malformed_rules_are_refused() -> None:
    results = results_of(JOURNEYS)
    with pytest.raises(rw.QueryError, match=r"unknown operation of a rule 'xor'.*known: everyone"):
        results.segment({"op": "xor"})
    tree = results.users_in_action("a").expression or {}
    with pytest.raises(rw.QueryError, match=r"unknown action 'z'; known: a, b"):
        results.segment({**tree, "action": "z"})


MALFORMED: list[tuple[object, str]] = [
    ([], r"^rule: expected an object with named fields, found \[\]"),
    ({"op": "metric"}, r"^rule.campaign: is required and must be text"),
    ({"op": "metric", "campaign": "c"}, r"^rule.lens: expected an object .* found nothing"),
    ({"op": "or", "of": [{"op": "xor"}]}, r"unknown operation of a rule 'xor'"),
    ({"op": "or", "of": [5, 6]}, r"^rule.of\[0\]: expected an object with named fields, found 5"),
    ({"op": "or", "of": []}, r"^rule.of: 'or' needs 2 rules or more, found 0"),
]
LENS = {"definitions": "default", "time_zone": "UTC", "developers": True}
EVERYONE = {"op": "everyone", "campaign": "c", "lens": LENS}
WRONG_FIELDS: list[tuple[dict[str, object], str]] = [
    ({"op": "metric"}, r"^rule.metric: is required"),
    (
        {"op": "metric", "metric": "sent", "where": []},
        r"^rule.where: expected an object, found \[\]",
    ),
    ({"op": "action", "actoin": "a"}, r"^rule.actoin: unknown field \(did you mean 'action'\?\)"),
    ({"op": "sequence", "steps": [["a"], "b"]}, r"^rule.steps\[0\]: \['a'\] is not a step; write"),
    ({"lens": {**LENS, "developers": "yes"}}, r"^rule.lens.developers: expected true or false"),
    (
        {"lens": {"definitions": "default", "time_zone": "UTC"}},
        r"^rule.lens.developers: is required",
    ),
    ({"lens": {**LENS, "definitions": "mine"}}, r"unknown definition set 'mine'; known: default"),
    (
        {"lens": {**LENS, "definitions": {"name": "x", "uniqe": "user"}}},
        r"^rule.lens.definitions.uniqe: unknown field \(did you mean 'unique'\?\)",
    ),
    ({"op": "sample", "of": [EVERYONE], "n": 1.5, "seed": 0}, r"^rule.n: expected a whole number"),
    (
        {"op": "split", "of": [EVERYONE], "share": 0.5, "by": "hash", "seed": 0, "part": 2},
        r"^rule.part: expected a share, and 0 or 1 for its side, found 0.5, 2",
    ),
]


@pytest.mark.parametrize(("rule", "words"), MALFORMED)
def test_a_malformed_rule_is_refused_with_its_path(rule: Any, words: str) -> None:
    with pytest.raises(rw.QueryError, match=words):
        results_of(JOURNEYS).segment(rule)


@pytest.mark.parametrize(("change", "words"), WRONG_FIELDS)
def test_a_wrong_field_of_a_rule_is_named_with_its_path(
    change: dict[str, object], words: str
) -> None:
    with pytest.raises(rw.QueryError, match=words):
        results_of(JOURNEYS).segment({**EVERYONE, **change})


def test_a_rule_without_end_is_refused() -> None:
    rule: dict[str, Any] = {"op": "or", "of": []}
    rule["of"] += [rule, rule]
    with pytest.raises(rw.QueryError, match="nests too many segments"):
        results_of(JOURNEYS).segment(rule)


# The metadata of a file that version 0.1.0 saved: its rule and definitions, to the letter.
SAVED_RULE = """{"op": "minus", "of": [
    {"op": "metric", "metric": "unique_opened", "action": "a", "campaign": "c", "lens": {
      "definitions": {"name": "mine", "interacted": [["email", ["clicked"]]], "engaged": [],
                      "engaged_base": [], "email_rate_base": "delivered", "unique": "user",
                      "machine_opens": "counted", "text": "Mine."},
      "time_zone": "UTC", "start": "2026-03-01", "end": "2026-03-09T00:00:00+00:00",
      "developers": false}},
    {"op": "split", "share": 0, "by": "hash", "seed": 1, "part": 0, "of": [
      {"op": "sequence", "steps": [["a", "received"], "Purchase"], "within": "3d", "campaign": "c",
       "lens": {"definitions": "leanplum", "time_zone": "UTC", "start": null, "end": null,
                "developers": true}}]}]}"""


def test_a_file_that_an_older_version_saved_is_read(tmp_path: Path) -> None:
    path = tmp_path / "old.parquet"
    metadata = {"name": "Opened", "rule": "in words", "expression": SAVED_RULE}
    pl.DataFrame({"user_id": ["anna", "zoe"]}).write_parquet(
        path, metadata={f"results_widgets.{key}": value for key, value in metadata.items()}
    )
    loaded = rw.Segment.load(path)
    assert (loaded.name, loaded.rule, ids(loaded)) == ("Opened", "in words", ["anna", "zoe"])
    assert loaded.expression == json.loads(SAVED_RULE)
    fresh = loaded.refresh(results_of(JOURNEYS))
    assert ids(fresh) == ["anna"]
    assert "definitions mine" in fresh.rule
    rule = json.loads(SAVED_RULE)
    # Fields of definition sets that came later have their defaults.
    rule["of"][0]["lens"]["definitions"] |= {
        "held_back": "apart",
        "unique_rates": "people",
        "rate_clock": "entry",
        "attribution": "last_interaction",
        "lookback": None,
    }
    assert fresh.expression == rule


def test_a_saved_rule_that_is_broken_names_its_file(tmp_path: Path) -> None:
    path = tmp_path / "old.parquet"
    for text, words in (
        ('{"op": ', "is not valid JSON"),
        ("[1]", "expected a rule as an object, found list"),
        ('{"op": "or", "of": ' + "[" * 500 + "]" * 500 + "}", "more than 400 levels deep"),
        ('{"op": "metric", "where": {"value": NaN}}', "NaN is not a number in JSON"),
    ):
        metadata = {"results_widgets.expression": text}
        pl.DataFrame({"user_id": ["anna"]}).write_parquet(path, metadata=metadata)
        with pytest.raises(rw.QueryError, match=f"^{path}: .*{words}"):
            rw.Segment.load(path)


def test_saved_file_keeps_the_rule(tmp_path: Path) -> None:
    results = results_of(JOURNEYS)
    path = results.users_in_action("a", "opened").save(tmp_path / "opened.parquet")
    loaded = rw.Segment.load(path)
    assert loaded.expression == results.users_in_action("a", "opened").expression
    assert ids(loaded.refresh(results)) == ids(loaded) == ["anna"]
    (tmp_path / "text.parquet").write_text("hello")
    with pytest.raises(rw.QueryError, match="no Parquet file of users"):
        rw.Segment.load(tmp_path / "text.parquet")
