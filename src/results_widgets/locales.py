"""How numbers and days are written in a language: one table, which the browser's half reads as well."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any, Final

from results_widgets._shared import shared
from results_widgets.errors import QueryError

THIN: Final = "\u202f"
"""The narrow space, which does not break, between a number and its unit."""
DASH: Final = "–"
"""What stands for a number that is not there."""

_MINUS: Final = "−"
_TOLD: Final = 200
"""Numbers whose plural is told; that of a larger one follows from its last two digits."""
_PLURALS: Final = ("other", "one", "two", "few", "many", "zero")
# Below it a percentage has two decimals; it would read "1.00 %" from here on.
_SMALL_PERCENT: Final = 0.995
_NO_CENTS: Final = 10_000
"""From here on an amount is written without decimals."""
UNITS: Final = (86_400, 3_600, 60, 1)
"""The units of a duration in seconds, the largest first, as `Locale.durations` has them."""


@dataclass(frozen=True, slots=True)
class Locale:
    """A language's way to write numbers and days. Digits are Latin, and days Gregorian.

    Attributes:
        name: Its BCP 47 name, such as ``"de"``.
        decimal: What precedes decimals.
        group: What stands between thousands.
        percent: The pattern of a percentage, ``"{}\u202f%"``.
        money: How an amount in each currency is written, ``"${}"``; any other has its code behind.
        months: Names of the months, as they stand alone.
        months_in_dates: The same after a day.
        months_short: The same, short, after a day.
        weekdays: Names of the days of the week, Monday first.
        weekdays_short: The same, short.
        day: The pattern of a day, ``"{d} {mon} {y}"``.
        long_day: The same with the whole name of the month.
        day_of_month: The pattern of a day without its year.
        month: The pattern of a month.
        month_short: The same with a short name.
        compact: By what (``size``) a large number is divided, and what stands ``behind`` it then; the smallest
            first.
        durations: What stands behind days, hours, minutes and seconds.
        now: This moment.
        ago: How long ago something was, by unit (``minute`` to ``year``) and plural, ``{"other": "{} min ago"}``.
        days: Whole days, by plural.
        hours: Whole hours, by plural.
        plural: The plural of 0 to 199, each as its place in `_PLURALS`; zeros at the end are left out.
    """

    name: str
    decimal: str
    group: str
    percent: str
    money: Mapping[str, str]
    months: Sequence[str]
    months_in_dates: Sequence[str]
    months_short: Sequence[str]
    weekdays: Sequence[str]
    weekdays_short: Sequence[str]
    day: str
    long_day: str
    day_of_month: str
    month: str
    month_short: str
    compact: Sequence[Mapping[str, Any]]
    durations: Sequence[str]
    now: str
    ago: Mapping[str, Mapping[str, str]]
    days: Mapping[str, str]
    hours: Mapping[str, str]
    plural: str

    # --- numbers

    def number(self, value: float, digits: int = 2, at_least: int | None = None) -> str:
        """Return a number with its thousands apart, rounded as one would by hand.

        Args:
            value: The number.
            digits: How many decimals it has at most.
            at_least: How many it has at least; None: as many.
        """
        exact = Decimal(repr(float(value)))
        rounded = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
        whole, _, decimals = f"{abs(rounded):,f}".partition(".")
        least = digits if at_least is None else at_least
        decimals = decimals[:least] + decimals[least:].rstrip("0")
        text = whole.replace(",", self.group) + (self.decimal + decimals if decimals else "")
        return _MINUS + text if rounded < 0 else text

    def exact(self, value: float) -> str:
        """Return a number in full, with two decimals if it is not whole."""
        return self.number(value, 0 if float(value).is_integer() else 2)

    def rate(self, value: float) -> str:
        """Return a share as a percentage: one decimal, two below one per cent, none where it is none or all."""
        if value in (0, 1):
            return self.percent.format("100" if value else "0")
        percent = value * 100
        is_small = abs(percent) < _SMALL_PERCENT
        return self.percent.format(self.number(percent, 2 if is_small else 1))

    def whole_rate(self, value: float) -> str:
        """Return a share as a percentage without decimals."""
        percent = value * 100
        if 0 < percent < 1:
            return f"<{THIN}{self.percent.format(1)}"
        return self.percent.format(self.number(percent, 0))

    def amount(self, value: float) -> str:
        """Return an amount of money without its currency: of a large one the cents say nothing."""
        return self.number(value, 0) if abs(value) >= _NO_CENTS else self.exact(value)

    def money_pattern(self, currency: str) -> str:
        """Return how an amount in a currency is written: ``"${}"``, ``"{} €"``."""
        return self.money.get(currency, f"{{}}{THIN}{currency}")

    def with_currency(self, amount: str, currency: str) -> str:
        """Return an amount with its currency: ``"$533,269"``, ``"533.269 €"``."""
        pattern = self.money_pattern(currency)
        if amount.startswith(_MINUS):
            return _MINUS + pattern.replace("{}", amount.removeprefix(_MINUS))
        return pattern.replace("{}", amount)

    def duration(self, seconds: float) -> str:
        """Return a time in its two largest units: ``"2 d 4 h"``."""
        if seconds < 1:
            return f"0{self.durations[-1]}"
        first = next(n for n, size in enumerate(UNITS) if seconds >= size)
        smallest = UNITS[min(first + 1, len(UNITS) - 1)]
        left = int(seconds / smallest + 0.5) * smallest
        words: list[str] = []
        for size, unit in zip(UNITS, self.durations, strict=True):
            count, left = divmod(left, size)
            if count and len(words) < 2:  # noqa: PLR2004 - the two largest units
                words.append(f"{self.exact(count)}{unit}")
        return " ".join(words)

    def counted(self, count: int, forms: Mapping[str, str]) -> str:
        """Return so many of a unit in the plural that goes with the number: ``"7 days"``.

        Args:
            count: How many.
            forms: The unit by plural, such as `days`.
        """
        place = count if count < _TOLD else 100 + count % 100
        form = forms.get(_PLURALS[int(self.plural[place : place + 1] or 0)], forms["other"])
        return form.replace("{}", self.exact(count))

    def count_of(self, count: int, one: str, many: str = "") -> str:
        """Return how many there are of something, in the words of English: ``"1 user"``, ``"2,050 users"``."""
        return f"{self.exact(count)} {one if count == 1 else many or f'{one}s'}"

    def value(self, value: float | None, unit: str) -> str:
        """Return a metric's value by its unit in the glossary; a dash if there is none."""
        if value is None:
            return DASH
        if unit == "rate":
            return self.rate(value)
        if unit == "amount":
            return self.amount(value)
        return self.duration(value) if unit == "seconds" else self.exact(value)

    # --- days

    def day_text(self, day: date) -> str:
        """Return a day: ``"12 Mar 2026"``."""
        return self._filled(self.day, day)

    def weekday_and_day(self, day: date) -> str:
        """Return a day with its day of the week: ``"Thu 12 Mar 2026"``."""
        return f"{self.weekdays_short[day.weekday()]} {self.day_text(day)}"

    def day_of_month_text(self, day: date) -> str:
        """Return a day without its year: ``"12 Mar"``."""
        return self._filled(self.day_of_month, day)

    def long_day_of_month_text(self, day: date) -> str:
        """Return a day without its year, with the whole name of the month: ``"12 March"``."""
        if self.months_short[0][:1].isdigit():
            return self.day_of_month_text(day)
        return self._filled(self.day_of_month.replace("{mon}", "{month}"), day)

    def month_text(self, day: date) -> str:
        """Return the month of a day: ``"March 2026"``."""
        return self.month.format(month=self.months[day.month - 1], y=day.year)

    def short_month_text(self, day: date) -> str:
        """Return the month of a day, short: ``"Mar 2026"``."""
        return self.month_short.format(mon=self.months_short[day.month - 1], y=day.year)

    def week_text(self, first: date) -> str:
        """Return the seven days from a day on, the month but once where it is the same."""
        last = first + timedelta(days=6)
        if first.month == last.month and self.day.startswith("{d}"):
            dot = self.day.removeprefix("{d}").partition("{")[0].partition(" ")[0]
            return f"{first.day}{dot}–{self.day_text(last)}"
        return f"{self.day_of_month_text(first)}–{self.day_text(last)}"

    def _filled(self, pattern: str, day: date) -> str:
        at = day.month - 1
        names = {"mon": self.months_short[at], "month": self.months_in_dates[at]}
        return pattern.format(d=day.day, y=day.year, **names)

    # --- elsewhere

    def to_state(self) -> dict[str, Any]:
        """Return it as the browser reads it."""
        return {"name": self.name, **{_camel(key): value for key, value in _row(self).items()}}


def _row(locale: Locale) -> dict[str, Any]:
    return {name: value for name, value in asdict(locale).items() if name != "name"}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


LOCALES: Final = tuple(shared("locales"))
"""Names of the locales there are."""


@cache
def locale_of(name: str) -> Locale:
    """Return a locale by its name; ``"de-AT"`` and ``"de_AT.UTF-8"`` are ``"de"``, as there is none of Austria.

    Raises:
        QueryError: There is none of that language.
    """
    known = {one.lower(): one for one in LOCALES}
    asked = name.partition(".")[0].replace("_", "-").lower()
    found = known.get(asked) or known.get(asked.partition("-")[0])
    if found is None:
        raise QueryError.unknown("locale", name, LOCALES)
    row = shared("locales")[found]
    fields = [field for field in Locale.__dataclass_fields__ if field != "name"]
    return Locale(found, **{field: row[_camel(field)] for field in fields})


ENGLISH: Final = locale_of("en")
"""What is written where nobody asks for another."""
