"""Definition sets: what counts as interacted, engaged and unique, and the denominators of rates.

Numbers differ between versions of the same product, so the rules are data: every query takes a frozen
`Definitions`. Make your own by replacing fields of a built-in set:
``dataclasses.replace(rw.DEFINITIONS["default"], name="own", email_rate_base="sent")``.
"""

from results_widgets.definitions.attribution import Attribution, model_words, whom_words
from results_widgets.definitions.credited import credit_words, credited_by, is_usual
from results_widgets.definitions.model import Definitions, EmailRateBase, MachineOpens, Unique
from results_widgets.definitions.names import Term
from results_widgets.definitions.shipped import (
    DEFINITIONS,
    DIALECTS,
    OFFERED,
    Dialect,
    as_definitions,
)

__all__ = [
    "DEFINITIONS",
    "DIALECTS",
    "OFFERED",
    "Attribution",
    "Definitions",
    "Dialect",
    "EmailRateBase",
    "MachineOpens",
    "Term",
    "Unique",
    "as_definitions",
    "credit_words",
    "credited_by",
    "is_usual",
    "model_words",
    "whom_words",
]
