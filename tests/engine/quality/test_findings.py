"""Each finding in a log made for it: exact rows, how bad, and that its code leaves it out or mends it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.engine.quality import FINDINGS, Finding
from results_widgets.engine.quality.finding import NEVER
from tests.support.examples import CAMPAIGN, case
from tests.support.loops import some

START = datetime(2026, 3, 1, 10, tzinfo=UTC)
USERS = pl.DataFrame({"user_id": ["anna", "bob", "dora"], "is_developer": [False, False, True]})

GOOD = """
    anna mail  sent     01T10:00
    anna mail  delivered 01T10:00:02
    anna mail  opened   01T11:00
    anna mail  clicked  01T11:01
    anna nudge sent     01T12:00
    anna -     Purchase 01T13:00
"""


def repeated(count: int, line: str) -> str:
    """A line for each of many users."""
    return "\n".join(line.format(user=f"user{n}", minute=n % 60, second=n) for n in range(count))


LATE = "{user} mail sent 01T12:{minute:02}\n{user} mail opened 01T10:30"
TIED = """
    bob  mail  sent     01T10:00
    bob  nudge sent     01T10:30
    bob  mail  clicked  01T11:00
    bob  nudge opened   01T11:00
    bob  -     Purchase 01T12:00
    bob  -     exited   01T12:00
    anna nudge opened   01T14:00
