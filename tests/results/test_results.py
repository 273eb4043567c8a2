"""The public API: shapes and types as documented, one total wherever it is shown, users behind it."""

from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import results_widgets as rw
from tests.support.examples import at, case
from tests.support.views import VIEWS, ZONE

F64, I64, TEXT = pl.Float64, pl.Int64, pl.String
UTC_TIME = pl.Datetime("us", "UTC")
NUMBERS = {"metric": TEXT, "value": F64, "numerator": F64, "denominator": F64}

TABLE = """
    anna mail  sent     01T10:00 platform=ios
    anna mail  opened   01T11:00 platform=ios
    anna -     Purchase 01T12:00 platform=web value=5
    bob  mail  sent     01T23:30 platform=android
    bob  nudge sent     02T10:00 platform=android
    carl mail  held_back 02T10:00
    carl -     Purchase 02T11:00 value=2.5
    dora hello viewed   05T10:00
    dora hello accepted 05T10:00
    anna mail  sent     06T10:00 platform=web
"""
PEOPLE = pl.DataFrame(
    {"user_id": ["anna", "bob"], "country": ["NO", None], "is_developer": [False, True]}
)


def small(**campaign: Any) -> rw.Results:
    asked = case(TABLE, PEOPLE, **campaign)
    return rw.Results(dict(asked.campaign), asked.events, asked.users, time_zone="UTC")


def values(frame: pl.DataFrame, *keys: str) -> dict[Any, float | None]:
    """Values by key and metric."""
    return {tuple(row[:-1]): row[-1] for row in frame.select(*keys, "metric", "value").rows()}


# --------------------------------------------------------------------------------- shapes and types


def test_overview_channels_and_actions_have_the_documented_columns() -> None:
    results = small()
    assert dict(results.overview().schema) == NUMBERS
    assert dict(results.channels().schema) == {"channel": TEXT} | NUMBERS
    ids = {"action_id": TEXT, "action": TEXT, "channel": TEXT}
    assert dict(results.actions().schema) == ids | NUMBERS


def test_breakdown_adds_its_column_last() -> None:
    results = small()
    for frame in (results.overview("platform"), results.channels("platform")):
        assert frame.columns[-1] == "platform"
        assert frame.schema["platform"] == TEXT
    assert results.actions(by="country").columns[-1] == "country"
    assert dict(results.explore("users", by="platform").schema) == {
        "time": UTC_TIME,
        "value": F64,
        "platform": TEXT,
    }


def test_explore_has_time_in_the_zone_and_what_was_asked_for() -> None:
    results = small().in_time_zone("Asia/Kolkata")
    series = {"time": pl.Datetime("us", "Asia/Kolkata"), "value": F64}
    assert dict(results.explore("users").schema) == series
    compared = results.between("2026-03-02", "2026-03-03").explore("users", compare="previous")
    assert dict(compared.schema) == series | {"previous": F64, "previous_time": series["time"]}
    # Bob; of carl, whom the day has as well, the first action was withheld.
    assert compared["value"].to_list() == [1, 0]
    assert compared["previous"].to_list() == [0, 1]
    assert (compared["time"] - compared["previous_time"]).unique().to_list() == [timedelta(days=2)]
    unbounded = results.explore("users", compare="previous")
    assert unbounded["previous"].null_count() == unbounded.height


def test_group_that_was_not_there_before_counted_nothing_and_had_no_rate() -> None:
    # bob's android was there on the first day alone, anna's ios as well; null came on the second.
    second = small().with_definitions("leanplum").between("2026-03-02", "2026-03-02")
    users = second.explore("users", by="platform", compare="previous")
    assert users.select("platform", "value", "previous").rows() == [(None, 1, 0)]
    sent = second.explore("sent", channel="push", by="platform", compare="previous")
    assert sent.select("platform", "value", "previous").rows() == [("android", 1, 0)]
    rate = second.explore("open_rate", channel="push", by="platform", compare="previous")
    assert rate.select("platform", "value", "previous").rows() == [("android", None, None)]
    median = second.explore("median_time_to_convert", by="platform", compare="previous")
    assert median.select("platform", "value", "previous").rows() == [(None, 3_600, None)]
    attribute = (
        small()
        .between("2026-03-05", "2026-03-05")
        .explore("users", by="country", compare="previous", cumulative=True)
    )
    assert attribute.select("country", "value", "previous").rows() == [(None, 1, 0)]


