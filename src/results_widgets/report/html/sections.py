"""What may follow the dashboard on a page: findings that its range and switches do not change."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from results_widgets._text import escape
from results_widgets.alternatives import Sensitivity
from results_widgets.errors import QueryError
from results_widgets.reconciliation import Reconciliation
from results_widgets.report.html.attribution import attribution_html
from results_widgets.results import Results
from results_widgets.results.written import dialects_in_words, key_dialects, paths_in_words

_PATHS: Final = (
    "The actions that each conversion’s entry touched up to it, the first one first; touches of one action that "
    "follow one another count once."
)
_DIALECTS: Final = (
    "The same events, counted by the rules that each tool documents; changes are from the default."
)


@dataclass(frozen=True, slots=True)
class Section:
    """What may follow the dashboard.

    Attributes:
        name: Keyword that brings it.
        heading: Stands over it.
        call: Returns it.
        parts: What of it would give small counts away.
        draw: Returns it as HTML.
        columns: Those that it has, of a frame.
        kind: What it is, where it is not a frame.
        asked: What the option of the command line adds, in words; empty: no option does.
        said: A sentence under its heading; may be empty.
    """

    name: str
    heading: str
    call: str
    parts: str
    draw: Callable[[Any, Results], str]
    columns: Collection[str] = ()
    kind: type = pl.DataFrame
    asked: str = ""
    said: str = ""

    def check(self, found: object, min_cell: int) -> None:
        """Refuse what its call has not returned, and what small changes would reveal where small counts are hidden.

        Raises:
            QueryError: It is something else, or ``min_cell`` is given.
        """
        columns = found.columns if isinstance(found, pl.DataFrame) else ()
        if not isinstance(found, self.kind) or not {*self.columns} <= {*columns}:
            raise QueryError(
                f"{self.name} is a {type(found).__name__}; pass what {self.call} returns"
            )
        if min_cell:
            raise QueryError(
                f"min_cell hides small counts, and the {self.parts} of {self.name} would give them away; "
                "leave out one of the two"
            )

    def html(self, found: object, results: Results) -> str:
        """Return the section of the page."""
        heading = escape(self.heading)
        said = f"<p>{escape(self.said)}</p>" if self.said else ""
        return (
            f'<section class="rw-reconcile" aria-label="{heading}"><h2>{heading}</h2>{said}'
            f"{self.draw(found, results)}</section>"
        )


_OTHERS: Final = {"one": "{} other number", "other": "{} other numbers"}


def _dialects_html(found: Any, results: Results) -> str:
    """Return the key numbers, and the others folded: all of them fill many screens, or pages of paper."""
    key = key_dialects(results, found)
    names = ["channel", "metric"]
    others = found.join(key, on=names, how="anti", nulls_equal=True, maintain_order="left")
    if key.is_empty() or others.is_empty():
        return dialects_in_words(results, found).to_html()
    count = results._session.locale.counted(others.select(names).n_unique(), _OTHERS)
    return (
        f"{dialects_in_words(results, key).to_html()}"
        f"<details><summary>{count}</summary>{dialects_in_words(results, others).to_html()}</details>"
        f'<p class="rw-not-printed">Not printed: {count}. The report as a page has them, and results.dialects().</p>'
    )


SECTIONS: Final = (
    Section(
        "attribution",
        "Who gets the credit",
        "results.attribution()",
        "parts",
        attribution_html,
        ("model", "owner", "conversions", "share"),
        asked="whom conversions are credited to, by model",
        said="The same conversions, credited by one model beside another. None of them shows what the messages caused.",
    ),
    Section(
        "paths",
        "Paths to conversion",
        "results.paths()",
        "counts",
        lambda found, results: paths_in_words(results, found).to_html(),
        ("path", "conversions", "value", "share"),
        asked="the sequences of actions that lead to conversions",
        said=_PATHS,
    ),
    Section(
        "reconcile",
        "Another tool’s numbers beside these",
        "results.reconcile(theirs)",
        "steps",
        lambda found, _: found.to_html(),
        kind=Reconciliation,
    ),
    Section(
        "sensitivity",
        "Under other usual rules",
        "results.sensitivity()",
        "steps",
        lambda found, _: found.to_html(),
        kind=Sensitivity,
        asked="the numbers under other usual rules",
    ),
    Section(
        "dialects",
        "By the definitions of other tools",
        "results.dialects()",
        "differences",
        _dialects_html,
        ("channel", "metric", "set", "value", "difference", "reason", "not_expressed"),
        asked="the numbers under the definitions of other tools",
        said=_DIALECTS,
    ),
)
"""In their order on a page."""

ASKED_SECTIONS: Final = tuple(one for one in SECTIONS if one.asked)
"""Those that the command line adds by an option of their name."""

_BY_NAME: Final = {one.name: one for one in SECTIONS}


def check_sections(found: Mapping[str, object], min_cell: int) -> None:
    """Refuse what cannot follow the dashboard.

    Raises:
        TypeError: There is no such section.
        QueryError: It is not what its call returns, or it is given together with ``min_cell``.
    """
    for name, value in found.items():
        if name not in _BY_NAME:
            raise TypeError(f"a report has no argument {name!r}; it takes {', '.join(_BY_NAME)}")
        if value is not None:
            _BY_NAME[name].check(value, min_cell)


def sections_html(found: Mapping[str, object], results: Results) -> str:
    """Return the sections that follow the dashboard."""
    given = [(one, found.get(one.name)) for one in SECTIONS]
    return "".join(one.html(value, results) for one, value in given if value is not None)
