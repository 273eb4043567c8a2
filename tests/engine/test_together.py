"""Campaigns of one source are read in one pass, and each as if it had been read alone."""

import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings, strategies as st
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets.engine.backends.memory import journeys
from results_widgets.engine.backends.memory.dataset import MemoryBackend
from results_widgets.portfolio.members import read_once, walk_once
from tests.support.loops import some
from tests.support.portfolios import Drawn, drawn
from tests.support.profiles import examples

SEEDS = st.integers(0, 2**32 - 1)


def log_of(results: rw.Results) -> pl.DataFrame:
    """The encoded rows with ids in place of numbers, in the source's order."""
    data = results._session.data
    assert isinstance(data, MemoryBackend)
    ids = data.log.user_ids.gather(data.log.rows["user"]).alias("id")
    return data.log.rows.with_columns(ids).drop("user").sort("row")


def scans(frame: pl.DataFrame) -> tuple[pl.LazyFrame, list[int]]:
    """A lazy table, and a list that grows by one each time that it is read."""
    read: list[int] = []

    def noted(rows: pl.DataFrame) -> pl.DataFrame:
        read.append(rows.height)
        return rows

    return frame.lazy().map_batches(noted, schema=frame.schema), read


def told(results: rw.Results) -> tuple[list[str], Any]:
    """What is warned of while a campaign is read, and its list of what is wrong with the input."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        results.overview()
    return [str(one.message) for one in found], results.quality()


@given(SEEDS)
@settings(max_examples=examples(25))
def test_each_log_is_the_one_of_its_campaign_alone(seed: int) -> None:
    asked = drawn(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        together, alone = asked.results(), asked.results()
        read_once(together)
        for name, one in some(alone.items()):
            found, expected = together[name]._session.data, one._session.data
            assert isinstance(found, MemoryBackend)
            assert isinstance(expected, MemoryBackend)
            assert_frame_equal(log_of(together[name]), log_of(one))
            assert found.log.repeats == expected.log.repeats
            assert found.log.user_ids.n_unique() == len(found.log.user_ids)


@given(SEEDS)
@settings(max_examples=examples(10))
def test_what_is_told_of_rows_left_out_is_the_same(seed: int) -> None:
    asked = drawn(seed)
    odd = asked.events.with_columns(
        event=pl.when(pl.int_range(pl.len()) % 5 == seed % 5).then(pl.lit("odd")).otherwise("event")
    )
    asked = Drawn(seed, asked.campaigns, odd, asked.users)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        together, alone = asked.results(), asked.results()
        read_once(together)
    for name, one in some(alone.items()):
        (ours, quality), (theirs, expected) = told(together[name]), told(one)
        assert ours == theirs
        assert_frame_equal(quality, expected)


def with_ends(asked: Drawn, seed: int) -> Drawn:
    """The same where some campaigns close their windows as they finish, and some log conversions itself."""
    ends = {"on_finish": "close_windows", "finished_at": "2026-03-29T01:00:00+00:00"}
    campaigns = {
        name: {**one, **(ends if place % 2 == seed % 2 else {})}
        for place, (name, one) in enumerate(asked.campaigns.items())
    }
    own = pl.col("campaign_id") == f"c{seed % 3}"
    clicked = own & pl.col("event").is_in(["clicked"])
    events = asked.events.with_columns(
        event=pl.when(clicked).then(pl.lit("converted")).otherwise("event")
    )
    return Drawn(seed, campaigns, events, asked.users)


def with_loose_rows(asked: Drawn, seed: int) -> Drawn:
    """The same with rows of no campaign that are no plain purchase.

    Exits and conversions that name no action, goals that name an action of any campaign, ids of events that
    rows of a campaign have too, and in some draws numbers of entries.
    """
    random, events = Random(seed), asked.events
    loose = pl.col("campaign_id").is_null()
    kinds = [None, None, "exited", *(["converted"] if seed % 4 == 0 else [])]
    actions = [action["id"] for one in asked.campaigns.values() for action in one["actions"]]
    drawn_of: dict[str, list[Any]] = {
        "event": [random.choice(kinds) for _ in range(events.height)],
        "action_id": [
            random.choice([None, None, "of nobody", *actions]) for _ in range(events.height)
        ],
    }
    events = events.with_columns(
        pl.when(loose)
        .then(pl.coalesce(pl.Series(name, values, pl.String), name))
        .otherwise(name)
        .alias(name)
        for name, values in drawn_of.items()
    )
    if seed % 3 == 0:
        ids = [random.choice([None, "e1", "e2", f"own{n}"]) for n in range(events.height)]
        events = events.with_columns(event_id=pl.Series(ids, dtype=pl.String))
    if seed % 2:
        made = [random.choice([None, True, False]) for _ in range(events.height)]
        events = events.with_columns(machine=pl.Series(made, dtype=pl.Boolean))
    if seed % 5 == 0:
        entries = [random.choice(["in", "again"]) for _ in range(events.height)]
        events = events.with_columns(entry_id=pl.Series(entries, dtype=pl.String))
    return Drawn(seed, asked.campaigns, events, asked.users)


@given(SEEDS)
@settings(max_examples=examples(25))
def test_what_names_no_campaign_is_kept_once_and_counts_for_each_as_alone(seed: int) -> None:
    asked = with_loose_rows(with_ends(drawn(seed), seed), seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        together, alone = asked.results(), asked.results()
        walk_once(together)
        for name, one in some(alone.items()):
            ours = together[name]
            found, expected = ours._session.data, one._session.data
            assert isinstance(found, MemoryBackend)
            assert isinstance(expected, MemoryBackend)
            # First what needs no row of the whole log, then that, and then what needs both.
            assert_frame_equal(ours.overview(), one.overview())
            assert found.clocks == expected.clocks
            assert found.reported == expected.reported
            assert found.source_size == expected.source_size
            assert_frame_equal(ours.conversions(), one.conversions())
            assert_frame_equal(ours.explore("conversions"), one.explore("conversions"))
            assert_frame_equal(log_of(ours), log_of(one))
            assert found.log.user_count == len(expected.log.user_ids)
            changed, plain = (each.with_attribution("last_touch") for each in (ours, one))
            assert_frame_equal(changed.actions(), plain.actions())
            assert_frame_equal(ours.quality(), one.quality())


def test_large_campaigns_walk_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = several()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        together, alone = asked.results(), asked.results()
        monkeypatch.setattr("results_widgets.engine.backends.memory.walk_together.SMALL", 0)
        walk_once({**together, "once more": together["Campaign 0"]})
        for name, one in some(alone.items()):
            ours: Any = together[name]._session.data
            assert len(ours.known_journeys) == 1
            assert_frame_equal(together[name].entries(), one.entries())
            assert_frame_equal(together[name].conversions(), one.conversions())


def by_id(data: MemoryBackend, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of journeys with ids in place of numbers, in one order."""
    named = rows.with_columns(data.log.user_ids.gather(rows["user"]).alias("user"))
    return named.sort([name for name in named.columns if not name.startswith("_")])