def test_entries_and_conversions_have_the_documented_columns() -> None:
    user, held_back = {"user_id": TEXT, "entry": I64}, {"held_back": pl.Boolean}
    times = dict.fromkeys(("started_at", "last_action_at", "ended_at"), UTC_TIME)
    assert dict(small().entries().schema) == user | times | held_back
    credited = {"action_id": TEXT, "attributed_by": TEXT, "value": F64}
    converted = user | {"converted_at": UTC_TIME} | credited | held_back
    assert dict(small().conversions().schema) == converted


def test_flow_has_nodes_and_edges() -> None:
    nodes, edges = small().flow()
    texts = dict.fromkeys(("action_id", "action", "channel", "parent", "variant"), TEXT)
    counts = dict.fromkeys(("users_received", "conversions_attributed", "entries_reached"), I64)
    assert dict(nodes.schema) == texts | counts | {"share_of_entries": F64}
    ends = dict.fromkeys(("source", "target", "trigger"), TEXT)
    assert dict(edges.schema) == ends | {"users": I64, "share": F64, "drop_off": F64}
    assert nodes["action_id"].to_list() == ["mail", "nudge", "call", "hello", "poster"]
    assert edges.select("source", "target", "users", "share").rows() == [
        ("mail", "nudge", 1, 0.5),
        ("mail", "call", 0, 0.0),
        ("hello", "poster", 0, 0.0),
    ]


def test_frames_about_the_numbers_have_the_documented_columns() -> None:
    results = small().in_time_zone(ZONE)
    sides = ("numerator", "denominator")
    names = ("scope", "channel", "metric", "label", "unit", *sides, "text", "missing")
    assert dict(results.glossary().schema) == dict.fromkeys(names, TEXT)
    fresh = results.freshness()
    local = pl.Datetime("us", ZONE)
    times = {"newest_event": local, "read_at": local, "behind": pl.Duration("us")}
    assert dict(fresh.schema) == times | {"wrong_clocks": pl.Int64, "version": TEXT}
    assert fresh["newest_event"][0] == at("06T10:00")
    assert fresh["behind"][0] == fresh["read_at"][0] - fresh["newest_event"][0]


def test_segment_has_user_id_and_attributes_sorted() -> None:
    users = small().users_in_campaign().users
    assert users.to_dicts() == [
        {"user_id": "anna", "country": "NO", "is_developer": False},
        {"user_id": "bob", "country": None, "is_developer": True},
        {"user_id": "dora", "country": None, "is_developer": False},
    ]


def test_users_own_columns_keep_their_names() -> None:
    asked = case(TABLE, PEOPLE.with_columns(user=pl.col("country"), time=pl.lit("noon")))
    results = rw.Results(dict(asked.campaign), asked.events, asked.users, time_zone="UTC")
    assert results.users_in_campaign().users["user"].to_list() == ["NO", None, None]
    assert results.overview(by="time").filter(pl.col("metric") == "users").height == 2


def test_plain_numbers_have_no_fraction_and_rates_have_both_sides() -> None:
    frame = small().overview()
    plain = frame.filter(pl.col("metric").is_in(["users", "conversions", "goal_value"]))
    assert plain["numerator"].null_count() == plain["denominator"].null_count() == 3
    rate = frame.filter(pl.col("metric") == "conversion_rate").row(0, named=True)
    assert rate == {"metric": "conversion_rate", "value": 0.25, "numerator": 1, "denominator": 4}


def test_rate_without_a_base_is_null_and_never_nan() -> None:
    for frame in (small().actions(), small().between("2025-01-01", "2025-01-02").overview()):
        rates = frame.filter(pl.col("denominator") == 0)
        assert rates.height > 0
        assert rates["value"].null_count() == rates.height
        assert not frame["value"].is_nan().any()


