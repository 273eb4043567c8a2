"""The event table: what is brought into shape, what is refused, and the advice that goes with it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.tables.events import normalise
from results_widgets.tables.options import ReadOptions
from results_widgets.tables.users import normalise_users

CAMPAIGN = rw.Campaign.from_json(
    {
        "id": "c1",
        "goal": {"events": ["Purchase"], "value": "value"},
        "attribution_window": "1d",
        "actions": [{"id": "a1", "channel": "email"}],
    }
)
NINE = datetime(2026, 3, 1, 9, tzinfo=UTC)


def table(**columns: Any) -> pl.DataFrame:
    """Two rows of an event table, some columns replaced, left out (None) or added."""
    whole = {
        "user_id": ["anna", "bob"],
        "action_id": ["a1", "a1"],
        "event": ["sent", "opened"],
        "timestamp": [NINE, NINE],
    }
    return pl.DataFrame({name: c for name, c in (whole | columns).items() if c is not None})


def shaped(zone: str | None = None, **columns: Any) -> pl.DataFrame:
    return normalise(table(**columns).lazy(), CAMPAIGN, ReadOptions(zone)).frame.collect()


def times(zone: str | None = None, *, timestamp: Any) -> list[Any]:
    return shaped(zone, timestamp=timestamp)["timestamp"].to_list()


# -------------------------------------------------------------------------------------- its shape


def test_least_table_gets_every_column() -> None:
    assert dict(shaped().schema) == {
        "_row": pl.UInt32,
        "user_id": pl.String,
        "action_id": pl.String,
        "event": pl.String,
        "timestamp": pl.Datetime("us", "UTC"),
        "campaign_id": pl.String,
        "variant": pl.String,
        "event_id": pl.String,
        "entry_id": pl.String,
        "machine": pl.Boolean,
        "value": pl.Float64,
    }


def test_further_columns_are_kept_and_can_be_grouped_by() -> None:
    source = table(country=["NO", None], value=[1, 2], event_id=[1, 2])
    events = normalise(source.lazy(), CAMPAIGN)
    assert events.breakdowns == ["country"]
    assert events.frame.collect()["country"].to_list() == ["NO", None]


def test_campaigns_own_value_column_is_the_value() -> None:
    campaign = rw.Campaign.from_json(CAMPAIGN.to_dict() | {"goal": {"events": ["P"], "value": "€"}})
    events = normalise(table(**{"€": [1, 2]}).lazy(), campaign)
    assert events.frame.collect()["value"].to_list() == [1.0, 2.0]
    with pytest.raises(rw.EventsError, match="column '€' is missing"):
        normalise(table().lazy(), campaign)


@pytest.mark.parametrize("dtype", [pl.Int8, pl.Int64, pl.UInt32])
def test_whole_numbers_are_user_ids(dtype: Any) -> None:
    assert shaped(user_id=pl.Series([7, 9], dtype=dtype))["user_id"].dtype == pl.Int64


def test_ids_of_64_bits_stay_exact() -> None:
    ids = [2**53 + 1, 2**63 - 1]
    results = rw.Results(CAMPAIGN, table(user_id=ids, event=["sent", "sent"]), time_zone="UTC")
    assert results.users_in_campaign().users["user_id"].to_list() == ids
    large = [2**63, 2**64 - 1]
    unsigned = table(user_id=pl.Series(large, dtype=pl.UInt64), event=["sent", "sent"])
    results = rw.Results(CAMPAIGN, unsigned, time_zone="UTC")
    assert results.users_in_campaign().users["user_id"].to_list() == large


def test_categories_are_text() -> None:
    found = shaped(
        user_id=pl.Series(["anna", "bob"], dtype=pl.Categorical),
        event=pl.Series(["sent", "opened"], dtype=pl.Enum(["sent", "opened"])),
    )
    assert found["user_id"].to_list() == ["anna", "bob"]
    assert found["event"].to_list() == ["sent", "opened"]


@pytest.mark.parametrize(
    ("machine", "expected"),
    [
        ([True, None], [True, False]),
        ([1, 0], [True, False]),
        ([1.0, None], [True, False]),
        (["True", "no"], [True, False]),
        (["yes", "FALSE"], [True, False]),
    ],
)
def test_flag_of_any_kind(machine: list[Any], expected: list[bool]) -> None:
    assert shaped(machine=machine)["machine"].to_list() == expected
    users = pl.DataFrame({"user_id": ["anna", "bob"], "is_developer": machine})
    known = normalise_users(users.lazy(), normalise(table().lazy(), CAMPAIGN))
    assert known is not None
    assert known["is_developer"].to_list() == expected


# ---------------------------------------------------------------------------------------- its times


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_aware_time_of_any_unit_and_zone_is_kept_in_utc(unit: Any) -> None:
    local = pl.Series([NINE, NINE]).cast(pl.Datetime(unit, "UTC"))
    assert times(timestamp=local.dt.convert_time_zone("Asia/Kolkata")) == [NINE, NINE]


def test_naive_time_is_refused_unless_its_zone_is_named() -> None:
    naive = pl.Series([NINE, NINE]).dt.replace_time_zone(None)
    with pytest.raises(rw.EventsError, match=r"'timestamp' .* names no zone; .*naive_time_zone="):
        times(timestamp=naive)
    hour = timedelta(hours=1)
    assert times("Europe/Berlin", timestamp=naive) == [NINE - hour, NINE - hour]
    with pytest.raises(rw.QueryError, match=r"unknown time zone 'Berlin'; use an IANA name"):
        times("Berlin", timestamp=naive)


def test_day_without_time_begins_at_its_zones_midnight() -> None:
    days = [date(2026, 3, 1), date(2026, 3, 2)]
    found = times("America/New_York", timestamp=days)
    assert found[0] == datetime(2026, 3, 1, 5, tzinfo=UTC)


def test_repeated_hour_is_its_first_pass_and_a_skipped_one_is_no_time() -> None:
    naive = pl.Series([datetime(2026, 10, 25, 2, 30), datetime(2026, 3, 29, 2, 30)])  # noqa: DTZ001
    found = times("Europe/Berlin", timestamp=naive)
    assert found == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC), None]


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01T09:00:00Z",
        "2026-03-01T10:00:00+01:00",
        "2026-03-01 04:00:00-0500",
        "2026-03-01 09:00:00 UTC",
        " 2026-03-01T09:00:00.000000+00:00 ",
    ],
)
def test_text_with_an_offset_is_a_time(text: str) -> None:
    assert times(timestamp=[text, None]) == [NINE, None]


def test_text_without_an_offset_needs_a_zone() -> None:
    texts = ["2026-03-01T09:00:00Z", "2026-03-01 10:00:00"]
    with pytest.raises(rw.EventsError, match=r"holds '2026-03-01 10:00:00', which names no zone"):
        times(timestamp=texts)
    assert times("Europe/Berlin", timestamp=texts) == [NINE, NINE]


def test_single_text_that_is_no_time_is_left_out_and_a_column_of_them_refused() -> None:
    assert times(timestamp=["2026-03-01T09:00:00Z", "n/a"]) == [NINE, None]
    with pytest.raises(
        rw.EventsError, match=r"text 'n/a', which is not a time; write it like '2026"
    ):
        times(timestamp=["n/a", "soon"])


def test_seconds_since_1970_are_refused_with_the_way_to_convert_them() -> None:
    with pytest.raises(
        rw.EventsError, match=r"looks like seconds since 1970: pass time_unit='s', .*from_epoch"
    ):
        times(timestamp=[1_772_355_600, 1_772_355_600])


def test_placeholder_dates_are_no_times() -> None:
    odd = [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)]
    assert times(timestamp=odd) == [None, None]
    events = pl.concat([table(), table(timestamp=odd)])
    results = rw.Results(CAMPAIGN, events, time_zone="Asia/Tokyo")
    assert results.explore("users").height == 1


# ---------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize("column", ["user_id", "action_id", "event", "timestamp"])
def test_missing_column_is_named_with_what_was_found(column: str) -> None:
    with pytest.raises(rw.EventsError, match=f"events: column '{column}' is missing.*found: .*Ren"):
        shaped(**{column: None})


def test_near_miss_is_suggested() -> None:
    with pytest.raises(rw.EventsError, match=r"\(did you mean 'user_id_'\?\)"):
        shaped(user_id=None, user_id_=["anna", "bob"])


@pytest.mark.parametrize(("ours", "theirs"), [("timestamp", "Time"), ("event", "type")])
def test_what_others_call_a_column_is_suggested(ours: str, theirs: str) -> None:
    """``event_id`` is near ``event``, but means something else."""
    said = rf"did you mean '{theirs}'.*columns=\{{'{ours}': '{theirs}'\}}"
    held = table().get_column(ours).to_list()
    columns: dict[str, Any] = {ours: None, theirs: held, "event_id": [1, 2]}
    with pytest.raises(rw.EventsError, match=said):
        shaped(**columns)


def test_empty_table_is_refused() -> None:
    with pytest.raises(rw.EventsError, match="the table has no rows; check the path or the query"):
        normalise(table().clear().lazy(), CAMPAIGN)


@pytest.mark.parametrize("ids", [[None, None], [True, False]])
def test_user_id_of_another_type_is_refused(ids: list[Any]) -> None:
    with pytest.raises(rw.EventsError, match=r"'user_id' is \w+; pass text or whole numbers"):
        shaped(user_id=ids)


def test_value_that_is_no_number_is_refused() -> None:
    with pytest.raises(
        rw.EventsError, match=r"'value' holds the text 'ten', which is not a number"
    ):
        shaped(value=["1.5", "ten"])
    assert shaped(value=["1.5", None])["value"].to_list() == [1.5, None]


def test_name_that_is_needed_inside_is_refused() -> None:
    with pytest.raises(rw.EventsError, match=r"column '_row' .*; rename it"):
        shaped(_row=[1, 2])


# ---------------------------------------------------------------------------------------- the users


def users(**columns: Any) -> pl.DataFrame | None:
    return normalise_users(pl.LazyFrame(columns), normalise(table().lazy(), CAMPAIGN))


def test_users_without_flag_are_no_developers() -> None:
    found = users(user_id=["anna"], plan=["free"])
    assert found is not None
    assert found.to_dicts() == [{"user_id": "anna", "plan": "free", "is_developer": False}]


def test_users_that_cannot_be_used_are_refused() -> None:
    with pytest.raises(rw.EventsError, match="users: column 'user_id' is missing"):
        users(id=["anna"])
    with pytest.raises(rw.EventsError, match="users: 'anna' is there more than once; keep one row"):
        users(user_id=["anna", "bob", "anna"])


def test_times_without_seconds_are_times() -> None:
    texts = ["2026-03-01T09:00Z", "2026-03-01 09:00+01:00", "2026-03-01T09:00:30.5-0500"]
    rows = {"user_id": ["a", "b", "c"], "action_id": "a1", "event": "sent", "timestamp": texts}
    campaign = {
        "id": "c",
        "goal": {"events": ["Buy"]},
        "actions": [{"id": "a1", "channel": "email"}],
    }
    entries = rw.Results(campaign, pl.DataFrame(rows), time_zone="UTC").entries()
    found = [time.isoformat() for time in entries["started_at"].to_list()]
    assert found == [
        "2026-03-01T09:00:00+00:00",
        "2026-03-01T08:00:00+00:00",
        "2026-03-01T14:00:30.500000+00:00",
    ]


FIRST, LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2199, 12, 31, 23, 59, 59, tzinfo=UTC)
INSIDE = {"first": FIRST, "last": LAST}
OUTSIDE = {"first": FIRST - timedelta(seconds=1), "last": LAST + timedelta(seconds=1)}
FORMS: dict[str, Callable[[datetime], Any]] = {
    "times": lambda at: at,
    "times without a zone": lambda at: at.replace(tzinfo=None),
    "text": lambda at: at.isoformat(),
    "numbers": lambda at: int(at.timestamp()),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("edge", INSIDE)
def test_placeholder_years_are_no_times(edge: str, form: str) -> None:
    stamps = [FORMS[form](one[edge]) for one in (INSIDE, OUTSIDE)]
    options = ReadOptions("UTC", time_unit="s")
    found = normalise(table(timestamp=stamps).lazy(), CAMPAIGN, options).frame.collect()
    assert found["timestamp"].to_list() == [INSIDE[edge], None]


@pytest.mark.parametrize("edge", INSIDE)
def test_numbers_that_are_all_outside_the_years_have_another_unit(edge: str) -> None:
    options = ReadOptions(time_unit="s")
    outside = table(timestamp=[int(OUTSIDE[edge].timestamp())] * 2).lazy()
    with pytest.raises(rw.EventsError, match="outside the years 1900 to 2199"):
        normalise(outside, CAMPAIGN, options)
    inside = table(timestamp=[int(INSIDE[edge].timestamp())] * 2).lazy()
    assert normalise(inside, CAMPAIGN, options).frame.collect()["timestamp"].null_count() == 0
