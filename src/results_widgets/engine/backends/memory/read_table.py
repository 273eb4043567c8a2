"""The rows of all campaigns of a table, with numbers in place of names, read in one pass."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from results_widgets.channels import MACHINE_OPENED
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
ACTION: Final = "_action"
"""The place of a row's action among the ids of all campaigns' actions."""
ACTS: Final = "_acts"
"""Whether a row names an action at all."""
TWICE: Final = "_twice"
"""Whether a row's event id may be that of another row, of any campaign."""
_CLASHES: Final = "_clashes"


@dataclass
class SharedRows:
    """The rows of all campaigns, encoded once.

    Attributes:
        campaigns: The campaigns' ids; a row's campaign is a place among them, null for none.
        actions: The ids of all their actions, likewise.
        events: The names of all their events, likewise.
        parts: The rows by campaign, but for those without a campaign and a known action: user, time, row,
            action, event, machine and a hash of the event id.
        bare: Those.
        free: The rows without a campaign, counted: whether they name an action, event, len.
        user_ids: The id of each user number.
        unusable: How many rows of each campaign have no user, event or time.
        reading: What tells this reading from others.
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

    def may_repeat_bare(self, part: pl.DataFrame) -> bool:
        """Whether a row of a part may have the event id of a bare one."""
        return _CLASHES in part.columns and bool(part[_CLASHES].any())


def read_table(table: EventTable, every: Sequence[EventCodes]) -> SharedRows:
    """Read the rows that name one of some campaigns or none."""
    names = (name for codes in every for name in codes.events if name != MACHINE_OPENED)
    shared = SharedRows(
        _once(codes.campaign.id for codes in every),
        _once(action.id for codes in every for action in codes.actions),
        _once(names),
    )
    encoded: list[EncodedUsers] = []
    rows = _rows(table, shared)
    for batch in rows.collect_batches(chunk_size=BATCH, maintain_order=True, engine="streaming"):
        with phase("coding"):
            for campaign, size in _counts(batch.filter(~pl.col("_usable"))):
                shared.unusable[campaign] = shared.unusable.get(campaign, 0) + size
            kept = batch.filter("_usable").drop("_usable")
            encoded.append(encode_users(kept.drop_in_place("user_id"), kept))
    log, shared.user_ids = concat_encoded(encoded)
    _divide(shared, log)
    return shared


def _divide(shared: SharedRows, log: pl.DataFrame) -> None:
    """Divide the rows by campaign, and those without one by whether they name an action of any campaign."""
    if EVENT_HASH in log.columns:
        twice = rows_with_equal_hashes([log.select("row", EVENT_HASH)])
        log = log.with_columns(is_among(twice, log["row"]).alias(TWICE))
    is_free = pl.col(_CAMPAIGN).is_null()
    is_bare = is_free & pl.col(ACTION).is_null()
    shared.free = log.filter(is_free).group_by(ACTS, EVENT).len()
    shared.bare = log.filter(is_bare).drop(_CAMPAIGN)
    own = log.filter(~is_bare)
    if EVENT_HASH in log.columns:
        hashes = shared.bare.filter(TWICE)[EVENT_HASH]
        own = own.with_columns(pl.col(EVENT_HASH).is_in(hashes.implode()).alias(_CLASHES))
    parts = own.partition_by(_CAMPAIGN, maintain_order=True, include_key=True)
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
    own = pl.col("campaign_id")
    rows = table.frame.filter(own.is_null() | own.is_in(shared.campaigns))
    return rows.select(
        "user_id",
        pl.col("timestamp").to_physical().alias("time"),
        pl.col(ROW).alias("row"),
        place("campaign_id", shared.campaigns).alias(_CAMPAIGN),
        place("action_id", shared.actions).alias(ACTION),
        place("event", shared.events).alias(EVENT),
        pl.col("action_id").is_not_null().alias(ACTS),
        *(["machine"] if table.has("machine") else []),
        *hashes,
        pl.all_horizontal(usable()).alias("_usable"),
    )


def _counts(rows: pl.DataFrame) -> Iterator[tuple[int | None, int]]:
    yield from rows.group_by(_CAMPAIGN).len().iter_rows()
