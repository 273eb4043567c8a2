"""The saved page: the dashboard, interactive without a kernel, and its numbers as tables if no script runs."""

from dataclasses import dataclass
from html import escape
from importlib.resources import files
from typing import Any, Final, cast

import polars as pl

from results_widgets._static import STATIC
from results_widgets.engine.metrics.day_cells import distinct_by_day
from results_widgets.report.html import suppression
from results_widgets.report.html.packer import Packer
from results_widgets.report.html.series import (
    SeriesStore,
    additive_series,
    series_blocks,
    series_names,
)
from results_widgets.report.html.states import Choices, SavedView, saved_views, view_state
from results_widgets.report.html.tables import tables
from results_widgets.results import Results
from results_widgets.view_model.chart import chart_state
from results_widgets.view_model.selection import Selection
from results_widgets.view_model.serialization import to_arrow

# About half a megabyte.
_MAX_CELLS: Final = 150_000
# The page may load nothing, not even if a hostile campaign smuggled in markup. Vega compiles its
# expressions, hence 'unsafe-eval'.
_POLICY: Final = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'"
)


@dataclass(frozen=True, slots=True)
class About:
    """What a reader must know to judge the numbers, as rows of a name and a text."""

    rows: tuple[tuple[str, str], ...]

    def html(self) -> str:
        """Return the rows as a definition list, escaped."""
        return "<dl>{}</dl>".format(
            "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in self.rows)
        )


def render(
    results: Results,
    selection: Selection,
    about: About,
    *,
    choices: Choices,
    by: list[str],
    min_cell: int,
    paper: bool = False,
) -> str:
    """Return the page.

    Args:
        results: What is shown.
        selection: What the page opens with.
        about: What its footer says.
        choices: What a reader can choose.
        by: Columns that a reader can break series down by.
        min_cell: Counts below it are hidden, and what would reveal them; 0 hides none.
        paper: Whether the page is to be printed: its tables follow the dashboard.
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
    states: list[dict[str, Any]] = []
    frames: list[pl.DataFrame] = []
    for view in views:
        state = view_state(view, views, by)
        if min_cell:
            state = suppression.hide(state, view.results._session.metrics(hidden=True), min_cell)
        frame = cast("pl.DataFrame", state.pop("_metrics"))
        states.append(state)
        frames.append(frame)
        blocks = list(series_blocks(view, store, min_cell))
        has_cells = view.is_base and not min_cell and not paper
        page["looks"].append(
            {
                "selection": view.selection,
                "state": state,
                "metrics": packer.add(to_arrow(frame)),
                "blocks": blocks,
                "whole": _breakdown_charts(view, by, packer) if view is views[0] else [],
                "adds": _additive(view, blocks),
                "cells": _user_cells(view) if has_cells else {},
            }
        )
    page |= {"pool": store.pool.entries, "axes": store.templates.axes}
    return _document(results, states[0], frames[0], about, packer.pack(page), paper=paper)


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


def _breakdown_charts(view: SavedView, by: list[str], packer: Packer) -> list[dict[str, Any]]:
    """Return the charts that are broken down by columns, with their series."""
    found = []
    for column in by:
        for metric in (m for m in view.results._session.metrics() if m.by_column):
            chart, series = chart_state(view.results, Selection(metric=metric.key, by=column))
            found.append({"chart": chart, "series": packer.add(series)})
    return found


def _document(
    results: Results,
    state: dict[str, Any],
    numbers: pl.DataFrame,
    about: About,
    packed: str,
    *,
    paper: bool,
) -> str:
    title = escape(results.campaign.label)
    css = (STATIC / "styles.css").read_text(encoding="utf-8")
    own = files("results_widgets.report.html").joinpath("page.css").read_text(encoding="utf-8")
    script = (STATIC / "report.js").read_text(encoding="utf-8")
    plain = tables(state, numbers)
    below = f'<div class="rw-static rw-paper">{plain}</div>' if paper else ""
    details = "details open" if paper else "details"
    attributes = "data-theme=light data-rw-paper" if paper else ""
    return f"""<!doctype html>
<html lang="en" {attributes}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="results-widgets">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{css}</style>
<style>{own}</style>
</head>
<body>
<main id="rw-stage"></main>
<noscript><div class="rw-static"><h1>{title}</h1>{plain}</div></noscript>
{below}
<{details} class="rw-about"><summary>About these numbers</summary>{about.html()}</details>
<script type="application/octet-stream" data-rw-report>{packed}</script>
<script>{script}</script>
</body>
</html>
"""
