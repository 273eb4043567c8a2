"""What a saved page holds: every choice that it answers without a kernel, and its numbers as tables."""

from collections.abc import Sequence
from typing import Any, Final, cast

import polars as pl

from results_widgets._static import STATIC
from results_widgets._text import escape
from results_widgets.engine.metrics.day_cells import distinct_by_day
from results_widgets.report.html import suppression
from results_widgets.report.html.document import About, document
from results_widgets.report.html.experiment import (
    experiment_html,
    ripening_html,
    summary_html,
    verdict_html,
    without_small_counts,
)
from results_widgets.report.html.packer import Packer
from results_widgets.report.html.series import (
    SeriesStore,
    additive_series,
    series_blocks,
    series_names,
)
from results_widgets.report.html.states import Choices, Columns, SavedView, saved_views, view_state
from results_widgets.report.html.tables import headline, notices, tables
from results_widgets.results import Results
from results_widgets.view_model.annotations import TOLD, Noted, notes_state
from results_widgets.view_model.chart import chart_state
from results_widgets.view_model.code_snippet import code_snippet
from results_widgets.view_model.compare_trait import CAMPAIGN
from results_widgets.view_model.formatting import key_metrics, sentence
from results_widgets.view_model.other_campaign import other_of
from results_widgets.view_model.pivot import totals_state
from results_widgets.view_model.selection import CHART_FIELDS, Selection
from results_widgets.view_model.serialization import to_arrow
from results_widgets.view_model.status import notes_text, said_of
from results_widgets.view_model.usual_rules import counted_range

# About half a megabyte.
_MAX_CELLS: Final = 150_000


def render(  # noqa: PLR0913 - what a page holds has a name each
    results: Results,
    selection: Selection,
    about: About,
    *,
    choices: Choices,
    by: Columns,
    min_cell: int,
    paper: bool = False,
    noted: Noted = TOLD,
    after: str = "",
) -> str:
    """Return the page.

    Args:
        results: The results to show.
        selection: What the page opens with.
        about: What its footer says.
        choices: What a reader can choose.
        by: Columns that a reader can break series down by, and which of their values.
        min_cell: Counts below it are hidden, and what would reveal them; 0 hides none.
        paper: Whether the page is to be printed: its tables follow the dashboard.
        noted: Notes on days of the chart.
        after: What follows the dashboard, as HTML.
    """
    packer, store = Packer(), SeriesStore()
    views = saved_views(results, selection, choices)
    page: dict[str, Any] = {
        "modules": {
            name: packer.add((STATIC / f"{name}.js").read_bytes())
            for name in ("dashboard", "chart")
        },
        "names": series_names(results),
        "selection": selection.to_state(results),
        # Without small counts there is one view only, and the menus are disabled.
        "locked": min_cell > 0,
        "looks": [],
    }
    seen: list[tuple[dict[str, Any], pl.DataFrame]] = []
    for view in views:
        state = _state(view, views, by, noted, min_cell)
        frame = cast("pl.DataFrame", state.pop("_metrics"))
        seen.append((state, frame))
        blocks = list(series_blocks(view, store, min_cell))
        has_cells = view.is_base and not min_cell and not paper
        page["looks"].append(
            {
                "selection": view.selection,
                "state": state,
                "metrics": packer.add(to_arrow(frame)),
                "blocks": blocks,
                "whole": _whole_charts(view, views[0], selection, by, packer),
                "adds": _additive(view, blocks),
                "cells": _user_cells(view) if has_cells else {},
            }
        )
    page |= {"pool": store.pool.entries, "axes": store.templates.axes}
    sentences = "" if min_cell else summary_html(views[0].results, by.min_users)  # with any count
    # On paper a row of nothing is a row to be turned over; hidden counts look like it, and are told apart.
    plain = _plain(views[0].results, *seen[0], sentences, zeros=bool(min_cell) or not paper)
    name, packed = results.campaign.label, packer.pack(page)
    return document(name, plain, about, packed, paper=paper, after=after)


def _state(
    view: SavedView, views: Sequence[SavedView], by: Columns, noted: Noted, min_cell: int
) -> dict[str, Any]:
    """Return the values of the widgets' traits for a view, without what small counts must not tell."""
    state: dict[str, Any] = view_state(view, views, by)
    state["_notes"] = notes_state(view.results, noted, sends=not min_cell)  # told of any count
    if min_cell:
        return _without_small_counts(state, view.results, by.min_users, min_cell)
    if state["_experiment"]:  # numbers under two rules would give small counts away
        state["_experiment"]["usual"] = counted_range(view.results)
    return state


