"""Journeys in memory: the rows of the walk, aggregated to entries and conversions."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.definitions import Definitions
from results_widgets.engine.backends.memory.event_log import EventLog
from results_widgets.engine.backends.memory.positional import EntriesAndConversions, aggregate
from results_widgets.engine.backends.memory.reattribution import credited_anew
from results_widgets.engine.backends.memory.walk import (
    Plan,
    Walked,
    in_order,
    numbered,
    numbered_as_given,
    of_users,
)
from results_widgets.engine.encoding.bitmask import BitMasks
from results_widgets.engine.encoding.user_ids import map_parallel
from results_widgets.engine.journeys import rules as journeys


@dataclass(frozen=True, eq=False)
class Journeys:
    """Entries and conversions, each sorted by user.

    Attributes:
        entries: user, entry, started_at, last_action_at, ended_at (Int64 µs), start_row (row number
            in the source), held_back (Boolean), and the words of ``actions`` (Int64): the bits of
            the actions that the entry received.
        conversions: user, entry, time (Int64 µs), row (row number in the source), action (number or
            null), attributed_by, value (Float64), started_at and start_row of the entry (null
            outside of one), held_back (Boolean: whether the entry was).
        rules: The rules that they were found by.
        actions: The bits of the actions.
    """

    entries: pl.DataFrame
    conversions: pl.DataFrame
    rules: journeys.Rules
    actions: BitMasks

    @property
    def reached(self) -> pl.LazyFrame:
        """The actions that each entry received, once each: user, entry, action (number)."""
        entries = self.entries.lazy()
        return pl.concat(
            entries.filter(self.actions.any_of([number])).select(
                *journeys.ENTRY, action=pl.lit(number, pl.Int32)
            )
            for number in self.actions.numbers
        )


def find_journeys(
    log: EventLog, campaign: Campaign, definitions: Definitions, known: Iterable[Journeys]
) -> Journeys:
    """Return a log's journeys under a definition set, made of known ones if the rules are the same."""
    rules = rules_of(log, campaign, definitions)
    for other in known:
        if other.rules == rules:
            return reattribute(other, log, definitions)
    return build_journeys(log, campaign, definitions, rules)


def build_journeys(
    log: EventLog, campaign: Campaign, definitions: Definitions, rules: journeys.Rules | None = None
) -> Journeys:
    """Find entries and conversions by the rules of the campaign and the definition set.

    Args:
        log: The events.
        campaign: The campaign.
        definitions: The definition set.
        rules: What `rules_of` returns for the whole log, if this is part of one; None: of this log.
    """
    rules = rules_of(log, campaign, definitions) if rules is None else rules
    plan = Plan.of(log.codes, definitions, rules)
    entries, conversions = aggregated(log, plan)
    value = log.column("value", conversions["row"])
    return Journeys(entries, conversions.with_columns(value.alias("value")), rules, plan.actions)


def reattribute(known: Journeys, log: EventLog, definitions: Definitions) -> Journeys:
    """Return known journeys under another definition set, whose rules are the same.

    What counts as an interaction, and the model of attribution, only decide to which action a conversion
    is attributed, so only rows of users who converted are processed again: where entries follow from the
    rows, those up to their last conversion.
    """
    before, rules = known.conversions, known.rules
    if before.is_empty():
        return known
    plan = Plan.of(log.codes, definitions, rules)
    walked = log.with_rows(log.walked(rules))
    if not rules.entries_given:
        return replace(known, conversions=credited_anew(before, walked, plan))
    _, conversions = aggregated(of_users(walked, before["user"]), plan)
    return replace(known, conversions=conversions.with_columns(before["value"]))


def aggregated(log: Walked, plan: Plan) -> EntriesAndConversions:
    """Return the entries and conversions of a log, the conversions still without their value."""
    ordered = in_order(log, plan)
    if plan.rules.entries_given:
        rows = numbered_as_given(pl.concat(ordered), log, plan)
        return aggregate(rows, plan.rules, plan.actions, plan.credit)
    entries, conversions = zip(
        *map_parallel(partial(_aggregated_chunk, plan=plan), ordered), strict=True
    )
    return pl.concat(entries), pl.concat(conversions)


def _aggregated_chunk(rows: pl.DataFrame, plan: Plan) -> EntriesAndConversions:
    return aggregate(numbered(rows, plan), plan.rules, plan.actions, plan.credit)


def rules_of(log: EventLog, campaign: Campaign, definitions: Definitions) -> journeys.Rules:
    """Return the campaign's rules, and what of entries and conversions the source itself gives."""
    given = log.codes.named("converted")
    conversions_given = not log.occurring.isdisjoint(given)
    roles = journeys.roles(log.codes, definitions, conversions_given=conversions_given)
    entries_given = _has_entry_ids(log, {code for codes in roles.values() for code in codes})
    return journeys.Rules.of(
        campaign, conversions_given=conversions_given, entries_given=entries_given
    )


def _has_entry_ids(log: EventLog, codes: set[int]) -> bool:
    """Whether the source numbers entries: an ``entry_id`` on any row with one of some codes."""
    if not log.table.has("entry_id"):
        return False
    rows = log.rows.filter(pl.col("code").is_in(sorted(codes)))["row"]
    return log.column("entry_id", rows).null_count() < len(rows)
