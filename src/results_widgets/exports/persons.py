"""People whose id changes: ids that a source says belong to one person become one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

import polars as pl

from results_widgets.exports.kept import Kept
from results_widgets.exports.refused import as_json
from results_widgets.exports.spool import TOGETHER, Spool, parts_of
from results_widgets.exports.vendor import About, Vendor

_PERSON = "_person"
_USER = "user_id"


@dataclass(frozen=True)
class Persons:
    """Ids, and the id that their person has now.

    Attributes:
        later: Id → the id that took its place.
    """

    later: Kept = field(default_factory=Kept)

    def now(self, id_: str) -> str:
        """Return the id that a person goes by now."""
        while (later := self.later.get(id_)) is not None:
            id_ = later
        return id_

    def tables(self, column: str) -> Iterator[pl.DataFrame]:
        """Return each id that another took the place of, in a column of that name, and who it is now, in parts."""
        schema = {column: pl.String, _PERSON: pl.String}
        ids = (id_ for id_, _ in self.later.items())
        while some := [(id_, self.now(id_)) for id_ in islice(ids, TOGETHER)]:
            yield pl.DataFrame(some, schema=schema, orient="row")

    def join(self, old: str, new: str) -> None:
        """Record that two ids belong to one person, whose id is now the second."""
        first, last = self.now(old), self.now(new)
        # The reverse was recorded before, so there is nothing to add.
        if first != last:
            self.later[first] = last


_EVENTS = 5
"""A person or device is assumed to have at least this many events."""


def of_persons(
    vendor: Vendor,
    rows: Spool,
    users: Spool,
    persons: Persons,
    about: list[About],
) -> tuple[Spool, Spool]:
    """Return rows and users under the id that each person goes by now; what was joined is told in a note.

    Args:
        vendor: The vendor.
        rows: The rows; see `shaping.SCHEMA`.
        users: The users.
        persons: The ids that the export itself says are one person's; others are added.
        about: What the export says; a note is added.
    """
    _tell(vendor, rows, persons)
    count, example = 0, {}
    for table in persons.tables(_USER):
        known = table.lazy()
        used = rows.rows().select(_USER).drop_nulls().join(known, on=_USER, how="semi")
        seen = used.select(pl.col(_USER).n_unique()).collect(engine="streaming").item()
        if seen and not count:
            example = dict([table.row(0)])
        count += seen
    if count:
        about.append(_note(count, example))
    return _renamed(rows, persons), _renamed(users, persons)


def _tell(vendor: Vendor, rows: Spool, persons: Persons) -> None:
    """Join which ids are one person's beyond what is said of ids: by what stays the same of one, by devices."""
    for column in vendor.person_keys:
        for key, ids in _ids_of(rows.rows(), column):
            others = [one for one in ids if one != key]
            for id_ in ids:
                persons.join(id_, others[-1])
    for column in vendor.devices:
        # Ids of devices that were merged are one device's.
        for key, ids in _ids_of(_renamed(rows, persons, column).rows(), column):
            # A device shared by several people does not tell which of them used it.
            seen, device = {persons.now(one) for one in ids}, persons.now(key)
            who = seen - {device}
            if device in seen and len(who) == 1:
                persons.join(key, who.pop())


def _ids_of(rows: pl.LazyFrame, column: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the ids that go with each value of a column, if several do, in the order of their last events.

    Where there are more values than memory should hold, they are looked at in parts.
    """
    pairs = rows.filter(pl.col(column).is_not_null(), pl.col(_USER).is_not_null())
    parts = parts_of(pairs.select(pl.len()).collect(engine="streaming").item() // _EVENTS)
    for part in range(parts):
        here = pl.col(column).hash(seed=0) % parts == part if parts > 1 else pl.lit(value=True)
        last = pairs.filter(here).group_by(column, _USER).agg(pl.col("time").max())
        ordered = last.sort("time", _USER, nulls_last=False)
        ids = ordered.group_by(column, maintain_order=True).agg(_USER)
        several = ids.filter(pl.col(_USER).list.len() > 1).sort(column)
        yield from several.collect(engine="streaming").iter_rows()


def _renamed(rows: Spool, persons: Persons, column: str = _USER) -> Spool:
    tables = persons.tables(column)
    return rows.changed(partial(_under, column, table.lazy()) for table in tables)


def _under(column: str, table: pl.LazyFrame, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Return rows with the ids of a table as those that their persons have now."""
    joined = rows.join(table, on=column, how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce(_PERSON, column).alias(column)).drop(_PERSON)


def _note(count: int, example: dict[str, str]) -> About:
    many = f"{count:,} ids are earlier ones of persons who have another now, and count as these"
    one = "1 id is an earlier one of a person who has another now, and counts as that one"
    return About("note", "persons", many if count > 1 else one, facts={"example": as_json(example)})
