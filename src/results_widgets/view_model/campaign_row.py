"""One campaign as a row of a table of many: what a marketer reads of it first."""

from dataclasses import dataclass
from datetime import timedelta

from results_widgets.disclosure import SHARED_USERS
from results_widgets.engine.calendar import from_micros
from results_widgets.engine.money import currency_of
from results_widgets.experiments.estimates import Difference
from results_widgets.experiments.outcomes import CONVERTED, find
from results_widgets.experiments.pairs import together
from results_widgets.experiments.phrases import Phrases
from results_widgets.experiments.units import HELD_BACK
from results_widgets.results import Results
from results_widgets.results.formatting import NOT_AVAILABLE, base_of, format_estimate
from results_widgets.results.summary import conclude

NO_HOLDOUT = "no holdout"
"""In place of a lift where nobody was held back."""

NOT_COMPARED = "not compared"
"""In place of a lift where some were, but cannot be compared: roll-ups, shares that are wrong, no extra ``stats``."""


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """The converted rate of one week's entries.

    Attributes:
        value: The rate; None for a week without entries.
        ripe: Whether the windows of all these entries have ended, so that it stays as it is.
    """

    value: float | None
    ripe: bool


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign's first numbers, as numbers and as text.

    Attributes:
        status: What state it is in; empty if that is not said.
        channels: Labels of its channels.
        entries: Entries; None where that is not available.
        entries_text: The same as text.
        converted: Entries that converted.
        rate_text: Their share of the entries.
        interval_text: Its 95 % interval.
        lift: How all treatments together differ from the held back; None where they are not compared.
        lift_text: The same in points, or why there is none.
        lift_interval_text: Its 95 % interval.
        value_text: The goal's value with its currency; ``n/a`` where amounts are in several.
        trend: The converted rate by the week that entries started in.
        ripe: Share of the entries whose windows have ended; None where that is not known.
        ripe_text: The same as text.
    """

    status: str
    channels: tuple[str, ...]
    entries: float | None
    entries_text: str
    converted: float | None
    rate_text: str
    interval_text: str
    lift: Difference | None
    lift_text: str
    lift_interval_text: str
    value_text: str
    trend: tuple[TrendPoint, ...]
    ripe: float | None
    ripe_text: str


def campaign_row(results: Results, least: int = SHARED_USERS) -> CampaignRow:
    """Return a campaign as a row.

    Args:
        results: As selected.
        least: Fewest users of a currency that is told.
    """
    session, campaign = results._session, results.campaign
    locale = session.locale
    rows = {row["metric"]: row for row in results.overview(interval=0.95).iter_rows(named=True)}
    rate, entries = rows["converted_rate"], rows["users"]["value"]
    low, high = rate["low"], rate["high"]
    has_interval = low is not None and high is not None
    lift = _lift(results)
    phrases = Phrases(locale)
    points, ends = NOT_COMPARED if results.held_back() else NO_HOLDOUT, ""
    if lift is not None and lift.difference is not None:
        points, ends = phrases.points(lift.difference), phrases.ends(lift.low, lift.high)
    ripe = _ripe(results)
    return CampaignRow(
        status=campaign.status or "",
        channels=tuple(one.label for one in campaign.channels.values()),
        entries=entries,
        entries_text=_text(results, "users", entries),
        converted=rate["numerator"],
        rate_text=_text(results, "converted_rate", rate["value"]),
        interval_text=f"{locale.rate(low)} to {locale.rate(high)}" if has_interval else "",
        lift=lift,
        lift_text=points,
        lift_interval_text=ends,
        value_text=_text(results, "goal_value", rows["goal_value"]["value"], least),
        trend=_trend(results),
        ripe=ripe,
        ripe_text="" if ripe is None else locale.whole_rate(ripe),
    )


def _text(results: Results, key: str, value: float | None, least: int = SHARED_USERS) -> str:
    session = results._session
    metric = session.describe(key)
    if metric.missing or (value is None and metric.unit == "amount"):
        return NOT_AVAILABLE
    is_amount = metric.unit == "amount"
    currency = currency_of(session.data, results.definitions, least) if is_amount else ""
    estimate = session.estimate(metric)
    return format_estimate(value, metric.unit, estimate, session.locale, currency, base_of(metric))


def _lift(results: Results) -> Difference | None:
    """Return how the share of converted users differs from the held back's, all treatments together."""
    if results.is_rolled_up or not results.held_back():
        return None
    found = conclude(results).experiment
    if found is None or found.study.assignment.control != HELD_BACK:
        return None
    return together(found.study, find(found.study.outcomes, CONVERTED)).found


def _ripe(results: Results) -> float | None:
    if results.is_rolled_up:
        return None
    entries, still_open = results.maturity().select("entries", "open").row(0)
    return (entries - still_open) / entries if entries else None


def _trend(results: Results) -> tuple[TrendPoint, ...]:
    newest = from_micros(results._session.newest)
    week = timedelta(days=7) + results.campaign.attribution_window
    found = results.explore("converted_rate", every="1w").select("time", "value")
    return tuple(TrendPoint(value, time + week <= newest) for time, value in found.iter_rows())
