"""What arms are compared in: the metrics of an experiment, and how each is measured on one user."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from results_widgets.channels import Channel, Direction, rates_of, unique_key
from results_widgets.definitions import Definitions
from results_widgets.engine.encoding.event_codes import EventCodes
from results_widgets.errors import QueryError
from results_widgets.glossary.campaign import (
    CONVERSIONS,
    ENGAGED,
    UNIQUE_CONVERTERS,
    VALUE_PER_USER,
)
from results_widgets.glossary.channel import channel_metrics

Measure = Literal["converted", "conversions", "value", "events"]
"""What is measured on a user: whether there is a goal event, how many, their value; or whether
there is one of some events.
"""

CONVERTED: Final = "converted"
_UNSUBSCRIBED: Final = "unsubscribed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A metric that arms are compared in, measured on each user within the window.

    Attributes:
        key: Its name in every frame.
        label: Its name on screen.
        measure: What is measured on a user.
        channel: Id of the channel whose events it counts; None for the campaign's.
        direction: Whether it improves as it gets higher, or lower.
        codes: The events' codes.
        needs_action: Whether only a user who received an action can have it, so that nobody held
            back does.
    """

    key: str
    label: str
    measure: Measure
    channel: str | None = None
    direction: Direction = "higher"
    codes: tuple[int, ...] = ()
    needs_action: bool = False

    @property
    def is_share(self) -> bool:
        """Whether a user has it or not; else it is a mean per user."""
        return self.measure in ("converted", "events")

    @property
    def name(self) -> str:
        """The key, with its channel where it has one: ``email:unique_opened``."""
        return self.key if self.channel is None else f"{self.channel}:{self.key}"


def outcomes_of(codes: EventCodes, definitions: Definitions, *, has_value: bool) -> list[Outcome]:
    """Return every metric that a campaign's arms can be compared in, in reading order.

    Args:
        codes: The codes of the campaign's events.
        definitions: What counts as an interaction and an open.
        has_value: Whether the events have a column of values.
    """
    # Headline values are per entry, these are per user.
    value = [
        Outcome("value_per_user", "Value per user", "value", direction=VALUE_PER_USER.direction)
    ]
    every = [
        Outcome(CONVERTED, "Converted", "converted", direction=UNIQUE_CONVERTERS.direction),
        Outcome(
            "conversions_per_user",
            "Conversions per user",
            "conversions",
            direction=CONVERSIONS.direction,
        ),
        *(value if has_value else []),
        Outcome(
            ENGAGED.key,
            ENGAGED.label,
            "events",
            direction=ENGAGED.direction,
            codes=codes.interacted(definitions),
            needs_action=True,
        ),
        *_unsubscribed(codes, definitions),
        *(
            outcome
            for channel in codes.campaign.channels.values()
            for outcome in _of_channel(channel, codes, definitions)
        ),
    ]
    # Nobody can have what no action's channel reports.
    return [one for one in every if one.codes or one.measure != "events"]


def _unsubscribed(codes: EventCodes, definitions: Definitions) -> list[Outcome]:
    sets = codes.sets(definitions)
    own = [code for (_, event), some in sets.items() if event == _UNSUBSCRIBED for code in some]
    channels = codes.campaign.channels.values()
    event = next((c.event(_UNSUBSCRIBED) for c in channels if _UNSUBSCRIBED in c.events), None)
    if event is None:
        return []
    return [
        Outcome(
            _UNSUBSCRIBED,
            event.count_label,
            "events",
            direction=event.direction,
            codes=tuple(own),
            needs_action=True,
        )
    ]


def _of_channel(channel: Channel, codes: EventCodes, definitions: Definitions) -> list[Outcome]:
    """Return the numerators of a channel's rates of distinct users."""
    metrics = {metric.key: metric for metric in channel_metrics(channel, definitions)}
    sets = codes.sets(definitions)
    ids = [action.id for action in codes.actions if action.channel == channel.id]
    numerators = dict.fromkeys(rate.numerator for rate in rates_of(channel))
    return [
        Outcome(
            unique_key(event),
            metrics[unique_key(event)].label,
            "events",
            channel.id,
            metrics[unique_key(event)].direction,
            tuple(code for id_ in ids for code in sets.get((id_, event), ())),
            needs_action=True,
        )
        for event in channel.events
        if unique_key(event) in numerators
    ]


def chosen(outcomes: Sequence[Outcome], names: Iterable[str] | None) -> list[Outcome]:
    """Return the outcomes of some names, a key or ``channel:key``; all of them for None.

    Raises:
        QueryError: A name is not known.
    """
    if names is None:
        return list(outcomes)
    wanted = [names] if isinstance(names, str) else list(names)
    for name in wanted:
        if not any(name in (one.key, one.name) for one in outcomes):
            known = dict.fromkeys(one.name for one in outcomes)
            raise QueryError.unknown("metric of an experiment", name, known)
    return [one for one in outcomes if one.key in wanted or one.name in wanted]


def find(outcomes: Sequence[Outcome], metric: str, channel: str | None = None) -> Outcome:
    """Return the one outcome of a key, or of ``channel:key``.

    Raises:
        QueryError: There is none, or several channels have it.
    """
    name = metric if channel is None else f"{channel}:{metric}"
    found = chosen(outcomes, [name])
    if len(found) > 1:
        choices = ", ".join(one.name for one in found)
        raise QueryError(f"{metric!r} is a metric of several channels; pass one of {choices}")
    return found[0]
