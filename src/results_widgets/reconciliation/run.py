"""Reconciling: their table, our numbers, the rules between them."""

from results_widgets.engine.backends.base import Backend
from results_widgets.engine.query import QueryScope
from results_widgets.engine.variations import check_arrived
from results_widgets.locales import Locale
from results_widgets.reconciliation.reconciliation import Reconciliation
from results_widgets.reconciliation.scenario import Laboratory, Scenario
from results_widgets.reconciliation.theirs import Rates, read_rates, read_theirs
from results_widgets.reconciliation.told import TheirRules
from results_widgets.reconciliation.trial import Search
from results_widgets.reconciliation.waterfall import lines_of


def reconcile(
    data: Backend,
    query: QueryScope,
    theirs: object,
    rules: TheirRules,
    *,
    rates: Rates | None,
    guess: bool,
    locale: Locale,
) -> Reconciliation:
    """Return a vendor's numbers beside ours; see `Results.reconcile`.

    Args:
        data: The campaign's data.
        query: Of our own numbers.
        theirs: Their table.
        rules: Their rules, as far as they were told.
        rates: How their rates are written; None: to be seen.
        guess: Whether rules that were not told are tried.
        locale: How numbers are written.
    """
    if rules.arrived is not None and data.has_users:
        check_arrived(data.require_users(), rules.arrived)
    told = rules.by_cause(data.campaign, query)
    lab, ours = Laboratory(data), Scenario(query)
    given = read_theirs(theirs, data.campaign, lab, ours)
    places = tuple(one.place for one in given)
    read = read_rates(given, lab.numbers(ours, places), rates)
    numbers = [None if one.value is None else one.value / read.scale[one.row] for one in given]
    search = Search(lab, ours, places, numbers)
    trials = search.trials(told, guess=guess)
    return Reconciliation(
        lines_of(search, trials, given, read.scale), trials, ours, read.said, locale
    )
