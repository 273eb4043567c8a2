"""The event table: its columns, how they are normalised, and what is refused."""

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import narwhals as nw
import polars as pl

from results_widgets.campaign import Campaign
from results_widgets.errors import EventsError
from results_widgets.sources.boundary import engine_errors_as_ours
from results_widgets.tables.checks import Check, Rows, fetch, run_checks
from results_widgets.tables.held import REPEATED, instants, readable
from results_widgets.tables.names import Renaming, renaming
from results_widgets.tables.options import ReadOptions
from results_widgets.tables.values import (
    Column,
    Normalised,
    as_amount,
    as_flag,
    as_found,
    as_id,
    as_text,
    as_user_id,
    can_group,
)

REQUIRED: Final = ("user_id", "action_id", "event", "timestamp")
"""Columns that an event table must have; ``campaign_id`` is optional."""

KNOWN: Final = (
    *(*REQUIRED, "campaign_id", "event_id", "variant", "entry_id", "value"),
    *("currency", "link", "reason", "platform", "machine"),
)
"""Columns with a meaning; see the event table in docs/events.md."""

_OFTEN_CALLED: Final = {
    "user_id": ("user", "uid", "customer_id", "customer", "contact_id", "subscriber_id", "email"),
    "action_id": ("action", "step_id", "step", "message_id", "message", "template_id"),
    "event": ("event_name", "event_type", "type", "name", "activity"),
    "timestamp": ("time", "ts", "date", "datetime", "occurred_at", "created_at", "event_time"),
}
"""What others call the columns that a table must have."""

CURRENCY: Final = "currency"
"""Column of the currency that a row's value is in."""

ROW: Final = "_row"
"""Name of the column added for a row's number in the source, from 0."""

_NOT_GROUPED: Final = (*REQUIRED, "campaign_id", "event_id", "entry_id", "value", ROW)
_OPTIONAL: Final = ("is_developer",)
_IDS: Final = ("user_id", "event_id", "entry_id")
_LIKE_A_NUMBER: Final = re.compile(r"-?\d+(\.0+)?")


@dataclass(frozen=True, eq=False)
class Table:
    """The columns of an event table, wherever it is.

    Attributes:
        columns: The source's own columns, under our names.
        not_grouped: Those whose type nothing can be grouped by, such as lists.
    """

    columns: tuple[str, ...] = field(kw_only=True)
    not_grouped: frozenset[str] = field(default=frozenset(), kw_only=True)

    def has(self, column: str) -> bool:
        """Whether the source has the column itself."""
        return column in self.columns

    @property
    def breakdowns(self) -> list[str]:
        """Columns that numbers can be grouped by."""
        fixed = {*_NOT_GROUPED, *self.not_grouped}
        return [column for column in self.columns if column not in fixed]


@dataclass(frozen=True, eq=False)
class EventTable(Table):
    """A checked event table.

    Attributes:
        source: Returns the table as read; called each time rows of it are needed.
        shape: Normalises rows of it, lazily.
        frame: The normalised table, lazily: user_id (String, Int64 or UInt64), campaign_id,
            action_id, event (String), timestamp (Datetime µs UTC), event_id, entry_id, variant
            (String, null when absent), machine (Boolean), value (Float64), the further columns of
            the source without what stands for a missing value, `ROW`, and `REPEATED` where times name
            no zone, or named none when they were made instants.
    """

    source: Callable[[], pl.LazyFrame]
    shape: Callable[[pl.LazyFrame], pl.LazyFrame]
    _shaped: dict[str, tuple[pl.LazyFrame, pl.LazyFrame]] = field(
        default_factory=dict, init=False, repr=False
    )

    @property
    def frame(self) -> pl.LazyFrame:
        """See the attributes."""
        source = self.source()
        known = self._shaped.get("last")
        # Planning costs milliseconds, and most sources are the same lazy frame each time.
        if known is None or known[0] is not source:
            known = source, self.shape(source.with_row_index(ROW))
            self._shaped["last"] = known
        return known[1]

    @cached_property
    def kinds(self) -> pl.Schema:
        """The types of `frame`'s columns."""
        return self.frame.collect_schema()

    def reading(self) -> AbstractContextManager[None]:
        """Return a context in which errors of the table's engine are raised as ours, with the column at fault."""
        table = self.source
        return engine_errors_as_ours(
            "events: they cannot be read now", lambda: nw.from_native(table())
        )

    def collect(self, query: pl.LazyFrame) -> pl.DataFrame:
        """Compute a query of `frame`."""
        with self.reading():
            return query.collect()


@dataclass(frozen=True, eq=False)
class EventColumns(Table):
    """How the columns of an event table are normalised, on any engine.

    Attributes:
        kinds: Their types.
        exprs: user_id, campaign_id, action_id, event, variant, event_id, entry_id, machine, value
            and the further columns, by their names.
        checks: What their values must pass.
    """

    kinds: nw.Schema
    exprs: Mapping[str, nw.Expr]
    checks: tuple[Check, ...]


def rename_events(rows: Rows, campaign: Campaign, options: ReadOptions) -> Renaming:
    """Return how the columns of an event table get our names.

    Raises:
        EventsError: A column is missing, or bears a name that is needed here.
    """
    found = rows.collect_schema().names()
    value = [campaign.goal.value] if campaign.goal.value else []
    renames = renaming(found, options.columns, [*KNOWN, *value], "events", _OPTIONAL)
    names = [renames.names.get(name, name) for name in found if name not in renames.hidden]
    for column in [*REQUIRED, *value[: value != ["value"]]]:
        if column not in names:
            often = _OFTEN_CALLED.get(column, ())
            raise EventsError.missing_column(column, found, taken=KNOWN, often=often)
    if ROW in names:
        raise _taken(ROW)
    return renames


