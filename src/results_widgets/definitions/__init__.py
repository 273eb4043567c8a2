"""Definition sets: what counts as interacted, engaged and unique, and what rates are taken of.

Numbers differ between versions of the same product, so the rules are data: every query takes a frozen
`Definitions`. Make your own by replacing fields of a shipped set:
``dataclasses.replace(rw.DEFINITIONS["default"], name="own", email_rate_base="sent")``.
"""

from results_widgets.definitions.model import Definitions, EmailRateBase, MachineOpens, Term, Unique
from results_widgets.definitions.shipped import DEFINITIONS, as_definitions

__all__ = [
    "DEFINITIONS",
    "Definitions",
    "EmailRateBase",
    "MachineOpens",
    "Term",
    "Unique",
    "as_definitions",
]
