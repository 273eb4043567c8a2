"""Columns written otherwise than the vendor's: ``USER_ID`` of a dump of Snowflake is read as ``user_id``, and
``Campaign Id`` of a spreadsheet as ``campaignId``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from itertools import chain

from results_widgets.exports.fields import getter
from results_widgets.exports.mapping import Fields, Mapping
from results_widgets.exports.vendor import About, Files, Placed, Record, Sample, Vendor


class Folding:
    """Gives the fields of records the case that a mapping knows them in, and takes blanks that it does not have.

    A record is left as it is where that would make two fields one. Where none of its fields is known as it is, or
    all are in capitals, as a warehouse has them, those that the mapping does not know become lower case.

    Args:
        mapping: The mapping.
        more: Further names that are known.
        lower: Whether fields that it does not know become lower case in any case.
    """

    def __init__(self, mapping: Mapping, more: Iterable[str] = (), *, lower: bool = False) -> None:
        self._lower = lower
        names = chain(_all_names(mapping), more)
        parts = {part for name in names for part in (name, *name.split("."))}
        self._known = frozenset(parts)
        self._names = {_plain(part): part for part in sorted(parts)}
        self._found: dict[tuple[str, ...], dict[str, str]] = {}

    def of(self, record: Record) -> Record:
        """Return a record with its fields in the case that is known."""
        keys = tuple(record)
        names = self._found.get(keys)
        if names is None:
            if len(self._found) > _KEPT:
                self._found.clear()
            names = self._found[keys] = self._renamed(keys)
        return {names[key]: value for key, value in record.items()} if names else record

    def _renamed(self, keys: tuple[str, ...]) -> dict[str, str]:
        is_loud = any(map(str.isupper, keys)) and not any(c.islower() for key in keys for c in key)
        lower = is_loud or self._lower or not self._known.intersection(keys)
        names = {
            key: key
            if key in self._known
            else self._names.get(_plain(key), key.lower() if lower else key)
            for key in keys
        }
        return names if len({*names.values()}) == len(keys) and [*names.values()] != [*keys] else {}


def _plain(name: str) -> str:
    return name.replace(" ", "").casefold()


_KEPT = 1000
"""How many forms of records are remembered."""


def _all_names(mapping: Mapping) -> Iterator[str]:
    for one in fields(mapping):
        found = getattr(mapping, one.name)
        if one.name in ("columns", "attributes"):
            yield from chain.from_iterable(found.values())
        elif isinstance(found, tuple):
            own: Fields = found
            yield from own


def _folding(vendor: Vendor, *, lower: bool = False) -> Folding:
    """Return what gives records the case of all fields that a vendor looks at."""
    return Folding(vendor.mapping, vendor.reads or (), lower=lower)


def folded(sample: Sample, vendor: Vendor, *, lower: bool) -> Sample:
    """Return the beginning of a file with its fields in the case that a vendor knows them in."""
    return replace(sample, records=[*map(_folding(vendor, lower=lower).of, sample.records)])


def gains_times(sample: Sample, vendor: Vendor) -> bool:
    """Whether only the case of a table's columns keeps a vendor from finding the times of its rows."""
    time, fold = getter(vendor.mapping.names("timestamp")), _folding(vendor).of
    known = [time(one) for one in sample.records]
    then = [time(fold(one)) for one in sample.records]
    return all(one is None for one in known) and any(one is not None for one in then)


def any_case(vendor: Vendor, *, lower: bool) -> Vendor:
    """Return a vendor that reads fields of whatever case; see `Folding`."""
    fold = _folding(vendor, lower=lower).of
    rows, read = vendor.rows, vendor.read

    def own_rows(placed: Placed) -> Iterable[Record | About]:
        record = fold(placed.record)
        return (record,) if rows is None else rows(placed._replace(record=record))

    def own_read(files: Files) -> Iterator[Placed | About]:
        assert read is not None

        def with_case(placed: Iterable[Placed]) -> Iterator[Placed]:
            return (one._replace(record=fold(one.record)) for one in placed)

        yield from read(
            Files(
                files.paths,
                lambda path: with_case(files.records(path)),
                lambda path: with_case(files.quiet(path)),
                files.refuse,
                files.ignored,
            )
        )

    # What it reads it finds under other names, so each record must be seen.
    own = None if read is None else own_read
    return replace(vendor, rows=own_rows, reads=None, apart=(), read=own)
