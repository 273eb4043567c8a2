"""The other campaign of a widget, whose line can stand beside the one that is drawn."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from results_widgets.results import Results
from results_widgets.view_model.compare_trait import CAMPAIGN
from results_widgets.view_model.selection import Selection


def with_other(
    results: Results, selected: Mapping[str, Any], selection: Selection | None = None
) -> tuple[Results, dict[str, Any]]:
    """Return results that know the other campaign, and a selection's traits that name it.

    Args:
        results: The results to show.
        selected: Traits of a selection, and perhaps other results as ``compare``.
        selection: A selection that is shared; it gets to compare with the other campaign.
    """
    traits = dict(selected)
    other = traits.pop("compare", False)
    if not isinstance(other, Results):
        return results, dict(selected)
    if selection is None:
        traits["compare"] = CAMPAIGN
    else:
        selection.compare = CAMPAIGN
    return results._with(replace(results._session, beside=other._session)), traits


def keeping_other(results: Results, shown: Results) -> Results:
    """Return results beside the other campaign of those that were shown, unless they have one of their own."""
    other = shown._session.beside
    if other is None or results._session.beside is not None:
        return results
    return results._with(replace(results._session, beside=other))


def other_of(results: Results) -> Results | None:
    """Return the other campaign, if one was named."""
    other = results._session.beside
    return None if other is None else results._with(other)


def without_other(results: Results) -> Results:
    """Return results that know no other campaign."""
    return results._with(replace(results._session, beside=None))
