"""`Definitions`: the rules of one set, checked however it is made."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Literal, get_args

import polars as pl

from results_widgets._json import Node, fill, read_as
from results_widgets._text import escape
from results_widgets.channels import CHANNELS, Channel
from results_widgets.definitions.attribution import Attribution, attribution_of, lookback_of
from results_widgets.definitions.names import (
    Term,
    interacted_of,
    known_names,
    terms_of,
    unknown_name,
)
from results_widgets.errors import QueryError

EmailRateBase = Literal["delivered", "sent"]
Unique = Literal["user", "user_day"]
MachineOpens = Literal["counted", "left_out"]
HeldBack = Literal["apart", "counted"]
UniqueRates = Literal["people", "events"]
RateClock = Literal["entry", "event"]


@dataclass(frozen=True, slots=True, init=False, repr=False)
class Definitions:
    """The rules that numbers are computed by.

    Args:
        name: Shown beside the numbers.
        interacted: Events that count as an interaction, by channel: ``{"email": ["clicked"]}``, or (channel,
            event) pairs. Channels not listed keep their own.
        engaged: Metrics that add up to "engaged", as pairs of channel and metric; empty: the number
            of distinct users who interacted.
        engaged_base: Metrics that add up to the denominator of the engagement rate; empty: unique
            users.
        email_rate_base: Denominator of the open, click, unsubscribe and spam rates of email; where the
            source reports no deliveries, ``delivered`` becomes ``sent``, and the rate says so.
        unique: ``user`` counts a user once; ``user_day`` counts a user once per local day and adds up the days.
        machine_opens: Whether opens by mail privacy proxies and clicks by link scanners count as opens and clicks.
            ``left_out`` leaves out both.
        held_back: ``apart`` leaves entries that were held back from a first action out of the campaign's users,
            engaged, conversions, values and rates, and shows them as a separate group; ``counted`` includes them.
        unique_rates: Denominator of a channel's rates of distinct users: ``people`` (unique opens ÷ unique
            delivered) or ``events`` (unique opens ÷ delivered).
        rate_clock: How the campaign's rates are computed in a range or by interval: ``entry`` follows the entries
            that started in it, whenever they converted or engaged; ``event`` divides what happened in it by the
            entries that started in it.
        attribution: Which action a conversion is credited to: ``last_interaction`` (else the last received),
            ``last_touch``, ``first_touch`` or ``last_click``; see `Results.with_attribution`.
        lookback: How long before a conversion the action may have been received or interacted with, ``"3d"``;
            None: as long as its entry lasts. Which conversions count depends only on the campaign's attribution
                window.
        text: The set in one sentence.

    Raises:
        QueryError: A field has a value that is not possible, or misspells a channel, event or metric.

    Examples:
        >>> clicks = rw.Definitions("clicks", interacted={"email": ["clicked"]})
        >>> results.with_definitions(clicks).overview().filter(metric="engaged")["value"].item()
        47.0
    """

    name: str
    interacted: tuple[tuple[str, tuple[str, ...]], ...] = ()
    engaged: tuple[Term, ...] = ()
    engaged_base: tuple[Term, ...] = ()
    email_rate_base: EmailRateBase = "delivered"
    unique: Unique = "user"
    machine_opens: MachineOpens = "counted"
    held_back: HeldBack = "apart"
    unique_rates: UniqueRates = "people"
    rate_clock: RateClock = "entry"
    attribution: Attribution = "last_interaction"
    lookback: str | None = None
    text: str = field(default="", compare=False)

    def __init__(  # noqa: PLR0913 - a rule has a name each
        self,
        name: str,
        interacted: Mapping[str, str | Iterable[str]]
        | Iterable[tuple[str, str | Iterable[str]]] = (),
        engaged: Iterable[Term] = (),
        engaged_base: Iterable[Term] = (),
        email_rate_base: EmailRateBase = "delivered",
        unique: Unique = "user",
        machine_opens: MachineOpens = "counted",
        text: str = "",
        *,
        held_back: HeldBack = "apart",
        unique_rates: UniqueRates = "people",
        rate_clock: RateClock = "entry",
        attribution: Attribution = "last_interaction",
        lookback: str | timedelta | None = None,
    ) -> None:
        given = {
            "name": name,
            "interacted": interacted,
            "engaged": engaged,
            "engaged_base": engaged_base,
            "email_rate_base": email_rate_base,
            "unique": unique,
            "machine_opens": machine_opens,
            "held_back": held_back,
            "unique_rates": unique_rates,
            "rate_clock": rate_clock,
            "attribution": attribution,
            "lookback": lookback,
            "text": text,
        }
        self._fill(Node(given, "Definitions", given, QueryError.at))

    def _fill(self, node: Node) -> None:
        fill(
            self,
            name=node.text("name"),
            interacted=interacted_of(node),
            engaged=terms_of(node, "engaged"),
            engaged_base=terms_of(node, "engaged_base"),
            email_rate_base=node.choice("email_rate_base", get_args(EmailRateBase), "delivered"),
            unique=node.choice("unique", get_args(Unique), "user"),
            machine_opens=node.choice("machine_opens", get_args(MachineOpens), "counted"),
            held_back=node.choice("held_back", get_args(HeldBack), "apart"),
            unique_rates=node.choice("unique_rates", get_args(UniqueRates), "people"),
            rate_clock=node.choice("rate_clock", get_args(RateClock), "entry"),
            attribution=attribution_of(node),
            lookback=lookback_of(node),
            text=node.text("text", ""),
        )

    def __repr__(self) -> str:
        """Return the call that makes the set, without the fields that have their defaults."""
        own = [part for part in fields(self)[1:] if part.compare]
        given = {part.name: getattr(self, part.name) for part in own}
        changed = [
            f", {part.name}={given[part.name]!r}"
            for part in own
            if given[part.name] != part.default
        ]
        return f"Definitions({self.name!r}{''.join(changed)})"

    def _repr_html_(self) -> str:
        text = f": {escape(self.text)}" if self.text else ""
        return f"<p><b>{escape(self.name)}</b>{text}</p><pre>{escape(repr(self))}</pre>"

    def interactions(self, channel: Channel) -> tuple[str, ...]:
        """Return the events of a channel that count as an interaction under this set.

        Args:
            channel: The channel.

        Returns:
            Names of events.

        Examples:
            >>> email = results.campaign.channels["email"]
            >>> rw.DEFINITIONS["leanplum-v2"].interactions(email)
            ('clicked',)
        """
        return dict(self.interacted).get(channel.id, channel.interacted)

    @classmethod
    def from_dict(cls, value: object, path: str = "definitions") -> "Definitions":
        """Read a set from plain JSON values, as `to_dict` returns them; a field left out has its default.

        Args:
            value: The object.
            path: Where it stands in its document, for errors.

        Returns:
            The set.

        Raises:
            QueryError: A field is unknown or its value is not possible; the error names the path.

        Examples:
            >>> rw.Definitions.from_dict({"name": "clicks", "interacted": {"email": ["clicked"]}})
            Definitions('clicks', interacted=(('email', ('clicked',)),))
        """
        # An unknown field may be a rule of a later version; without it the numbers would be others.
        Node(value, path, [known.name for known in fields(cls)], QueryError.at, strict=True)
        return read_as(cls, value, path, QueryError.at)

    def to_dict(self) -> dict[str, object]:
        """Return plain JSON values.

        Returns:
            A dict that `from_dict` reads back to an equal set.

        Examples:
            >>> rw.DEFINITIONS["leanplum"].to_dict()["email_rate_base"]
            'sent'
        """
        return {
            "name": self.name,
            "interacted": [[channel, list(events)] for channel, events in self.interacted],
            "engaged": [list(term) for term in self.engaged],
            "engaged_base": [list(term) for term in self.engaged_base],
            "email_rate_base": self.email_rate_base,
            "unique": self.unique,
            "machine_opens": self.machine_opens,
            "held_back": self.held_back,
            "unique_rates": self.unique_rates,
            "rate_clock": self.rate_clock,
            "attribution": self.attribution,
            "lookback": self.lookback,
            "text": self.text,
        }

    def diff(self, other: "Definitions") -> pl.DataFrame:
        """Return the rules in which two sets differ.

        Args:
            other: The other set.

        Returns:
            rule (String): Name of the field.
            value (String): As this set has it, written as in `to_dict`.
            other (String): As the other has it.

        Examples:
            >>> default, braze = rw.DEFINITIONS["default"], rw.DEFINITIONS["braze"]
            >>> default.diff(braze).rows()[0]
            ('unique', '"user"', '"user_day"')
        """
        own, theirs = self.to_dict(), other.to_dict()
        rules = [part.name for part in fields(self)[1:] if part.compare]
        rows = [(one, json.dumps(own[one]), json.dumps(theirs[one])) for one in rules]
        columns = ["rule", "value", "other"]
        return pl.DataFrame(
            [row for row in rows if row[1] != row[2]],
            dict.fromkeys(columns, pl.String),
            orient="row",
        )

    def check_channels(self, channels: Mapping[str, Channel]) -> None:
        """Refuse channels, events and metrics that a campaign does not have.

        Args:
            channels: The built-in channels and those that the campaign declares, by id.

        Raises:
            QueryError: The set names something else; it would count nothing.

        Examples:
            >>> clicks = rw.Definitions("clicks", interacted={"email": "clicked"})
            >>> clicks.check_channels(results.campaign.known_channels)
        """
        for path, channel, name in self._names():
            if channel not in channels:
                raise QueryError.at(path, unknown_name("channel", channel, channels))
            known = known_names(path, channels[channel])
            if channel in CHANNELS:
                # A shipped set may name an event that a campaign's own version of a channel lacks.
                known = list(dict.fromkeys([*known, *known_names(path, CHANNELS[channel])]))
            if name not in known:
                raise QueryError.at(path, unknown_name(f"event of {channel}", name, known))

    def _names(self) -> list[tuple[str, str, str]]:
        """Return every channel and event or metric that the set names, each with its path."""
        found = [
            ("interacted", channel, event)
            for channel, events in self.interacted
            for event in events
        ]
        terms = [("engaged", *term) for term in self.engaged]
        return [*found, *terms, *(("engaged_base", *term) for term in self.engaged_base)]
