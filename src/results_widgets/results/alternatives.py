"""The same log under other rules, side by side."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import polars as pl

from results_widgets.definitions import DEFINITIONS, Definitions, as_definitions
from results_widgets.errors import QueryError
from results_widgets.keys import DefinitionSet
from results_widgets.results.needing_users import users_of
from results_widgets.results.session import HasSession

if TYPE_CHECKING:
    from results_widgets.alternatives import Sensitivity

_RULES = "its numbers under other rules"


def dialects(
    self: HasSession, sets: Iterable[DefinitionSet | Definitions] | None = None
) -> pl.DataFrame:
    """Return the campaign's numbers under several definition sets, and why they differ.

    The built-in sets follow each tool's documentation; docs/definitions.md has every rule with its source.
    ``not_expressed`` says what a tool does that no field of `Definitions` can express; the tool itself may then
    show a different number.

    Args:
        sets: Names of built-in sets, or sets of your own; None: all built-in sets.

    Returns:
        channel (String): Id of the channel; null for the campaign.
        metric (String): Key of the glossary, in its order.
        set (String): Name of the set; every metric has a row for each.
        value (Float64): The number under it; null where there is none.
        difference (Float64): The value minus the value under ``default``; null if either is missing.
        reason (String): The rules that cause the difference, each with the default's; null without a difference.
            These are the rules that change the number by themselves or, if none does, all rules in which the set
            differs.
        not_expressed (String): What the tool does differently for this metric; null if nothing is known.

    Raises:
        QueryError: A set is not known, ``sets`` is empty, or the results come from a roll-up.

    Examples:
        >>> found = results.dialects(["default", "leanplum"])
        >>> rate = found.filter(channel="email", metric="unique_open_rate")
        >>> rate.select("set", "value", "difference")
        shape: (2, 3)
        ┌──────────┬──────────┬────────────┐
        │ set      ┆ value    ┆ difference │
        │ ---      ┆ ---      ┆ ---        │
        │ str      ┆ f64      ┆ f64        │
        ╞══════════╪══════════╪════════════╡
        │ default  ┆ 0.415205 ┆ 0.0        │
        │ leanplum ┆ 0.261993 ┆ -0.153212  │
        └──────────┴──────────┴────────────┘
        >>> rate["reason"][1]
        'Base of email rates: sent, not delivered; Base of unique rates: events, not people'
    """
    from results_widgets.alternatives.dialects import dialects_frame

    session = self._session
    data = users_of(session, _RULES)
    names = DEFINITIONS if sets is None else [sets] if isinstance(sets, str | Definitions) else sets
    wanted = [as_definitions(one, session.campaign.known_channels) for one in names]
    if not wanted:
        raise QueryError("sets= is empty; pass None for all built-in definition sets")
    asked = tuple(dict.fromkeys(wanted))
    return session.cached(
        "dialects", asked, compute=lambda: dialects_frame(data, session.query, asked)
    )


def sensitivity(self: HasSession, metrics: str | Iterable[str] | None = None) -> "Sensitivity":
    """Return how much the headline numbers depend on the rules: each common alternative rule is tried by itself.

    The alternatives are: attribution windows of 1, 3, 7 and 30 days; machine opens and clicks left out; users
        counted once per day; held-back users counted; the other clock for counts and for rates; and, for what is
        credited to each action, other attribution models. Every number is computed again from the events.

    Args:
        metrics: Keys of the campaign's metrics in the glossary, and ``"lift"``: the share of users who converted
            minus the control's. None: the key metrics and the lift.

    Returns:
        The sensitivity: ``table``, ``ranges``, ``rankings``, ``summary()``, ``chart()``.

    Raises:
        QueryError: A metric is not known, ``metrics`` is empty, or the results come from a roll-up.

    Examples:
        >>> found = results.sensitivity()
        >>> found.ranges.filter(metric="converted_rate").select("value", "low", "high", "most")
        shape: (1, 4)
        ┌──────────┬──────────┬──────────┬────────┐
        │ value    ┆ low      ┆ high     ┆ most   │
        │ ---      ┆ ---      ┆ ---      ┆ ---    │
        │ f64      ┆ f64      ┆ f64      ┆ str    │
        ╞══════════╪══════════╪══════════╪════════╡
        │ 0.170103 ┆ 0.106599 ┆ 0.248588 ┆ window │
        └──────────┴──────────┴──────────┴────────┘
        >>> found.line
        'Under other usual rules: 10.7 to 24.9\u202f%'
    """
    from results_widgets.alternatives import Sensitivity
    from results_widgets.alternatives.run import LIFT, sensitivity_of

    session = self._session
    data = users_of(session, _RULES)
    of_campaign = [one for one in session.metrics() if one.scope == "campaign"]
    headline = (*(one.key for one in of_campaign if one.key_metric), LIFT)
    named = (metrics,) if isinstance(metrics, str) else metrics
    asked = headline if named is None else tuple(named)
    if not asked:
        raise QueryError("metrics= is empty; pass None for the headline numbers")
    known = [LIFT, *(one.key for one in of_campaign)]
    for one in asked:
        if one not in known:
            raise QueryError.unknown("number of the campaign", one, known)
    found = session.cached(
        "sensitivity", asked, compute=lambda: sensitivity_of(data, session.query, asked)
    )
    return Sensitivity(found, session.locale)
