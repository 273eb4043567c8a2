"""Local times without a zone: an hour that clocks skip is none, and of one that they repeat somebody is told."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

import results_widgets as rw
from results_widgets.engine.backends.lazy.event_log import normalise
from results_widgets.engine.calendar import to_micros
from results_widgets.engine.frames import collect
from results_widgets.sources.engines import as_rows, engine_of
from results_widgets.tables.options import ReadOptions
from tests.reference.local import instants_of
from tests.support.examples import CAMPAIGN
from tests.support.loops import some
from tests.support.profiles import examples

CHANGES = {
    "Europe/Berlin": ["2026-03-29T02:00", "2026-10-25T02:00", "2027-03-28T02:00"],
    "America/New_York": ["2026-03-08T02:00", "2026-11-01T01:00"],
    "Australia/Lord_Howe": ["2026-04-05T01:30", "2026-10-04T02:00"],  # by half an hour
    "Antarctica/Troll": ["2026-03-29T01:00", "2026-10-25T01:00"],  # by two hours
    "Africa/Cairo": ["2026-04-24T00:00", "2026-10-29T23:00"],  # at midnight
    "Europe/Dublin": [
        "2026-03-29T01:00",
        "2026-10-25T01:00",
    ],  # winter time is the one that is shifted
    "Europe/Moscow": ["2011-03-27T02:00", "2014-10-26T01:00"],  # for good
    "Pacific/Apia": ["2011-12-30T00:00", "2012-04-01T03:00"],  # a whole day is skipped
    "UTC": ["2026-03-29T02:00"],
}
"""Local times around which the clocks of zones change."""

CHECK = "repeated hour"
Told = tuple[str, list[tuple[datetime, bool]]]
"""A zone, and local times of which some say that they are UTC."""


@st.composite
def told(draw: st.DrawFn) -> Told:
    zone = draw(st.sampled_from([*CHANGES]))
    change = st.sampled_from([datetime.fromisoformat(one) for one in CHANGES[zone]])
    minutes = st.integers(-150, 270) | st.sampled_from([-1, 0, 29, 30, 59, 60, 119, 120])
    wall = st.builds(lambda at, after: at + timedelta(minutes=after), change, minutes)
    return zone, draw(st.lists(st.tuples(wall, st.booleans()), min_size=1, max_size=40))


def table(times: list[Any]) -> pl.DataFrame:
    users = [f"u{n:02}" for n in range(len(times))]
    rows = {"user_id": users, "action_id": "mail", "event": "sent", "timestamp": times}
    return pl.DataFrame(rows)


def read(events: object, zone: str | None) -> rw.Results:
    return rw.Results(dict(CAMPAIGN), events, time_zone="UTC", naive_time_zone=zone)


def found(results: rw.Results) -> tuple[int, str | None, int]:
    """Rows and example of the finding, and how many rows have no time."""
    checks = results.quality()
    (row,) = checks.filter(check=CHECK).to_dicts()
    return row["rows"], row["example"], checks.filter(check="no time")["rows"].item()


def entered(results: rw.Results) -> dict[str, datetime]:
    return dict(results.entries().select("user_id", "started_at").iter_rows())


def forms(asked: Told) -> list[tuple[pl.DataFrame, list[list[datetime]]]]:
    """The times as text of which some name their zone, and as a column without one; with what each may stand for."""
    zone, times = asked
    texts = [f"{wall.isoformat()}Z" if zoned else wall.isoformat(" ") for wall, zoned in times]
    mixed = [
        [wall.replace(tzinfo=UTC)] if zoned else instants_of(wall, zone) for wall, zoned in times
    ]
    walls = [wall for wall, _ in times]
    return [
        (table(texts), mixed),
        (table(walls), [instants_of(wall, zone) for wall in walls]),
    ]


def held_against_reference(results: rw.Results, meant: list[list[datetime]]) -> None:
    users = {f"u{n:02}": one[0] for n, one in enumerate(meant) if one}
    assert entered(results) == users
    twice = [one[0] for one in meant if len(one) > 1]
    example = str(min(twice)) if twice else None
    assert found(results) == (len(twice), example, sum(not one for one in meant))


@pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")
@given(asked=told())
@settings(max_examples=examples(60))
def test_in_memory(asked: Told) -> None:
    for events, meant in some(forms(asked)):
        if any(meant):
            held_against_reference(read(events, asked[0]), meant)


@given(asked=told())
@settings(max_examples=examples(25), deadline=None)
def test_on_an_engine(asked: Told) -> None:
    duckdb = pytest.importorskip("duckdb")
    campaign, options = rw.Campaign.from_json(CAMPAIGN), ReadOptions(asked[0])
    for events, meant in some(forms(asked)):
        relation = duckdb.connect().from_arrow(events.to_arrow())
        engine = engine_of(relation)
        assert engine is not None
        read = normalise(as_rows(relation), engine, campaign, options)
        rows = collect(read.rows.select("user", "time", read.repeated_hour.alias("twice")))
        times = [to_micros(one[0]) if one else None for one in meant]
        assert rows.sort("user")["time"].to_list() == times
        assert rows.sort("user")["twice"].to_list() == [len(one) > 1 for one in meant]


@pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")
def test_quality_of_an_engine() -> None:
    duckdb = pytest.importorskip("duckdb")
    times = [datetime.fromisoformat(one) for one in CHANGES["America/New_York"]]
    for events, meant in some(forms(("America/New_York", [(one, False) for one in times]))):
        relation = duckdb.connect().from_arrow(events.to_arrow())
        held_against_reference(read(relation, "America/New_York"), meant)


# ------------------------------------------------------------------- what is made of them on the way

LOG = """who,at,what
anna,2026-10-25 02:30:00,sent
bob,2026-10-25 03:30:00,sent
carl,2026-10-25T00:30:00Z,sent
dora,2026-03-29 02:30:00,sent
"""
FIRST = "2026-10-25 00:30:00+00:00"


def export(tmp_path: Path, zone: str | None = None, **own: Any) -> rw.Export:
    path = tmp_path / "log.csv"
    path.write_text(LOG)
    mapping = rw.Mapping(
        user_id="who", timestamp="at", event={"sent": ("email", "sent")}, time_zone=zone
    )
    return rw.read_export(path, mapping=mapping, **own)


@pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")
def test_zone_of_an_exports_mapping(tmp_path: Path) -> None:
    report = (
        export(tmp_path, "Europe/Berlin").report().filter(pl.col("note").str.contains("repeats"))
    )
    assert report.select("rows", "example").rows() == [(1, FIRST)]
    assert (
        export(tmp_path, "UTC").report().filter(pl.col("note").str.contains("repeats")).is_empty()
    )


@pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")
@pytest.mark.parametrize("of_mapping", [True, False])
def test_export(tmp_path: Path, of_mapping: bool) -> None:
    zone = "Europe/Berlin"
    read = export(tmp_path, zone) if of_mapping else export(tmp_path, naive_time_zone=zone)
    # A mapping's zone refuses the hour that is none, by file and line.
    none = 0 if of_mapping else 1
    orders = pl.DataFrame(
        {"user_id": ["anna"], "timestamp": [datetime(2026, 10, 25, 4, tzinfo=UTC)]}
    )
    saved = rw.load(read.save(tmp_path / "saved", window="1d"), time_zone="UTC")
    assert isinstance(saved, rw.Results)
    several = [
        read.results(window="1d", time_zone="UTC"),
        read.results(window="1d", time_zone="UTC", goal_events=orders),
        saved,
        *(one for _, one in read.portfolio(window="1d", time_zone="UTC").items()),
    ]
    assert [found(one) for one in several] == [(1, FIRST, none)] * 4


def test_store(tmp_path: Path) -> None:
    events = table([datetime.fromisoformat(f"2026-10-25T0{hour}:30") for hour in (1, 2, 3)])
    results = read(events, "Europe/Berlin")
    results.save(tmp_path / "store")
    assert found(rw.load(tmp_path / "store")) == found(results) == (1, FIRST, 0)


def test_name_of_the_mark_is_taken() -> None:
    events = table([datetime(2026, 10, 25, tzinfo=UTC)]).with_columns(_repeated_hour=pl.lit("no"))
    with pytest.raises(rw.EventsError, match="'_repeated_hour' has a name that is needed here"):
        read(events, None)
