"""Journeys on an engine: the rules of `engine.journeys` over the engine's own windows.

Everything is lazy except what `LazyEventLog.by_code` asks: whether the source has conversions and entry
ids of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import narwhals as nw
import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.definitions import Definitions
from results_widgets.engine.backends.lazy.event_log import LazyEventLog, tie_order
from results_widgets.engine.encoding.event_codes import EventCodes
from results_widgets.engine.frames import Rows
from results_widgets.engine.journeys import rules as journeys
from results_widgets.engine.journeys.crediting import Credit, credited_touches
from results_widgets.engine.journeys.placement import Outcome
from results_widgets.engine.journeys.windows import Partitioned

_ENTRY = ["user", "entry"]
_STEP = ["user", "step"]
_OWN = ["user", "entry", "time", "row", "step", "number", "value"]


@dataclass(frozen=True, eq=False)
class LazyJourneys:
    """Entries and conversions, as tables on the engine.

    Attributes:
        steps: The rows that matter: user, step (numbers a user's rows in time order, from 1), time,
            role, number (of the action), entry, and the log's other columns.
        entries: user, entry, started_at, last_action_at, ended_at, start_row (the step that started
            it), held_back.
        conversions: user, entry, time, row and step (the same), number (of the action that the row itself
            names), action (number or null), attributed_by, value; of the entry started_at, start_row, held_back.
        reached: user, entry, action: the actions that each entry received, once each.
        entries_given: Whether the source numbers its entries.
        conversions_given: Whether it gives its conversions.
    """

    steps: Rows
    entries: Rows
    conversions: Rows
    reached: Rows
    entries_given: bool
    conversions_given: bool

    def with_outcome(self, outcome: Outcome) -> Rows:
        """Return the entries with a conversion or an interaction, once each: user, entry."""
        found = self.conversions
        if outcome == "engaged":
            found = self.steps.filter(nw.col("role") == journeys.INTERACTED)
        return found.filter(~nw.col("entry").is_null()).select(*_ENTRY).unique()

    @property
    def spans(self) -> Rows:
        """The entries as `place_at_start` takes them."""
        entries = self.entries.select(*_ENTRY, "started_at", step=nw.col("start_row"))
        if not self.entries_given:
            return entries.drop("step")
        ids = self.steps.select(*_STEP, "entry_id")
        return entries.join(ids, on=_STEP, how="left").drop("step")


def build_journeys(
    log: LazyEventLog,
    campaign: Campaign,
    definitions: Definitions,
    kept: Callable[[Rows], Rows],
    told: LazyEventLog | None = None,
) -> LazyJourneys:
    """Find entries and conversions by the rules of the campaign and the definition set.

    Args:
        log: The events.
        campaign: The campaign.
        definitions: The definition set.
        kept: Computes rows once and keeps them on the engine.
        told: The events that say what the source itself gives; None: these.
    """
    roles, rules = _roles_and_rules(told or log, campaign, definitions)
    steps, windows = _steps(log, roles), Partitioned(["user"], ["step"])
    if rules.entries_given:
        own = Partitioned(journeys.ENTRY_ID, ["step"])
        numbered = journeys.number_given_entries(steps, windows, own, rules)
    else:
        numbered = journeys.number_entries(steps, windows, rules)
    # Sums have a wider integer type than what is summed on some engines.
    rows = kept(numbered.with_columns(nw.col("entry").cast(nw.Int64)))
    entries = journeys.aggregate_entries(rows, rules)
    counted = journeys.count_conversions(rows, entries, rules)
    entries = kept(journeys.end_entries(entries, counted, rules))
    return reattribute(
        LazyJourneys(
            rows,
            entries,
            counted.select(*_OWN),
            kept(_reached(rows)),
            rules.entries_given,
            rules.conversions_given,
        ),
        Credit.of(log.codes, definitions),
        kept,
    )


def reattribute(known: LazyJourneys, credit: Credit, kept: Callable[[Rows], Rows]) -> LazyJourneys:
    """Return journeys whose conversions are credited by a model.

    Args:
        known: Journeys under the same rules, which may be credited by another model.
        credit: The model.
        kept: Computes rows once and keeps them on the engine.
    """
    given = known.conversions_given and credit.by_source
    touched = _with_touches(known.steps, known.conversions.select(*_OWN), credit)
    starts = known.entries.select(*_ENTRY, "started_at", "start_row", "held_back")
    placed = touched.join(starts, on=_ENTRY, how="left")
    ours = ~nw.col("held_back").fill_null(value=False)
    attributed = journeys.credited(placed, given=given, ours=ours)
    columns = (*_OWN, "action", "attributed_by", "started_at", "start_row", "held_back")
    return replace(known, conversions=kept(attributed.select(*columns)))


def _roles_and_rules(
    log: LazyEventLog, campaign: Campaign, definitions: Definitions
) -> tuple[pl.DataFrame, journeys.Rules]:
    """Return the roles of codes, and the rules, which depend on what the source itself gives."""
    codes = log.codes
    tables = {
        given: role_table(codes, definitions, conversions_given=given) for given in (True, False)
    }
    given = not {*log.by_code["code"]}.isdisjoint(codes.named("converted"))
    named = log.by_code.filter(pl.col("entry_ids") > 0)["code"]
    has_entries = not {*named}.isdisjoint(tables[given]["code"])
    rules = journeys.Rules.of(campaign, conversions_given=given, entries_given=has_entries)
    return tables[given], rules


def _steps(log: LazyEventLog, roles: pl.DataFrame) -> Rows:
    """Return the rows that matter, once for each role they have, numbered in each user's order."""
    rows = log.rows.join(log.table.engine.upload(roles), on="code", how="inner")
    rows = rows.with_columns(_one=nw.lit(1))
    ordered = Partitioned(["user"], ["time", "role", *tie_order(log.table)])
    number = ordered.total(nw.col("_one")).cast(nw.Int64)
    return rows.with_columns(step=number).with_columns(row=nw.col("step")).drop("_one")


def role_table(
    codes: EventCodes, definitions: Definitions, *, conversions_given: bool
) -> pl.DataFrame:
    """Return one row per code and role of it: code, role, number (of the action), root, held_back."""
    every = journeys.roles(codes, definitions, conversions_given=conversions_given)
    pairs = [(code, role) for role, own in every.items() for code in sorted({*own})]
    table = pl.DataFrame(pairs, {"code": pl.Int64, "role": pl.Int64}, orient="row")
    received = pl.col("role") == journeys.RECEIVED
    return table.with_columns(
        number=pl.col("code") // codes.width,
        root=received & pl.col("code").is_in(codes.roots),
        held_back=received & pl.col("code").is_in(codes.held_back_roots),
    )


def _with_touches(rows: Rows, conversions: Rows, credit: Credit) -> Rows:
    """Add ``interaction`` and ``receipt`` to the conversions; see `credited_touches`."""
    converting = conversions.filter(~nw.col("entry").is_null()).select(*_ENTRY).unique()
    within = rows.join(converting, on=_ENTRY, how="semi")
    touches = credited_touches(within, Partitioned(_ENTRY, ["step"]), credit)
    touches = touches.filter(nw.col("role") == journeys.GOAL)
    return conversions.join(touches.select(*_STEP, "interaction", "receipt"), on=_STEP, how="left")


def _reached(rows: Rows) -> Rows:
    received = (nw.col("role") == journeys.RECEIVED) & ~nw.col("held_back")
    found = rows.filter(received, ~nw.col("entry").is_null())
    return found.select(*_ENTRY, action=nw.col("number")).unique()