# --------------------------------------------------------------------------- the documented example


def test_documented_campaign_runs() -> None:
    campaign: dict[str, object] = {
        "id": "c1",
        "name": "Win-back",
        "status": "finished",
        "started_at": "2026-03-01T09:00:00+01:00",
        "goal": {"events": ["Purchase"], "mode": "single", "value": "value"},
        "attribution_window": "7d",
        "holdback": 0.1,
        "variants": [{"id": "A", "share": 0.5, "control": True}, {"id": "B", "share": 0.5}],
        "actions": [
            {"id": "a1", "name": "We miss you", "channel": "email"},
            {
                "id": "a2",
                "name": "Reminder",
                "channel": "push",
                "parent": "a1",
                "trigger": "not_opened",
                "delay": "2d",
            },
        ],
    }
    events = case("""
        anna a1 sent     02T10:00 variant=A
        anna a2 sent     04T10:00 variant=A
        anna a2 opened   04T11:00 variant=A
        anna -  Purchase 05T10:00 value=20
        bob  a1 sent     02T10:00 variant=B
        bob  a1 opened   02T10:30 variant=B
    """).events
    results = rw.Results(campaign, events, time_zone="Europe/Berlin")
    converted = ("anna", 0, at("05T10:00"), "a2", "interaction", 20.0, False)
    assert results.conversions().rows() == [converted]
    overview = values(results.overview())
    assert (overview["users",], overview["conversion_rate",]) == (2, 0.5)
    card = values(results.actions(), "action_id")
    assert (card["a2", "users_received"], card["a2", "drop_off"]) == (1, 0.5)
    assert sorted(results.flow_by_variant()) == ["A", "B"]


# -------------------------------------------------------------------------------- ranges and zones


def test_days_of_a_range_are_the_zones() -> None:
    results = small()
    first = ("2026-03-01", "2026-03-01")
    assert results.between(*first).unique_users() == 2
    # Half past eleven at night in London is the next day in Kolkata.
    assert results.in_time_zone("Asia/Kolkata").between(*first).unique_users() == 1
    # The zone may be named after the days.
    assert results.between(*first).in_time_zone("Asia/Kolkata").unique_users() == 1


def test_end_is_included_as_a_day_and_excluded_as_an_instant() -> None:
    results = small()
    assert results.between(None, date(2026, 3, 1)).unique_users() == 2
    assert results.between(None, "2026-03-01T23:30:00+00:00").unique_users() == 1
    assert results.between("2026-03-01T23:30:00Z", None).entries()["user_id"][-1] == "dora"


def test_ranges_next_to_each_other_share_the_entries(lifelike: rw.Results) -> None:
    days = ["2026-03-08", "2026-03-09"]
    parts = lifelike.between(None, days[0]), lifelike.between(days[1], None)
    assert sum(part.entries().height for part in parts) == lifelike.entries().height
    assert sum(part.conversions().height for part in parts) == lifelike.conversions().height


def test_empty_range_gives_zeros_and_no_rows() -> None:
    for empty in (
        small().between("2025-01-01", "2025-01-02"),
        small().between(at("01T10:00"), at("01T10:00")),
    ):
        overview = values(empty.overview())
        assert {overview[m,] for m in ("users", "engaged", "conversions", "goal_value")} == {0}
        assert overview["conversion_rate",] is overview["median_time_to_convert",] is None
        assert empty.entries().is_empty()
        assert len(empty.users_in_action("mail")) == 0
        assert empty.explore("users")["value"].sum() == 0
        assert empty.flow().nodes["users_received"].to_list() == [0] * 5


def test_impossible_ranges_are_refused() -> None:
    results = small()
    with pytest.raises(rw.QueryError, match=r"ends \(2026-03-01\) before it starts .*; swap them"):
        results.between("2026-03-05", "2026-03-01")
    with pytest.raises(rw.QueryError, match=r"'1.3.2026' is not a day or time; write '2026-03-01'"):
        results.between("1.3.2026")
    with pytest.raises(rw.QueryError, match="has no time zone; pass an aware datetime, or a date"):
        results.between(datetime(2026, 3, 1))  # noqa: DTZ001
    with pytest.raises(rw.QueryError, match="outside the years 1900 to 2200; pass None to leave"):
        results.between(None, date(9999, 12, 31))
    with pytest.raises(rw.QueryError, match="outside the years"):
        results.between("0202-03-01", None)


