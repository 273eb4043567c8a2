"""What must be equal: each property asks the package and the reference one kind of query and compares."""

import math
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import polars as pl

import results_widgets as rw
from results_widgets.engine.metrics.earlier import Against
from results_widgets.glossary.names import MetricKey
from results_widgets.results.scope import compared
from tests.reference import bucket_start, next_bucket
from tests.reference.case import Row, instant, microseconds
from tests.reference.earlier import earlier
from tests.reference.rows import newest
from tests.reference.rules import channel as channel_of, rates
from tests.support.answers import FromPackage, FromReference, group_of
from tests.support.ripeness import same_ripeness
from tests.support.strategies import Question
from tests.support.trials import same_experiments

OVERVIEW = [
    *("users", "unique_users", "unique_users_rate", "engaged", "engagement_rate", "conversions"),
    *("unique_converters", "conversion_rate", "converted_entries", "converted_rate"),
    *("goal_value", "value_per_user", "exits", "entries_open", "median_time_to_convert"),
    *("held_back_entries", "held_back_users", "held_back_conversions", "held_back_converted_rate"),
]


def both(asked: Question) -> tuple[FromReference, FromPackage]:
    """Those who answer, and must agree."""
    return FromReference(asked.case, asked.query), FromPackage(asked.case, asked.query)


def equal(one: Any, other: Any) -> bool:
    """Whether two numbers are the same, or both unknown; NaN is no number that leaves here."""
    if one is None or other is None:
        return one is None and other is None
    return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-12)


def blank(metric: Any) -> bool:
    """Whether a metric says nothing: what a group that is left out would have said."""
    return all(number in (None, 0) for number in metric)


def differing(expected: dict[Any, Any], found: dict[Any, Any]) -> dict[Any, Any]:
    """The metrics that differ, or are missing: expected and found."""
    pairs = {name: (metric, found.get(name)) for name, metric in expected.items()}
    return {
        name: pair
        for name, pair in pairs.items()
        if pair[1] is None or not all(map(equal, pair[0], pair[1]))
    }


def differing_groups(expected: dict[Any, Any], found: dict[Any, Any]) -> dict[Any, Any]:
    """What differs by group; a group may be left out where there is nothing to say."""
    wrong = {}
    for group in expected.keys() | found.keys():
        mine, theirs = expected.get(group), found.get(group)
        if mine is None or theirs is None:
            said = mine or theirs or {}
            wrong[group] = {name: metric for name, metric in said.items() if not blank(metric)}
        else:
            wrong[group] = differing(mine, theirs)
    return {group: names for group, names in wrong.items() if names}


def flat(groups: dict[Any, dict[str, Any]]) -> dict[Any, dict[str, Any]]:
    """Groups of channels or actions of metrics, as groups of metrics."""
    return {
        group: {
            f"{part}.{name}": metric
            for part, all_ in parts.items()
            for name, metric in all_.items()
        }
        for group, parts in groups.items()
    }


def in_order(rows: list[Row]) -> list[Row]:
    """Rows in an order of their own, whatever order they came in."""
    return sorted(rows, key=lambda row: repr(sorted(row.items(), key=lambda pair: pair[0])))


def entries_and_conversions(
    asked: Question, reference: FromReference, package: FromPackage
) -> None:
    assert in_order(package.entries()) == in_order(reference.entries())
    assert in_order(package.conversions()) == in_order(reference.conversions())
    assert package.users_in_campaign() == reference.users_in_campaign()


def overview(asked: Question, reference: FromReference, package: FromPackage) -> None:
    for by in asked.breakdowns:
        assert not differing_groups(reference.overview(by), package.overview(by)), by


def channels(asked: Question, reference: FromReference, package: FromPackage) -> None:
    for by in asked.breakdowns:
        assert not differing_groups(flat(reference.channels(by)), flat(package.channels(by))), by


def actions(asked: Question, reference: FromReference, package: FromPackage) -> None:
    for by in asked.breakdowns:
        assert not differing_groups(flat(reference.actions(by)), flat(package.actions(by))), by


def flow_and_users_in_action(
    asked: Question, reference: FromReference, package: FromPackage
) -> None:
    assert not differing(reference.edges(), package.edges())
    cards = {row["action_id"]: row for row in package.results.flow().nodes.to_dicts()}
    for action, metrics in reference.actions()[None].items():
        users = package.users_in_action(action)
        assert users == reference.users_in_action(action)
        assert len(users) == cards[action]["users_received"] == metrics["users_received"][0]
        credited = metrics["conversions_attributed"][0]
        assert cards[action]["conversions_attributed"] == credited
        assert equal(cards[action]["share_of_entries"], metrics["share_of_entries"][0])
        known = channel_of(asked.case.campaign, asked.case.actions[action]["channel"]).events
        event = asked.choose(action).choice(known)
        users = package.users_in_action(action, event)
        assert users == reference.users_in_action(action, event), event


def explore(asked: Question, reference: FromReference, package: FromPackage) -> None:
    random = asked.choose("series")
    metric, where = subject(asked)
    by = random.choice([None, *asked.breakdowns])
    how: dict[str, Any] = {"every": random.choice(["1h", "1d", "1w", "1mo"]), "by": by, **where}
    cumulative = random.random() < 0.5
    found = package.explore(metric, cumulative=cumulative, **how)
    times = sorted({time for points in found.values() for time in points})
    hold_whole_buckets(times, how["every"], asked.query.zone)
    expected = reference.explore(metric, cumulative=cumulative, times=times, **how)
    assert not differing_points(expected, found), (metric, how, cumulative)
    # Nothing that happened lies outside the buckets shown.
    everything = reference.explore(metric, **how)
    said = {time for points in everything.values() for time, value in points.items() if value}
    assert said <= set(times), (metric, how)


