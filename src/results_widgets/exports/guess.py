"""A campaign made of its events: its actions, channels, flow, variants and holdback, with each guess marked."""

from collections import defaultdict
from collections.abc import Iterable, Mapping as AnyMapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import polars as pl

from results_widgets.campaign import Action, Campaign, Goal, Variant
from results_widgets.campaign.checks import MAX_VARIANTS
from results_widgets.channels import CHANNELS, MACHINE_EVENTS, Channel, reported
from results_widgets.exports.channels import guess_channel
from results_widgets.exports.flow import (
    Parents,
    completed_parents,
    guess_parents,
    known_parents,
    order_of_sends,
)
from results_widgets.exports.parents import GivenFlow, check_named
from results_widgets.exports.vendor import About

GoalLike = Goal | str | Iterable[str] | AnyMapping[str, object] | None
_CONTROLS: Final = ("control", "control group", "controlgroup", "holdout")
_INTERACTIONS: Final = ("opened", "clicked", "read", "replied", "accepted", "selected", "submitted")
_UNRECEIVED: Final = frozenset(("held_back", "suppressed", "dropped", "blocked", "failed"))
"""Events of messages that nobody received."""

Pairs = frozenset[tuple[str | None, str]]


@dataclass(frozen=True)
class Source:
    """What is known of where a campaign's events come from.

    Attributes:
        pairs: Channels and events that it can report; None if not known.
        machine: Channels and events for which it flags those made by machines; None if not known.
        about: What it says of campaigns, actions and variants.
        seen: Channels and events that occur in it, in any campaign; None if not known.
        flow: The flow given by the caller.
    """

    pairs: Pairs | None = None
    machine: frozenset[tuple[str, str]] | None = None
    about: tuple[About, ...] = ()
    seen: Pairs | None = None
    flow: GivenFlow | None = None