def _taken(column: str) -> EventsError:
    return EventsError(f"events: column '{column}' has a name that is needed here; rename it")


def event_columns(rows: Rows, campaign: Campaign, options: ReadOptions) -> EventColumns:
    """Return how the columns of an event table under our names are normalised.

    Args:
        rows: The table; its types are looked at, and whether it has a row.
        campaign: Names the goal's value column, and the ids that text is compared with.
        options: How it is to be read.

    Raises:
        EventsError: A column's type cannot be used, or there is no row at all.
    """
    kinds = rows.collect_schema()
    if kinds.get(REPEATED, nw.Boolean) != nw.Boolean:
        raise _taken(REPEATED)
    if fetch(rows.select("user_id").head(1), "events", rows).is_empty():
        raise EventsError("events: the table has no rows; check the path or the query that made it")
    # Of ids, 18.0 is always the number 18: no first rows could say whether one comes later.
    whole = {*_IDS, *_whole_float_names(campaign)}

    def column(name: str) -> Column:
        return Column(name, kinds.get(name), has_whole_floats=name in whole)

    normalised: dict[str, Normalised] = {
        "user_id": as_user_id(column("user_id")),
        **{name: as_text(column(name)) for name in ("campaign_id", "action_id", "variant")},
        "event": _event(column("event"), options.event_names),
        **{name: as_id(column(name)) for name in ("event_id", "entry_id")},
        "machine": as_flag(column("machine")),
        "value": as_amount(column(campaign.goal.value or "value")),
        **{name: as_text(column(name)) for name in ("link", "reason") if name in kinds},
    }
    if CURRENCY in kinds:
        code, checked = as_text(column(CURRENCY))
        normalised[CURRENCY] = code.str.strip_chars().str.to_uppercase().alias(CURRENCY), checked
    exprs = {name: expr for name, (expr, _) in normalised.items()}
    others = [name for name in kinds if name not in (*exprs, "timestamp", ROW)]
    exprs |= {name: as_found(column(name)) for name in others if can_group(kinds[name])}
    checks = tuple(check for _, found in normalised.values() for check in found)
    odd = frozenset(name for name in others if not can_group(kinds[name]))
    names = tuple(name for name in kinds.names() if name not in (ROW, REPEATED))
    return EventColumns(kinds, exprs, checks, columns=names, not_grouped=odd)


def _event(column: Column, names: Mapping[str, str]) -> Normalised:
    event, checks = as_text(column)
    renamed = event
    for theirs, ours in names.items():
        renamed = nw.when(event == theirs).then(nw.lit(ours)).otherwise(renamed)
    return renamed.alias(column.name), checks


def _whole_float_names(campaign: Campaign) -> list[str]:
    """Return the columns in which the campaign's own ids are numbers, so that ``18.0`` is its 18."""
    own = {
        "campaign_id": [campaign.id],
        "action_id": [action.id for action in campaign.actions],
        "variant": [variant.id for variant in campaign.variants],
    }
    return [
        name
        for name, ids in own.items()
        if any(one.removeprefix("-").isdecimal() for one in ids)
        and not any(_LIKE_A_NUMBER.fullmatch(one) and "." in one for one in ids)
    ]


def shape_differs(one: Campaign, other: Campaign) -> bool:
    """Whether two campaigns read the ids of one table in different ways; see `event_columns`."""
    return _whole_float_names(one) != _whole_float_names(other)


def normalise(
    table: pl.LazyFrame | Callable[[], pl.LazyFrame],
    campaign: Campaign,
    options: ReadOptions | None = None,
    *,
    is_checked: bool = False,
) -> EventTable:
    """Normalise an event table lazily; only what its types leave open is read.

    Args:
        table: The table as read, or a function that returns it, called each time rows are needed.
        campaign: Names the goal's value column.
        options: How it is to be read.
        is_checked: Whether the values of all rows were checked before.

    Raises:
        EventsError: A column is missing, a value cannot be used, a timestamp has no zone or no known
            form, or there is no row at all.
    """
    options = options or ReadOptions()
    again = table.lazy if isinstance(table, pl.LazyFrame) else table
    with engine_errors_as_ours("events: the table cannot be read", lambda: nw.from_native(again())):
        first = nw.from_native(again())
        renames = rename_events(first, campaign, options)
        prepare = readable(renames.apply(first).to_native(), KNOWN, "events")
        rows = nw.from_native(prepare(renames.apply(first).to_native()))
        columns = event_columns(rows, campaign, options)
        times = instants(columns.kinds["timestamp"], options)
    timed, checks = times.parsed(rows)
    if not is_checked:
        run_checks(timed, [*columns.checks, *checks], "events")

    def shape(frame: pl.LazyFrame) -> pl.LazyFrame:
        rows = nw.from_native(prepare(renames.apply(nw.from_native(frame)).to_native()))
        rows = times.parsed(rows)[0].with_columns(*columns.exprs.values())
        return times.placed(rows.to_native())

    return EventTable(again, shape, columns=columns.columns, not_grouped=columns.not_grouped)
