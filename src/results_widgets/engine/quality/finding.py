"""What a finding about the events is: declared once, and read by frames, commands, pages and notes alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

Severity = Literal["notice", "warning", "serious"]
Counts = Literal["rows", "users", "days", "actions", "files"]

SEVERITIES: Final[tuple[Severity, ...]] = ("serious", "warning", "notice")
"""From the worst on."""

NEVER: Final = 2.0
"""A share that is never reached."""

EVERYONE: Final = ("users", "unique_users", "engaged", "conversions")
WALK: Final = ("users", "conversions", "conversion_rate", "conversions_attributed")
ENGAGED: Final = ("engaged", "engagement_rate", "conversions_attributed")
VALUE: Final = ("goal_value", "value_per_user", "value_attributed")
OPENED: Final = ("opened", "unique_opened", "open_rate")
SENT: Final = ("sent", "delivered", *OPENED)
"""Metrics that several findings touch."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that may be wrong with the events.

    Attributes:
        check: Its name.
        text: What it is.
        effect: What it does to the numbers.
        metrics: Keys of the metrics that it touches.
        fix: Code that leaves out or corrects the rows, with placeholders filled from the campaign (`code.places`)
            and the data (`Found.places`); None where there is nothing to leave out.
        kept: Whether the rows still count.
        counts: What is counted.
        warning: The share, of all that could be affected, from which it is a warning.
        serious: The share from which on it is serious.
    """

    check: str
    text: str
    effect: str
    metrics: tuple[str, ...]
    fix: str | None = None
    kept: bool = True
    counts: Counts = "rows"
    warning: float = 0.01
    serious: float = 0.1

    def severity(self, rows: int, among: int) -> Severity | None:
        """Return how bad it is that so many of those that could have it do; None if none does."""
        if not rows:
            return None
        share = rows / among if among else 1.0
        if share >= self.serious:
            return "serious"
        return "warning" if share >= self.warning else "notice"


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found.

    Attributes:
        rows: How many rows, or what else the finding counts.
        among: How many could have been found.
        example: One of them.
        places: Values from the data that the fixing code needs.
    """

    rows: int
    among: int
    example: str | None = None
    places: Mapping[str, str] = field(default_factory=dict)
