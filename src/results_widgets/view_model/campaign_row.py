"""One campaign as a row in a table of campaigns: the numbers that a marketer reads first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from results_widgets.disclosure import SHARED_USERS
from results_widgets.engine.calendar import from_micros
from results_widgets.engine.money import currency_of
from results_widgets.engine.query import Grouping
from results_widgets.experiments.estimates import Difference
from results_widgets.experiments.maturity import open_windows
from results_widgets.experiments.outcomes import CONVERTED, find
from results_widgets.experiments.pairs import Pair, together
from results_widgets.experiments.phrases import Phrases
from results_widgets.experiments.units import HELD_BACK
from results_widgets.glossary.campaign import HELD_BACK_USERS
from results_widgets.results import Results
from results_widgets.results.formatting import NOT_AVAILABLE, base_of, format_estimate
from results_widgets.results.several import Together
from results_widgets.results.summary import conclude

NO_HOLDOUT = "no holdout"
"""In place of a lift where nobody was held back."""

NOT_COMPARED = "not compared"
"""In place of a lift where users were held back but cannot be compared: roll-ups, or wrong shares."""

_LINE: Final = "converted_rate"
"""What the line of a row is of."""

FEW_WEEKS: Final = 8
"""With fewer weeks, a trend is drawn by days: below this number of points, a line says too little."""


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """The converted rate of the entries of one week or day.

    Attributes:
        value: The rate; None where there were no entries.
        ripe: Whether the windows of all these entries have ended, so that it stays as it is.
    """

    value: float | None
    ripe: bool


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign's first numbers, as numbers and as text.

    Attributes:
        status: Its state; empty if not given.
        channels: Labels of its channels, each with its icon.
        goal: Names of its goal's events, as one text.
        has_experiment: Whether it has arms to compare.
        entries: Entries; None where that is not available.
        entries_text: The same as text.
        converted: Entries that converted.
        rate: Their share of the entries.
        low: Lower end of its 95 % interval.
        high: Its upper end.
        rate_text: The share as text.
        interval_text: The interval as text.
        lift: How all treatments together differ from the held-back users; None where they are not compared.
        lift_text: The same in points, or why there is none.
        lift_interval_text: Its 95 % interval.
        verdict: Whether that is ``better``, ``worse`` or not shown; empty where there is none.
        pair: The comparison behind the lift; None where there is none.
        value: The goal's value; None where amounts are in several currencies.
        value_text: The same with its currency; ``n/a`` where there is none.
        currency: The currency; empty if none is named.
        trend: The converted rate by the week that entries started in; with few weeks, by day.
        ripe: Share of the entries whose windows have ended; None where that is not known.
        ripe_text: The same as text.
        windows_text: How many windows are open and until when; empty where all have ended.
        metrics: Every metric of the campaign as a whole by its key, with its text.
    """

    status: str
    channels: tuple[tuple[str, str], ...]
    goal: str
    has_experiment: bool
    entries: float | None
    entries_text: str
    converted: float | None
    rate: float | None
    low: float | None
    high: float | None
    rate_text: str
    interval_text: str
    lift: Difference | None
    lift_text: str
    lift_interval_text: str
    verdict: str
    pair: Pair | None
    value: float | None
    value_text: str
    currency: str
    trend: tuple[TrendPoint, ...]
    ripe: float | None
    ripe_text: str
    windows_text: str
    metrics: Mapping[str, tuple[float | None, str]]


def count_rows(campaigns: Together) -> None:
    """Count what rows show of small campaigns at once, before each is asked for its own."""
    campaigns.count_overviews()
    campaigns.count_number(HELD_BACK_USERS)
    campaigns.count_series(_LINE, Grouping(every="1w"), finer="1d", few=FEW_WEEKS)


