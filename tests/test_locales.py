"""Numbers and days as text: what the browser's half writes, in the same words."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

import results_widgets as rw
from results_widgets.locales import ENGLISH, LOCALES, locale_of
from tests.support.profiles import examples

# The TypeScript tests read the same file.
WRITTEN = json.loads((Path(__file__).parent / "support" / "written.json").read_text())


@pytest.mark.parametrize(("name", "unit", "value", "text"), WRITTEN["numbers"])
def test_numbers(name: str, unit: str, value: float | None, text: str) -> None:
    assert locale_of(name).value(value, unit) == text


@pytest.mark.parametrize(("name", "day", "short", "long", "month", "alone"), WRITTEN["days"])
def test_days(name: str, day: str, short: str, long: str, month: str, alone: str) -> None:
    locale, at = locale_of(name), date.fromisoformat(day)
    assert locale.day_text(at) == short
    assert f"{locale.weekdays[at.weekday()]} {locale._filled(locale.long_day, at)}" == long
    assert locale.month_text(at) == month
    assert locale.day_of_month_text(at) == alone


def test_weeks() -> None:
    monday = date(2026, 3, 30)
    assert ENGLISH.week_text(monday) == "30 Mar–5 Apr 2026"
    assert ENGLISH.week_text(monday - timedelta(days=7)) == "23–29 Mar 2026"
    assert locale_of("de").week_text(monday - timedelta(days=7)) == "23.–29. März 2026"
    assert locale_of("en-US").week_text(monday) == "Mar 30–Apr 5, 2026"


@pytest.mark.parametrize(
    ("asked", "found"),
    [("de-AT", "de"), ("de_CH", "de-CH"), ("de_DE.UTF-8", "de"), ("EN-us", "en-US"), ("pt", "pt")],
)
def test_a_region_without_ways_of_its_own_is_its_language(asked: str, found: str) -> None:
    assert locale_of(asked).name == found


def test_an_unknown_locale_is_refused_by_name() -> None:
    with pytest.raises(rw.QueryError, match="locale 'klingon'"):
        locale_of("klingon")


@settings(max_examples=examples(200))
@given(
    st.sampled_from(LOCALES),
    st.floats(-1e15, 1e15).filter(lambda value: abs(value) < 1e-9 or abs(value) > 1e-3),
    st.integers(0, 4),
)
def test_a_number_reads_back(name: str, value: float, digits: int) -> None:
    locale = locale_of(name)
    text = locale.number(value, digits)
    plain = text.replace(locale.group, "").replace(locale.decimal, ".").replace("−", "-")
    assert abs(float(plain) - value) <= 0.5000001 * 10**-digits + abs(value) * 1e-15
    assert "-0" not in plain or float(plain) != 0