def test_more_hours_than_can_be_shown_are_refused() -> None:
    long = small().between("1970-01-01", None)
    with pytest.raises(rw.QueryError, match=r"more than 50,000 hours; take every='1d'"):
        long.explore("users", every="1h")
    assert long.explore("users", every="1mo")["value"].sum() == 4
    newest = small().freshness()["newest_event"].item()
    most = small().between(newest - timedelta(hours=50_000), None)
    assert most.explore("users", every="1h").height == 50_001
    with pytest.raises(rw.QueryError, match="more than 50,000 hours"):
        most.between(newest - timedelta(hours=50_000, seconds=1), None).explore("users", every="1h")


# ---------------------------------------------------------------------------- results never change


def test_new_views_do_not_change_the_results(lifelike: rw.Results) -> None:
    before, query = lifelike.overview(), lifelike._session.query
    for derive in VIEWS.values():
        other = derive(lifelike)
        other.overview()
        assert other is lifelike or other._session.query != query
    assert lifelike._session.query == query
    assert_frame_equal(lifelike.overview(), before)


def test_views_add_up_and_undo() -> None:
    view = small().between("2026-03-01", "2026-03-02").analytics().with_definitions("leanplum")
    assert (view.definitions.name, view._session.query.developers) == ("leanplum", False)
    assert view._session.query.start == date(2026, 3, 1)
    back = view.between().analytics(developers=True).with_definitions("default")
    assert back._session.query == small()._session.query


def test_frames_may_be_changed_by_those_who_asked() -> None:
    results = small()
    frames: list[Callable[[], pl.DataFrame]] = [
        results.overview,
        results.channels,
        results.actions,
        results.entries,
        results.conversions,
        results.glossary,
        results.quality,
        lambda: results.explore("users"),
        lambda: results.flow().nodes,
        lambda: results.flow().edges,
    ]
    for frame in frames:
        before = frame().clone()
        mine = frame()
        mine.insert_column(0, pl.Series("mine", range(mine.height)))
        mine.drop_in_place(mine.columns[-1])
        assert_frame_equal(frame(), before)


def test_definitions_are_values() -> None:
    results = small()
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'unique'"):
        results.definitions.unique = "user_day"  # type: ignore[misc]
    own = replace(rw.DEFINITIONS["default"], name="own", interacted=(("email", ("clicked",)),))
    assert values(results.with_definitions(own).overview())["engaged",] == 1
    assert values(results.overview())["engaged",] == 2
    assert rw.DEFINITIONS["default"].interacted == ()


def test_data_is_shared_by_the_views(lifelike: rw.Results) -> None:
    assert lifelike.analytics()._session.data is lifelike._session.data
    assert lifelike.analytics().read_at == lifelike.read_at


# ---------------------------------------------------------------------------- what is not known

