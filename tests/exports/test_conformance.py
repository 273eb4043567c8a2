"""What every vendor's export must do: be recognised, give equal numbers as our own schema, lose nothing."""

from collections.abc import Callable
from datetime import UTC
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.channels import reported
from results_widgets.exports import all_vendors
from tests.support.exports.story import Limits, Story, Writer, tell
from tests.support.profiles import is_thorough

Reads = Callable[[tuple[str, str], int], tuple[Story, int, rw.Export]]

SEEDS = [1, 2, 3] if is_thorough() else [1]
"""Stories of 30 users each, in which every event of a channel comes up many times: one more says little."""


def writer(key: str) -> Any:
    return import_module(f"tests.support.exports.writers.{key}")


def forms(key: str) -> dict[str, Writer]:
    """The forms in which a vendor's format comes, and what writes each."""
    module = writer(key)
    return getattr(module, "FORMS", None) or {"": module.write}


KEYS = [
    pytest.param((key, form), id=f"{key}-{form}".rstrip("-"))
    for key in sorted(all_vendors())
    for form in forms(key)
]


def written(of: tuple[str, str], seed: int, folder: Path) -> tuple[Story, int]:
    """A random story in a vendor's format, and how many rows that is."""
    key, form = of
    limits: Limits = writer(key).LIMITS
    story = tell(all_vendors()[key], limits, seed)
    return story, forms(key)[form](story, folder)


@pytest.fixture(scope="module")
def reads(tmp_path_factory: pytest.TempPathFactory) -> Reads:
    """Writes a story and reads it, once for all tests that ask the same of it."""

    @cache
    def read(of: tuple[str, str], seed: int) -> tuple[Story, int, rw.Export]:
        folder = tmp_path_factory.mktemp("export")
        story, rows = written(of, seed, folder)
        return story, rows, rw.read_export(folder)

    return read


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("key", KEYS)
def test_random_campaign_has_equal_numbers_as_in_our_own_schema(
    key: tuple[str, str], seed: int, reads: Reads
) -> None:
    story, _, export = reads(key, seed)
    assert export.vendor == key[0], export.why
    goal, elsewhere = story.limits.goal or None, None
    if goal is None:
        goal = "order"
        elsewhere = pl.DataFrame(
            {"user_id": ["user00@example.com"], "timestamp": [story.rows[-1]["timestamp"]]}
        )
    found = export.results(
        "Spring sale" if export.campaigns()["name"][0] == "Spring sale" else story.id,
        goal=goal,
        window="3d",
        goal_events=elsewhere,
        time_zone="UTC",
        naive_time_zone="UTC",
    )
    events = story.events()
    if elsewhere is not None:
        more = elsewhere.with_columns(event=pl.lit("order"))
        events = pl.concat([events, more], how="diagonal")
    own = rw.Results(story.campaign(found.campaign), events, time_zone="UTC")
    for question in ("overview", "channels", "actions"):
        theirs, ours = (getattr(one, question)() for one in (found, own))
        keys = [name for name in ours.columns if name in ("action_id", "channel", "metric")]
        both = ours.join(theirs, on=keys, suffix="_export", how="full", coalesce=True)
        differing = both.filter(~pl.col("value").eq_missing(pl.col("value_export")))
        assert differing.is_empty(), (question, differing.select(*keys, "value", "value_export"))
    # Where nobody knows who received anything, the overview is n/a.
    assert own.channels()["value"].sum() > 0


@pytest.mark.parametrize("key", KEYS)
def test_what_the_format_cannot_say_is_not_available(key: tuple[str, str], reads: Reads) -> None:
    story, _, export = reads(key, 1)
    vendor = all_vendors()[key[0]]
    campaign = export.campaign(story.id)
    channel = campaign.channels[story.channel]
    can = {event for of, event in vendor.pairs if of in (None, story.channel)}
    assert {*channel.events} - {*channel.not_reported} <= can
    unflagged = {f"machine_{event}" for event in {"opened", "clicked"} - {*story.limits.flagged}}
    assert unflagged & {*reported(channel)} <= {*channel.not_reported}


@pytest.mark.parametrize("key", KEYS)
def test_nothing_is_left_over_without_being_listed(key: tuple[str, str], reads: Reads) -> None:
    _, rows, export = reads(key, 1)
    assert export.report()["rows"].sum() == rows
    known = {*all_vendors()[key[0]].mapping.pairs, *(all_vendors()[key[0]].reports or ())}
    became = export.report().filter(pl.col("event").is_not_null() & pl.col("channel").is_not_null())
    assert {*became.select("channel", "event").iter_rows()} <= known


@pytest.mark.parametrize("key", KEYS)
def test_a_campaign_is_listed_with_its_people(key: tuple[str, str], reads: Reads) -> None:
    story, _, export = reads(key, 2)
    row = export.campaigns().filter(campaign_id=story.id).row(0, named=True)
    assert row["users"] == len({one["user_id"] for one in story.messages})
    assert row["channels"] == [story.channel]
    first = row["first"] if row["first"].tzinfo else row["first"].replace(tzinfo=UTC)
    assert first == min(one["timestamp"] for one in story.messages)


@pytest.mark.parametrize("key", KEYS)
def test_file_that_breaks_off_keeps_its_good_rows_and_says_so(
    key: tuple[str, str], tmp_path: Path
) -> None:
    _, rows = written(key, 3, tmp_path)
    largest = max(
        (path for path in tmp_path.rglob("*") if path.is_file()), key=lambda p: p.stat().st_size
    )
    content = largest.read_bytes()
    end = len(content) * 3 // 4
    if largest.suffix == ".csv":
        # In the middle of a line: one that breaks off in its last field looks whole.
        end = content.rindex(b"\n", 0, end) + 8
    largest.write_bytes(content[:end])
    with pytest.warns(rw.SourceWarning, match="refused"):
        export = rw.read_export(tmp_path, key[0])
    kept = export.report().filter(pl.col("file").is_null())["rows"].sum()
    assert 0 < kept < rows
    assert export.report()["file"].drop_nulls().to_list() == [str(largest)]


TABLES = [
    one
    for one in KEYS
    if str(one.id).startswith(
        (
            "dittofeed",
            "fivetran",
            "hubspot",
            "listmonk",
            "mailchimp",
            "mautic",
            "rees46",
        )
    )
]


@pytest.mark.parametrize("change", [str.upper, str.title, str.swapcase])
@pytest.mark.parametrize("key", TABLES)
def test_tables_are_read_whatever_the_case_of_their_columns(
    key: tuple[str, str], change: Callable[[str], str], tmp_path: Path, reads: Reads
) -> None:
    """As dumps of Snowflake have them (USER_ID), and as people who write their header by hand."""
    written(key, 2, tmp_path)
    _, _, plain = reads(key, 2)
    changed = 0
    for path in tmp_path.rglob("*"):
        header, end, rest = path.read_text("utf-8").partition("\n") if path.is_file() else ("",) * 3
        if end and not header.startswith(("{", "[")):
            path.write_text(change(header) + end + rest, "utf-8")
            changed += change(header) != header
    assert changed
    export = rw.read_export(tmp_path)
    assert export.vendor == plain.vendor
    assert export.campaigns().equals(plain.campaigns())
    assert export.report().drop("example").equals(plain.report().drop("example"))
    id_ = plain.campaigns()["campaign_id"][0]
    assert export.events(id_).equals(plain.events(id_))
