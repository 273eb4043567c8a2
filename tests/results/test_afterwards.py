"""What the two sides of a split did afterwards, against a count by hand."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

import results_widgets as rw
from tests.support.journeys import CAMPAIGN

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
BOUGHT = datetime(2026, 4, 10, 12, tzinfo=UTC)
END = datetime(2026, 5, 3, tzinfo=UTC)


def log(*later: tuple[list[str], str, datetime]) -> rw.Results:
    """Two hundred users who got a mail in March, and what some of them did later, for 10 each."""
    people = [f"u{number:03}" for number in range(200)]
    frame = pl.DataFrame({"user_id": people, "action_id": "a", "event": "sent", "timestamp": AT})
    parts = [
        pl.DataFrame({"user_id": some, "event": event, "timestamp": at, "value": 10.0})
        for some, event, at in later
    ]
    return rw.Results(CAMPAIGN, pl.concat([frame, *parts], how="diagonal"), time_zone="UTC")


def split_of(results: rw.Results) -> tuple[rw.Segment, rw.Segment]:
    one, other = results.users_in_campaign().split(0.5, seed=3)
    return one.named("mailed"), other.named("rest")


def test_every_user_of_both_sides_is_looked_at_through_the_range(tmp_path: Path) -> None:
    mailed, rest = split_of(log())
    own, theirs = (side.users["user_id"].to_list() for side in (mailed, rest))
    results = log(
        (own[:40], "Reorder", BOUGHT),
        (own[:5], "Reorder", BOUGHT),
        (theirs[:20], "Reorder", BOUGHT),
        # Of another day, another event, and the first moment after the last day.
        (theirs[20:40], "Reorder", datetime(2026, 3, 31, 23, 59, tzinfo=UTC)),
        (theirs[20:40], "Purchase", BOUGHT),
        (theirs[40:60], "Reorder", datetime(2026, 5, 1, tzinfo=UTC)),
        (["u000"], "Purchase", END),
    )
    kept = [
        rw.Segment.load(side.save(tmp_path / f"{side.name}.parquet")) for side in (mailed, rest)
    ]
    found = results.outcome(kept[0], kept[1], "Reorder", "2026-04-01", "2026-04-30", value=True)
    rows = {row["metric"]: row for row in found.table.to_dicts()}
    assert rows["converted"]["value"] == pytest.approx(40 / len(own))
    assert rows["converted"]["control_value"] == pytest.approx(20 / len(theirs))
    assert rows["conversions_per_user"]["value"] == pytest.approx(45 / len(own))
    assert rows["value_per_user"]["value"] == pytest.approx(450 / len(own))
    assert rows["converted"]["verdict"] == "better"
    assert found.arms["users"].to_list() == [len(own), len(theirs)]
    assert found.arms["role"].to_list() == ["treatment", "control"]
    extra = found.incremental.filter(arm="mailed", metric="conversions").row(0, named=True)
    assert extra["total"] == pytest.approx(45 - 20 / len(theirs) * len(own))


def test_a_range_that_goes_on_is_too_early() -> None:
    results = log((["u001"], "Reorder", BOUGHT))
    found = results.outcome(*split_of(results), "Reorder", "2026-04-01", "2026-04-30")
    assert set(found.table["verdict"]) == {"too early"}


def test_only_the_two_sides_of_one_split_are_compared() -> None:
    results = log((["u001"], "Reorder", BOUGHT), (["u001"], "Purchase", END))
    mailed, rest = split_of(results)
    other = results.users_in_campaign().split(0.5, seed=4)[1]
    everyone = results.users_in_campaign()
    for one, control in (
        (mailed, other),
        (mailed, mailed),
        (everyone, rest),
        (mailed & other, rest),
    ):
        with pytest.raises(rw.QueryError, match="are not the two sides of one split"):
            results.outcome(one, control, "Reorder", "2026-04-01", "2026-04-30")
    with pytest.raises(rw.QueryError, match=r"both sides are called 'x'; use segment\.named"):
        results.outcome(mailed.named("x"), rest.named("x"), "Reorder", "2026-04-01", "2026-04-30")
    with pytest.raises(rw.QueryError, match=r"unknown event 'Reordr' \(did you mean 'Reorder'\?\)"):
        results.outcome(mailed, rest, "Reordr", "2026-04-01", "2026-04-30")
    with pytest.raises(rw.QueryError, match="pass both its start and its end"):
        results.outcome(mailed, rest, "Reorder", "2026-04-01", None)


def test_the_second_side_may_be_the_treatment() -> None:
    results = log((["u001"], "Reorder", BOUGHT), (["u001"], "Purchase", END))
    one, other = results.users_in_campaign().split(0.3, seed=3)
    found = results.outcome(
        other.named("mailed"), one.named("rest"), "Reorder", "2026-04-01", "2026-04-30"
    )
    assert found.arms["declared_share"].to_list() == pytest.approx([0.7, 0.3])
