"""What a notebook shows beside a widget where no JavaScript runs: the same numbers as static HTML and as text."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from results_widgets._text import escape, in_columns
from results_widgets.disclosure import SYNCED_USERS
from results_widgets.errors import ResultsError
from results_widgets.results import Results
from results_widgets.results.about import serious_findings
from results_widgets.results.formatting import estimate_note
from results_widgets.results.summary import Conclusion, has_arms
from results_widgets.view_model.status import attribution_note, clock_note, left_out_text
from results_widgets.view_model.table_rows import (
    CAMPAIGN_HEADS,
    campaign_rows,
    channel_rows,
    flow_rows,
    overlap_rows,
    overview_rows,
    reach_rows,
    segment_rows,
)
from results_widgets.view_model.told_verdict import told_verdict

Bundle = dict[str, str]
"""Representations of one object by MIME type."""

_SOON: Final = 200_000
"""Rows of events, of which the verdict is computed within a fifth of a second."""


def beside(
    bundle: tuple[dict[Any, Any], dict[Any, Any]] | None, static: Callable[[], Bundle]
) -> tuple[dict[Any, Any], dict[Any, Any]] | None:
    """Return a widget's own bundle with what hosts without it show: static content, or why there is none."""
    if bundle is None:
        return None
    data, metadata = bundle
    try:
        found = static()
    except ResultsError as error:
        found = {"text/plain": str(error), "text/html": note_html(str(error))}
    return {**data, **found}, metadata


def results_bundle(results: Results) -> Bundle:
    """Return results as text and as HTML."""
    return {"text/plain": results_text(results), "text/html": results_html(results)}


def experiment_bundle(found: Conclusion) -> Bundle:
    """Return a verdict and what it stands on as text and as HTML."""
    verdict, one = found.verdict, found.experiment
    if one is not None:
        html = f'<div class="rw-static">{one._repr_html_()}</div>'
        return {"text/plain": repr(one), "text/html": html}
    text = " ".join(filter(None, [f"{verdict.title}.", verdict.detail]))
    return {"text/plain": text, "text/html": note_html(text)}


def audience_bundle(audience: Mapping[str, Any]) -> Bundle:
    """Return the value of ``_audience`` as text and as HTML."""
    return {"text/plain": audience_text(audience), "text/html": audience_html(audience)}


def results_text(results: Results) -> str:
    """Return range, definitions and zone, the verdict, what must be known, and the overview, one metric a line."""
    rows = in_columns(overview_rows(results))
    return "\n".join(
        [
            f"{results.campaign.label}: {results._session.query.words}",
            *_verdict(results),
            *_notes(results),
            "",
            *rows,
            *filter(None, [estimate_note(results)]),
        ]
    )


def _verdict(results: Results) -> list[str]:
    """Return the verdict and what it stands on; of many events where it is told, since it would delay the display."""
    data = results._session.data
    is_quick = data.in_memory and (data.coded_rows or 0) <= _SOON
    if not is_quick and has_arms(results):
        return ["Did it work? results.summary() tells."]
    told = told_verdict(results, SYNCED_USERS)
    return [*filter(None, [f"{told.title}.", told.detail])]


def _notes(results: Results) -> list[str]:
    """Return what must be known about the numbers."""
    session = results._session
    notes = (
        left_out_text(results),
        session.data.clocks.note(session.locale),
        serious_findings(session, examine=False),
        clock_note(results),
        attribution_note(results),
    )
    return [*filter(None, notes)]


