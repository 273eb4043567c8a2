"""From a number to its people: as many as the number says, for every number of distinct users."""

import json
from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings

import results_widgets as rw
from results_widgets.keys import Every
from tests.reference.case import By
from tests.support.answers import FromPackage
from tests.support.journeys import JOURNEYS, START, ids, results_of
from tests.support.loops import some
from tests.support.profiles import examples, is_thorough
from tests.support.strategies import Question, questions


def distinct(metric: rw.glossary.Metric, definitions: str) -> bool:
    """Whether a number counts distinct users; older definitions add up days, or other numbers."""
    if definitions == "leanplum-v2" and metric.key not in ("unique_users", "unique_converters"):
        return metric.unit == "users" and metric.key == "users_received"
    return metric.unit == "users"


def asked(results: rw.Results, by: By) -> list[tuple[dict[str, Any], dict[str, Any], float | None]]:
    """Every number of distinct users: which, of which group, and what it says; None: not reported."""
    units = {
        (metric.scope, metric.channel, metric.key): distinct(metric, results.definitions.name)
        for metric in results._session.metrics()
    }
    known = {key for key, holds in units.items() if holds}
    names = {key for _, _, key in known}
    found = []
    for owner, frame in (
        (None, results.overview(by=by)),
        ("channel", results.channels(by=by)),
        ("action", results.actions(by=by).drop("action", "channel")),
    ):
        named = frame.rename({"action_id": "action"}) if owner == "action" else frame
        for row in named.filter(pl.col("metric").is_in(list(names))).to_dicts():
            which = {"metric": row["metric"]} | ({owner: row[owner]} if owner else {})
            columns = by if isinstance(by, list) else [by] if by else []
            found.append((which, {name: row[name] for name in columns}, row["value"]))
    return found


@settings(max_examples=examples(24))
@given(questions())
def test_every_number_of_distinct_users_has_as_many(question: Question) -> None:
    results = FromPackage(question.case, question.query).results
    by = question.choose("by of its people").choice(question.breakdowns)
    # Where nobody entered, there are no groups, but there are the numbers of the whole.
    numbers = some(asked(results, by) or asked(results, None))
    few = len(numbers) if is_thorough() else min(len(numbers), 20)
    for which, where, value in question.choose("whose people").sample(numbers, few):
        segment = results.users(**which, where=where)
        # What the source never reports is null, and nobody's.
        assert len(segment) == (value or 0), (which, where)
    assert ids(results.segment(segment.expression or {})) == ids(segment)


@settings(max_examples=examples(24))
@given(questions())
def test_edges_of_the_flow_are_their_ends_together(question: Question) -> None:
    results = FromPackage(question.case, question.query).results
    nodes, edges = results.flow()
    for id_, users in some(nodes.select("action_id", "users_received").iter_rows()):
        assert len(results.users_in_action(id_)) == users
    known = results.campaign.action_by_id
    for source, target, users in edges.select("source", "target", "users").iter_rows():
        if source in known:
            both = results.users_in_action(source) & results.users_in_action(target)
            assert len(both) == users, (source, target)


@settings(max_examples=examples(24))
@given(questions())
def test_every_point_of_a_curve_has_as_many(question: Question) -> None:
    random = question.choose("a curve's people")
    case, query = question.case, replace(question.query, start=None, end=None)
    results = FromPackage(case, query).results
    reported = [which for which, _, value in asked(results, None) if value is not None]
    which = random.choice(some(reported))
    every: Every = random.choice(["1h", "1d"])
    curve = results.explore(every=every, **which).drop_nulls("value")
    points = some(curve.select("time", "value").iter_rows())
    for time, value in some(random.sample(points, k=min(5, len(points)))):
        # A day is named by its date, which has 23 or 25 hours where clocks change.
        start = time.date() if every == "1d" else time
        end = start if every == "1d" else time.astimezone(UTC) + timedelta(hours=1)
        assert len(results.users(**which, start=start, end=end)) == value, (which, time)


def test_gaps_are_asked_by_algebra() -> None:
    results = results_of(JOURNEYS)
    gap = (results.users_in_action("b") - results.users_in_action("b", "opened")) & results.users(
        "conversions"
    )
    assert ids(gap) == ["anna"]
    assert "received action “Offer”" in gap.rule


def test_range_of_the_results_can_be_narrowed() -> None:
    results = results_of(JOURNEYS)
    assert ids(results.users("users", start=date(2026, 3, 3))) == ["carl"]
    assert ids(results.users("users", end="2026-03-02")) == ["anna", "bob"]
    later = results.between("2026-03-03")
    assert len(later.users("users", end="2026-03-02T20:00:00+00:00", start="2026-03-02")) == 2