@given(SEEDS, st.sampled_from(["default", "leanplum-v2"]))
@settings(max_examples=examples(25))
def test_each_walk_is_the_one_of_its_campaign_alone(seed: int, definitions: Any) -> None:
    asked = with_ends(drawn(seed), seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        together, alone = (
            {name: one.with_definitions(definitions) for name, one in asked.results().items()}
            for _ in range(2)
        )
        walk_once(together)
        for name, one in some(alone.items()):
            found, expected = (each[name]._session.data for each in (together, alone))
            assert isinstance(found, MemoryBackend)
            assert isinstance(expected, MemoryBackend)
            key = found.codes.interacted(one.definitions)
            ours, theirs = found.journeys(one.definitions), expected.journeys(one.definitions)
            assert list(found.known_journeys) == [key]
            assert ours.rules == theirs.rules
            assert ours.actions == theirs.actions
            for mine, other in (
                (ours.entries, theirs.entries),
                (ours.conversions, theirs.conversions),
            ):
                assert_frame_equal(by_id(found, mine), by_id(expected, other))
            assert_frame_equal(together[name].overview(), one.overview())


def apart(asked: Drawn) -> dict[str, rw.Results]:
    """Each campaign with a table of its own: every second has ids of events that are numbers, or none."""
    made = {}
    for place, (name, case) in enumerate(asked.cases().items()):
        events = asked.events if case.events.is_empty() else case.events
        if "event_id" in events.columns and place % 2:
            number = pl.col("event_id").str.slice(1).cast(pl.Int64, strict=False)
            none = asked.seed % 2 == 0
            events = events.drop("event_id") if none else events.with_columns(event_id=number)
        made[name] = rw.Results(case.campaign, events, asked.users, time_zone="UTC")
    return made


@given(SEEDS)
@settings(max_examples=examples(20))
def test_campaigns_of_several_tables_walk_together_as_alone(seed: int) -> None:
    asked = with_ends(drawn(seed), seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        together, alone = apart(asked), apart(asked)
        walk_once(together)
        for name, one in some(alone.items()):
            found, expected = (each[name]._session.data for each in (together, alone))
            assert isinstance(found, MemoryBackend)
            assert isinstance(expected, MemoryBackend)
            ours, theirs = found.journeys(one.definitions), expected.journeys(one.definitions)
            assert ours.rules == theirs.rules
            for mine, other in (
                (ours.entries, theirs.entries),
                (ours.conversions, theirs.conversions),
            ):
                assert_frame_equal(by_id(found, mine), by_id(expected, other))
            assert_frame_equal(together[name].actions(), one.actions())


def test_a_campaign_that_is_asked_for_twice_walks_once_with_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, other = (rw.Results(*rw.datasets.generate(50, seed=n), time_zone="UTC") for n in (1, 2))
    walks: list[int] = []
    single = journeys.aggregated

    def noted(log: Any, plan: Any) -> Any:
        walks.append(log.rows.height)
        return single(log, plan)

    path = "results_widgets.engine.backends.memory.walk_together.aggregated"
    monkeypatch.setattr(path, noted)
    walk_once({"one": one, "again": one.month("2026-03"), "other": other})
    heights = [each._session.data.coded_rows for each in (one, other)]
    assert walks == [sum(height or 0 for height in heights)]


@pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")
def test_campaigns_of_many_and_of_few_actions_walk_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kinds: list[tuple[str, int, str, str]] = [("many", 70, "email", "3d"), ("few", 1, "push", "1h")]
    campaigns: dict[str, Any] = {
        id_: {
            "id": id_,
            "goal": {"events": ["Purchase"]},
            "attribution_window": window,
            "actions": [
                {"id": f"n{n}", "channel": channel, "parent": f"n{n - 1}" if n else None}
                for n in range(size)
            ],
        }
        for id_, size, channel, window in kinds
    }
    at = datetime(2026, 3, 2, tzinfo=UTC)
    rows: list[tuple[Any, ...]] = [
        (f"u{user}", id_, f"n{place}", "sent", at + timedelta(hours=place))
        for user in range(5)
        for id_, size, _, _ in kinds
        for place in range(size)
        if (user + place) % 4 or not place
    ]
    rows.append(("u1", None, None, "Purchase", at + timedelta(hours=69)))
    columns = ["user_id", "campaign_id", "action_id", "event", "timestamp"]
    events = pl.DataFrame(rows, columns, orient="row")
    walks: list[int] = []
    single = journeys.aggregated

    def noted(log: Any, plan: Any) -> Any:
        walks.append(log.rows.height)
        return single(log, plan)

    monkeypatch.setattr(journeys, "aggregated", noted)
    together = {id_: rw.Results(one, events, time_zone="UTC") for id_, one in campaigns.items()}
    walk_once(together)
    for id_, one in campaigns.items():
        alone, ours = rw.Results(one, events, time_zone="UTC"), together[id_]
        assert_frame_equal(ours.actions(), alone.actions())
        assert_frame_equal(ours.entries(), alone.entries())
        assert_frame_equal(ours.conversions(), alone.conversions())
    assert len(walks) == len(campaigns)  # those that were alone; together none walked again


def several() -> Drawn:
    return next(
        one for one in map(drawn, range(99)) if len(one.campaigns) == 4 and one.events.height > 60
    )


@pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")
def test_source_is_read_once_for_all() -> None:
    asked = several()
    lazy, read = scans(asked.events)
    made = {name: rw.Results(one, lazy, time_zone="UTC") for name, one in asked.campaigns.items()}
    read.clear()
    read_once(made)
    once = len(some(read))
    assert None not in [one._session.data.coded_rows for one in made.values()]
    alone = {name: rw.Results(one, lazy, time_zone="UTC") for name, one in asked.campaigns.items()}
    read.clear()
    for one in alone.values():
        log_of(one)
    # The pass itself, and one for the ids of rows that may repeat others.
    assert once <= 2
    assert len(read) >= 4


@pytest.mark.parametrize("ending", ["parquet", "csv"])
@pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")
def test_files_are_read_together_and_refreshed_apart(ending: str, tmp_path: Path) -> None:
    asked = several()
    first, later = asked.events[:40], asked.events[40:]
    write: Any = {"parquet": pl.DataFrame.write_parquet, "csv": pl.DataFrame.write_csv}[ending]
    write(first, tmp_path / f"events-1.{ending}")
    source = str(tmp_path / f"events-*.{ending}")
    made = {
        name: rw.Results(one, source, asked.users, time_zone="UTC")
        for name, one in asked.campaigns.items()
    }
    read_once(made)
    assert None not in [one._session.data.coded_rows for one in made.values()]
    write(later, tmp_path / f"events-2.{ending}")
    for name, one in some(asked.results().items()):
        assert_frame_equal(made[name].refresh().overview(), one.overview())


@pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")
def test_what_is_not_of_one_source_is_left_alone() -> None:
    asked = several()
    campaigns = [*asked.campaigns.values()][:2]
    apart = {one["id"]: rw.Results(one, asked.events.clone(), time_zone="UTC") for one in campaigns}
    read_once(apart)
    assert {one._session.data.coded_rows for one in apart.values()} == {None}
    bare = asked.events.drop("campaign_id")
    unnamed = {one["id"]: rw.Results(one, bare, time_zone="UTC") for one in campaigns}
    read_once(unnamed)
    assert {one._session.data.coded_rows for one in unnamed.values()} == {None}


@pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")
def test_ids_that_are_numbers_and_texts_are_told_apart_in_one_pass_or_not_at_all() -> None:
    asked = several()
    numbers = asked.events.with_columns(
        campaign_id=pl.col("campaign_id").str.replace("c", "").cast(pl.Float64)
    )
    campaigns = {
        name: one | {"id": one["id"].replace("c", "")} for name, one in asked.campaigns.items()
    }
    turned = Drawn(asked.seed, campaigns, numbers, asked.users)
    assert_frame_equal(turned.portfolio().overview(), asked.portfolio().overview())


def test_what_reading_together_knows_of_rows_left_out_is_not_looked_for_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    campaign, events, _ = rw.datasets.generate(60, seed=1)
    frame = rw.Results(campaign, events)._session.source.events
    members = {name: rw.Results(campaign, frame, time_zone="UTC") for name in ("one", "other")}
    read_once(members)
    monkeypatch.setattr(
        "results_widgets.engine.backends.base.find_left_out",
        lambda *_: pytest.fail("the source is read again"),
    )
    for one in some(members.values()):
        assert one.overview().height > 0