@dataclass(frozen=True)
class Guess:
    """Gathers a campaign.

    Attributes:
        id: The campaign's id.
        rows: Its rows: user_id, action_id, channel, event, time, variant and names.
        source: Where they come from.
        guessed: Paths of what was guessed.
    """

    id: str
    rows: pl.LazyFrame
    source: Source
    guessed: list[str] = field(default_factory=list)

    def campaign(self, goal: GoalLike, window: timedelta | str | None) -> Campaign:
        """Return the campaign."""
        held = self.rows.filter(pl.col("event") == "held_back").select("user_id").unique().collect()
        actions = self._actions()
        channels = self._channels(actions, has_held_back=not held.is_empty())
        parents = self._parents(actions, channels)
        names = {**self._names("action", "action_id", "action_name")}
        made = []
        for n, (action, (channel, _, is_guess)) in enumerate(actions.items()):
            if is_guess:
                self.guessed.append(f"actions[{n}].channel")
            if action in parents.guessed:
                self.guessed.append(f"actions[{n}].parent")
            made.append(self._action(action, channel, names.get(action, ""), parents.of[action]))
        return Campaign(
            self.id,
            self._goal(goal),
            made,
            name=self._names("campaign", "campaign_id", "campaign_name").get(self.id, ""),
            attribution_window=window,
            variants=self._variants(),
            holdback=self._holdback(held.height),
            own_channels=[one for one in channels.values() if CHANNELS.get(one.id) != one],
            guessed=self.guessed,
        )

    def _action(self, id_: str, channel: str, name: str, parent: str | None) -> Action:
        given = self.source.flow
        how = given.how.get(id_, {}) if given is not None and parent is not None else {}
        trigger, delay = how.get("trigger"), how.get("delay", "0d")
        return Action(id_, channel, name, parent=parent, trigger=trigger, delay=delay)

    def _actions(self) -> dict[str, tuple[str, frozenset[str], bool]]:
        """Return the actions by their first event: channel, the events seen, whether the channel is a guess."""
        found = (
            self.rows.filter(pl.col("action_id").is_not_null() & (pl.col("event") != "converted"))
            .group_by("action_id", "channel", "event")
            .agg(pl.len().alias("rows"), pl.col("time").min())
            .collect()
            .sort("time", "action_id", "channel", "event", nulls_last=True)
        )
        said = {one.id: one.channel for one in self.source.about if one.kind == "action"}
        actions = {}
        for (action,), own in found.group_by(["action_id"], maintain_order=True):
            of = own.filter(pl.col("channel").is_not_null()).group_by("channel").agg(pl.sum("rows"))
            most = of.sort("rows", "channel", descending=[True, False])["channel"].to_list()
            events = frozenset(own["event"].to_list())
            if (
                not most
                and not (events - {"held_back", "entered", "exited"})
                and len(found) > own.height
            ):
                continue
            channel = (most[0] if most else None) or said.get(str(action))
            actions[str(action)] = (
                channel or guess_channel(str(action), events),
                events,
                not channel,
            )
        if not actions:
            actions[self.id] = ("email", frozenset(), True)
        return actions

    def _channels(
        self, actions: AnyMapping[str, tuple[str, frozenset[str], bool]], *, has_held_back: bool
    ) -> dict[str, Channel]:
        """Return the channels in use, as far as the source can report their events."""
        seen: dict[str, set[str]] = defaultdict(set)
        for channel, events, _ in actions.values():
            seen[channel] |= events - {"entered", "exited", "converted"}
        if has_held_back:
            seen[next(iter(actions.values()))[0]].add("held_back")
        return {id_: self._channel(id_, events) for id_, events in seen.items()}

    def _channel(self, id_: str, seen: set[str]) -> Channel:
        built_in = CHANNELS.get(id_)
        more = sorted(seen - {*(built_in.events if built_in else ())})
        if built_in is None:
            first = "sent" if "sent" in seen or not more else more[0]
            events = (first, *(one for one in more if one != first))
            interacted = tuple(one for one in more if one in _INTERACTIONS)
            built_in = Channel(id_, events=events, received=first, interacted=interacted)
            more = []
        events = (*built_in.events, *more)
        pairs, machine = self.source.pairs, self.source.machine
        can = {event for channel, event in pairs or () if channel in (None, id_)} | seen
        cannot = [one for one in events if one not in can] if pairs is not None else []
        if pairs is not None and "exited" not in can:
            cannot.append("exited")
        received = built_in.received
        if pairs is not None and received not in seen and seen - _UNRECEIVED:
            # What was delivered or opened was also sent: the receipts are missing from this export.
            cannot += [received] if received not in cannot else []
        cannot += sorted(self._never_seen(built_in) - {*cannot, *seen})
        if received in cannot and "delivered" in seen and "delivered" in events:
            received = "delivered"
        if machine is not None:
            unflagged = (made for e, made in MACHINE_EVENTS.items() if (id_, e) not in machine)
            cannot += [made for made in unflagged if made in reported(built_in)]
        kept_first = tuple(sorted({one.id for one in self._first_only() if one.channel == id_}))
        if not more and not cannot and not kept_first:
            return built_in
        return Channel(
            id_,
            built_in.label,
            events,
            received=received,
            interacted=built_in.interacted,
            icon=built_in.icon,
            not_reported=tuple(cannot),
            first_only=kept_first,
        )

    def _never_seen(self, channel: Channel) -> set[str]:
        """Return common interactions that never occur, which suggests that the export leaves them out."""
        if self.source.seen is None:
            return set()
        usual = (one for one in channel.interacted if channel.event(one).usual)
        return {one for one in usual if (channel.id, one) not in self.source.seen}

    def _first_only(self) -> list[About]:
        return [one for one in self.source.about if one.kind == "first_only"]

    def _parents(
        self,
        actions: AnyMapping[str, tuple[str, frozenset[str], bool]],
        channels: AnyMapping[str, Channel],
    ) -> Parents:
        of = {action: channels[channel].received for action, (channel, _, _) in actions.items()}
        received = pl.any_horizontal(
            (pl.col("action_id") == action) & (pl.col("event") == event)
            for action, event in of.items()
        )
        rows = self.rows.filter(received & pl.col("user_id").is_not_null())
        roots, following = order_of_sends(rows.select("user_id", "action_id", "time").collect())
        given, edges = self.source.flow, self._edges()
        if given is None:
            return known_parents(actions, edges, roots) or guess_parents(actions, roots, following)
        check_named(given, actions, self.id)
        return completed_parents(actions, {**edges, **given.edges}, roots, following)

    def _edges(self) -> dict[str, list[str]]:
        """Return the steps before each step, as the export says."""
        edges: dict[str, list[str]] = defaultdict(list)
        for one in self.source.about:
            if one.kind == "action" and one.campaign_id in (None, self.id):
                edges[one.id] += [step for step in one.parents if step not in edges[one.id]]
        if "parent_id" in self.rows.collect_schema():
            pairs = self.rows.select("action_id", "parent_id").drop_nulls().unique().collect()
            for action, parent in pairs.sort("action_id", "parent_id").iter_rows():
                edges[action].append(parent)
        return {step: before for step, before in edges.items() if before}

    def _names(self, kind: str, id_: str, name: str) -> dict[str, str]:
        """Return names by id: the last in the rows, unless the export says them elsewhere."""
        found: dict[str, str] = {}
        if name in self.rows.collect_schema():
            rows = self.rows.select(id_, name, "time").drop_nulls().sort("time")
            last = rows.group_by(id_).agg(pl.col(name).last()).collect()
            found = dict(last.iter_rows())
        return found | {
            one.id: one.name for one in self.source.about if one.kind == kind and one.name
        }

    def _goal(self, goal: GoalLike) -> Goal:
        if isinstance(goal, Goal):
            return goal
        if isinstance(goal, AnyMapping):
            return Goal(**goal)
        events = "converted" if goal is None else goal
        has_value = "value" in self.rows.collect_schema()
        return Goal(events, value="value" if has_value else None)

    def _variants(self) -> list[Variant]:
        schema = self.rows.collect_schema()
        if "variant" not in schema:
            return []
        found = self.rows.select("variant").drop_nulls().unique().collect()["variant"].sort()
        if not 1 <= len(found) <= MAX_VARIANTS:
            return []
        self.guessed.append("variants")
        names = self._names("variant", "variant", "variant_name")
        controls = [one for one in found if names.get(one, one).strip().casefold() in _CONTROLS]
        return [
            Variant(one, None, controls == [one], names.get(one, "")) for one in found.to_list()
        ]

    def _holdback(self, held: int) -> float:
        if not held:
            return 0.0
        self.guessed.append("holdback")
        everyone = self.rows.filter(
            pl.col("action_id").is_not_null() | (pl.col("event") == "held_back")
        )
        people = int(everyone.select(pl.col("user_id").n_unique()).collect().item())
        return round(min(1.0, held / max(people, 1)), 4)
