"""The definition sets that random questions are asked under: those that ship, one that leaves machines out, and
some that credit conversions otherwise.
"""

from dataclasses import replace
from datetime import timedelta

import results_widgets as rw
from tests.reference.rules import CREDITED


def definitions_of(name: str) -> rw.Definitions:
    """Return the set of a name that the reference knows."""
    if name == "people only":
        return replace(rw.DEFINITIONS["default"], name=name, machine_opens="left_out")
    if name in CREDITED:
        model, micros = CREDITED[name]
        lookback = None if micros is None else timedelta(microseconds=micros)
        rules = {"attribution": model, "lookback": lookback}
        return replace(rw.DEFINITIONS["default"], name=name, **rules)  # type: ignore[arg-type]
    return rw.DEFINITIONS[name]