def campaign_row(results: Results, least: int = SHARED_USERS) -> CampaignRow:
    """Return a campaign as a row.

    Args:
        results: As selected.
        least: Fewest users of a currency for it to be shown.
    """
    session, campaign, locale = results._session, results.campaign, results._session.locale
    rows = {row["metric"]: row for row in results.overview(interval=0.95).iter_rows(named=True)}
    rate = rows["converted_rate"]
    metrics = dict(_metrics(results, rows, least))
    low, high = rate["low"], rate["high"]
    pair = _lift(results)
    lift = None if pair is None else pair.found
    phrases = Phrases(locale)
    points, ends = NOT_COMPARED if results.held_back() else NO_HOLDOUT, ""
    if lift is not None and lift.difference is not None:
        points, ends = phrases.points(lift.difference), phrases.ends(lift.low, lift.high)
    ripe, windows = _ripe(results)
    (entries, entries_text), (value, value_text) = metrics["users"], metrics["goal_value"]
    return CampaignRow(
        status=campaign.status or "",
        channels=tuple((one.label, one.icon) for one in campaign.channels.values()),
        goal=", ".join(campaign.goal.events),
        has_experiment=_has_experiment(results),
        entries=entries,
        entries_text=entries_text,
        converted=rate["numerator"],
        rate=rate["value"],
        low=low,
        high=high,
        rate_text=metrics["converted_rate"][1],
        interval_text="" if low is None else f"{locale.rate(low)} to {locale.rate(high)}",
        lift=lift,
        lift_text=points,
        lift_interval_text=ends,
        verdict="" if pair is None else pair.verdict,
        pair=pair,
        value=value,
        value_text=value_text,
        currency=currency_of(session.data, results.definitions, least),
        trend=converted_over_time(results),
        ripe=ripe,
        ripe_text="" if ripe is None else locale.whole_rate(ripe),
        windows_text=windows,
        metrics=metrics,
    )


def _metrics(
    results: Results, rows: Mapping[str, Mapping[str, float | None]], least: int
) -> Iterator[tuple[str, tuple[float | None, str]]]:
    """Yield each metric with its number, and that as text."""
    for key, row in rows.items():
        yield key, (row["value"], _text(results, key, row["value"], least))


def _text(results: Results, key: str, value: float | None, least: int = SHARED_USERS) -> str:
    session = results._session
    metric = session.describe(key)
    if metric.missing or (value is None and metric.unit == "amount"):
        return NOT_AVAILABLE
    is_amount = metric.unit == "amount"
    currency = currency_of(session.data, results.definitions, least) if is_amount else ""
    estimate = session.estimate(metric)
    return format_estimate(value, metric.unit, estimate, session.locale, currency, base_of(metric))


def _lift(results: Results) -> Pair | None:
    """Return how the share of converted users differs from the held back's, all treatments together."""
    if results.is_rolled_up or not results.held_back():
        return None
    found = conclude(results).experiment
    if found is None:
        return None
    assignment = found.study.assignment
    # Where everybody was held back, nobody is there to be compared with them.
    if assignment.control != HELD_BACK or not assignment.treatments:
        return None
    return together(found.study, find(found.study.outcomes, CONVERTED))


def _has_experiment(results: Results) -> bool:
    return not results.is_rolled_up and (
        bool(results.held_back()) or len(results.campaign.variants) > 1
    )


def _ripe(results: Results) -> tuple[float | None, str]:
    """Return the share of the entries whose windows have ended, and what is open in words."""
    if results.is_rolled_up:
        return None, ""
    session = results._session
    found = session.cached("open windows", compute=lambda: open_windows(session.scoped()))
    share = (found.entries - found.open) / found.entries if found.entries else None
    if not found.open:
        return share, ""
    locale = session.locale
    words = f"{locale.count_of(found.open, 'window')} open"
    if found.decides_at is None:
        return share, words
    closes = from_micros(found.decides_at, session.query.time_zone)
    return share, f"{words} until {locale.day_of_month_text(closes)}"


def converted_over_time(results: Results) -> tuple[TrendPoint, ...]:
    """Return the converted rate of the entries of each week, and whether it may still rise; of few weeks, by day."""
    newest, days = from_micros(results._session.newest), 7
    found = results.explore(_LINE, every="1w").select("time", "value")
    if found.height < FEW_WEEKS:
        days = 1
        found = results.explore(_LINE, every="1d").select("time", "value")
    ends = timedelta(days=days) + results.campaign.attribution_window
    return tuple(TrendPoint(value, time + ends <= newest) for time, value in found.iter_rows())
