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
from results_widgets.engine import walk
from results_widgets.engine.codes import Codes
from results_widgets.engine.rows import Rows, collect
from results_widgets.engine.windows import Partitioned

_ENTRY = ["user", "entry"]
_STEP = ["user", "step"]


@dataclass(frozen=True, eq=False)
class PortableJourneys:
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
class PortableWalk:
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
    codes: Codes
    brought: Callable[[pl.DataFrame], Rows]
    kept: Callable[[Rows], Rows]

    def journeys(self, campaign: Campaign, definitions: Definitions) -> PortableJourneys:
        """Walk every user's events by the rules of the campaign and the definition set."""
        plays, rules = self._plays(campaign, definitions)
        steps = self._steps(plays)
        if rules.by_source:
            numbered = number_by_source(steps, Partitioned(["user"], ["step"]), rules)
        else:
            numbered = walk.number_entries(steps, Partitioned(["user"], ["step"]), rules)
        # Engines add up to wider whole numbers than they were given.
        rows = self.kept(numbered.with_columns(nw.col("entry").cast(nw.Int64)))
        entries = walk.sum_up(rows, rules)
        conversions = walk.count_conversions(rows, entries, rules)
        entries = self.kept(walk.end_entries(entries, conversions, rules))
        attributed = walk.attribute(_touched(rows, conversions), entries, rules)
        columns = ("user", "entry", "time", "row", "action", "attributed_by", "value")
        return PortableJourneys(
            rows, entries, self.kept(attributed.select(*columns)), self.kept(_reached(rows))
        )

    def _plays(
        self, campaign: Campaign, definitions: Definitions
    ) -> tuple[pl.DataFrame, walk.Rules]:
        """Return which codes play which roles, and the rules that follow from what the log holds."""
        codes, given = self.codes, self.codes.named("converted")
        code, named = nw.col("code"), ~nw.col("entry_id").is_null()
        every = {goals: plays(codes, definitions, goals) for goals in (given, codes.goals)}
        played = {goals: table["code"].unique().to_list() for goals, table in every.items()}
        found = collect(
            self.log.select(
                as_given=code.is_in(given).any(),
                named_given=(named & code.is_in(played[given])).any(),
                named_goals=(named & code.is_in(played[codes.goals])).any(),
            )
        ).row(0, named=True)
        as_given = bool(found["as_given"])
        by_source = bool(found["named_given" if as_given else "named_goals"])
        rules = walk.Rules.of(campaign, as_given=as_given, by_source=by_source)
        return every[given if as_given else codes.goals], rules

    def _steps(self, roles: pl.DataFrame) -> Rows:
        """Return the rows that decide anything, once per role they play, numbered in the user's order."""
        rows = self.log.join(self.brought(roles), on="code", how="inner").with_columns(
            _one=nw.lit(1)
        )
        place = Partitioned(["user"], ["time", "role", *self.order]).total(nw.col("_one"))
        rows = rows.with_columns(step=place.cast(nw.Int64)).with_columns(row=nw.col("step"))
        return rows.drop("_one")


def plays(codes: Codes, definitions: Definitions, goals: tuple[int, ...]) -> pl.DataFrame:
    """Return a row per code and role it plays: code, role, number (of the action), root, held_back."""
    roles = {
        walk.RECEIVED: sorted({*codes.received, *codes.held_back_roots}),
        walk.INTERACTED: codes.interacted(definitions),
        walk.GOAL: goals,
        walk.EXITED: codes.named("exited"),
    }
    roots, held_back = set(codes.roots), set(codes.held_back_roots)
    return pl.DataFrame(
        [
            (
                code,
                role,
                code // codes.width,
                received and code in roots,
                received and code in held_back,
            )
            for role, own in roles.items()
            for code in own
            for received in (role == walk.RECEIVED,)
        ],
        schema={
            "code": pl.Int64,
            "role": pl.Int64,
            "number": pl.Int64,
            "root": pl.Boolean,
            "held_back": pl.Boolean,
        },
        orient="row",
    )


def number_by_source(rows: Rows, windows: Partitioned, rules: walk.Rules) -> Rows:
    """Add ``starts`` and ``entry`` as the source's ``entry_id`` decides: its first received row
    starts an entry, rows without one join the latest.
    """
    own_key = ["user", "entry_id"]
    named = ~nw.col("entry_id").is_null()
    received = rows.filter(named, nw.col("role") == walk.RECEIVED)
    firsts = received.group_by(*own_key).agg(step=nw.col("step").min())
    firsts = firsts.select(*_STEP).with_columns(starts=nw.lit(True))
    started = rows.join(firsts, on=_STEP, how="left")
    started = started.with_columns(nw.col("starts").fill_null(False))
    running = started.with_columns(running=windows.total(nw.col("starts").cast(nw.Int64)) - 1)
    own = running.filter(nw.col("starts")).select(
        *own_key, own=nw.col("running"), begin=nw.col("step")
    )
    placed = running.join(own, on=own_key, how="left")
    # What carries an entry's id but happened before the entry began lies in no entry; only what the
    # source itself calls a conversion of that entry stays one.
    given = (nw.col("role") == walk.GOAL) & nw.lit(rules.as_given)
    within = named & ((nw.col("step") >= nw.col("begin")) | given)
    latest = nw.when(~named & (nw.col("running") >= 0)).then(nw.col("running"))
    entry = nw.when(within).then(nw.col("own")).otherwise(latest)
    return placed.with_columns(entry=entry).drop("running", "own", "begin")


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
