"""One HTML file: the dashboard, live without a kernel, and its numbers as tables where no script runs."""

import base64
import gzip
import json
import struct
from dataclasses import dataclass, field
from html import escape
from importlib.resources import files
from typing import Any, Final, cast

import polars as pl

from results_widgets._static import STATIC
from results_widgets.engine.metrics.day_cells import distinct_by_day
from results_widgets.report.html import suppression as privacy
from results_widgets.report.html.series import Store, adding_up, blocks_of, names_of
from results_widgets.report.html.states import Look, Wanted, looks, state_of
from results_widgets.report.html.tables import tables
from results_widgets.results import Results
from results_widgets.view_model.chart import chart_state
from results_widgets.view_model.selection import Selection
from results_widgets.view_model.serialization import to_arrow

# About half a megabyte.
_MOST_CELLS: Final = 150_000
# Nothing may be loaded, not even by what a hostile campaign would smuggle in; charts compile
# their expressions.
_POLICY: Final = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'"
)


@dataclass(slots=True)
class Packer:
    """Bytes beside the JSON that names them by place and size; equal bytes once."""

    parts: list[bytes] = field(default_factory=list)
    size: int = 0
    _known: dict[bytes, list[int]] = field(default_factory=dict)

    def add(self, content: bytes) -> list[int]:
        """Return where the content stands: start and size."""
        if content not in self._known:
            self._known[content] = [self.size, len(content)]
            self.parts.append(content)
            self.size += len(content)
        return self._known[content]

    def packed(self, page: dict[str, Any]) -> str:
        """Return everything as text: length of the JSON, the JSON, the bytes; zipped, in base64."""
        text = json.dumps(page, separators=(",", ":"), ensure_ascii=False).encode()
        raw = b"".join([struct.pack("<I", len(text)), text, *self.parts])
        # No time of writing inside: the same results make the same page.
        return base64.b64encode(gzip.compress(raw, 9, mtime=0)).decode()


@dataclass(frozen=True, slots=True)
class About:
    """What a reader must know to judge the numbers, as pairs of a name and a text."""

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
    wanted: Wanted,
    by: list[str],
    min_cell: int,
    paper: bool = False,
) -> str:
    """Return the page.

    Args:
        results: What is shown.
        selection: What the page opens with.
        about: What stands below.
        wanted: What it holds beside the results as they are.
        by: Columns that some lines are broken down by.
        min_cell: Counts below it are hidden, and what would reveal them; 0 hides none.
        paper: Whether the page is to be printed: its tables follow the dashboard.
    """
    pack = Packer()
    found = looks(results, selection, wanted)
    own = next((look for look in found if look.is_own), None)
    store = Store()
    page: dict[str, Any] = {
        "modules": {
            name: pack.add((STATIC / f"{name}.js").read_bytes()) for name in ("dashboard", "chart")
        },
        "names": names_of(results),
        "selection": selection.to_state(results),
        # Where small counts are hidden there is nothing to choose: its controls are locked.
        "locked": min_cell > 0,
        "looks": [],
    }
    states: list[dict[str, Any]] = []
    frames: list[pl.DataFrame] = []
    for look in found:
        state = state_of(look, found, by)
        if min_cell:
            state = privacy.hide(state, look.view._session.metrics(hidden=True), min_cell)
        frame = cast("pl.DataFrame", state.pop("_metrics"))
        states.append(state)
        frames.append(frame)
        blocks = list(blocks_of(look, store, min_cell))
        page["looks"].append(
            {
                "selection": look.selection,
                "state": state,
                "metrics": pack.add(to_arrow(frame)),
                "blocks": blocks,
                "whole": _broken_down(look, by, pack) if look is found[0] else [],
                "adds": _adding_up(look, blocks),
                "cells": _cells(look) if look is own and not min_cell and not paper else {},
            }
        )
    page |= {"pool": store.pool.entries, "axes": store.axes}
    return _document(results, states[0], frames[0], about, pack.packed(page), paper=paper)


def _adding_up(look: Look, blocks: list[dict[str, Any]]) -> list[str]:
    days = (one["lines"] for one in blocks if one["every"] == "1d" and not one["cumulative"])
    return adding_up(look.view, next(days, {})) if look.has_days else []


def _cells(look: Look) -> dict[str, dict[str, list[int]]]:
    """Return what distinct users of any days follow from, the smallest first, as much as has room."""
    found = {
        "|".join(name): cells
        for name, cells in distinct_by_day(look.view._session.scoped()).items()
    }
    kept, room = {}, _MOST_CELLS
    for name, cells in sorted(found.items(), key=lambda item: item[1].height):
        room -= cells.height
        if room < 0:
            break
        single = cells["first"].equals(cells["last"])
        kept[name] = (cells.drop("first") if single else cells).to_dict(as_series=False)
    return kept


def _broken_down(look: Look, by: list[str], pack: Packer) -> list[dict[str, Any]]:
    found = []
    for column in by:
        for metric in (m for m in look.view._session.metrics() if m.by_column):
            chart, series = chart_state(look.view, Selection(metric=metric.key, by=column))
            found.append({"chart": chart, "series": pack.add(series)})
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
    here = files("results_widgets.report")
    css = (STATIC / "styles.css").read_text(encoding="utf-8")
    own = here.joinpath("page.css").read_text(encoding="utf-8")
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
