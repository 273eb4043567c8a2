"""The numbers under the usual other rules, as a saved page shows them under its dashboard."""

from typing import Final

from results_widgets.alternatives import Sensitivity

_HEADING: Final = "Under other usual rules"


def sensitivity_html(found: Sensitivity) -> str:
    """Return the section of the page; the dashboard's range and switches do not change it."""
    return (
        f'<section class="rw-reconcile" aria-label="{_HEADING}"><h2>{_HEADING}</h2>'
        f"{found.to_html()}</section>"
    )
