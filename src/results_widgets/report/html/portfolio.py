"""A portfolio as a folder of pages: a summary of all campaigns, and one page for each."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Final

from results_widgets._io import check_output, write_whole
from results_widgets._static import STATIC
from results_widgets._text import escape
from results_widgets._version import __version__
from results_widgets.errors import QueryError
from results_widgets.glossary.campaign import CONVERSIONS, CONVERTED_RATE, GOAL_VALUE, USERS
from results_widgets.locales import locale_of
from results_widgets.portfolio import Portfolio
from results_widgets.report.html.document import POLICY, About
from results_widgets.report.html.portfolio_left_out import left_out_html, with_entries
from results_widgets.report.html.portfolio_shared import shared_html, shared_parts
from results_widgets.report.html.write import Options, as_page
from results_widgets.view_model.campaign_choice import METRICS, CampaignChoice
from results_widgets.view_model.campaign_row import (
    NO_HOLDOUT,
    CampaignRow,
    TrendPoint,
    campaign_row,
)
from results_widgets.view_model.campaign_trends import trends_of
from results_widgets.view_model.campaigns import campaigns_state
from results_widgets.view_model.formatting import capitalized
from results_widgets.view_model.serialization import State

SUMMARY = "index.html"
_HIDDEN = "–"
_HEADS: Final = {
    "name": ("Campaign", ""),
    "channels": ("Channels", ""),
    "entries": ("Entries", ""),
    "rate": ("Converted", "of entries, 95 %"),
    "lift": ("Lift over held back", "points, 95 %"),
    "value": ("Value", ""),
    "trend": ("Trend", "converted rate by week of entry"),
    "ripe": ("Ripe", "windows closed"),
    **{one.key: (one.label, "") for one in METRICS},
}
_DRAWN: Final = (CONVERTED_RATE, USERS, CONVERSIONS, GOAL_VALUE)
"""What the small multiples of a page without a kernel can draw."""


def write_portfolio(
    portfolio: Portfolio, folder: str | Path, options: Options | None = None
) -> Path:
    """Write the pages of all campaigns, and last the summary that links them.

    Raises:
        QueryError: A zone is not known to a campaign, or a column of the table to none.
        OSError: The folder cannot be written to.
    """
    target, options = Path(folder), options or Options()
    if target.is_file():
        raise QueryError(f"{target} is a file; a portfolio is written as a folder of pages")
    made_by = options.command or f"portfolio.to_html({target.name!r})"
    portfolio, empty = with_entries(portfolio)
    names = _file_names(portfolio.names)
    target.mkdir(parents=True, exist_ok=True)
    for name in (SUMMARY, *names.values()):
        check_output(target / name)
    if options.locale:
        portfolio = _written_in(portfolio, options.locale)
    for name, results in portfolio.items():
        page = as_page(results, replace(options, command=made_by))
        write_whole(target / names[name], page.encode())
    summary = _summary(portfolio, names, options, made_by, left_out_html(empty))
    write_whole(target / SUMMARY, summary.encode())
    return target / SUMMARY


def _written_in(portfolio: Portfolio, name: str) -> Portfolio:
    locale = locale_of(name)
    members = {
        title: one._with(one._session.written_in(locale)) for title, one in portfolio.items()
    }
    return portfolio._with(members)


def _file_names(names: list[str]) -> Mapping[str, str]:
    """Return a file's name for each campaign: its number, and what of its name any system can write."""
    digits = len(str(len(names)))
    slugs = (re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-") for name in names)
    return {
        name: "-".join(filter(None, (f"{number:0{digits}}", slug))) + ".html"
        for number, (name, slug) in enumerate(zip(names, slugs, strict=True), 1)
    }


def _summary(
    portfolio: Portfolio, names: Mapping[str, str], options: Options, made_by: str, left_out: str
) -> str:
    found = {name: campaign_row(one, options.min_users) for name, one in portfolio.items()}
    choice = CampaignChoice.of_columns(options.columns)
    rows = "".join(
        _row(name, names[name], row, options.min_cell, choice.columns)
        for name, row in found.items()
    )
    heads = "".join(
        f'<th scope="col">{escape(head)}'
        + (f"<br><small>{escape(unit)}</small>" if unit else "")
        + "</th>"
        for head, unit in (_HEADS[column] for column in ("name", *choice.columns))
    )
    count = "1 campaign" if len(portfolio) == 1 else f"{len(portfolio)} campaigns"
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    note = (
        "<p>Nothing is added up over campaigns: they may share users and purchases, and their amounts may be in "
        "several currencies.</p>"
    )
    words = f"<p>{count}; {escape(portfolio._words)}</p>"
    static = f'<div class="rw-static rw-campaigns"><h1>Campaigns</h1>{words}{table}{note}</div>'
    # With small counts hidden, the table stands as it is: sorting by a hidden number would tell of it.
    few = options.min_cell > 0
    parts = {} if few else shared_parts(portfolio, options.min_users)
    page = "" if few else _table_page(portfolio, names, found, parts, options)
    shared = shared_html(portfolio, parts) if parts else ""
    body = f'<div id="rw-list"></div>{static}{left_out}{shared}'
    return _document(body, page, _about(options, made_by))


def _table_page(
    portfolio: Portfolio,
    names: Mapping[str, str],
    rows: Mapping[str, CampaignRow],
    shared: State,
    options: Options,
) -> str:
    """Return the script that draws the table of `Campaigns` in the place of the static one."""
    locale = next(iter(portfolio.items()))[1]._session.locale
    least = options.min_users
    trends = {one.key: trends_of(portfolio, one.key, least) for one in _DRAWN}
    state = {
        "_campaigns": campaigns_state(portfolio, links=names, rows=rows, least=least, details=True),
        "_choice": CampaignChoice.of_columns(options.columns).to_state(),
        "_shared": {**shared, "trends": trends},
        "_options": {
            "by": [],
            "time_zones": [],
            "ranges": [],
            "every": [],
            "locale": locale.to_state(),
        },
    }
    module = (STATIC / "campaigns.js").read_text(encoding="utf-8")
    widget = {"module": "campaigns", "target": "rw-list", "state": state}
    content = json.dumps({"modules": {"campaigns": module}, "widgets": [widget]}, allow_nan=False)
    # Neither an element nor an address for whoever looks through the page's text.
    safe = content.replace("<", "\\u003c").replace("://", "\\u003a//")
    host = (STATIC / "host.js").read_text(encoding="utf-8")
    return (
        f'<script type="application/json" data-rw-page>{safe}</script>'
        f'<script type="module">{host}</script>'
    )


def _row(name: str, file: str, row: CampaignRow, min_cell: int, columns: list[str]) -> str:
    hides = _hides(row, min_cell)
    link = f'<a dir="auto" href="{escape(file)}">{escape(name)}</a>'
    status = (
        f" <small>{escape(capitalized(row.status))}</small>"
        if row.status not in ("", "running")
        else ""
    )
    rate = f"{escape(row.rate_text)} <small>{escape(row.interval_text)}</small>"
    lift = escape(row.lift_text)
    if row.lift is not None:
        lift = f"{lift} <small>{escape(row.lift_interval_text)}</small>"
    # With small counts hidden, only what cannot reveal one is told.
    few = min_cell > 0
    told = {
        "channels": escape(", ".join(label for label, _ in row.channels)),
        "entries": _HIDDEN if hides else escape(row.entries_text),
        "rate": _HIDDEN if hides else rate,
        "lift": _HIDDEN if few and row.lift_text != NO_HOLDOUT else lift,
        "value": _HIDDEN if few else escape(row.value_text),
        "trend": _HIDDEN if few else sparkline(row.trend),
        "ripe": _HIDDEN if few else escape(row.ripe_text),
    }
    more = {key: _HIDDEN if few else escape(text) for key, (_, text) in row.metrics.items()}
    cells = {**more, **told}
    return (
        f'<tr><th scope="row">{link}{status}</th>'
        + "".join(f"<td>{cells.get(one, '')}</td>" for one in columns)
        + "</tr>"
    )


def _hides(row: CampaignRow, min_cell: int) -> bool:
    """Whether entries, or those that converted or did not, are too few to be told."""
    entries, converted = row.entries, row.converted
    # What nobody knows hides nothing of what is known.
    others = None if entries is None or converted is None else entries - converted
    return any(part is not None and 0 < part < min_cell for part in (entries, converted, others))


def sparkline(points: tuple[TrendPoint, ...], width: int = 96, height: int = 20) -> str:
    """Return a line of rates from 0 to the highest as SVG; weeks that still ripen are dashed."""
    known = [(place, one) for place, one in enumerate(points) if one.value is not None]
    if len(known) < 2:  # noqa: PLR2004 - one point makes no line
        return ""
    top = max(one.value or 0.0 for _, one in known) or 1.0
    last = max(len(points) - 1, 1)

    def at(place: int, one: TrendPoint) -> str:
        return f"{width * place / last:.1f},{1 + (height - 2) * (1 - (one.value or 0.0) / top):.1f}"

    ripe = [at(place, one) for place, one in known if one.ripe]
    rest = [at(place, one) for place, one in known if not one.ripe]
    lines = []
    if len(ripe) > 1:
        lines.append(f'<polyline points="{" ".join(ripe)}"/>')
    if rest:
        dashed = [*ripe[-1:], *rest]
        lines.append(f'<polyline stroke-dasharray="3 3" points="{" ".join(dashed)}"/>')
    return (
        f'<svg class="rw-trend" width="{width}" height="{height}" role="img" aria-label="converted rate by week" '
        f'fill="none" stroke="currentColor" stroke-width="1.5">{"".join(lines)}</svg>'
    )


def _about(options: Options, made_by: str) -> About:
    few = options.min_cell
    rows = (
        ("Made with", f"results-widgets {__version__}"),
        ("Made by", made_by),
        (
            "Hidden",
            f"counts from 1 to {few - 1}, and what would reveal them (shown as a dash)"
            if few > 1
            else "",
        ),
    )
    return About(tuple((name, text) for name, text in rows if text))


def _document(body: str, script: str, about: About) -> str:
    css = (STATIC / "styles.css").read_text(encoding="utf-8")
    own = files("results_widgets.report.html").joinpath("page.css").read_text(encoding="utf-8")
    return f"""<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="results-widgets">
<meta name="referrer" content="no-referrer">
<title>Campaigns</title>
<style>{css}</style>
<style>{own}</style>
</head>
<body>
<main>{body}</main>
<details open class="rw-about"><summary>About these numbers</summary>{about.html()}</details>
{script}
</body>
</html>
"""
