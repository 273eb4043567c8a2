"""What is wrong with the events is counted, shown by example, and kept or left out as it says."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.engine.quality import quality, unread_files
from results_widgets.sources import Problem
from tests.support.examples import case

GOOD = """
    anna mail  sent     01T10:00
    anna mail  opened   01T11:00
    anna nudge sent     01T12:00
    anna -     Purchase 01T13:00
    anna -     exited   01T14:00
"""


def results(table: str, users: pl.DataFrame | None = None, **campaign: Any) -> rw.Results:
    asked = case(GOOD + table, users, **campaign)
    return rw.Results(dict(asked.campaign), asked.events, asked.users, time_zone="UTC")


def found(asked: rw.Results) -> dict[str, tuple[int, bool, str | None]]:
    """The checks that found something: rows, whether they are kept, an example."""
    rows = asked.quality().filter(pl.col("rows") > 0).iter_rows(named=True)
    return {row["check"]: (row["rows"], row["kept"], row["example"]) for row in rows}


def numbers(asked: rw.Results) -> list[tuple[Any, ...]]:
    return [*asked.overview().rows(), *asked.actions().rows()]


def test_good_events_are_all_fine_and_every_check_is_listed() -> None:
    frame = results("").quality()
    assert dict(frame.schema) == {
        "check": pl.String,
        "rows": pl.Int64,
        "share": pl.Float64,
        "kept": pl.Boolean,
        "example": pl.String,
        "text": pl.String,
        "severity": pl.String,
        "counts": pl.String,
        "among": pl.Int64,
        "effect": pl.String,
        "metrics": pl.List(pl.String),
        "fix": pl.String,
    }
    assert frame["severity"].null_count() == frame["fix"].null_count() == frame.height
    assert frame["rows"].sum() == 0
    assert frame["example"].null_count() == frame.height == frame["check"].n_unique()
    assert frame["text"].str.len_chars().min() > 10  # type: ignore[operator]


LEFT_OUT = {
    "unknown action": ("bob elsewhere sent 01T10:00", "elsewhere"),
    "unknown event": ("bob mail yodelled 01T10:00", "yodelled"),
    "other campaign": ("bob mail sent 01T10:00 campaign_id=c2", "c2"),
}


@pytest.mark.parametrize("check", LEFT_OUT)
def test_row_left_out_changes_no_number(check: str) -> None:
    line, example = LEFT_OUT[check]
    asked = results(line)
    assert found(asked) == {check: (1, False, example)}
    assert numbers(asked) == numbers(results(""))


@pytest.mark.parametrize("column", ["user_id", "event", "timestamp"])
def test_row_that_cannot_be_placed_is_left_out(column: str) -> None:
    asked = case(GOOD + "bob mail sent 01T10:00")
    hole = pl.when(pl.col("user_id") != "bob").then(column).alias(column)
    holed = rw.Results(dict(asked.campaign), asked.events.with_columns(hole), time_zone="UTC")
    checks = {"user_id": "no user", "event": "no event", "timestamp": "no time"}
    assert list(found(holed)) == [checks[column]]
    assert found(holed)[checks[column]][:2] == (1, False)
    assert numbers(holed) == numbers(results(""))


def test_repeated_event_id_is_counted_once() -> None:
    table = """
        bob mail sent 01T10:00 event_id=e1
        bob mail sent 01T10:05 event_id=e1
        bob mail sent 01T10:10 event_id=e1
        carl mail sent 01T10:10
    """
    asked = results(table)
    assert found(asked) == {"repeated event id": (2, False, None)}
    sent = asked.actions().filter(pl.col("metric") == "sent", pl.col("action_id") == "mail")
    assert sent["value"].to_list() == [3]


def test_rows_of_another_campaign_repeat_no_id_of_ours() -> None:
    table = """
        bob mail sent 01T10:00 event_id=e1
        bob mail sent 01T10:05 event_id=e1 campaign_id=c2
    """
    assert list(found(results(table))) == ["other campaign"]


def test_events_before_the_campaign_are_kept() -> None:
    asked = results("bob mail sent 01T08:00", started_at="2026-03-01T09:00:00Z")
    check = found(asked)["before the campaign"]
    assert check[:2] == (1, True)
    assert str(check[2]).startswith("2026-03-01 08:00")
    assert asked.unique_users() == 2


def test_goal_before_the_campaign_is_no_mistake() -> None:
    asked = results("bob - Purchase 01T08:00", started_at="2026-03-01T09:00:00Z")
    assert found(asked) == {}


def test_stamps_of_the_future_are_kept() -> None:
    soon = (datetime.now(UTC) + timedelta(days=2)).isoformat(timespec="seconds")
    asked = results(f"bob mail sent {soon}")
    assert found(asked)["in the future"][:2] == (1, True)
    assert asked.unique_users() == 2


def test_interaction_without_receipt_is_kept() -> None:
    table = """
        bob  mail  opened  01T10:00
        carl hello viewed  01T10:00
        carl hello accepted 01T09:00
    """
    asked = results(table)
    assert found(asked) == {
        "interaction without receipt": (2, True, "bob"),
        "interaction before receipt": (1, True, "carl"),
    }
    engaged = asked.overview().filter(pl.col("metric") == "engaged")
    assert engaged["value"].to_list() == [3]


def test_data_that_starts_in_the_middle_is_kept_for_actions() -> None:
    asked = results("bob nudge sent 01T10:00")
    assert found(asked) == {"action without entry": (1, True, "bob")}
    assert (asked.unique_users(), len(asked.users_in_action("nudge"))) == (1, 2)


def test_users_that_the_users_table_lacks_are_kept() -> None:
    users = pl.DataFrame({"user_id": ["anna", "zoe"], "plan": ["free", "paid"]})
    asked = results("bob mail sent 01T10:00", users)
    assert found(asked) == {"unknown user": (1, True, "bob")}
    assert asked.unique_users() == 2


def test_user_in_two_variants_is_shown() -> None:
    table = """
        bob  mail sent   01T10:00 variant=A
        bob  mail opened 01T11:00 variant=B
        carl mail sent   01T10:00 variant=A
        carl mail opened 01T11:00
    """
    assert found(results(table)) == {"two variants": (1, True, "bob")}


def test_an_example_is_the_least_that_enough_users_have() -> None:
    table = """
        bob  mail alone    01T10:00
        bob  mail yodelled 01T10:00
        carl mail yodelled 01T10:00
        bob  else sent     01T10:00
    """
    data = results(table)._session.data.require_users()
    examples = [dict(quality(data, least).select("check", "example").rows()) for least in (1, 2)]
    assert [one["unknown event"] for one in examples] == ["alone", "yodelled"]
    assert [one["unknown action"] for one in examples] == ["else", None]


def test_quality_is_of_the_data_whatever_the_range() -> None:
    asked = results("bob mail yodelled 01T10:00")
    assert asked.between("2026-05-01", "2026-05-02").quality().equals(asked.quality())


def test_table_without_a_row_of_the_campaign_gives_zeros() -> None:
    asked = case("anna mail sent 01T10:00 campaign_id=c2")
    empty = rw.Results(dict(asked.campaign), asked.events, time_zone="UTC")
    assert found(empty) == {"other campaign": (1, False, "c2")}
    values = dict(empty.overview().select("metric", "value").rows())
    assert (values["users"], values["conversions"], values["conversion_rate"]) == (0, 0, None)
    assert empty.entries().is_empty()
    assert empty.conversions().is_empty()
    assert len(empty.users_in_campaign()) == len(empty.users_in_action("mail")) == 0
    assert empty.explore("users")["value"].to_list() == [0]


@pytest.mark.parametrize(
    "line",
    [
        # A goal event may name any action, or none.
        "bob elsewhere Purchase 01T10:00",
        "bob mail Purchase 01T10:00",
        # At one instant, what was received comes first, and the root before what follows it.
        "bob hello viewed 01T10:00\n bob hello accepted 01T10:00",
        "bob mail sent 01T10:00\n bob nudge sent 01T10:00",
    ],
)
def test_what_is_no_mistake_is_not_called_one(line: str) -> None:
    assert found(results(line)) == {}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("bob - yodelled 01T10:00", {"unknown event": (1, False, "yodelled")}),
        (
            "bob elsewhere sent 01T10:00 campaign_id=c2",
            {"other campaign": (1, False, "c2")},
        ),
        # Opened, but only another action was received.
        (
            "bob mail sent 01T10:00\n bob nudge opened 01T11:00",
            {"interaction without receipt": (1, True, "bob")},
        ),
    ],
)
def test_a_mistake_is_called_by_one_name(
    line: str, expected: dict[str, tuple[int, bool, str | None]]
) -> None:
    assert found(results(line)) == expected


def test_the_first_unread_file_is_named_and_all_are_counted() -> None:
    problems = [Problem(Path(name), f"is {name}") for name in ("a.csv", "b.csv", "c.csv")]
    row = unread_files(problems).row(0, named=True)
    assert (row["check"], row["rows"], row["share"]) == ("unread file", 3, None)
    assert (row["kept"], row["example"]) == (False, "a.csv")
    assert row["text"].endswith("; the first is a.csv")
    assert unread_files([]).row(0)[:5] == ("unread file", 0, None, False, None)


def test_every_row_and_text_is_printed_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    long = "an_event_with_a_very_long_name_that_frames_would_cut_" * 3
    quality = results(f"bob mail {long} 01T10:00").quality()
    texts = [*quality["text"], *quality["check"]]
    words = {word for text in texts for word in text.split()}
    for shown in (repr(quality), str(quality), quality._repr_html_()):
        assert "…" not in shown
        plain = shown.replace("&#x27;", "'")
        assert not [word for word in words if word not in plain]
        assert (
            "83.3\u202f% of the rows that name the campaign, its actions or its goal count."
            in shown
        )
    assert long in quality._repr_html_()
    only = quality.filter(pl.col("rows") > 0)
    assert only.height == 1
    assert "…" not in repr(only)
    assert only["share"].item() == pytest.approx(1 / 6)
    assert only.share_kept == pytest.approx(5 / 6)


def test_row_repeated_in_all_but_its_id_is_kept() -> None:
    table = """
        bob  mail sent 01T10:00 event_id=e1
        bob  mail sent 01T10:00 event_id=e1
        bob  mail sent 01T10:00 event_id=e2
        carl mail sent 01T10:00
        carl mail sent 01T10:00
        dora mail sent 01T10:00 event_id=e3
        dora mail sent 01T10:01 event_id=e4
        emil mail sent 01T10:00 event_id=e5 value=1
        emil mail sent 01T10:00 event_id=e6 value=2
    """
    alike = found(results(table))
    assert alike["repeated but for its id"] == (2, True, "bob")
    assert alike["repeated event id"] == (1, False, None)
