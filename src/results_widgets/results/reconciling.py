"""Another tool's numbers beside these results."""

from datetime import timedelta
from typing import TYPE_CHECKING

from results_widgets.definitions import Definitions, EmailRateBase, MachineOpens, Unique
from results_widgets.engine.query import Clock, Uniques
from results_widgets.keys import DefinitionSet
from results_widgets.results.scope import Edge
from results_widgets.results.session import HasSession

if TYPE_CHECKING:
    from results_widgets.reconciliation import Rates, Reconciliation
    from results_widgets.reconciliation.told import Duplicates, MachineClicks


def reconcile(  # noqa: PLR0913 - each rule of theirs has a name
    self: HasSession,
    theirs: object,
    *,
    time_zone: str | None = None,
    definitions: DefinitionSet | Definitions | None = None,
    start: Edge = None,
    end: Edge = None,
    as_of: Edge = None,
    arrived: str | None = None,
    window: str | timedelta | None = None,
    developers: bool | None = None,
    machine_opens: MachineOpens | None = None,
    machine_clicks: "MachineClicks | None" = None,
    duplicates: "Duplicates | None" = None,
    unique: Unique | None = None,
    rate_base: EmailRateBase | None = None,
    clock: Clock | None = None,
    uniques: Uniques | None = None,
    rates: "Rates | None" = None,
    guess: bool = True,
) -> "Reconciliation":
    """Compare a vendor's own numbers with these, and say which rule explains which part of the difference.

    Our numbers are computed again from the events, changing one rule after another until all rules are theirs.
    What then remains is the part of the difference that no rule explains. See docs/reconcile.md.

    Args:
        theirs: Their numbers, a frame or the path of a CSV, Parquet or NDJSON file with the columns
            action (id or name; empty for the campaign as a whole, or with a column channel for a
            channel), metric (key or label, ``"Unique opens"``) and value.
        time_zone: IANA name of the zone of their days.
        definitions: Their definition set: the name of a built-in one, or a `Definitions`.
        start: First day that their numbers cover, as in `between`; ours then cover the same days.
        end: Last day that their numbers cover; without both, the range of these results.
        as_of: When their numbers were made, a day or an aware time: later events are not in them.
        arrived: Column of the events with the time, with zone, at which each one arrived. With it, events that
            happened before ``as_of`` but arrived after it count as late, too.
        window: Their attribution window, ``"30d"``.
        developers: Whether they count developers.
        machine_opens: ``"counted"`` or ``"left_out"``: opens by mail privacy proxies.
        machine_clicks: ``"counted"`` or ``"left_out"``: clicks that the source flags as a machine's.
        duplicates: ``"once"`` or ``"counted"``: whether a row that repeats an event id counts again.
        unique: ``"user"`` or ``"user_day"``: whether a user counts once, or once per local day.
        rate_base: ``"delivered"`` or ``"sent"``: the denominator of their email rates.
        clock: ``"event"`` or ``"entry"``: the day that their events count on.
        uniques: ``"exact"`` or ``"approximate"``: whether their distinct users are estimates.
        rates: ``"fraction"`` or ``"percent"``; None: recognised by a per cent sign or, where it is clear, by the
            values; the summary says which.
        guess: Whether rules with exactly one other value are tried where they are not given, and assumed where
            that brings our numbers closer to theirs; the summary lists what was assumed.

    Returns:
        The reconciliation: ``table``, ``waterfall``, ``rules``, ``alone``, ``summary()``, ``chart()``.

    Raises:
        QueryError: Rows of theirs name an unknown action or metric or have no number (all such rows are listed),
            or a rule is not known.
        EventsError: Their file cannot be read.

    Examples:
        >>> theirs = results.analytics().actions().filter(metric="unique_opened")
        >>> found = results.reconcile(theirs.select("action_id", "metric", "value"))
        >>> found.table.select("action", "ours", "theirs", "explained", "rest").head(2)
        shape: (2, 5)
        ┌─────────────┬──────┬────────┬───────────┬──────┐
        │ action      ┆ ours ┆ theirs ┆ explained ┆ rest │
        │ ---         ┆ ---  ┆ ---    ┆ ---       ┆ ---  │
        │ str         ┆ f64  ┆ f64    ┆ f64       ┆ f64  │
        ╞═════════════╪══════╪════════╪═══════════╪══════╡
        │ we-miss-you ┆ 71.0 ┆ 70.0   ┆ -1.0      ┆ 0.0  │
        │ reminder    ┆ 9.0  ┆ 9.0    ┆ 0.0       ┆ 0.0  │
        └─────────────┴──────┴────────┴───────────┴──────┘
        >>> found.rules.filter(status="assumed")["cause"].to_list()
        ['developers']
    """
    from results_widgets.reconciliation import TheirRules, reconcile as run
    from results_widgets.reconciliation.told import in_range

    session = self._session
    rules = TheirRules(
        time_zone=time_zone,
        definitions=definitions,
        developers=developers,
        machine_opens=machine_opens,
        machine_clicks=machine_clicks,
        duplicates=duplicates,
        unique=unique,
        rate_base=rate_base,
        window=window,
        as_of=as_of,
        arrived=arrived,
        clock=clock,
        uniques=uniques,
    )
    query = in_range(session.query, start, end)
    return run(session.data, query, theirs, rules, rates=rates, guess=guess, locale=session.locale)
