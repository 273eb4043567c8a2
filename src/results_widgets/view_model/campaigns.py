"""The ``_campaigns`` trait: a table of many campaigns, and what a row says when it is unfolded."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import date, datetime
from typing import Final

from results_widgets.disclosure import SYNCED_USERS
from results_widgets.engine.calendar import from_micros
from results_widgets.errors import ResultsError
from results_widgets.experiments.estimates import Difference
from results_widgets.experiments.phrases import Phrases
from results_widgets.experiments.pooled import pooled
from results_widgets.portfolio import Portfolio
from results_widgets.portfolio.members import count_once
from results_widgets.results import Results
from results_widgets.view_model.campaign_choice import METRICS
from results_widgets.view_model.campaign_row import CampaignRow, campaign_row, count_rows
from results_widgets.view_model.campaign_settings import settings_of
from results_widgets.view_model.serialization import State
from results_widgets.view_model.told_verdict import told_verdict

_UNREAD: Final = "open it to see its numbers"
_MOST_MONTHS: Final = 120
_STEPS: Final = 6
"""Most steps whose trend an unfolded row draws."""
_DIGITS: Final = 6

Clean = Callable[[str], str]
"""Removes details that readers need not know from an error."""


def campaigns_state(
    portfolio: Portfolio,
    *,
    links: Mapping[str, str] | None = None,
    least: int = SYNCED_USERS,
    rows: Mapping[str, CampaignRow] | None = None,
    details: bool = False,
    patience: float | None = None,
    clean: Clean = str,
) -> State:
    """Return the value of ``_campaigns``: ``rows``, what they show ``together``, ``months``, ``scope``, ``settings``.

    Args:
        portfolio: The campaigns, as selected.
        links: The page of each campaign, by its name; those without one open in place.
        least: Fewest users of a value of the data for it to be shown.
        rows: Rows by name that were computed before.
        details: Whether rows have what they say when unfolded; else the browser asks for that.
        patience: Seconds after which the rows that are left have no numbers.
        clean: Removes details that readers need not know from an error.
    """
    end = None if patience is None else time.monotonic() + patience
    # What cannot be read stands in its row, and the others are read one by one then.
    with suppress(ResultsError):
        count_rows(count_once(portfolio._members))
    lines: list[State] = []
    read: list[CampaignRow] = []
    newest: list[int] = []
    for name, results in portfolio.items():
        row = campaign_line(name, (links or {}).get(name, ""))
        if end is not None and time.monotonic() > end:
            row["trouble"] = _UNREAD
        else:
            try:
                known = (rows or {}).get(name) or campaign_row(results, least)
                row["numbers"] = _numbers(known, results, least, details=details)
                read.append(known)
                newest.append(results._session.newest // 1000)
            except ResultsError as error:
                row["trouble"] = clean(str(error))
        lines.append(row)
    return {
        "rows": lines,
        "together": _together(read, Phrases(_first(portfolio)._session.locale)),
        "months": _months(portfolio),
        "metrics": _metrics(),
        "scope": portfolio._words,
        "newest_ms": max(newest, default=None),
        "settings": settings_of(portfolio),
        "busy": False,
    }


def placeholder_campaigns(portfolio: Portfolio, links: Mapping[str, str] | None = None) -> State:
    """Return the same before there are numbers."""
    rows = [campaign_line(name, (links or {}).get(name, "")) for name in portfolio.names]
    return {
        "rows": rows,
        "together": None,
        "months": [],
        "metrics": _metrics(),
        "scope": portfolio._words,
        "newest_ms": None,
        "settings": None,
        "busy": True,
    }


def campaign_line(name: str, href: str = "", trouble: str = "") -> State:
    """Return a row without numbers."""
    return {"name": name, "href": href, "trouble": trouble, "numbers": None}


def campaign_detail_reply(results: Results, least: int = SYNCED_USERS) -> State:
    """Return the reply to ``kind: detail``: the verdict, and the conversions of those who received each step.

    Args:
        results: The campaign's, as selected.
        least: Fewest users of an arm that nobody declared.
    """
    verdict = told_verdict(results, least)
    return {
        "kind": verdict.kind,
        "title": verdict.title,
        "detail": verdict.detail,
        "steps": list(_steps(results)),
    }


def _steps(results: Results) -> Iterator[State]:
    """Yield the first steps with the conversion rate of those who received them, by week."""
    session, campaign = results._session, results.campaign
    metric = "conversion_rate_attributed"
    actions = campaign.actions[:_STEPS]
    if session.missing_users(None, "1w"):
        return
    series = session.series("action", [(one.id, metric) for one in actions], "1w")
    frame = results.actions()
    rates = dict(frame.filter(metric=metric).select("action_id", "value").iter_rows())
    for one in actions:
        channel = campaign.channels[one.channel]
        yield {
            "name": one.label,
            "channel": channel.label,
            "icon": channel.icon,
            "text": session.locale.value(rates.get(one.id), "rate"),
            "trend": [{"value": _short(value), "ripe": True} for value in series.get(one.id, [])],
        }


def _numbers(row: CampaignRow, results: Results, least: int, *, details: bool) -> State:
    lift = _lift(row, row.lift)
    return {
        "status": row.status,
        "channels": [{"label": label, "icon": icon} for label, icon in row.channels],
        "goal": row.goal,
        "has_experiment": row.has_experiment,
        "entries": row.entries,
        "entries_text": row.entries_text,
        "rate": _short(row.rate),
        "low": _short(row.low),
        "high": _short(row.high),
        "rate_text": row.rate_text,
        "interval_text": row.interval_text,
        "lift": lift,
        "no_lift": "" if lift else row.lift_text,
        "value": row.value,
        "value_text": row.value_text,
        "currency": row.currency,
        "trend": [{**asdict(one), "value": _short(one.value)} for one in row.trend],
        "best": _best(row, results),
        "ripe": _short(row.ripe),
        "ripe_text": row.ripe_text,
        "windows": row.windows_text,
        "metrics": {
            key: {"value": _short(value), "text": text}
            for key, (value, text) in row.metrics.items()
        },
        "detail": campaign_detail_reply(results, least) if details else None,
    }


def _metrics() -> list[State]:
    """Return what can be a column or drawn of all campaigns, in reading order."""
    return [
        {"key": one.key, "label": one.label, "unit": one.unit, "text": one.text} for one in METRICS
    ]


def _first(portfolio: Portfolio) -> Results:
    return next(iter(portfolio.items()))[1]


def _together(rows: Iterable[CampaignRow], phrases: Phrases) -> State | None:
    """Return the effect of all campaigns that hold users back, in words; None if none does."""
    found = pooled(row.pair for row in rows if row.pair is not None)
    if found is None:
        return None
    users = [found.users * one for one in (found.difference, found.low, found.high)]
    count = phrases.about(abs(users[0]), users[1], users[2])
    more = f"About {count} {'more' if users[0] > 0 else 'fewer'} users converted"
    where = (
        "in the campaign that holds back"
        if found.campaigns == 1
        else f"in the {found.campaigns} campaigns that hold back"
    )
    shown = found.verdict != "no difference shown"
    return {
        "value": found.difference,
        "text": phrases.points(found.difference),
        "interval": f"{phrases.percent_of_level}: {phrases.ends(found.low, found.high)}",
        "verdict": found.verdict,
        "more": f"{more}, {where}" if shown else f"No difference shown {where}",
    }


def _lift(row: CampaignRow, found: Difference | None) -> State | None:
    if found is None or found.difference is None:
        return None
    return {
        "value": found.difference,
        "low": found.low,
        "high": found.high,
        "text": row.lift_text,
        "interval": row.lift_interval_text,
        "verdict": row.verdict,
    }


def _best(row: CampaignRow, results: Results) -> str:
    """Return the highest rate of the trend as text: what the line's top stands for."""
    known = [one.value for one in row.trend if one.value is not None]
    return results._session.locale.rate(max(known)) if known else ""


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)


def _months(portfolio: Portfolio) -> list[State]:
    """Return the months in which any campaign has data, the newest first."""
    found: set[date] = set()
    for name in portfolio:
        results = portfolio[name]
        try:
            first, last = results.between(None, None)._session.span()
        except ResultsError:  # which stands in the campaign's row
            continue
        zone = results.time_zone
        found.update(_months_of(from_micros(first, zone), from_micros(last - 1, zone)))
    locale = _first(portfolio)._session.locale
    months = sorted(found, reverse=True)[:_MOST_MONTHS]
    return [{"value": f"{one:%Y-%m}", "label": locale.month_text(one)} for one in months]


def _months_of(first: datetime, last: datetime) -> Iterator[date]:
    at, end = first.date().replace(day=1), last.date()
    while at <= end:
        yield at
        at = at.replace(year=at.year + at.month // 12, month=at.month % 12 + 1)
