"""Untyped JSON: one checked reader for campaigns, rules, roll-ups, snapshots and configuration."""

from results_widgets._json.document import DEEPEST, LARGEST, parse, parse_file
from results_widgets._json.node import ErrorAt, Node, Readable, fill, read_as, shown

__all__ = [
    "DEEPEST",
    "LARGEST",
    "ErrorAt",
    "Node",
    "Readable",
    "fill",
    "parse",
    "parse_file",
    "read_as",
    "shown",
]
