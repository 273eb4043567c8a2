"""Numbers of an experiment as parts of sentences: points, intervals, totals no more precise than they are known."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import floor, log10

from results_widgets.engine.calendar import from_micros
from results_widgets.experiments.estimates import Difference
from results_widgets.experiments.outcomes import Outcome
from results_widgets.locales import DASH, ENGLISH, THIN, Locale

# Points below it are told apart by a second decimal.
_FINE: float = 0.995
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Phrases:
    """How numbers stand in sentences.

    Attributes:
        locale: How they are written.
        level: Level of the intervals.
        currency: Currency of the goal's amounts; empty if none is named.
    """

    locale: Locale = ENGLISH
    level: float = 0.95
    currency: str = ""

    # --- shares and their differences

    def share(self, value: float | None) -> str:
        """Return a share as a percentage."""
        return self.locale.value(value, "rate")

    def points(self, difference: float, *, signed: bool = True) -> str:
        """Return a difference of shares: ``"+9.4 points"``, or its size alone."""
        size = 100 * abs(difference)
        text = self.locale.number(size, _decimals(size))
        if not signed:
            return f"{text} points"
        return f"{_sign(difference if size >= 0.005 else 0.0)}{text} points"  # noqa: PLR2004 - it reads 0.00

    def ends(self, low: float | None, high: float | None, *, size: bool = False) -> str:
        """Return the two ends of an interval of points: ``"7.9 to 10.9"``.

        Args:
            low: Lower end, a fraction.
            high: Upper end.
            size: Whether the sentence says the direction, so that ends below 0 stand without a sign.
        """
        if low is None or high is None:
            return "no interval"
        ends = [100 * low, 100 * high]
        if size and ends[1] < 0:
            ends = [-ends[1], -ends[0]]
        digits = _decimals(max(map(abs, ends)))
        return " to ".join(self.locale.number(end, digits) for end in ends)

    def interval(self, found: Difference) -> str:
        """Return an interval of points with its level: ``"95 %: 7.9 to 10.9"``."""
        return f"{self.percent_of_level}: {self.ends(found.low, found.high)}"

    @property
    def percent_of_level(self) -> str:
        """The level: ``"95 %"``."""
        return self.locale.percent.format(self.locale.number(100 * self.level, 2, 0))

    # --- values per user

    def value(self, outcome: Outcome, value: float | None) -> str:
        """Return a metric's value: a share as a percentage, a mean with two decimals or digits."""
        if value is None:
            return DASH
        return self.share(value) if outcome.is_share else self._mean(outcome, value)

    def difference(self, outcome: Outcome, value: float | None) -> str:
        """Return how much a value differs, with its sign: shares in points, ``"+2.6 pt"``."""
        if value is None:
            return DASH
        if not outcome.is_share:
            text = self._mean(outcome, abs(value))
            return f"{_sign(value)}{text}"
        size = 100 * abs(value)
        shown = value if size >= 0.005 else 0.0  # noqa: PLR2004 - it reads 0.00
        return f"{_sign(shown)}{self.locale.number(size, _decimals(size))}{THIN}pt"

    def span(self, outcome: Outcome, low: float | None, high: float | None) -> str:
        """Return an interval in the unit of `difference`, without naming it."""
        if low is None or high is None:
            return DASH
        if outcome.is_share:
            return self.ends(low, high)
        digits = _mean_decimals(max(abs(low), abs(high)))
        return " to ".join(self.locale.number(end, digits) for end in (low, high))

    def _mean(self, outcome: Outcome, value: float) -> str:
        text = self.locale.number(value, _mean_decimals(abs(value)))
        return self.money(text) if outcome.measure == "value" else text

    def money(self, text: str) -> str:
        """Return an amount with its currency, where all are in one."""
        return self.locale.with_currency(text, self.currency) if self.currency else text

    # --- totals, counts and times

    def about(self, value: float, low: float, high: float) -> str:
        """Return a number as precisely as its interval is known: to a tenth of its width or finer."""
        width = high - low
        digits = 1 - floor(log10(width)) if width > 0 else 0
        return self.locale.number(round(value, digits), max(digits, 0))

    def count(self, count: int, one: str, many: str = "") -> str:
        """Return how many there are of something: ``"1 user"``, ``"2,050 users"``."""
        return self.locale.count_of(count, one, many)

    def day(self, micros: int, zone: str) -> str:
        """Return the local day of an instant: ``"19 April"``."""
        return self.locale.long_day_of_month_text(from_micros(micros, zone))

    def length(self, duration: timedelta) -> str:
        """Return how long something lasts: ``"7 days"``, ``"36 hours"``."""
        for unit, forms in ((_DAY, self.locale.days), (_HOUR, self.locale.hours)):
            count, rest = divmod(duration, unit)
            if count and not rest:
                return self.locale.counted(count, forms)
        return self.locale.duration(duration.total_seconds())


def _sign(value: float) -> str:
    return "+" if value > 0 else "\u2212" if value < 0 else ""


def _decimals(size: float) -> int:
    return 2 if 0 < size < _FINE else 1


def _mean_decimals(size: float) -> int:
    """Return two decimals, or as many as show three digits of a small number."""
    return 2 if size >= 1 or size == 0 else min(6, 2 - floor(log10(size)))


def furthest_off(seen: Mapping[str, int], expected: Mapping[str, float], most: int) -> list[str]:
    """Return the arms that a sentence names: all, or of more than `most` those that add most to Pearson's statistic."""

    def surprise(arm: str) -> float:
        return (seen[arm] - expected[arm]) ** 2 / expected[arm]

    named = list(seen)
    return named if len(named) <= most else sorted(named, key=surprise, reverse=True)[: most - 1]
