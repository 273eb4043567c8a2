"""The rows of all campaigns of a table, with numbers in place of names, read in one pass."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from results_widgets.engine.backends.memory.event_log import (
    BATCH,
    EVENT_HASH,
    is_among,
    rows_with_equal_hashes,
    usable,
)
from results_widgets.engine.backends.memory.purchases import EVENT
from results_widgets.engine.encoding.event_codes import EventCodes
from results_widgets.engine.encoding.user_ids import EncodedUsers, concat_encoded, encode_users
from results_widgets.progress import phase
from results_widgets.tables.events import ROW, EventTable

_CAMPAIGN: Final = "_campaign"
WHAT: Final = "_what"
"""A row's action, event and whether a machine made it, as one number; see `SharedRows`."""
ACTS: Final = "_acts"
"""Whether a row names an action at all."""
_BARE: Final = "_bare"
_MACHINE: Final = 2
"""How many numbers belong to one action and event: what a person made, and what a machine did."""


@dataclass
class SharedRows:
    """The rows of all campaigns, encoded once.

    What a row says, `WHAT`, is ``(action * (1 + events) + event) * 2 + machine``: the places of its action and event
    among the ids and names of all campaigns. Behind the last place stands an event that no campaign knows, and behind
    the last action one that none has, then none at all.

    Attributes:
        campaigns: The campaigns' ids; a row's campaign is a place among them, null for none.
        actions: The ids of all their actions.
        events: The names of all their events.
        parts: The rows by campaign, but for those without a campaign and a known action: user, time, row, `WHAT`.
        bare: Those, with `EVENT`.
        free: The rows without a campaign, counted: whether they name an action, event, len.
        user_ids: The id of each user number.
        unusable: How many rows of each campaign have no user, event or time.
        reading: What tells this reading from others.
        twice: The rows whose event id may be that of another row, of any campaign: row, hash of the event id,
            campaign, whether it is bare; None where rows have no ids.
    """

    campaigns: list[str]
    actions: list[str]
    events: list[str]
    parts: Mapping[int | None, pl.DataFrame] = field(default_factory=dict)
    bare: pl.DataFrame = field(default_factory=pl.DataFrame)
    free: pl.DataFrame = field(default_factory=pl.DataFrame)
    user_ids: pl.Series = field(default_factory=pl.Series)
    unusable: dict[int | None, int] = field(default_factory=dict)
    reading: object = field(default_factory=object)
    twice: pl.DataFrame | None = None

    @property
    def width(self) -> int:
        """How many numbers belong to one action."""
        return (1 + len(self.events)) * _MACHINE

    def codes_of(self, codes: EventCodes) -> tuple[pl.Series, pl.Series]:
        """Return a campaign's number of each action here (0: not its own), and the code of each number and event.

        A row's code, null if it counts for nothing, is at ``number * width + WHAT % width`` of the second.
        """
        own = {action.id: number for number, action in enumerate(codes.actions, 1)}
        numbers = [*(own.get(one, 0) for one in self.actions), 0, 0]
        events = {name: place for place, name in enumerate(codes.named_events)}
        known = [events.get(name) for name in self.events]
        plain, made = codes.encoded(machine=False), codes.encoded(machine=True)
        places = [
            None if event is None else number * codes.width + event
            for number in range(1 + len(codes.actions))
            for event in (*known, None)
        ]
        at = pl.Series(places, dtype=pl.Int32)
        both = pl.DataFrame({"plain": plain.gather(at), "made": made.gather(at)})
        return pl.Series(numbers, dtype=pl.Int32), both.select(
            pl.concat_list("plain", "made").explode()
        ).to_series()

    def may_repeat_bare(self, campaign: int) -> bool:
        """Whether a row of a campaign, or of none with an action, may have the event id of a bare one."""
        if self.twice is None:
            return False
        bare = self.twice.filter(_BARE)[EVENT_HASH]
        own = self.twice.filter(~pl.col(_BARE), _is_of(campaign))[EVENT_HASH]
        return bool(own.is_in(bare.implode()).any())

    def suspects(self, campaign: int | None, *, bare: bool) -> pl.Series | None:
        """Return the rows whose event id may be another's; None where rows have no ids.

        Args:
            campaign: Rows of it, and of none with an action; None: of neither.
            bare: Whether those without either are among them.
        """
        if self.twice is None:
            return None
        own = pl.lit(value=False) if campaign is None else ~pl.col(_BARE) & _is_of(campaign)
        some = self.twice.filter(own | pl.col(_BARE) if bare else own)
        return rows_with_equal_hashes([some.select("row", EVENT_HASH)])


