"""The list of the campaigns that are served: the Campaigns widget, whose rows are links to their own pages."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote

from results_widgets._text import escape, told_apart
from results_widgets.errors import ResultsError
from results_widgets.portfolio import Portfolio
from results_widgets.results import Results
from results_widgets.view_model.campaigns import campaign_line, campaigns_state
from results_widgets.view_model.serialization import State
from results_widgets.widgets import Campaigns

_PATIENCE: Final = 10.0
"""Seconds that computing the list may take; the other rows show their numbers on their own page."""

Clean = Callable[[str], str]
"""Removes details that readers need not know from an error."""


class CampaignList(Campaigns):
    """The campaigns of a served folder, each a link to its own page; those that cannot be read say why.

    Args:
        portfolio: The campaigns that can be read.
        links: The page of each, by its name.
        broken: Why the others cannot be read, by name and page.
        clean: Removes details that readers need not know from an error.
    """

    def __init__(
        self,
        portfolio: Portfolio,
        links: Mapping[str, str],
        broken: Mapping[tuple[str, str], str],
        clean: Clean,
    ) -> None:
        self._links, self._broken, self._clean = links, broken, clean
        super().__init__(portfolio)

    def _numbers(self) -> State:
        found: Mapping[str, Any] = campaigns_state(
            self.view, links=self._links, patience=_PATIENCE, clean=self._clean
        )
        rows = [campaign_line(name, href, why) for (name, href), why in self._broken.items()]
        return {**found, "rows": [*found["rows"], *rows]}


def campaign_list(known: Mapping[str, Callable[[], Results]], clean: Clean) -> CampaignList | str:
    """Return the list; where no campaign can be read, HTML that says why, escaped.

    Args:
        known: How to read each campaign, by the name in its address.
        clean: Removes details that readers need not know from an error.
    """
    found: dict[str, Results] = {}
    broken: dict[tuple[str, str], str] = {}
    pages = {name: f"?campaign={quote(name, safe='')}" for name in known}
    for name, read in known.items():
        try:
            found[name] = read()
        except ResultsError as error:
            broken[name, pages[name]] = clean(str(error))
    if not found:
        return _broken_html(broken)
    named = told_apart({name: one.campaign.label for name, one in found.items()})
    portfolio = Portfolio({named[name]: one for name, one in found.items()})
    return CampaignList(portfolio, {named[name]: pages[name] for name in found}, broken, clean)


def _broken_html(broken: Mapping[tuple[str, str], str]) -> str:
    rows: Any = (
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(why)}</td></tr>'
        for (name, _), why in broken.items()
    )
    return f'<div class="rw-static"><h1>Campaigns</h1><table><tbody>{"".join(rows)}</tbody></table></div>'
