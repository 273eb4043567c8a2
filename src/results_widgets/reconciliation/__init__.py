"""A vendor's own numbers beside ours: which rules lead from the one to the other, and what is left.

Ours are computed again with one rule changed after another (`causes`), on the events themselves.
"""

from results_widgets.reconciliation.reconciliation import Reconciliation
from results_widgets.reconciliation.run import reconcile
from results_widgets.reconciliation.theirs import Rates
from results_widgets.reconciliation.told import TheirRules

__all__ = ["Rates", "Reconciliation", "TheirRules", "reconcile"]
