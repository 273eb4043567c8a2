"""What is declared of a vendor's export: how it is recognised, what it tells, how its records become rows."""

from collections.abc import Callable, Iterable, Iterator, Mapping as AnyMapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeVar

from results_widgets.exports.mapping import Mapping

OWN: Final = "mapping"
"""In place of a vendor's key: a mapping of one's own alone says what is what."""

T = TypeVar("T")

STUMBLES: Final = (AttributeError, KeyError, IndexError, TypeError, ValueError)
"""What code raises that reads a record which has objects where text is meant, or the other way round."""

Record = dict[str, Any]
"""One object of an export: a line of JSON, a row of CSV or Parquet, an Avro record."""


class Placed(NamedTuple):
    """A record, and where it stands.

    Attributes:
        record: The record.
        file: Path of its file; empty for a table in memory.
        line: Its line, or its number in files that have no lines; from 1.
    """

    record: Record
    file: str = ""
    line: int = 0


def _holds(holds: Callable[[Record], bool], record: Record) -> bool:
    try:
        return bool(holds(record))
    except STUMBLES:
        return False


@dataclass(frozen=True, slots=True)
class Sample:
    """The beginning of one file, for recognising what it is.

    Attributes:
        file: Its path; empty for a table in memory.
        format: ``avro``, ``json``, ``csv`` or ``parquet``; ``table`` in memory.
        records: Its first records.
    """

    file: str
    format: str
    records: Sequence[Record]

    def share_with(self, *names: str) -> float:
        """Return the share of the records that have all of these fields."""
        having = sum(all(name in record for name in names) for record in self.records)
        return having / len(self.records) if self.records else 0.0

    def share_where(self, holds: Callable[[Record], bool]) -> float:
        """Return the share of the records of which something holds; of one of another shape it does not."""
        holding = sum(_holds(holds, record) for record in self.records)
        return holding / len(self.records) if self.records else 0.0


@dataclass(frozen=True, slots=True)
class Sign:
    """How sure it is that a file is a vendor's.

    Attributes:
        confidence: From 0 to 1; below `SURE` it is no more than a guess.
        why: What in the file says so.
    """

    confidence: float
    why: str


SURE: Final = 0.5


@dataclass(frozen=True, slots=True)
class About:
    """What an export says apart from its events.

    Attributes:
        kind: ``campaign``, ``action``, ``variant`` or ``user``; ``first_only`` of an event that is kept
            once for each message; ``alias`` of an id that a person had before; ``note`` for the report.
        id: Its id, as the events have it; of ``first_only`` our name of the event.
        name: Its name on screen; of an ``alias`` the id that the person has now, of a ``note`` its text.
        channel: Of an action or an event: its channel.
        campaign_id: Of an action or a variant: its campaign.
        parents: Of an action: the actions before it.
        facts: Of a user: attributes, and ``is_developer``; of a campaign: ``kind``, ``share`` of a variant.
    """

    kind: str
    id: str
    name: str = ""
    channel: str | None = None
    campaign_id: str | None = None
    parents: tuple[str, ...] = ()
    facts: AnyMapping[str, Any] = field(default_factory=dict)


Rows = Callable[[Placed], Iterable[Record | About]]
"""Turns one record into flat ones: unwraps, explodes, unpivots, names the event."""


class MessageId(NamedTuple):
    """Where events say to which message they belong.

    Attributes:
        column: A further column of the mapping.
        cut: A pattern at which the message's id ends, where what follows differs between its events.
    """

    column: str
    cut: str = ""


SCHEMA_NAME: Final = "__schema__"
"""Field that an Avro record's schema is named in, since some vendors say there which event it is."""

Read = Callable[["Files"], Iterator["Placed | About"]]
"""Reads files that only make sense together, such as tables that refer to one another."""


