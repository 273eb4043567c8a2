"""The ``_chart`` and ``_series`` traits: the selected metric over time, as a Vega-Lite spec and its rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import polars as pl

from results_widgets import charts
from results_widgets._shared import shared
from results_widgets.charts import BEHIND
from results_widgets.charts.axes import Spec
from results_widgets.charts.notes import with_notes
from results_widgets.disclosure import SYNCED_USERS
from results_widgets.engine.calendar import INTERVAL_NAMES, from_micros
from results_widgets.engine.money import currency_of
from results_widgets.glossary import OF_ENTRIES, Metric
from results_widgets.locales import Locale
from results_widgets.results import Results
from results_widgets.results.formatting import base_of, per_one
from results_widgets.view_model.annotations import TOLD, Noted, notes_state
from results_widgets.view_model.chart_groups import Groups, drawn_groups, value_colours
from results_widgets.view_model.compared_line import compared_line, compared_words
from results_widgets.view_model.forecasts import first_open, with_forecasts
from results_widgets.view_model.formatting import sentence
from results_widgets.view_model.interval_choice import Choice, chosen_interval
from results_widgets.view_model.selection import CHART_FIELDS, Selection
from results_widgets.view_model.serialization import State, to_arrow, zone_label
from results_widgets.view_model.shared_values import left_out, shared_groups

_WORDS: Final = shared("chart")
ALTAIR_WIDTH: Final = 300
"""Least width of an Altair chart, which fills its cell."""


@dataclass(frozen=True, slots=True)
class _Plot:
    """A time series ready to be drawn.

    Attributes:
        groups: Which groups are in the rows.
        rare: In words, how many groups have too few users to be shown.
        words: Words on the axis besides numbers, as `series_spec` takes them.
    """

    metric: Metric
    title: str
    choice: Choice
    times: list[datetime]
    rows: pl.DataFrame
    groups: Groups
    rare: str
    words: str
    locale: Locale


def chart_state(
    results: Results, selection: Selection, min_users: int = SYNCED_USERS
) -> tuple[State, bytes]:
    """Return the values of ``_chart`` and ``_series``; groups of fewer users are not in them.

    ``_chart`` has the ``key`` (the selection's `CHART_FIELDS`), ``title``, ``caption``, ``zone_label``,
    ``every`` (the interval, also where the key leaves it open) and the Vega-Lite ``spec``, whose dataset is
    ``_series``: the rows of `charts.series_rows` as Arrow. If a roll-up cannot provide the series,
    ``missing`` says why, and there are no rows.
    """
    key = {name: getattr(selection, name) for name in CHART_FIELDS}
    metric = results._session.describe(selection.metric, selection.action, selection.channel)
    choice = chosen_interval(results, selection)
    if missing := _missing(results, metric, choice.every):
        title = _title(results, metric, selection, choice.every)
        return {"key": key, "title": title, "missing": sentence(missing)}, b""
    plot = _plot(results, selection, choice, min_users)
    state: State = {
        "key": key,
        "title": plot.title,
        "caption": " · ".join(_caption(results, selection, plot)),
        "zone_label": zone_label(
            results.time_zone, from_micros(results._session.newest, results.time_zone)
        ),
        "every": choice.every,
        "spec": _spec(plot),
    }
    return state, to_arrow(plot.rows)


def altair_chart(
    results: Results,
    selection: Selection,
    noted: Noted = TOLD,
) -> "charts.Chart":
    """Return the chart of the selected metric with its rows inside, and with the notes on its days."""
    choice = chosen_interval(results, selection)
    plot = _plot(results, selection, choice, SYNCED_USERS)
    notes = notes_state(results, noted)
    spec = with_notes(_spec(plot), notes, plot.times, choice.every, ALTAIR_WIDTH)
    return charts.altair_chart(spec, plot.rows)


def drawn_series(results: Results, selection: Selection, every: str, min_users: int) -> Groups:
    """Return the selected line by time, or those of the groups that are drawn.

    Args:
        results: The results as selected.
        selection: The selected metric.
        every: Its interval.
        min_users: Fewest users of a group that is shown.

    Raises:
        QueryError: The line cannot be computed, or no group has so many users.
    """
    session = results._session
    asked = (selection.metric, selection.action, selection.channel)
    found = compared_line(results, selection, every).rename(BEHIND).drop("numerator")
    metric = session.describe(*asked)
    shared = shared_groups(results, found, metric, selection.by, min_users)
    return drawn_groups(shared, selection.by, metric)


def interval_suffix(every: str, *, cumulative: bool) -> str:
    """Return the end of a chart's title: ``", per day"``, ``", cumulative by day"``."""
    return f", {'cumulative by' if cumulative else 'per'} {INTERVAL_NAMES[every]}"


def _missing(results: Results, metric: Metric, every: str) -> str:
    """Return why a roll-up cannot provide a series; empty if it can."""
    if results.is_rolled_up and metric.unit == "seconds":
        return "a roll-up has no median times; use the results that it was made from"
    return results._session.missing_users(metric, every)


def _plot(results: Results, selection: Selection, choice: Choice, min_users: int) -> _Plot:
    session, every = results._session, choice.every
    metric = session.describe(selection.metric, selection.action, selection.channel)
    groups = drawn_series(results, selection, every, min_users)
    rare = left_out(results, selection.by, min_users) if selection.by is not None else ""
    frame = groups.frame
    times = frame["time"].unique().sort().to_list()
    open_from = first_open(results, metric, times)
    if open_from is not None and not selection.cumulative and selection.by is None:
        frame = with_forecasts(results, frame, metric, every, open_from)
    rows = charts.series_rows(
        frame,
        every=every,
        by=selection.by,
        open_from=open_from,
        locale=session.locale,
        colours=value_colours(results, selection.by) if selection.by else None,
    )
    title = _title(results, metric, selection, every)
    return _Plot(
        metric,
        title,
        choice,
        times,
        rows,
        groups,
        rare,
        _axis_words(results, metric),
        session.locale,
    )


def _spec(plot: _Plot) -> Spec:
    return charts.series_spec(
        plot.rows,
        plot.times,
        every=plot.choice.every,
        unit=plot.metric.unit,
        description=plot.title,
        ripens=plot.metric.matures,
        words=plot.words,
        locale=plot.locale,
    )


def _axis_words(results: Results, metric: Metric) -> str:
    """Return how a metric's amounts are written, or what a rate of it is per; empty where nothing is to be said."""
    session = results._session
    if metric.unit == "rate":
        return per_one(base_of(metric))
    currency = currency_of(session.data, results.definitions) if metric.unit == "amount" else ""
    return session.locale.money_pattern(currency) if currency else ""


def _caption(results: Results, selection: Selection, plot: _Plot) -> Iterator[str]:
    if left_out := results._session.data.left_out:
        # On the page, the banner says more; a saved picture has no banner.
        yield left_out.headline(plot.locale).rstrip(".")
    interval = INTERVAL_NAMES[plot.choice.every]
    yield f"{interval.capitalize()}s in {results.time_zone}"
    if results._session.query.clock == "entry":
        yield "counted on the day of entry"
    elif (plot.metric.numerator or "").endswith(OF_ENTRIES):
        yield f"of the entries of each {interval}"
    if plot.choice.words:
        yield plot.choice.words
    if plot.rows["low"].count():
        yield _WORDS["captionBand"]
    if bool(plot.rows["open"].any()):
        yield _WORDS["captionOpen"]
    if selection.compare:
        yield compared_words(results, selection, plot.choice.every, plot.rows)
    if plot.groups.shown < plot.groups.all:
        others = ", the others added up" if plot.groups.is_summed else ""
        yield f"the {plot.groups.shown} largest of {plot.groups.all} groups{others}"
    if plot.rare:
        yield plot.rare


def _title(results: Results, metric: Metric, selection: Selection, every: str) -> str:
    of = ""
    if selection.action is not None:
        of = f", {results.campaign.action_by_id[selection.action].label}"
    elif selection.channel is not None:
        of = f", {results.campaign.channels[selection.channel].label}"
    return f"{metric.label}{of}{interval_suffix(every, cumulative=selection.cumulative)}"
