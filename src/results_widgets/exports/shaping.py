"""A record becomes a row under our names: what its event became, ids as text, its time as an instant.

This works record by record; `bulk` does the same for many at once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from results_widgets.channels import GOAL_EVENTS
from results_widgets.exports.fields import Getter, as_flag, as_number, as_text, getter
from results_widgets.exports.mapping import Fields, Mapping
from results_widgets.exports.refused import as_json
from results_widgets.exports.rules import LEFT_OVER, Became, By, Rule
from results_widgets.exports.times import instants
from results_widgets.exports.vendor import Placed, Record

ONE: Final = "export"
"""Id of the campaign and its action where the mapping names no field of either."""

_TEXTS: Final = (
    *("user_id", "campaign_id", "action_id", "event_id", "variant", "entry_id", "currency"),
    *("link", "reason", "platform", "campaign_name", "campaign_kind", "action_name"),
    *("variant_name", "parent_id"),
)
FLAGS: Final = ("machine", "is_developer")
_READ: Final[dict[str, Callable[[Any], Any]]] = {
    "machine": as_flag,
    "is_developer": as_flag,
    "value": as_number,
}
_FILLED: Final = ("campaign_id", "action_id", "campaign_name", "action_name")
"""Columns that are filled where a row does not say them."""


SCHEMA: Final = {
    **dict.fromkeys(("name", "channel", "event"), pl.String),
    "is_goal": pl.Boolean,
    **dict.fromkeys(_TEXTS, pl.String),
    **dict.fromkeys(FLAGS, pl.Boolean),
    "value": pl.Float64,
    "time": pl.Int64,
    "is_zoned": pl.Boolean,
}
"""Columns of rows: what the export calls the event, our channel and event (null: left over), whether it may be a
goal, our columns, and the time as epoch µs, which is local where it names no zone."""

_OF_CAMPAIGN: Final = (None, *GOAL_EVENTS)
EXAMPLE: Final = 300


@dataclass
class Tally:
    """What one name in the export became.

    Attributes:
        rows: How many rows.
        example: The first of them.
        at: Its number.
    """

    rows: int
    example: str
    at: int = 0


Key = tuple[str | None, str | None, str | None, bool, str]
"""Name in the export, our channel, our event (null: left over), whether it may be a goal, note."""


@dataclass
class Shaper:
    """Gathers records as the columns of rows.

    Attributes:
        mapping: Which field says what.
        refuse: Called with records that cannot be used.
        tallies: What each name became.
    """

    mapping: Mapping
    refuse: Callable[[Placed, str], None]
    tallies: dict[Key, Tally] = field(default_factory=dict)
    _columns: dict[str, list[Any]] = field(default_factory=dict)
    _places: list[Placed] = field(default_factory=list)
    _at: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Prepare what finds the fields."""
        own = self.mapping
        # Only what the mapping names is looked for: most of a long reading's time is spent here.
        self.named: dict[str, Fields] = {
            name: own.names(name)
            for name in (*_TEXTS, *FLAGS, "value")
            if own.names(name) or name in _FILLED
        }
        self._get: list[tuple[str, Getter, Callable[[Any], Any]]] = [
            (name, getter(names), _READ.get(name, as_text)) for name, names in self.named.items()
        ]
        self.further: dict[str, Fields] = {name: tuple(one) for name, one in own.columns.items()}
        self._further = {name: getter(names) for name, names in self.further.items()}
        self._time, self._channel = getter(own.names("timestamp")), getter(own.names("channel"))
        self._rules = {name.casefold(): rule for name, rule in own.event.items()} | {**own.event}
        self._by = {by.field: getter((by.field,)) for by in _bys(own.event.values())}
        self.name_fields: Fields = own.names("event_column")
        self._name: Getter | None = getter(self.name_fields) if self.name_fields else None
        self._reset()

    @property
    def all_fields(self) -> set[str]:
        """The names of all fields that are looked for."""
        own = self.mapping
        found = (*self.named.values(), *self.further.values(), own.names("timestamp"))
        more = (own.names("channel"), self.name_fields, self.by_fields)
        return {name for names in (*found, *more) for name in names}

    @property
    def by_fields(self) -> Fields:
        """The fields that decide what an event means."""
        return tuple(self._by)

    @property
    def knows_name(self) -> bool:
        """Whether it is known which field holds the event's name."""
        return self._name is not None

    def _reset(self) -> None:
        own = [name for name, _, _ in self._get]
        names = ("name", "channel", "event", "is_goal", "time", *own, *self._further)
        self._columns = {name: [] for name in names}
        self._places, self._at = [], []

    def __len__(self) -> int:
        return len(self._places)

    @property
    def schema(self) -> dict[str, Any]:
        """The columns of the rows."""
        return {**SCHEMA, **dict.fromkeys(self._further, pl.String)}

    def add(self, placed: Placed, at: int) -> None:
        """Add a record, and its number; one with an object where a text is meant is refused."""
        record = placed.record
        try:
            name = as_text(self._event_name(record))
            became = self.became(
                name,
                lambda by: as_text(self._by[by](record)),
                lambda: as_text(self._channel(record)),
            )
            row = self._row(record)
        except TypeError as problem:
            self.refuse(placed, str(problem))
            return
        self._name_what_is_missing(row, became)
        became = _if_named(became, row)
        row["name"], row["channel"], row["event"] = name, became.channel, became.event
        row["is_goal"] = became.is_goal
        self._count(name, became, record, at)
        for column, values in self._columns.items():
            values.append(row[column])
        self._places.append(placed)
        self._at.append(at)

    def _event_name(self, record: Record) -> Any:
        if self._name is not None:
            return self._name(record)
        column, is_known = _event_column(record, self._rules)
        found = getter((column,))
        if is_known:
            self._name, self.name_fields = found, (column,)
        return found(record)

    def became(
        self,
        name: str | None,
        by: Callable[[str], str | None],
        channel: Callable[[], str | None],
    ) -> Became:
        """Return what an event means.

        Args:
            name: Its name in the export.
            by: Says the text of a field that decides it.
            channel: Says the text of the field that the mapping names for the channel.
        """
        if name is None:
            return LEFT_OVER
        found: Rule | None = self._rules.get(name)
        if found is None:
            found = self._rules.get(name.casefold()) or self._rules.get("*", LEFT_OVER)
        while isinstance(found, By):
            value = by(found.field)
            found = found.cases.get("" if value is None else value.lower(), found.otherwise)
        if found.channel is None and self.mapping.channel and found.event not in _OF_CAMPAIGN:
            return Became(channel(), found.event, found.note)
        return found

    def _row(self, record: Record) -> dict[str, Any]:
        row: dict[str, Any] = {}
        for name, get, read in self._get:
            value = get(record)
            try:
                row[name] = None if value is None else read(value)
            except TypeError as problem:
                raise TypeError(f"{name} {problem}") from None
        for name, get in self._further.items():
            value = get(record)
            row[name] = as_json(value) if isinstance(value, dict | list) else as_text(value)
        row["time"] = self._time(record)
        return row

    def _name_what_is_missing(self, row: dict[str, Any], became: Became) -> None:
        """Take the campaign itself for the action where a row names none."""
        if became.event is None or became.channel is None:
            return
        if row["campaign_id"] is None:
            row["campaign_id"] = row["action_id"] if self.mapping.campaign_id else ONE
        if row["action_id"] is None:
            row["action_id"] = row["campaign_id"]
            row["action_name"] = row["action_name"] or row["campaign_name"]

    def _count(self, name: str | None, became: Became, record: Record, at: int) -> None:
        key = name, became.channel, became.event, became.is_goal, became.note
        tally = self.tallies.get(key)
        if tally is None:
            self.tallies[key] = Tally(1, as_json(record)[:EXAMPLE], at)
        else:
            tally.rows += 1

    def take(self) -> pl.DataFrame:
        """Return the rows gathered with their numbers, and start anew; one whose time cannot be read is refused."""
        places, columns, at = self._places, self._columns, self._at
        self._reset()
        given = columns["time"]
        columns["time"], columns["is_zoned"] = instants(given, self.mapping)
        kinds = {name: kind for name, kind in self.schema.items() if name in columns}
        frame = pl.DataFrame(columns, schema_overrides=kinds)
        missing = [
            pl.lit(None, kind).alias(name)
            for name, kind in self.schema.items()
            if name not in kinds
        ]
        frame = frame.with_columns(missing).select(*self.schema, pl.Series("_at", at, pl.Int64))
        bad = [n for n, time in enumerate(columns["time"]) if time is None and given[n] is not None]
        for n in bad:
            self.refuse(places[n], "timestamp is not a time")
            self._uncount(frame, n)
        if not bad:
            return frame
        return frame.with_row_index("_n").filter(~pl.col("_n").is_in(bad)).drop("_n")

    def _uncount(self, frame: pl.DataFrame, n: int) -> None:
        row = frame.row(n, named=True)
        of = (row["name"], row["channel"], row["event"], row["is_goal"])
        for key, tally in self.tallies.items():
            if key[:4] == of and tally.rows:
                tally.rows -= 1
                return


def _if_named(became: Became, row: dict[str, Any]) -> Became:
    """Return what an event means, left over if it names no campaign that it could belong to."""
    return became if became.event is None or row["campaign_id"] is not None else unnamed(became)


def unnamed(became: Became) -> Became:
    """Return what an event becomes that names no campaign: it is left over."""
    return Became(
        note="names no campaign" if not became.note else f"names no campaign; {became.note}"
    )


def _bys(rules: Iterable[Rule]) -> list[By]:
    found = []
    waiting = [*rules]
    while waiting:
        rule = waiting.pop()
        if isinstance(rule, By):
            found.append(rule)
            waiting += [*rule.cases.values(), rule.otherwise]
    return found


def _event_column(record: Record, rules: dict[str, Rule]) -> tuple[str, bool]:
    """Return the field whose value is an event that the mapping knows, else the usual one; and whether it is known."""
    for name, value in record.items():
        if isinstance(value, str) and value in rules:
            return name, True
    usual = ("event", "event_name", "eventName", "name", "type", "metric")
    return next((name for name in usual if name in record), "event"), False
