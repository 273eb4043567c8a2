"""People who change their id: the ids that a source says are one person's become one."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from results_widgets.exports.refused import as_json
from results_widgets.exports.vendor import About, Vendor

_PERSON = "_person"
_USER = "user_id"


@dataclass
class Persons:
    """Ids, and which other id their person goes by now.

    Attributes:
        later: Id → the id that took its place.
    """

    later: dict[str, str] = field(default_factory=dict)

    def now(self, id_: str) -> str:
        """Return the id that a person goes by now."""
        while id_ in self.later:
            id_ = self.later[id_]
        return id_

    def table(self, column: str) -> pl.DataFrame:
        """Return each id that another took the place of, in a column of that name, and who it is now."""
        return pl.DataFrame(
            [(one, self.now(one)) for one in self.later],
            schema={column: pl.String, _PERSON: pl.String},
            orient="row",
        )

    def join(self, old: str, new: str) -> None:
        """Say that two ids are one person's, who goes by the second now."""
        first, last = self.now(old), self.now(new)
        # Said the other way round before: then it is said already.
        if first != last:
            self.later[first] = last


def of_persons(
    vendor: Vendor, rows: pl.LazyFrame, users: pl.LazyFrame, about: list[About]
) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """Return rows and users under the id that each person goes by now; what was joined is told in a note.

    Args:
        vendor: The vendor.
        rows: The rows; see `shaping.SCHEMA`.
        users: The users.
        about: What the export says; those of kind ``alias`` join two ids. A note is added.
    """
    persons = _told(vendor, rows, about)
    if not persons.later:
        return rows, users
    table = persons.table(_USER)
    seen = (
        rows.select(_USER).drop_nulls().unique().join(table.lazy(), on=_USER, how="semi").collect()
    )
    if not seen.is_empty():
        about.append(_note(table, seen.height))
    return _renamed(rows, table), _renamed(users, table)


def _told(vendor: Vendor, rows: pl.LazyFrame, about: Iterable[About]) -> Persons:
    """Return which ids are one person's: by what is said of ids, by what stays the same, by devices."""
    persons = Persons()
    for one in about:
        if one.kind == "alias":
            persons.join(one.id, one.name)
    for column in vendor.person_keys:
        for key, ids in _ids_of(rows, column):
            others = [one for one in ids if one != key]
            for id_ in ids:
                persons.join(id_, others[-1])
    for column in vendor.devices:
        # Ids of devices that were merged are one device's.
        for key, ids in _ids_of(_renamed(rows, persons.table(column), column), column):
            # A device that several people use says of none of them who was there.
            seen, device = {persons.now(one) for one in ids}, persons.now(key)
            who = seen - {device}
            if device in seen and len(who) == 1:
                persons.join(key, who.pop())
    return persons


def _ids_of(rows: pl.LazyFrame, column: str) -> Iterable[tuple[str, list[str]]]:
    """Return the ids that go with each value of a column, if several do, in the order of their last events."""
    pairs = rows.filter(pl.col(column).is_not_null(), pl.col(_USER).is_not_null())
    last = pairs.group_by(column, _USER).agg(pl.col("time").max())
    ordered = last.sort("time", _USER, nulls_last=False)
    ids = ordered.group_by(column, maintain_order=True).agg(_USER)
    found: Iterable[tuple[str, list[str]]] = (
        ids.filter(pl.col(_USER).list.len() > 1).sort(column).collect().iter_rows()
    )
    return found


def _renamed(rows: pl.LazyFrame, table: pl.DataFrame, column: str = _USER) -> pl.LazyFrame:
    if table.is_empty():
        return rows
    joined = rows.join(table.lazy(), on=column, how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce(_PERSON, column).alias(column)).drop(_PERSON)


def _note(table: pl.DataFrame, count: int) -> About:
    old, new = table.row(0)
    many = f"{count:,} ids are earlier ones of persons who have another now, and count as these"
    one = "1 id is an earlier one of a person who has another now, and counts as that one"
    text = many if count > 1 else one
    return About("note", "persons", text, facts={"example": as_json({old: new})})
