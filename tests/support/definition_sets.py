"""The definition sets that random questions are asked under: those that ship, and one that leaves machines out."""

from dataclasses import replace

import results_widgets as rw


def definitions_of(name: str) -> rw.Definitions:
    """Return the set of a name that the reference knows."""
    if name == "people only":
        return replace(rw.DEFINITIONS["default"], name=name, machine_opens="left_out")
    return rw.DEFINITIONS[name]
