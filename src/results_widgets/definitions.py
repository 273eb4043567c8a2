"""Definition sets: what interacted, engaged and unique mean, and what rates are taken of.

Numbers differ between versions of one product, so the rules are data. A set is a frozen value that
every query takes; make your own with ``dataclasses.replace(rw.DEFINITIONS["default"],
email_rate_base="sent")``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from results_widgets.channels import Channel
from results_widgets.errors import QueryError

Term = tuple[str, str]
"""A channel and one of its metrics, for example ``("email", "unique_clicked")``."""


@dataclass(frozen=True, slots=True)
class Definitions:
    """The rules that a number is computed under.

    Attributes:
        name: Shown beside the numbers.
        interacted: Events that mean interacted, by channel; channels not named keep their own.
        engaged: Metrics that add up to "engaged"; empty: distinct users who interacted.
        engaged_base: Metrics that add up to the engagement rate's base; empty: unique users.
        email_rate_base: What open, click, unsubscribe and spam rates of email are taken of.
        unique: ``user`` counts a user once; ``user_day`` once per local day, days added up.
        machine_opens: Whether opens made by mail privacy proxies count as opens.
        text: The set in one sentence.
    """

    name: str
    interacted: tuple[tuple[str, tuple[str, ...]], ...] = ()
    engaged: tuple[Term, ...] = ()
    engaged_base: tuple[Term, ...] = ()
    email_rate_base: Literal["delivered", "sent"] = "delivered"
    unique: Literal["user", "user_day"] = "user"
    machine_opens: Literal["counted", "left_out"] = "counted"
    text: str = field(default="", compare=False)

    def interactions(self, channel: Channel) -> tuple[str, ...]:
        """Return the events of a channel that mean interacted under this set."""
        return dict(self.interacted).get(channel.id, channel.interacted)


_IN_APP_BUTTONS = ("accepted", "cancelled", "selected", "submitted")

_SHIPPED = (
    Definitions(
        "default",
        text="Interacted as the channels define it; email rates of delivered; a user counts once.",
    ),
    Definitions(
        "leanplum",
        interacted=(
            ("email", ("opened",)),
            ("push", ("opened",)),
            ("web_push", ("opened",)),
            ("in_app", _IN_APP_BUTTONS),
        ),
        email_rate_base="sent",
        text="Leanplum's current glossary: email or push opened or an in-app button; email rates of sent.",
    ),
    Definitions(
        "leanplum-v2",
        interacted=(
            ("email", ("clicked",)),
            ("push", ("opened",)),
            ("web_push", ("opened",)),
            ("in_app", ("accepted",)),
        ),
        engaged=(
            ("email", "unique_clicked"),
            ("push", "opened"),
            ("web_push", "opened"),
            ("in_app", "accepted"),
        ),
        engaged_base=(
            ("email", "delivered"),
            ("in_app", "viewed"),
            ("push", "sent"),
            ("web_push", "sent"),
        ),
        email_rate_base="sent",
        unique="user_day",
        text="Leanplum's older pages: engaged adds up clicks, opens and accepts; a user counts once a day.",
    ),
)

DEFINITIONS: Mapping[str, Definitions] = MappingProxyType({set_.name: set_ for set_ in _SHIPPED})
"""The shipped definition sets by name."""


def as_definitions(value: "str | Definitions") -> Definitions:
    """Return a definition set by name, or the set itself.

    Raises:
        QueryError: No shipped set has that name.
    """
    if isinstance(value, Definitions):
        return value
    if value not in DEFINITIONS:
        raise QueryError.unknown("definition set", value, DEFINITIONS)
    return DEFINITIONS[value]