"""
LOST = {"clock skew": 0, "tied times": 0, "ids alike": 0, "two variants": 2}
"""Rows that are gone after mending, where they are not those that were found."""
TOLD = {
    "no user": ("- mail sent 01T10:00", 1, "serious"),
    "no event": ("bob mail - 01T10:00", 1, "serious"),
    "other campaign": ("bob mail sent 01T10:00 campaign_id=c2", 1, "notice"),
    "unknown action": ("bob elsewhere sent 01T10:00", 1, "serious"),
    "unknown event": ("bob mail yodelled 01T10:00\nbob - yodelled 01T10:00", 2, "serious"),
    "before the campaign": ("bob mail sent 2026-02-28T10:00:00Z", 1, "serious"),
    "in the future": ("bob mail sent 2190-02-28T10:00:00Z", 1, "serious"),
    "wrong clock": (
        "bob mail sent 1999-02-28T10:00:00Z\nbob mail sent 2190-02-28T10:00:00Z",
        2,
        "serious",
    ),
    "clock skew": (repeated(12, LATE), 12, "serious"),
    "tied times": (TIED, 4, "warning"),
    "repeated event id": (
        "bob mail sent 01T10:00 event_id=e1\nbob mail sent 01T10:05 event_id=e1",
        1,
        "notice",
    ),
    "repeated but for its id": (
        "bob mail sent 01T10:00 event_id=e1\nbob mail sent 01T10:00 event_id=e2\nbob mail sent 01T10:00 event_id=e3",
        2,
        "serious",
    ),
    "ids alike": ("Anna mail sent 01T10:00\nANNA nudge sent 01T11:00", 2, "serious"),
    "interaction without receipt": ("bob mail opened 01T10:00", 1, "serious"),
    "interaction before receipt": (
        "bob mail opened 01T10:00\nbob mail sent 01T10:01",
        1,
        "serious",
    ),
    "click within seconds": (
        "bob mail sent 01T10:00\nbob mail clicked 01T10:00:05\nbob mail clicked 01T10:00:06\nbob mail clicked 01T10:09",
        1,
        "warning",
    ),
    "action without entry": ("bob nudge sent 01T10:00\nbob mail sent 01T11:00", 1, "serious"),
    "unknown user": ("carl mail sent 01T10:00", 1, "serious"),
    "two variants": (
        "bob mail sent 01T10:00 variant=A\nbob mail opened 01T11:00 variant=B",
        1,
        "serious",
    ),
    "developers": ("dora mail sent 01T10:00\ndora mail opened 01T10:30", 2, "warning"),
    "goal without value": ("bob - Purchase 01T10:00 value=3", 1, "serious"),
}


def read(table: str, **campaign: Any) -> tuple[dict[str, Any], pl.DataFrame]:
    asked = case(GOOD + table, started_at="2026-03-01T00:00:00Z", **campaign)
    events = asked.events.with_columns(
        pl.when(pl.col(one) != "-").then(one).alias(one) for one in ("user_id", "event")
    )
    return dict(asked.campaign), events


def row(results: rw.Results, check: str) -> dict[str, Any]:
    return results.quality().row(by_predicate=pl.col("check") == check, named=True)


def mended(fix: str, events: pl.DataFrame, results: rw.Results) -> Any:
    names = {"pl": pl, "UTC": UTC, "datetime": datetime}
    return eval(fix, names, {"events": events, "users": USERS, "results": results})


@pytest.mark.filterwarnings("ignore::results_widgets.SourceWarning")
@pytest.mark.parametrize("check", TOLD)
def test_exact_rows_are_found_and_the_code_mends_them(check: str) -> None:
    table, count, severity = TOLD[check]
    campaign, events = read(table)
    results = rw.Results(campaign, events, USERS, time_zone="UTC")
    found = row(results, check)
    assert (found["rows"], found["severity"]) == (count, severity)
    assert 0 < found["share"] <= 1
    after = mended(found["fix"], events, results)
    if check == "developers":
        assert (results.unique_users(), after.unique_users()) == (2, 1)
        return
    again = rw.Results(campaign, after, USERS, time_zone="UTC")
    assert row(again, check)["rows"] == 0
    assert events.height - after.height == LOST.get(check, count)


def test_every_time_that_cannot_be_read_is_told() -> None:
    campaign, events = read("bob mail sent 01T10:00")
    hole = pl.when(pl.col("user_id") != "bob").then("timestamp").alias("timestamp")
    holed = events.with_columns(hole)
    results = rw.Results(campaign, holed, time_zone="UTC")
    assert row(results, "no time")["rows"] == 1
    after = mended(row(results, "no time")["fix"], holed, results)
    assert row(rw.Results(campaign, after, time_zone="UTC"), "no time")["rows"] == 0


def test_a_clean_log_has_no_finding() -> None:
    campaign, events = read("")
    quality = rw.Results(campaign, events, USERS, time_zone="UTC").quality()
    assert quality.height == len(FINDINGS) - 1
    assert quality["rows"].sum() == 0
    assert quality["severity"].null_count() == quality["fix"].null_count() == quality.height


def test_a_source_that_tells_of_no_receipt_is_not_blamed_for_each_interaction() -> None:
    opened = log([30]).with_columns(event=pl.lit("opened"))
    blamed = rw.Results(CAMPAIGN, opened, time_zone="UTC")
    assert row(blamed, "interaction without receipt")["rows"] == 30
    campaign = rw.Campaign.from_json(CAMPAIGN)
    own = [
        replace(one, not_reported=("sent",))
        for one in campaign.channels.values()
        if one.id == "email"
    ]
    excused = replace(campaign, own_channels=(*campaign.own_channels, *own))
    assert (
        row(rw.Results(excused, opened, time_zone="UTC"), "interaction without receipt")["rows"]
        == 0
    )


# -------------------------------------------------------------------------------- days and actions


def log(volumes: list[int], first: str = "mail") -> pl.DataFrame:
    """So many users receive a message on each day."""
    rows = [
        {
            "user_id": f"u{day}-{n}",
            "action_id": first,
            "event": "sent",
            "timestamp": START + timedelta(days=day, seconds=n),
        }
        for day, volume in enumerate(volumes)
        for n in range(volume)
    ]
    return pl.DataFrame(rows)


def of_days(volumes: list[int], **campaign: Any) -> rw.Results:
    return rw.Results(CAMPAIGN | campaign, log(volumes), time_zone="UTC")


def test_days_without_events_are_missed() -> None:
    results = of_days([30] * 9 + [0, 0] + [30] * 12)
    found = row(results, "missing day")
    assert (found["rows"], found["example"], found["severity"]) == (2, "2026-03-10", "warning")
    assert found["share"] == pytest.approx(2 / 23)
    assert found["fix"] == 'results.between("2026-03-12", "2026-03-23")'
    assert mended(found["fix"], log([1]), results).unique_users() == 12 * 30


def test_weekends_and_the_quiet_end_of_a_campaign_are_not_missed() -> None:
    assert row(of_days([30, 30, 30, 30, 30, 0, 0] * 5), "missing day")["rows"] == 0
    assert row(of_days([500, 90, 30, 9, 4, 1, 0, 1, 0, 0, 2]), "missing day")["rows"] == 0


def test_a_day_that_is_there_twice_over_is_a_sudden_change() -> None:
    found = row(of_days([30] * 9 + [300] + [30] * 12), "sudden change of volume")
    assert (found["rows"], found["example"], found["severity"]) == (1, "2026-03-10", "notice")
    assert found["fix"] == 'results.between("2026-03-11", "2026-03-22")'
    level = row(of_days([150] * 9 + [25] * 12), "sudden change of volume")
    assert (level["rows"], level["example"]) == (1, "2026-03-10")


def test_newsletters_and_a_slow_end_are_no_sudden_change() -> None:
    weekly = row(of_days([300, 30, 30, 30, 30, 30, 30] * 5), "sudden change of volume")
    slow = row(
        of_days([300, 250, 200, 160, 120, 100, 80, 60, 50, 40, 30, 25, 20, 20, 20]),
        "sudden change of volume",
    )
    assert weekly["rows"] == slow["rows"] == 0


def test_an_action_that_many_should_have_received_is_told() -> None:
    found = row(of_days([20, 20, 20]), "action never received")
    assert (found["rows"], found["example"], found["fix"]) == (3, "nudge", None)
    assert (found["severity"], found["share"]) == ("serious", 3 / 5)
    assert row(of_days([20, 20, 9]), "action never received")["rows"] == 0
    # Nobody clicked, and what waits for a week has not come yet.
    actions = [
        {"id": "mail", "channel": "email"},
        {"id": "nudge", "channel": "push", "parent": "mail", "trigger": "clicked"},
        {"id": "later", "channel": "push", "parent": "mail", "delay": "7d"},
        {"id": "quiet", "channel": "push", "parent": "mail", "trigger": "not_opened"},
    ]
    found = row(of_days([20, 20, 20], actions=actions), "action never received")
    assert (found["rows"], found["example"]) == (1, "quiet")


# ------------------------------------------------------------------------------------ declarations


def test_severity_follows_the_share() -> None:
    finding = Finding("check", "text", "effect", (), warning=0.1, serious=0.5)
    shares = [(0, 10), (1, 11), (1, 10), (4, 10), (5, 10), (3, 0)]
    severities = [finding.severity(*one) for one in shares]
    assert severities == [None, "notice", "warning", "warning", "serious", "serious"]
    assert Finding("check", "text", "effect", (), serious=NEVER).severity(3, 3) == "warning"


def test_every_finding_has_a_log_and_names_metrics_that_are_known() -> None:
    tested = {
        *TOLD,
        "no time",
        "repeated hour",
        "missing day",
        "sudden change of volume",
        "action never received",
    }
    assert {one.check for one in FINDINGS} - tested == {"outside any entry", "unread file"}
    known = {*rw.Results(*rw.datasets.generate(50), time_zone="UTC").glossary()["metric"]}
    for one in some(FINDINGS):
        assert {*one.metrics} <= known
        assert one.effect.endswith(".")
        assert 0 <= one.warning <= one.serious


def test_generated_campaigns_have_nothing_worse_than_a_notice() -> None:
    results = rw.Results(*rw.datasets.generate(4000, seed=3), time_zone="UTC")
    found = results.quality().filter(pl.col("rows") > 0)
    assert {*found["check"]} <= {"repeated event id", "developers", "click within seconds"}
    assert {*found["severity"]} == {"notice"}
