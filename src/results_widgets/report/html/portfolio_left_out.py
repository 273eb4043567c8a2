"""Campaigns in which nobody entered in the range of a report: they are named, and have no page."""

from collections.abc import Sequence

from results_widgets._text import escape
from results_widgets.portfolio import Portfolio


def with_entries(portfolio: Portfolio) -> tuple[Portfolio, list[str]]:
    """Return the campaigns with an entry in their range, and the names of the others.

    Whole campaigns all stay, also those that have not begun; and so do all if there is an entry in none.

    Args:
        portfolio: Of a range.
    """
    empty = [
        name
        for name, one in portfolio.items()
        if one._session.query.bounded and one.overview().filter(metric="users")["value"].item() == 0
    ]
    if len(empty) == len(portfolio):
        return portfolio, []
    kept = {name: one for name, one in portfolio.items() if name not in empty}
    return portfolio._with(kept), empty


def left_out_html(names: Sequence[str]) -> str:
    """Return which campaigns have no page, in a sentence; empty where all have one."""
    if not names:
        return ""
    *some, last = (f"<bdi>{escape(name)}</bdi>" for name in names)
    listed = f"{', '.join(some)} and {last}" if some else last
    return f'<section class="rw-reconcile"><p>Left out, since nobody entered in this range: {listed}.</p></section>'
