"""What a channel is: the events it reports, what they mean, and what is shown of them."""

from dataclasses import dataclass
from typing import Any, Final

from results_widgets._json import Node, fill
from results_widgets.channels.events import EVENTS, Event
from results_widgets.errors import suggestion

EMAIL_RATE_BASE: Final = "email_rate_base"
"""As the denominator of a rate: whatever the definition set takes email rates of."""


@dataclass(frozen=True, slots=True)
class Rate:
    """One metric of a channel divided by another.

    Attributes:
        key: Name in every frame.
        label: Name on screen.
        numerator: An event's name, or ``unique_`` and its name for its distinct users.
        denominator: Likewise, or `EMAIL_RATE_BASE`.
    """

    key: str
    label: str
    numerator: str
    denominator: str


@dataclass(frozen=True, slots=True, repr=False)
class Channel:
    """One way to reach a user.

    Attributes:
        id: Key used in campaigns, for example ``"email"``.
        label: Name shown on screen; the id when left out.
        events: Event names that the channel may report, in reading order; when left out, those
            that mean received and interacted.
        received: The event that means "the user received the action".
        interacted: Events that mean "the user interacted with the action" by default.
        icon: Key of the icon drawn beside the name.
        rates: Its rates, in reading order; empty: each interaction, and its distinct users, per
            received action.
        headline: Keys of the metrics that its block shows, each beside its rate; empty: what was
            received, and the distinct users of each interaction.
        vocabulary: Its own words for events that `EVENTS` lacks or means otherwise.
        machine_opens: Whether machines may open its messages, which is then counted separately.
        not_reported: Events that the source never reports, the channel's own or ``exited``, as exports
            of some vendors: their numbers are not available, which is not 0.
        first_only: Those of its events of which the source keeps only the first for each message: how many
            there were is not available, how many users had one is.
        machine_clicks: Whether machines may click its links, which is then counted separately.

    Raises:
        CampaignError: There is no event that means received, or ``events`` lacks one.

    Examples:
        >>> kiosk = rw.Channel("kiosk", "Kiosk", received="shown", interacted=("scanned",))
        >>> kiosk.events
        ('shown', 'scanned')
        >>> goal, actions = rw.Goal("Purchase"), [rw.Action("poster", "kiosk")]
        >>> [*rw.Campaign("c1", goal, actions, own_channels=[kiosk]).channels]
        ['kiosk']
    """

    id: str
    label: str = ""
    events: tuple[str, ...] = ()
    received: str = ""
    interacted: tuple[str, ...] = ()
    icon: str = "dot"
    rates: tuple[Rate, ...] = ()
    headline: tuple[str, ...] = ()
    vocabulary: tuple[Event, ...] = ()
    machine_opens: bool = False
    not_reported: tuple[str, ...] = ()
    first_only: tuple[str, ...] = ()
    machine_clicks: bool = False

    def __post_init__(self) -> None:
        names = ("id", "label", "events", "received", "interacted", "icon")
        given = {name: getattr(self, name) for name in names}
        fill(self, **read_fields(Node(given, "Channel", given)))

    def __hash__(self) -> int:
        # What follows from a channel is looked up often: all of it would take long to hash.
        return hash((self.id, self.events, self.not_reported, self.first_only))

    def __repr__(self) -> str:
        """Return what a reader wants to know at a glance; `events` and `rates` have the rest."""
        meant = f"received: {self.received}; interacted: {', '.join(self.interacted) or 'none'}"
        size = f"events: {len(self.events)}; rates: {len(self.rates)}"
        return f"Channel({self.id!r}, {self.label!r}; {meant}; {size})"

    def event(self, name: str) -> Event:
        """Return what an event means in this channel.

        Args:
            name: The event's name.

        Returns:
            Its labels, its direction and who causes it: the channel's own declaration, else the common
            one; an event that neither knows is the user's doing, unless it means received.

        Examples:
            >>> kiosk = rw.Channel("kiosk", received="shown", interacted=("scanned",))
            >>> kiosk.event("scanned").by_user, kiosk.event("shown").by_user
            (True, False)
        """
        own = next((event for event in self.vocabulary if event.name == name), None)
        # An app reports of its users what no vocabulary knows; a message is the sender's doing.
        return own or EVENTS.get(name) or Event(name, by_user=name != self.received)


def read_fields(node: Node) -> dict[str, Any]:
    """Return the checked fields of a channel, from its constructor or from a campaign's JSON.

    Raises:
        CampaignError: See `Channel`; the error names the path.
    """
    id_, received, interacted = node.text("id"), node.text("received"), node.texts("interacted", ())
    events = node.texts("events", tuple(dict.fromkeys((received, *interacted))))
    for name in (received, *interacted):
        if name not in events:
            hint = suggestion(name, events)
            raise node.error(
                "events", f"lacks {name!r}{hint}, which means received or interacted; add it"
            )
    return {
        "id": id_,
        "label": node.text("label", "") or id_,
        "events": events,
        "received": received,
        "interacted": interacted,
        "icon": node.text("icon", "dot"),
    }
