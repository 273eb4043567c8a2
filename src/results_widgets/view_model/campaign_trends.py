"""One metric of all campaigns over time, on days that they share: what small charts on one scale draw."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

import polars as pl

from results_widgets.disclosure import SYNCED_USERS
from results_widgets.engine.money import currency_of
from results_widgets.errors import QueryError, ResultsError
from results_widgets.glossary.names import MetricKey
from results_widgets.keys import Every
from results_widgets.portfolio import Portfolio
from results_widgets.results import Results
from results_widgets.results.formatting import base_of
from results_widgets.view_model.campaign_choice import METRICS
from results_widgets.view_model.campaign_row import FEW_WEEKS
from results_widgets.view_model.forecasts import first_open
from results_widgets.view_model.serialization import State

_MOST_WEEKS: Final = 104
"""With more weeks, intervals are months."""
_DIGITS: Final = 6


def trends_of(portfolio: Portfolio, metric: object, least: int = SYNCED_USERS) -> State:
    """Return a metric of every campaign over time.

    ``starts`` are the first days of the intervals from the first campaign's first to the last one's last, each by the
    days of the campaign's own zone. A row has its ``values`` at these, ``open`` for the place from which on they may
    still grow, and ``trouble`` where it has none.

    Args:
        portfolio: As selected.
        metric: From a browser: key of a metric of a campaign as a whole.
        least: Fewest users of a currency for it to be shown.

    Raises:
        QueryError: There is no such metric.
    """
    known = {one.key: one for one in METRICS}
    if not isinstance(metric, str) or metric not in known:
        raise QueryError.unknown("metric", metric, known)
    every = _interval(portfolio)
    read = {name: _line(one, MetricKey(metric), every) for name, one in portfolio.items()}
    starts = _starts([line for line in read.values() if isinstance(line, pl.DataFrame)], every)
    rows = [_row(name, line, starts) for name, line in read.items()]
    return {
        "unit": known[metric].unit,
        "base": base_of(known[metric]),
        "every": every,
        "starts": [one.isoformat() for one in starts],
        "rows": [
            {**row, "currency": _currency(portfolio[str(row["name"])], least)} for row in rows
        ],
    }


def _interval(portfolio: Portfolio) -> Every:
    """Return the interval of all lines: of few weeks days, of many months, as a list's trends have it."""
    spans = list(_spans(portfolio))
    if not spans:
        return "1d"
    length = timedelta(microseconds=max(end for _, end in spans) - min(at for at, _ in spans))
    if length < timedelta(weeks=FEW_WEEKS):
        return "1d"
    return "1w" if length <= timedelta(weeks=_MOST_WEEKS) else "1mo"


def _spans(portfolio: Portfolio) -> Iterator[tuple[int, int]]:
    for name in portfolio:
        try:
            yield portfolio[name]._session.span()
        except ResultsError:  # which stands in its row
            continue


def _line(results: Results, key: MetricKey, every: Every) -> pl.DataFrame | str:
    """Return the first day, the value and whether it may grow for each interval; or why there are none."""
    try:
        metric = results._session.describe(key)
        if metric.missing:
            return metric.missing
        found = results.explore(key, every=every).select("time", "value")
        times: list[datetime] = found["time"].to_list()
        open_from = first_open(results, metric, times)
    except ResultsError as error:
        return str(error)
    grows = [open_from is not None and one >= open_from for one in times]
    days = [one.date() for one in times]
    return found.select(pl.Series("day", days, pl.Date), "value", pl.Series("grows", grows))


def _starts(lines: list[pl.DataFrame], every: Every) -> list[date]:
    """Return the first day of every interval, also of those between two campaigns."""
    days = [day for line in lines for day in line["day"].to_list()]
    if not days:
        return []
    return pl.date_range(min(days), max(days), every, eager=True).to_list()


def _row(name: str, line: pl.DataFrame | str, starts: list[date]) -> State:
    if isinstance(line, str):
        return {"name": name, "values": [], "open": None, "trouble": line}
    values = {day: value for day, value, _ in line.iter_rows()}
    growing = line.filter("grows")["day"].to_list()
    return {
        "name": name,
        "values": [_short(values.get(day)) for day in starts],
        "open": starts.index(growing[0]) if growing else None,
        "trouble": "",
    }


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)


def _currency(results: Results, least: int) -> str:
    try:
        return currency_of(results._session.data, results.definitions, least)
    except ResultsError:
        return ""
