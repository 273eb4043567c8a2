"""The walk where the events are: the rules of `walk` over windows of the engine.

The sister of `entries` for events that stay on their engine. Everything here is lazy but two
questions: whether the source emits conversions itself, and whether it numbers entries.
"""

from collections.abc import Callable
from dataclasses import dataclass

import narwhals as nw
import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.definitions import Definitions
from results_widgets.engine.encoding.event_codes import EventCodes
from results_widgets.engine.frames import Rows, collect
from results_widgets.engine.journeys import rules as walk
from results_widgets.engine.journeys.windows import Partitioned

_ENTRY = ["user", "entry"]
_STEP = ["user", "step"]


@dataclass(frozen=True, eq=False)
class LazyJourneys:
    """What the walk gives, on the engine.

    Attributes:
        steps: user, step (place in the user's walk, from 1), time, role, number (of the action),
            entry, and what the log carries: the rows that decided.
        entries: user, entry, started_at, last_action_at, ended_at, start_row (the step that started
            it), held_back.
        conversions: user, entry, time, row (step), action (number or null), attributed_by, value.
        reached: user, entry, action: the actions that each entry received, once each.
    """

    steps: Rows
    entries: Rows
    conversions: Rows
    reached: Rows


@dataclass(frozen=True)
class LazyWalk:
    """A walk on an engine.

    Attributes:
        log: user, time, code, entry_id, value and what `order` names.
        order: The columns by which simultaneous rows of one user and role stand.
        codes: The code book.
        brought: Puts a small table onto the engine.
        kept: Has rows computed once and stay on the engine.
    """

    log: Rows
    order: list[str]
    codes: EventCodes
    brought: Callable[[pl.DataFrame], Rows]
    kept: Callable[[Rows], Rows]

    def journeys(self, campaign: Campaign, definitions: Definitions) -> LazyJourneys:
        """Walk every user's events by the rules of the campaign and the definition set."""
        plays, rules = self._plays(campaign, definitions)
        steps, windows = self._steps(plays), Partitioned(["user"], ["step"])
        if rules.by_source:
            own = Partitioned(walk.BY_SOURCE, ["step"])
            numbered = walk.number_by_source(steps, windows, own, rules)
        else:
            numbered = walk.number_entries(steps, windows, rules)
        # Engines add up to wider whole numbers than they were given.
        rows = self.kept(numbered.with_columns(nw.col("entry").cast(nw.Int64)))
        entries = walk.sum_up(rows, rules)
        conversions = walk.count_conversions(rows, entries, rules)
        entries = self.kept(walk.end_entries(entries, conversions, rules))
        attributed = walk.attribute(_touched(rows, conversions), entries, rules)
        columns = ("user", "entry", "time", "row", "action", "attributed_by", "value")
        return LazyJourneys(
            rows, entries, self.kept(attributed.select(*columns)), self.kept(_reached(rows))
        )

    def _plays(
        self, campaign: Campaign, definitions: Definitions
    ) -> tuple[pl.DataFrame, walk.Rules]:
        """Return which codes play which roles, and the rules that follow from what the log holds."""
        codes, code = self.codes, nw.col("code")
        every = {given: plays(codes, definitions, as_given=given) for given in (True, False)}
        named = {
            given: (~nw.col("entry_id").is_null() & code.is_in(table["code"].unique().to_list()))
            for given, table in every.items()
        }
        found = collect(
            self.log.select(
                as_given=code.is_in(codes.named("converted")).any(),
                named_given=named[True].any(),
                named_goals=named[False].any(),
            )
        ).row(0, named=True)
        as_given = bool(found["as_given"])
        by_source = bool(found["named_given" if as_given else "named_goals"])
        return every[as_given], walk.Rules.of(campaign, as_given=as_given, by_source=by_source)

    def _steps(self, roles: pl.DataFrame) -> Rows:
        """Return the rows that decide anything, once per role they play, numbered in the user's order."""
        rows = self.log.join(self.brought(roles), on="code", how="inner").with_columns(
            _one=nw.lit(1)
        )
        place = Partitioned(["user"], ["time", "role", *self.order]).total(nw.col("_one"))
        rows = rows.with_columns(step=place.cast(nw.Int64)).with_columns(row=nw.col("step"))
        return rows.drop("_one")


def plays(codes: EventCodes, definitions: Definitions, *, as_given: bool) -> pl.DataFrame:
    """Return a row per code and role it plays: code, role, number (of the action), root, held_back."""
    every = walk.roles(codes, definitions, as_given=as_given)
    pairs = [(code, role) for role, own in every.items() for code in sorted({*own})]
    table = pl.DataFrame(pairs, {"code": pl.Int64, "role": pl.Int64}, orient="row")
    received = pl.col("role") == walk.RECEIVED
    return table.with_columns(
        number=pl.col("code") // codes.width,
        root=received & pl.col("code").is_in(codes.roots),
        held_back=received & pl.col("code").is_in(codes.held_back_roots),
    )


def _touched(rows: Rows, conversions: Rows) -> Rows:
    """Add the last touches to the conversions, looking only at the entries that hold one."""
    converting = conversions.filter(~nw.col("entry").is_null()).select(*_ENTRY).unique()
    within = rows.join(converting, on=_ENTRY, how="semi")
    touches = walk.last_touches(within, Partitioned(_ENTRY, ["step"]))
    touches = touches.filter(nw.col("role") == walk.GOAL)
    return conversions.join(touches.select(*_STEP, "interaction", "receipt"), on=_STEP, how="left")


def _reached(rows: Rows) -> Rows:
    received = (nw.col("role") == walk.RECEIVED) & ~nw.col("held_back")
    found = rows.filter(received, ~nw.col("entry").is_null())
    return found.select(*_ENTRY, action=nw.col("number")).unique()
