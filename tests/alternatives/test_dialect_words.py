"""Definition sets side by side in words: which stand together, and what is said of what no rule expresses."""

from typing import Any

import polars as pl

from results_widgets._written_table import WrittenTable
from results_widgets.alternatives.dialect_words import written_dialects
from results_widgets.campaign import Campaign
from results_widgets.locales import locale_of

CAMPAIGN = Campaign.from_json(
    {
        "id": "c1",
        "goal": {"events": ["Purchase"]},
        "actions": [{"id": "mail", "channel": "email"}],
    }
)
COLUMNS = {
    "channel": pl.String,
    "metric": pl.String,
    "set": pl.String,
    "value": pl.Float64,
    "difference": pl.Float64,
    "reason": pl.String,
    "not_expressed": pl.String,
}


def written(*rows: tuple[Any, ...]) -> WrittenTable:
    """A row is channel, metric, set, value, difference and reason; the package's metrics are not needed."""
    frame = pl.DataFrame([(*row, None) for row in rows], COLUMNS, orient="row")
    return written_dialects(frame, CAMPAIGN, {}, locale_of("en"))


def test_sets_of_one_value_for_one_reason_stand_together_those_of_the_default_first() -> None:
    found = written(
        (None, "opened", "braze", 4.0, -1.0, "machines"),
        (None, "opened", "default", 5.0, 0.0, None),
        (None, "opened", "klaviyo", 4.0, -1.0, "machines"),
        (None, "opened", "iterable", 4.0, -1.0, "another reason"),
        # What sums are rounded by is no difference.
        (None, "opened", "leanplum", 5.0, 1e-12, None),
    )
    assert found.rows == (
        ("opened", "default, leanplum", "5", "0", ""),
        ("opened", "braze, klaviyo", "4", "−1", "machines"),
        ("opened", "iterable", "4", "−1", "another reason"),
    )


def test_number_of_a_channel_names_it_and_one_that_is_not_available_says_so() -> None:
    found = written(
        ("email", "opened", "default", 5.0, 0.0, None),
        ("email", "opened", "braze", None, None, "not told"),
        ("gone", "opened", "default", 5.0, 0.0, None),
        ("gone", "opened", "braze", 6.0, 1.0, "told twice"),
    )
    assert [row[0] for row in found.rows] == ["opened (Email)"] * 2 + ["opened (gone)"] * 2
    assert found.rows[1][2:] == ("n/a", "n/a", "not told")


def test_numbers_that_are_the_same_under_every_set_are_counted() -> None:
    same = [("email", key, name, 1.0, 0.0, None) for key in "ab" for name in ("default", "mine")]
    differs = ("email", "c", "mine", 1.0, 1.0, "a reason")
    assert written(*same).notes == ("Every number is the same under every set.",)
    assert written(*same, differs).notes == ("2 other numbers are the same under every set.",)
    assert written(*same[:2], differs).notes == ("1 other number is the same under every set.",)
    assert written(differs).notes == ()


def test_up_to_four_numbers_are_named_that_a_tool_counts_otherwise() -> None:
    of_clicks = ["unique_click_rate", "unique_clicked", "unique_open_rate", "unique_opened"]
    keys = [*of_clicks, "click_to_open_rate"]
    (_, four), (_, five) = (
        written(*[("email", key, "braze", 1.0, 0.0, None) for key in keys[:count]]).notes
        for count in (4, 5)
    )
    named = ", ".join(of_clicks)
    assert "opens and clicks are unique per dispatch" in four
    assert four.endswith(f"({named}).")
    assert five.endswith(f"({named} and 1 more).")
