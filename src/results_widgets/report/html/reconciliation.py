"""Another tool's numbers beside the campaign's own, as a saved page shows them under its dashboard."""

from typing import Final

from results_widgets.reconciliation import Reconciliation

_HEADING: Final = "Another tool’s numbers beside these"


def reconciliation_html(found: Reconciliation) -> str:
    """Return the section of the page; the dashboard's range and switches do not change it."""
    return (
        f'<section class="rw-reconcile" aria-label="{_HEADING}"><h2>{_HEADING}</h2>'
        f"{found.to_html()}</section>"
    )