def results_html(results: Results) -> str:
    """Return the verdict, and overview, channels and flow as tables; text from data is escaped."""
    tables = [
        _table("Overview", ("Metric", "Value"), overview_rows(results)),
        _table("Channels", ("Channel", "Metric", "Count", "Rate"), channel_rows(results)),
        _table(
            "Flow",
            ("Action", "Channel", "After", "Users received", "Conversions"),
            flow_rows(results),
        ),
    ]
    campaign, words = escape(results.campaign.label), escape(results._session.query.words)
    head = f"<p><strong>{campaign}</strong> · {words}</p>"
    note = estimate_note(results)
    foot = f"<p>{escape(note)}</p>" if note else ""
    first, *others = map(escape, _verdict(results))
    verdict = f"<p><strong>{first}</strong> {' '.join(others)}</p>"
    notes = "".join(f'<p role="alert">{escape(text)}</p>' for text in _notes(results))
    return f'<div class="rw-static">{head}{verdict}{notes}{"".join(tables)}{foot}</div>'


# JupyterLab gives an output this class only where it writes an error; HTML of nbconvert has no panels.
_BROKEN = ".lm-Panel.jp-OutputArea-output.jupyter-widgets"
_CELL = ".jp-OutputArea-child"
_REOPENED = (
    f"{_CELL}:not(:has(> {_BROKEN})) + {_CELL}:has(.rw-reopened)"
    "{display:none}"
    f"{_CELL}:has(> {_BROKEN}) + {_CELL} .rw-reopened"
    "{display:block!important}"
    f"{_CELL}:has(+ {_CELL} .rw-reopened) > {_BROKEN}"
    "{display:none}"
)


def reopened_bundle(html: str) -> Bundle:
    """Return an output to stand below a widget's, for when the notebook is opened again.

    JupyterLab then has no widget to draw, and writes an error in place of the output's HTML. These
    styles put the HTML there. Wherever the widget is drawn, and where styles are taken away (and the
    widget's own HTML is shown), it stays hidden.
    """
    hidden = f'<div class="rw-reopened" hidden style="display:none">{html}</div>'
    return {"text/plain": "", "text/html": f"<style>{_REOPENED}</style>{hidden}"}


def note_html(text: str) -> str:
    """Return a sentence in place of the tables, escaped."""
    return f'<div class="rw-static"><p>{escape(text)}</p></div>'


COMPUTING: Final[Bundle] = {
    "text/plain": "Computing …",
    "text/html": note_html("Computing …"),
}
"""In place of numbers that follow before the cell is done."""


def boxed_bundle(parts: Sequence[Bundle]) -> Bundle:
    """Return what stands for several widgets in a box, one below the other."""
    return {kind: "\n".join(part[kind] for part in parts) for kind in ("text/plain", "text/html")}


def campaigns_bundle(campaigns: Mapping[str, Any]) -> Bundle:
    """Return the value of ``_campaigns`` as text and as HTML; text from data is escaped."""
    rows = campaign_rows(campaigns)
    lines = [f"{row[0]}: {', '.join(filter(None, row[1:]))}" for row in rows]
    table = _table("Campaigns", CAMPAIGN_HEADS, rows)
    scope = escape(str(campaigns["scope"]))
    return {
        "text/plain": "\n".join(lines),
        "text/html": f'<div class="rw-static">{table}<p>{scope}</p></div>',
    }


def audience_text(audience: Mapping[str, Any]) -> str:
    """Return the segments and their sizes, one a line."""
    return "\n".join(
        f"{name}: {users} {'user' if users == '1' else 'users'}"
        for name, users, *_ in segment_rows(audience)
    )


def audience_html(audience: Mapping[str, Any]) -> str:
    """Return the segments, their overlap and their reach as tables; text from data is escaped."""
    tables = [_table("Users", ("Segment", "Users", "Share", "Rule"), segment_rows(audience))]
    if audience["overlap"]:
        tables.append(_table("Overlap", ("In", "Not in", "Users"), overlap_rows(audience)))
    head = ("Segment", "Channel", "Reachable", "Share", "Active in the last 7 days")
    tables.append(_table("Reach", head, reach_rows(audience)))
    return f'<div class="rw-static">{"".join(tables)}</div>'


def _table(title: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    def line(cells: tuple[str, ...], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    body = "".join(line(row, "td") for row in rows)
    return f"<table><caption>{escape(title)}</caption><thead>{line(head, 'th')}</thead><tbody>{body}</tbody></table>"