def _is_of(campaign: int) -> pl.Expr:
    return pl.col(_CAMPAIGN).is_null() | (pl.col(_CAMPAIGN) == campaign)


def read_table(table: EventTable, every: Sequence[EventCodes]) -> SharedRows:
    """Read the rows that name one of some campaigns or none."""
    shared = SharedRows(
        _once(codes.campaign.id for codes in every),
        _once(action.id for codes in every for action in codes.actions),
        _once(name for codes in every for name in codes.named_events),
    )
    encoded: list[EncodedUsers] = []
    hashes: list[pl.DataFrame] = []
    rows = _rows(table, shared)
    for batch in rows.collect_batches(chunk_size=BATCH, maintain_order=True, engine="streaming"):
        with phase("coding"):
            is_usable = batch.drop_in_place("_usable")
            for campaign, size in _counts(batch.filter(~is_usable)):
                shared.unusable[campaign] = shared.unusable.get(campaign, 0) + size
            kept = batch if is_usable.all() else batch.filter(is_usable)
            del batch
            if EVENT_HASH in kept.columns:
                hashes.append(pl.DataFrame([kept["row"], kept.drop_in_place(EVENT_HASH)]))
            encoded.append(encode_users(kept.drop_in_place("user_id"), kept))
    twice = _twice(hashes) if hashes else None
    log, shared.user_ids = concat_encoded(encoded)
    del encoded
    _divide(shared, log, twice)
    return shared


def _twice(hashes: list[pl.DataFrame]) -> pl.DataFrame:
    """Return the rows whose event id has the same hash as another row's, with it, by row."""
    rows, known = (pl.concat([part[name] for part in hashes]) for name in ("row", EVENT_HASH))
    found = rows_with_equal_hashes(hashes).sort()
    return pl.DataFrame({"row": found, EVENT_HASH: known.gather(rows.search_sorted(found))})


def _divide(shared: SharedRows, log: pl.DataFrame, twice: pl.DataFrame | None) -> None:
    """Divide the rows by campaign, and those without one by whether they name an action of any campaign."""
    width, what, is_free = shared.width, pl.col(WHAT), pl.col(_CAMPAIGN).is_null()
    event = (what % width // _MACHINE).alias(EVENT)
    is_bare = is_free & (what >= len(shared.actions) * width)
    if twice is not None:
        own = log.filter(is_among(twice["row"], log["row"]))
        shared.twice = own.select("row", _CAMPAIGN, is_bare.alias(_BARE)).join(twice, on="row")
    free = log.filter(is_free).group_by(WHAT).len()
    acts = what < (1 + len(shared.actions)) * width
    shared.free = free.select(acts.alias(ACTS), event, "len")
    shared.bare = log.filter(is_bare).drop(_CAMPAIGN).with_columns(event)
    parts = log.filter(~is_bare).partition_by(_CAMPAIGN, maintain_order=True, include_key=True)
    shared.parts = {part[_CAMPAIGN][0]: part.drop(_CAMPAIGN) for part in parts}


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _rows(table: EventTable, shared: SharedRows) -> pl.LazyFrame:
    """Return the rows that name one of the campaigns or none, with places instead of names."""

    def place(column: str, among: list[str]) -> pl.Expr:
        known = pl.col(column).cast(pl.Enum(among), strict=False)
        return known.to_physical().cast(pl.Int32)

    hashes = []
    if table.has("event_id"):
        known = pl.col("event_id").is_not_null()
        hashes.append(pl.when(known).then(pl.col("event_id").hash()).alias(EVENT_HASH))
    own, size = pl.col("campaign_id"), len(shared.actions)
    other = pl.when(pl.col("action_id").is_null()).then(size + 1).otherwise(size).cast(pl.Int32)
    action = pl.coalesce(place("action_id", shared.actions), other)
    event = place("event", shared.events).fill_null(len(shared.events))
    what = action * shared.width + event * _MACHINE
    if table.has("machine"):
        what = what + pl.col("machine").fill_null(value=False).cast(pl.Int32)
    rows = table.frame.filter(own.is_null() | own.is_in(shared.campaigns))
    return rows.select(
        "user_id",
        pl.col("timestamp").to_physical().alias("time"),
        pl.col(ROW).alias("row"),
        place("campaign_id", shared.campaigns).alias(_CAMPAIGN),
        what.alias(WHAT),
        *hashes,
        pl.all_horizontal(usable()).alias("_usable"),
    )


def _counts(rows: pl.DataFrame) -> Iterator[tuple[int | None, int]]:
    yield from rows.group_by(_CAMPAIGN).len().iter_rows()
