"""The list of the campaigns that are served: their names, and each one's verdict and headline numbers."""

import time
from collections.abc import Callable, Mapping
from html import escape
from typing import Final
from urllib.parse import quote

from results_widgets.disclosure import SYNCED_USERS
from results_widgets.errors import ResultsError
from results_widgets.results import Results
from results_widgets.results.formatting import format_metric
from results_widgets.view_model.formatting import key_metrics
from results_widgets.view_model.told_verdict import told_verdict

_PATIENCE: Final = 10.0
"""Seconds that reading campaigns for the list may take; the others show their numbers on their own page."""
_UNREAD: Final = "open it to see its numbers"

_VERDICT: Final = "Verdict"

Numbers = dict[str, str]
"""The verdict and numbers as text, by their labels."""


def list_html(known: Mapping[str, Callable[[], Results]], clean: Callable[[str], str]) -> str:
    """Return a table of campaigns, each a link to its dashboard.

    Args:
        known: How to read each campaign, by the name in its address.
        clean: Takes out of an error what readers need not know.
    """
    end = time.monotonic() + _PATIENCE
    rows = [(name, *_read(name, read, end, clean)) for name, read in known.items()]
    labels = list(
        dict.fromkeys(label for _, _, found in rows if isinstance(found, dict) for label in found)
    )
    head = "".join(f'<th scope="col">{escape(label)}</th>' for label in labels)
    body = "".join(_row(name, label, found, labels) for name, label, found in rows)
    return (
        '<div class="rw-static"><h1>Campaigns</h1><table>'
        f'<thead><tr><th scope="col">Campaign</th>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _read(
    name: str, read: Callable[[], Results], end: float, clean: Callable[[str], str]
) -> tuple[str, Numbers | str]:
    """Return a campaign's label, and its numbers or why they are not shown."""
    if time.monotonic() > end:
        return name, _UNREAD
    try:
        results = read()
        values = dict(results.overview().select("metric", "value").iter_rows())
    except ResultsError as error:
        return name, clean(str(error))
    shown = {
        one.label: format_metric(results._session, one, values[one.key])
        for one in key_metrics(results)
    }
    late = time.monotonic() > end
    verdict = "open it to see it" if late else told_verdict(results, SYNCED_USERS).title
    return results.campaign.label, {_VERDICT: verdict, **shown}


def _row(name: str, label: str, found: Numbers | str, labels: list[str]) -> str:
    own = "" if label == name else f" <small>{escape(name)}</small>"
    link = f'<a dir="auto" href="?campaign={quote(name, safe="")}">{escape(label)}{own}</a>'
    if isinstance(found, str):
        cells = f'<td colspan="{max(1, len(labels))}">{escape(found)}</td>'
    else:
        cells = "".join(f"<td>{escape(found.get(one, '–'))}</td>" for one in labels)
    return f'<tr><th scope="row">{link}</th>{cells}</tr>'
