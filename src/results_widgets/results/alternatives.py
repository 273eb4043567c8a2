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
    """Return the campaign's numbers under one definition set after another, and why they differ.

    The shipped sets follow what each tool's documentation says; docs/definitions.md has every rule with its
    source. What a tool does that no field of `Definitions` expresses stands in ``not_expressed``: its own
    screen may then show another number than this.

    Args:
        sets: Names of shipped sets, or sets of your own; None: all that ship.

    Returns:
        channel (String): Id of the channel; null for the campaign.
        metric (String): Key of the glossary, in its order.
        set (String): Name of the set; every metric has a row for each.
        value (Float64): The number under it; null where there is none.
        difference (Float64): That less the number under ``default``; null if either is missing.
        reason (String): The rules that make the difference, each with the default's; null without one. Rules
            that change the number alone, or if none does, all in which the set differs.
        not_expressed (String): What the tool does otherwise with this metric; null if nothing is known.

    Raises:
        QueryError: A set is not known, none is named, or the results come from a roll-up.

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
        raise QueryError("sets= names no definition set; pass None for all that ship")
    asked = tuple(dict.fromkeys(wanted))
    return session.cached(
        "dialects", asked, compute=lambda: dialects_frame(data, session.query, asked)
    )


def sensitivity(self: HasSession, metrics: str | Iterable[str] | None = None) -> "Sensitivity":
    """Return how far the headline depends on the rules it is computed by: each usual other rule, tried alone.

    Tried are attribution windows of 1, 3, 7 and 30 days, machine opens and clicks left out, users counted once
    a day, the held back counted, the other clock for counts and for rates, and, for what is credited to each
    action, other models of attribution. Every number is computed from the events again.

    Args:
        metrics: Keys of the campaign's numbers in the glossary, and ``"lift"``: how far the share of users
            who converted lies above the control's. None: the key metrics and the lift.

    Returns:
        The sensitivity: ``table``, ``ranges``, ``rankings``, ``summary()``, ``chart()``.

    Raises:
        QueryError: A metric is not known, none is named, or the results come from a roll-up.

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
        raise QueryError("metrics= names no number; pass None for the headline")
    known = [LIFT, *(one.key for one in of_campaign)]
    for one in asked:
        if one not in known:
            raise QueryError.unknown("number of the campaign", one, known)
    found = session.cached(
        "sensitivity", asked, compute=lambda: sensitivity_of(data, session.query, asked)
    )
    return Sensitivity(found, session.locale)