def another_period(asked: Question, _: FromReference, package: FromPackage) -> None:
    """A line beside that of the period before, or of the days from any other on."""
    start = asked.query.start
    if start is None or asked.query.end is None:
        return
    random = asked.choose("before")
    metric, where = subject(asked)
    by = random.choice(asked.breakdowns)
    how: dict[str, Any] = {"every": random.choice(["1h", "1d", "1w", "1mo"]), "by": by, **where}
    before = package.results.previous(equal_age=True)
    assert before is not None
    reference = FromReference(asked.case, earlier(asked.case, asked.query, "previous"))
    at_equal_age(reference, package.results, before)
    any_day = start.date() + timedelta(days=random.randint(-40, 40))
    periods: list[Against] = ["previous", "previous", any_day, any_day, "last_year"]
    against = random.choice(periods)
    other = earlier(asked.case, asked.query, against)
    found = package.results.explore(MetricKey(metric), compare=against, **how)
    unknown = found.filter(pl.col("previous_time").is_null())
    assert unknown["previous"].null_count() == unknown.height
    times = sorted(set(found["previous_time"].drop_nulls()))
    assert other.start is not None
    is_known = microseconds(other.start) <= min(
        newest(asked.case, asked.query), other.until or math.inf
    )
    assert bool(times) == (is_known and not found.is_empty()), against
    if not times:
        return
    assert microseconds(times[0]) == bucket_start(
        microseconds(other.start), how["every"], asked.query.zone
    )
    hold_whole_buckets(times, how["every"], asked.query.zone)
    theirs = FromReference(asked.case, other)
    if len(times) < found["time"].n_unique():
        # Nothing that happened later is left out.
        said = theirs.explore(metric, **how).values()
        assert (
            max(
                (time for points in said for time, value in points.items() if value),
                default=times[0],
            )
            <= times[-1]
        )
    expected = theirs.explore(metric, times=times, **how)
    # What the reference says where nothing happened at all: long before.
    (nothing,) = theirs.explore(metric, times=[instant(0)], **how | {"by": None})[None].values()
    for row in found.drop_nulls("previous_time").to_dicts():
        points = expected.get(group_of(row, by))
        wanted = nothing if points is None else points[row["previous_time"]]
        assert equal(wanted, row["previous"]), (metric, how, row, against)


def at_equal_age(reference: FromReference, results: rw.Results, before: rw.Results) -> None:
    """The numbers of the period before, as code gets them and as a dashboard compares them."""
    told = FromPackage.of(before)
    assert in_order(told.conversions()) == in_order(reference.conversions())
    assert not differing_groups(reference.overview(), told.overview())
    found = compared(results)
    assert found is not None
    shown = FromPackage.of(found[0])
    assert not differing_groups(reference.overview(), shown.overview())
    assert not differing_groups(flat(reference.channels()), flat(shown.channels()))
    assert not differing_groups(flat(reference.actions()), flat(shown.actions()))


def subject(asked: Question) -> tuple[str, dict[str, str]]:
    """A metric of the campaign, or of an action or channel and which one."""
    random = asked.choose("subject")
    action = random.choice(asked.case.campaign["actions"])
    channel = action["channel"]
    events = channel_of(asked.case.campaign, channel).events
    names = [*events, *(f"unique_{event}" for event in events)]
    names += rates(channel, asked.query.definitions, set(events))
    cards = ["users_received", "conversions_attributed", "share_of_entries", "entries_reached"]
    cards += ["conversion_rate_attributed", "value_attributed", "value_attributed_per_user"]
    return random.choice(
        [
            (random.choice(OVERVIEW), {}),
            (random.choice(names), {"channel": channel}),
            (random.choice([*names, *cards, *cards]), {"action": action["id"]}),
        ]
    )


def hold_whole_buckets(times: list[datetime], every: str, zone: str) -> None:
    """Check that each time starts a bucket of the zone, and that none is left out between two."""
    for time in times:
        assert bucket_start(microseconds(time), every, zone) == microseconds(time)
    for time, following in pairwise(times):
        assert instant(next_bucket(microseconds(time), every, zone)) == following


def differing_points(expected: dict[Any, Any], found: dict[Any, Any]) -> dict[Any, Any]:
    """The points that differ by group and time; what has nothing to say may be left out."""
    wrong = {}
    for group in expected.keys() | found.keys():
        mine, theirs = expected.get(group, {}), found.get(group, {})
        for time in mine.keys() | theirs.keys():
            both = time in mine and time in theirs
            pair = (mine.get(time), theirs.get(time))
            if not (equal(*pair) if both else blank(pair)):
                wrong[group, time] = pair
    return wrong


def experiments(asked: Question, _: FromReference, package: FromPackage) -> None:
    same_experiments(asked, package)


def ripeness(asked: Question, _: FromReference, package: FromPackage) -> None:
    same_ripeness(asked, package)


PROPERTIES = [
    entries_and_conversions,
    overview,
    channels,
    actions,
    flow_and_users_in_action,
    explore,
    another_period,
    experiments,
    ripeness,
]


Property = Callable[[Question, FromReference, FromPackage], None]
"""Asks one kind of query of both, and compares."""


def everything_equal(asked: Question, kinds: Sequence[Property] = PROPERTIES) -> None:
    """Ask package and reference everything, or some kinds of queries, in an order that the question draws.

    The package reads and walks the events once, for whichever query comes first, and each comes
    first in some of the questions: nothing may hang on what was asked before.
    """
    reference, package = both(asked)
    for equals in asked.choose("order").sample(kinds, len(kinds)):
        equals(asked, reference, package)