class Files:
    """The files of an export, as a reader of its own sees them.

    Attributes:
        paths: The files, sorted.
        records: Reads the records of one; what cannot be read is counted and left out.
        quiet: The same for a look ahead, which counts nothing.
        refuse: Counts a record as refused: file, line, why, and the record.
        ignored: Files that are not read, and why; a reader adds its own.
    """

    def __init__(
        self,
        paths: Sequence[str],
        records: Callable[[str], Iterator[Placed]],
        quiet: Callable[[str], Iterator[Placed]],
        refuse: Callable[[Placed, str], None],
        ignored: dict[str, str],
    ) -> None:
        self.ignored = ignored
        self.paths, self.records, self.quiet, self.refuse = paths, records, quiet, refuse

    def each(self, paths: Iterable[str], make: Callable[[Placed], Iterable[T]]) -> Iterator[T]:
        """Yield what is made of each record of some files; one of another shape than it should have is refused."""
        for path in paths:
            for placed in self.records(path):
                yield from self.tried(placed, make)

    def tried(
        self, placed: Placed, make: Callable[[Placed], Iterable[T]], *, quietly: bool = False
    ) -> list[T]:
        """Return what is made of a record; nothing of one of another shape than it should have, which is refused."""
        try:
            return [*make(placed)]
        except STUMBLES as problem:
            if not quietly:
                self.refuse(placed, f"not in the form of this export: {type(problem).__name__}")
            return []


@dataclass(frozen=True, kw_only=True)
class Vendor:
    """One vendor's export.

    Attributes:
        key: What ``rw.read_export(path, key)`` takes.
        label: The vendor's name.
        aliases: Other words for it that are taken as well.
        versions: Versions or dates of the format that were examined.
        formats: The forms in which it comes, in words.
        mapping: Which field says what, and what each event means.
        recognise: Says how sure it is that a file is this vendor's; None: it is not.
        campaign: What is a campaign in this export, in words.
        action: What is an action in this export, in words.
        tells: What it tells beyond the events, in words.
        cannot: What it cannot tell, in words.
        notes: What it makes otherwise than one may think, in words, for the report.
        rows: Turns a record into flat ones; None: each is one already.
        reads: The only fields that `rows` looks at, or changes, where these say enough of what it adds: it is then
            asked once for each combination of their values. None: it is asked for each record.
        apart: Fields with which a record is more than `reads` says; `rows` is asked for each that has one.
        apart_without: Fields of which a record has one, or `rows` is asked for it.
        objects: Fields that hold objects, or text of JSON that `rows` reads.
        last: Which files are read behind all others: of rows that repeat an event, the first counts.
        read: Reads all files together, where they refer to one another; None: one by one.
        reports: The channels and events that it can report; None: those of the mapping.
        machine: Channels whose opens are flagged where a machine made them; None: all if the mapping
            has ``machine``, else none.
        machine_clicks: Channels whose clicks are flagged; None: those whose opens are.
        flags_each: Whether each open and click says if a machine made it, so that a file in which none
            says it has no such flag: its machine opens or clicks are n/a, not 0.
        person_keys: Further columns of the mapping with what stays the same of a person: ids of users that go
            with one value of it are one person, who goes by the latest; see `persons`.
        devices: Further columns with an id that events bear while nobody is known: such a user is the person
            whose events have it as well, if that is one only.
        by_message: Where the id of the message stands of which an event that names no campaign takes that of
            another event; see `same_message`.
        as_seen: Whether its events are of the customer's own naming, so that it reports those only of which
            it has rows.
    """

    key: str
    label: str
    mapping: Mapping
    recognise: Callable[[Sample], Sign | None]
    aliases: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    campaign: str = ""
    action: str = ""
    tells: tuple[str, ...] = ()
    cannot: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    rows: Rows | None = None
    reads: tuple[str, ...] | None = None
    apart: tuple[str, ...] = ()
    apart_without: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    last: Callable[[str], bool] | None = None
    read: Read | None = None
    reports: frozenset[tuple[str | None, str]] | None = None
    machine: tuple[str, ...] | None = None
    machine_clicks: tuple[str, ...] | None = None
    flags_each: bool = False
    person_keys: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    by_message: tuple[MessageId, ...] = ()
    as_seen: bool = False

    def in_order(self, paths: Iterable[str]) -> list[str]:
        """Return files in the order in which they are read."""
        return sorted(paths, key=self.last) if self.last is not None else [*paths]

    @property
    def pairs(self) -> frozenset[tuple[str | None, str]]:
        """The channels and events that it can report."""
        return self.mapping.pairs if self.reports is None else self.reports