def _plain(
    view: Results, state: dict[str, Any], metrics: pl.DataFrame, sentences: str, *, zeros: bool
) -> str:
    """Return what the page shows where its script does not run."""
    keys = [metric.key for metric in key_metrics(view)]
    scope = f"<p>{escape(sentence(view._session.query.words))}</p>"
    experiment = state["_experiment"]
    return "".join(
        (
            scope,
            verdict_html(experiment),
            notices(state["_status"]),
            headline(state, metrics, keys),
            sentences,
            experiment_html(experiment),
            ripening_html(experiment),
            tables(state, metrics, zeros=zeros),
        )
    )


def _additive(view: SavedView, blocks: list[dict[str, Any]]) -> list[str]:
    """Return the series from whose days the browser computes any range."""
    daily = (b["lines"] for b in blocks if b["every"] == "1d" and not b["cumulative"])
    return additive_series(view.results, next(daily, {})) if view.has_days else []


def _user_cells(view: SavedView) -> dict[str, dict[str, list[int]]]:
    """Return the cells from which the browser computes the distinct users of any range of days.

    The smallest tables come first, up to a limit of the file's size.
    """
    tables = distinct_by_day(view.results._session.scoped()).items()
    found: dict[str, dict[str, list[int]]] = {}
    left = _MAX_CELLS
    for name, cells in sorted(tables, key=lambda item: item[1].height):
        left -= cells.height
        if left < 0:
            break
        is_single_day = cells["first"].equals(cells["last"])
        columns = cells.drop("first") if is_single_day else cells
        found["|".join(name)] = columns.to_dict(as_series=False)
    return found


def _whole_charts(
    view: SavedView, opens: SavedView, first: Selection, by: Columns, packer: Packer
) -> list[dict[str, Any]]:
    """Return the charts that the view that the page opens with keeps as they are: broken down, beside a campaign."""
    if view is not opens:
        return []
    return [*_breakdown_charts(view, by, packer), *_campaign_charts(view, first, packer)]


def _breakdown_charts(view: SavedView, by: Columns, packer: Packer) -> list[dict[str, Any]]:
    """Return the charts that are broken down by columns, with their series."""
    found = []
    for column in by.names:
        for metric in (m for m in view.results._session.metrics() if m.by_column):
            selection = Selection(metric=metric.key, by=column, every="1d")
            chart, series = chart_state(view.results, selection, by.min_users)
            if "missing" not in chart:
                code = code_snippet(selection, view.results)
                chart["totals"] = totals_state(view.results, selection, code, by.min_users)
            found.append({"chart": chart, "series": packer.add(series)})
    return found


def _campaign_charts(view: SavedView, first: Selection, packer: Packer) -> list[dict[str, Any]]:
    """Return the charts that stand beside another campaign, with their series: the one that the page opens with, and
    the days of the key metrics.
    """
    if other_of(view.results) is None:
        return []
    keys = [metric.key for metric in view.results._session.metrics() if metric.by_column]
    asked = [Selection(metric=key, every="1d", compare=CAMPAIGN) for key in keys]
    if first.compare == CAMPAIGN:
        line = {name: getattr(first, name) for name in CHART_FIELDS}
        asked.insert(0, Selection(**line))
    charts = (chart_state(view.results, one) for one in asked)
    return [{"chart": chart, "series": packer.add(series)} for chart, series in charts]


def _without_small_counts(
    state: dict[str, Any], results: Results, min_users: int, min_cell: int
) -> dict[str, Any]:
    hidden = suppression.hide(
        state,
        results._session.metrics(hidden=True),
        min_cell,
        held_back_counted=results.definitions.held_back == "counted",
    )
    experiment = without_small_counts(hidden, state, results, min_cell)
    session, note = results._session, notes_text(results, min_users, min_cell=min_cell)
    left_out = said_of(session.data.left_out, session.locale, min_users, min_cell)
    status = {**hidden["_status"], "note": note, "left_out": left_out}
    # Its rows add up to a total, so that one that is hidden would follow from the others.
    return {**hidden, "_status": status, "_experiment": experiment, "_next_steps": {}}