# Of any type: type checkers find most of these as well.
UNKNOWN: dict[str, tuple[Callable[[Any], object], str]] = {
    "metric": (
        lambda r: r.explore("user"),
        r"unknown metric 'user' .*'users'\?\); known: users",
    ),
    "metric of an action": (
        lambda r: r.explore("viewed", action="mail"),
        r"unknown metric of action 'mail' 'viewed'; known: users_received",
    ),
    "metric of a channel": (
        lambda r: r.explore("users_received", channel="email"),
        r"unknown metric of channel 'email' 'users_received'; known: sent",
    ),
    "action": (lambda r: r.explore("sent", action="mial"), r"action 'mial' \(did you mean 'mail'"),
    "channel": (lambda r: r.explore("sent", channel="sms"), r"unknown channel 'sms'; known: email"),
    "both": (lambda r: r.explore("sent", "mail", "email"), r"an action or a channel, not both"),
    "interval": (
        lambda r: r.explore("users", every="1y"),
        r"interval '1y'; known: 1h, 1d, 1w, 1mo",
    ),
    "comparison": (
        lambda r: r.explore("users", compare="next"),
        r"unknown comparison 'next'; known: previous, last_year, the first day of a period",
    ),
    "column": (lambda r: r.overview(by="platfrom"), r"column 'platfrom' \(did you mean 'platform'"),
    "column of explore": (lambda r: r.explore("users", by="user_id"), r"unknown column 'user_id'"),
    "segment's action": (lambda r: r.users_in_action("a9"), r"unknown action 'a9'; known: mail"),
    "segment's event": (
        lambda r: r.users_in_action("mail", "viewed"),
        r"unknown event of action 'mail' \(email\) 'viewed'; known: sent",
    ),
    "zone": (lambda r: r.in_time_zone("Oslo"), r"unknown time zone 'Oslo'; use an IANA name"),
    "machine's word for a zone": (lambda r: r.in_time_zone("localtime"), r"unknown time zone"),
    "definitions": (lambda r: r.with_definitions("x"), r"definition set 'x'; known: default, lean"),
}


@pytest.mark.parametrize("what", UNKNOWN)
def test_unknown_name_is_refused_with_the_known_ones(what: str) -> None:
    ask, words = UNKNOWN[what]
    with pytest.raises(rw.QueryError, match=words):
        ask(small())


def test_column_named_like_one_of_the_answer_is_refused() -> None:
    asked = case(TABLE)
    events = asked.events.with_columns(channel=pl.lit("x"), value=pl.lit(1.0))
    results = rw.Results(dict(asked.campaign), events, time_zone="UTC")
    assert results.overview(by="channel")["channel"].unique().to_list() == ["x"]
    with pytest.raises(
        rw.QueryError, match=r"cannot group by 'channel', .*; rename it in the table"
    ):
        results.channels(by="channel")


def test_number_without_users_names_those_that_have_some() -> None:
    refusals = {
        "conversion_rate": "'conversions' or of 'users'",
        "value_per_user": "'goal_value' or of 'users'",
        "engagement_rate": "'engaged'",
        "median_time_to_convert": "'conversions'",
    }
    for metric, instead in refusals.items():
        with pytest.raises(
            rw.QueryError, match=f"'{metric}' has no users of its own; .*{instead}$"
        ):
            small().users(rw.MetricKey(metric))
    with pytest.raises(rw.QueryError, match=r"'open_rate' .* 'opened' or of 'sent'$"):
        small().users("open_rate", action="mail")


# --------------------------------------------------------------------------------------- in words


def test_segment_says_its_rule_in_words() -> None:
    view = small(name="Spring").between("2026-03-01", "2026-03-05").analytics()
    segment = view.users_in_action("mail", "held_back")
    assert segment.name == "Users in mail, held back"
    assert segment.rule == (
        "held back action “mail” (from 2026-03-01 to 2026-03-05, without developers; "
        "definitions default; days of UTC)"
    )
    assert view.users_in_campaign().rule.startswith("entered campaign “Spring” (from 2026-03-01")
    assert repr(view).startswith("Results('Spring', from 2026-03-01 to 2026-03-05, without")


def test_previous_is_the_period_of_equal_length_before() -> None:
    results = small()
    before = results.between("2026-03-03", "2026-03-04").previous()
    assert before is not None
    query = before._session.query
    assert (query.start, query.end) == (date(2026, 3, 1), date(2026, 3, 2))
    assert (before.unique_users(), before.held_back()) == (2, 1)
    instants = results.between(at("02T12:00"), at("03T12:00")).previous()
    assert instants is not None
    assert instants._session.query.start == at("02T12:00") - timedelta(days=1)
    assert results.previous() is results.between("2026-03-03").previous() is None


def test_analytics_leaves_developers_out_everywhere() -> None:
    results = small()
    assert (results.unique_users(), results.analytics().unique_users()) == (3, 2)
    assert "bob" not in results.analytics().entries()["user_id"].to_list()
    assert len(results.analytics().users_in_action("nudge")) == 0