def test_group_is_asked_by_its_value() -> None:
    users = pl.DataFrame(
        {
            "user_id": ["anna", "bob"],
            "plan": ["free", None],
            "age": [30, 40],
            "is_developer": [0, 1],
        }
    )
    results = results_of(JOURNEYS, users)
    assert ids(results.users("users", where={"plan": "free"})) == ["anna"]
    assert ids(results.users("users", where={"plan": None})) == ["bob", "carl"]
    assert ids(results.users("users", where={"plan": None, "age": 40})) == ["bob"]
    assert ids(results.users("users", where={"is_developer": False})) == ["anna", "carl"]
    assert ids(results.users("users", where={"plan": "none such"})) == []
    with pytest.raises(rw.QueryError, match=r"column 'age' is Int64, and '30' is str; pass int"):
        results.users("users", where={"age": "30"})
    with pytest.raises(rw.QueryError, match=r"unknown column 'plans' \(did you mean 'plan'\?\)"):
        results.users("users", where={"plans": "free"})


def test_a_list_has_any_of_its_values_and_a_tuple_a_range_with_both_ends() -> None:
    users = pl.DataFrame(
        {
            "user_id": ["anna", "bob", "carl"],
            "plan": ["free", "pro", None],
            "age": [18, 30, None],
            "score": [0.5, float("nan"), 2.0],
            "since": [date(2026, 1, 1), date(2026, 2, 1), None],
            "seen": [START, START + timedelta(hours=10), None],
        }
    )
    results = results_of(JOURNEYS, users)

    def found(**where: object) -> list[str]:
        segment = results.users("users", where=where)
        again = json.loads(json.dumps(segment.expression))
        assert ids(results.segment(again)) == ids(segment), "a rule in JSON says the same"
        return ids(segment)

    assert found(plan=["free", "pro"]) == ["anna", "bob"]
    assert found(plan=["free", None]) == ["anna", "carl"]
    assert found(plan=[None]) == ["carl"]
    assert found(age=(18, 30)) == ["anna", "bob"]
    assert found(age=(19, 30)) == ["bob"]
    assert found(age=(None, 18)) == ["anna"]
    assert found(age=(None, None)) == ["anna", "bob"]
    assert found(score=(0.1, None)) == ["anna", "carl"]
    assert found(since=("2026-01-01", date(2026, 1, 31))) == ["anna"]
    # The whole of the last day, whatever the hour.
    assert found(seen=(START.date(), START.date())) == ["anna", "bob"]
    assert found(seen=(START, START + timedelta(hours=9))) == ["anna"]
    assert found(plan=["free", "pro"], age=(20, 40)) == ["bob"]


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ({"age": []}, r"the list for column 'age' is empty"),
        ({"age": [18, "30"]}, r"column 'age' is Int64, and '30' is str; pass int"),
        ({"age": (18, 30, 40)}, r"a tuple is a range of two ends, and that of column 'age' has 3"),
        ({"age": (30, 18)}, r"the range of column 'age' ends \(18\) before it starts \(30\)"),
        ({"plan": ("a", "b")}, r"column 'plan' is String, which cannot have ranges; pass a list"),
        ({"ages": (18, 30)}, r"unknown column 'ages' \(did you mean 'age'\?\)"),
    ],
)
def test_what_no_condition_can_be_is_refused(where: dict[str, object], message: str) -> None:
    users = pl.DataFrame({"user_id": ["anna", "bob"], "plan": ["free", None], "age": [30, 40]})
    with pytest.raises(rw.QueryError, match=message):
        results_of(JOURNEYS, users).users("users", where=where)


def test_several_columns_of_events_select_one_group_of_a_breakdown_by_them(
    lifelike: rw.Results,
) -> None:
    by = ["variant", "platform", "country"]
    groups = lifelike.overview(by=by).filter(metric="unique_users")
    for row in groups.to_dicts():
        segment = lifelike.users("unique_users", where={name: row[name] for name in by})
        assert len(segment) == row["value"], row
    some = lifelike.users("unique_users", where={"variant": ["A", "B"], "country": ["DE", "GB"]})
    told = groups.filter(pl.col("variant").is_in(["A", "B"]), pl.col("country").is_in(["DE", "GB"]))
    assert len(some) == told["value"].sum() > 0


def test_words_say_which_values_and_which_range(lifelike: rw.Results) -> None:
    some = lifelike.users(
        "users", where={"country": ["DE", None], "signed_up": ("2000-01-01", None)}
    )
    assert some.name.endswith(", country = DE or none, signed_up = from 2000-01-01")
    # A range that a single user is in would tell of that user.
    day = lifelike.users_in_campaign().users["signed_up"].min()
    rare = lifelike.users("users", where={"signed_up": (None, day)})
    assert rare.name.endswith("signed_up = …") == (len(rare) < 2)


def test_group_may_be_a_day_a_number_or_of_fixed_words() -> None:
    users = pl.DataFrame(
        {
            "user_id": ["anna", "bob"],
            "since": [date(2026, 1, 1), date(2026, 2, 1)],
            "seen": [START, None],
            "tier": pl.Series(["gold", "iron"], dtype=pl.Enum(["gold", "iron"])),
            "score": [0.5, 2.0],
        }
    )
    results = results_of(JOURNEYS, users)
    for column, value in (
        ("since", date(2026, 1, 1)),
        ("seen", START),
        ("tier", "gold"),
        ("score", 0.5),
    ):
        found = results.users("users", where={column: value})
        assert ids(found) == ["anna"]
        assert ids(results.segment(found.expression or {})) == ["anna"]
    assert ids(results.users("users", where={"score": 2})) == ["bob"]
    assert ids(results.users("users", where={"tier": "lead"})) == []
    with pytest.raises(
        rw.QueryError, match=r"'soon' is not a value of column 'since', which is Date"
    ):
        results.users("users", where={"since": "soon"})
    with pytest.raises(rw.QueryError, match=r"is not a value of column 'seen', which is Datetime"):
        results.users("users", where={"seen": START.replace(tzinfo=None)})


