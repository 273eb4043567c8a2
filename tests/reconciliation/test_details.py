"""Where a guess is worth it, what rounding explains, and how changes are written."""

import polars as pl
import pytest

import results_widgets as rw
from results_widgets.locales import ENGLISH, locale_of
from results_widgets.reconciliation.trial import is_same, is_worth
from results_widgets.reconciliation.words import signed


@pytest.mark.parametrize(
    ("before", "after", "worth"),
    [
        ([0.5, 0.5], [0.39, 0.39], True),  # a fifth of what it touches
        ([0.5, 0.5], [0.41, 0.41], False),
        ([0.5, 0.9], [0.39, 0.9], True),  # what it does not touch says nothing
        ([0.9, 0.01], [0.9, 0.0], True),
        ([0.9, 0.01], [0.85, 0.0], True),  # one number more is equal
        ([0.0, 0.5], [0.1, 0.4], False),  # no nearer by what another loses
        ([0.5], [0.5], False),
    ],
)
def test_a_rule_is_assumed_where_it_explains_enough(
    before: list[float], after: list[float], worth: bool
) -> None:
    assert is_worth(before, after) is worth


def test_equal_is_equal_but_for_the_last_digits() -> None:
    assert is_same(0.1 + 0.2, 0.3)
    assert is_same(0, 0)
    assert not is_same(1000, 1001)
    assert not is_same(0, 1e-12)
    assert not is_same(None, None)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (3, "count", "+3"),
        (-1234, "users", "−1,234"),
        (0, "count", "0"),
        (None, "count", "n/a"),
        (-0.0512, "rate", "−5.12\u202fpp"),
        (0.2, "rate", "+20\u202fpp"),
        (-7200, "seconds", "−2\u2009h"),
        (2.5, "amount", "+2.50"),
    ],
)
def test_changes_have_a_sign(value: float | None, unit: str, text: str) -> None:
    assert signed(value, unit, ENGLISH).replace("\u202f", "\u2009") == text.replace(
        "\u202f", "\u2009"
    )


def test_changes_are_written_as_the_results_are() -> None:
    results = rw.Results(*rw.datasets.generate(200, seed=1), time_zone="UTC")
    german = results._with(results._session.written_in(locale_of("de")))
    ours = results.actions().filter(action_id="we-miss-you", metric="open_rate")["value"].item()
    theirs = pl.DataFrame(
        {"action": ["we-miss-you"], "metric": ["open_rate"], "value": [ours - 0.0125]}
    )
    assert "−1,25" in german.reconcile(theirs, guess=False).summary()


def test_a_rate_is_explained_within_what_it_was_rounded_by() -> None:
    results = rw.Results(*rw.datasets.generate(200, seed=1), time_zone="UTC")
    ours = results.actions().filter(action_id="we-miss-you", metric="open_rate")["value"].item()
    assert 0.535 < ours < 0.536

    def verdict(value: str) -> str:
        theirs = pl.DataFrame(
            {"action": ["we-miss-you"], "metric": ["Open rate"], "value": [value]}
        )
        text: str = results.reconcile(theirs, guess=False).table["text"].item()
        return text

    assert verdict("54%") == verdict("53.6%") == "explained but for rounding"
    assert verdict("53.5%") == "not explained"
    assert verdict("55%") == "not explained"
    # A digit alone is no rounding that anybody would do: 0.5 may be a half.
    assert verdict("0.5") == "not explained"


def test_many_rests_are_counted() -> None:
    results = rw.Results(*rw.datasets.generate(200, seed=1), time_zone="UTC")
    own = results.actions().filter(metric="users_received")
    theirs = own.select("action_id", "metric", pl.col("value") + 5)
    found = results.reconcile(theirs, guess=False)
    assert f"Not explained, too: {own.height - 3} more." in found.sentences
    assert found.sentences[0].endswith(f"0 explained, {own.height} not explained.")


def test_a_page_counts_the_rows_that_are_0_on_both_sides_and_the_table_has_them() -> None:
    results = rw.Results(*rw.datasets.generate(200, seed=1), time_zone="UTC")
    metrics = ("sent", "opened", "users_received")
    ours = results.actions().filter(pl.col("metric").is_in(metrics))
    found = results.reconcile(ours.select("action_id", "metric", "value"), guess=False)
    nothing = ours.filter(pl.col("value") == 0)
    assert 1 < nothing.height < ours.height
    page = found.to_html()
    assert f"Not shown: {nothing.height} numbers that are 0 on both sides." in page
    assert page.count("<tr>") == ours.height - nothing.height + 1
    assert found.table.height == ours.height
