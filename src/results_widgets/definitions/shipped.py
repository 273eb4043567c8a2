"""The definition sets that ship, and how a set is named."""

from collections.abc import Mapping
from types import MappingProxyType

from results_widgets._json import shown
from results_widgets.channels import CHANNELS, Channel
from results_widgets.definitions.model import Definitions
from results_widgets.errors import QueryError

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
        held_back="counted",
        unique_rates="events",
        rate_clock="event",
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
        held_back="counted",
        unique_rates="events",
        rate_clock="event",
        text="Leanplum's older pages: engaged adds up clicks, opens and accepts; a user counts once a day.",
    ),
)

DEFINITIONS: Mapping[str, Definitions] = MappingProxyType({set_.name: set_ for set_ in _SHIPPED})
"""The shipped definition sets by name.

Examples:
    >>> [*rw.DEFINITIONS]
    ['default', 'leanplum', 'leanplum-v2']
    >>> rw.DEFINITIONS["leanplum"].email_rate_base
    'sent'
"""


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
