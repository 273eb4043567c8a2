"""The built-in definition sets, the source of each, and how a set is named.

The sets are data: `sets.json` holds each as `Definitions.from_dict` reads it, with what the tool's own
documentation says rule by rule, and with what it says that no field can express.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from results_widgets._json import shown
from results_widgets.channels import CHANNELS, Channel
from results_widgets.definitions.model import Definitions
from results_widgets.errors import QueryError


@dataclass(frozen=True, slots=True)
class Unsaid:
    """A rule of a tool that no field of `Definitions` can express.

    Attributes:
        metrics: Keys of the metrics that it would change.
        says: The rule in words.
    """

    metrics: tuple[str, ...]
    says: str


@dataclass(frozen=True, slots=True)
class Dialect:
    """A shipped set with its sources.

    Attributes:
        tool: Whose rules they are.
        page: The pages of the tool's documentation that say so.
        definitions: The set.
        rules: What those pages say, by field of the set.
        unsaid: What they say that the set cannot express.
    """

    tool: str
    page: str
    definitions: Definitions
    rules: Mapping[str, str]
    unsaid: tuple[Unsaid, ...]

    def unsaid_of(self, metric: str) -> str:
        """Return what the set cannot express of a metric; empty if there is nothing."""
        return "; ".join(one.says for one in self.unsaid if metric in one.metrics)


def _dialect(value: Mapping[str, Any]) -> Dialect:
    definitions = Definitions.from_dict(value["definitions"])
    rules = {one["rule"]: one["says"] for one in value["rules"]}
    unsaid = [Unsaid(tuple(one["metrics"]), one["says"]) for one in value["not_expressed"]]
    return Dialect(value["tool"], value["page"], definitions, rules, tuple(unsaid))


_FILE: Final = files(__package__).joinpath("sets.json")

DIALECTS: Final[Mapping[str, Dialect]] = MappingProxyType(
    {one.definitions.name: one for one in map(_dialect, json.loads(_FILE.read_text("utf-8")))}
)
"""The built-in sets with their sources, by name."""

DEFINITIONS: Mapping[str, Definitions] = MappingProxyType(
    {name: one.definitions for name, one in DIALECTS.items()}
)
"""The built-in definition sets by name.

Examples:
    >>> [*rw.DEFINITIONS][:4]
    ['default', 'leanplum', 'leanplum-v2', 'braze']
    >>> rw.DEFINITIONS["leanplum"].email_rate_base
    'sent'
"""

OFFERED: Final = ("default", "leanplum", "leanplum-v2")
"""The sets that screens and reports offer, and that are computed before anybody asks; the others are there by name."""


def as_definitions(
    value: "str | Definitions", channels: Mapping[str, Channel] = CHANNELS
) -> Definitions:
    """Return a shipped set by its name, or the set that is given.

    Args:
        value: A name or a set.
        channels: The channels that the campaign may use, by id.

    Raises:
        QueryError: No shipped set has that name, or the set names a channel, event or metric that
            the campaign does not have.
    """
    if isinstance(value, Definitions):
        value.check_channels(channels)
        return value
    if not isinstance(value, str):
        raise QueryError(
            f"expected the name of a definition set or a Definitions, found {shown(value)}"
        )
    if value not in DEFINITIONS:
        raise QueryError.unknown("definition set", value, DEFINITIONS)
    return DEFINITIONS[value]