def test_unknown_names_list_the_known() -> None:
    results = results_of(JOURNEYS)
    with pytest.raises(rw.QueryError, match=r"unknown action 'c'; known: a, b"):
        results.users("opened", action="c")
    with pytest.raises(rw.QueryError, match=r"unknown metric .*'unique_openned'.*unique_opened"):
        results.users(rw.MetricKey("unique_openned"), action="a")
    said = r"unknown metric '.*'; .* Write 'unique_opened', channel='email'; channels that have it: email\."
    for asked in ("unique_opened", "Unique OPENS"):
        with pytest.raises(rw.QueryError, match=said):
            results.users(rw.MetricKey(asked))
    with pytest.raises(rw.QueryError, match="has no users of its own"):
        results.users("conversion_rate")


# --------------------------------------------------------------------------------------- sequences


def test_sequence_finds_who_did_one_thing_and_then_another() -> None:
    results = results_of(JOURNEYS)
    bought = results.sequence(("b", "opened"), "Purchase")
    assert ids(bought) == ["bob"]
    assert bought.name == "opened “Offer”, then Purchase"
    assert ids(results.sequence(("a", "received"), ("b", "received"), within="2h")) == [
        "anna",
        "bob",
    ]
    assert ids(results.sequence(("a", "received"), ("b", "received"), within="119m")) == []
    assert ids(results.sequence("Purchase", ("b", "opened"))) == []


def test_steps_may_share_an_instant_but_not_an_event() -> None:
    rows: list[tuple[Any, str | None, str, float]] = [
        (1, "a", "sent", 0),
        (1, "a", "opened", 1),
        (1, "a", "clicked", 1),
        (2, "a", "opened", 1),
        (2, "a", "opened", 2),
    ]
    results = results_of(rows)
    assert ids(results.sequence(("a", "opened"), ("a", "clicked"), within="0s")) == [1]
    assert ids(results.sequence(("a", "opened"), ("a", "opened"))) == [2]


def test_sequence_of_what_is_not_there_is_refused() -> None:
    results = results_of(JOURNEYS)
    with pytest.raises(rw.QueryError, match="two steps or more"):
        results.sequence(("a", "opened"))
    with pytest.raises(rw.QueryError, match=r"unknown action 'z'; known: a, b"):
        results.sequence(("z", "opened"), "Purchase")
    with pytest.raises(
        rw.QueryError, match=r"unknown event of action 'a' \(email\) 'open'.*opened"
    ):
        results.sequence(("a", "open"), "Purchase")
    with pytest.raises(rw.QueryError, match=r"unknown event of the campaign .*known: Purchase"):
        results.sequence(("a", "opened"), "Buy")
    with pytest.raises(rw.QueryError, match="is not a duration"):
        results.sequence(("a", "opened"), "Purchase", within="soon")


def in_sequence(rows: list[tuple[str, int]], steps: list[str], within: int | None) -> bool:
    """Whether a list of (event, time) holds the steps: every choice of rows is tried."""

    def follow(place: int, first: int, last: int, used: set[int]) -> bool:
        if place == len(steps):
            return within is None or last - first <= within
        return any(
            follow(place + 1, first if place else at, at, used | {number})
            for number, (event, at) in enumerate(rows)
            if event == steps[place] and number not in used and (not place or at >= last)
            # A step that repeats an earlier one comes later than the one before it.
            if not (event in steps[:place] and at == last)
        )

    return follow(0, 0, 0, set())


@settings(max_examples=examples(24))
@given(questions())
def test_sequence_is_what_trying_everything_finds(question: Question) -> None:
    random = question.choose("sequence")
    events = random.choices(["sent", "opened", "clicked"], k=random.randint(2, 3))
    within = random.choice([None, 0, 1, 2, 5])
    rows = [
        (random.randint(1, 3), random.choice(["sent", "opened", "clicked"]), random.randint(0, 8))
        for _ in range(random.randint(1, 20))
    ]
    results = results_of([(user, "a", event, at) for user, event, at in rows])
    expected = [
        user
        for user in (1, 2, 3)
        if in_sequence([(e, at) for u, e, at in rows if u == user], events, within)
    ]
    steps = [("a", event) for event in events]
    found = results.sequence(*steps, within=None if within is None else f"{within}h")
    assert ids(found) == expected


def test_users_of_open_entries_are_as_many_as_entries_are_open() -> None:
    # The last message goes out at the very end of anna's window of seven days.
    results = results_of([("anna", "a", "sent", 0), ("bob", "a", "sent", 7 * 24)])
    assert ids(results.users("entries_open")) == ["bob"]
    assert results.overview().filter(metric="entries_open")["value"].to_list() == [1]
